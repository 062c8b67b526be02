"""Pages of the reports: reading and reviewing, writing, files that leave the house."""
