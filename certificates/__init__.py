"""Numbering, PDF and public verification of certificates."""
