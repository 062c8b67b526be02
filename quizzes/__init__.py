"""Question banks, attempts and marking; knows no course."""
