"""Course and lesson pages, enrolment and progress."""
