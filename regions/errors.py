"""Refusals of the room."""


class BrokenCatalogue(Exception):  # noqa: N818
    """The list of regions cannot be used: unreadable, empty, or with a gap in its tree."""


class TooManyRetired(Exception):  # noqa: N818
    """A list that would retire a large part of the country is more likely a truncated file than a reform."""
