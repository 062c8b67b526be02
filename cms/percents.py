"""Shares as whole percents: the one place, so that screen, print, chart and spreadsheet say the same number."""

from __future__ import annotations


def whole_percent(part: int, whole: int) -> int:
    """`part` of `whole` in whole percent, halves rounded up: 1 of 8 is 13; 0 of nothing.

    The ends are kept for what they say: 100 only where all are in, 0 only where nobody is, so 999 of 1,000 are 99 and 1
    of 1,000 is 1. It never falls as `part` grows.
    """
    if not whole:
        return 0
    rounded = (200 * part + whole) // (2 * whole)
    return min(99, max(1, rounded)) if 0 < part < whole else rounded
