"""The Ministry's region codes, scopes and time zones."""
