"""The officers' front page: compliance and reports side by side."""
