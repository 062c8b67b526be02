"""A scope: the part of the region tree that somebody may see, as code prefixes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from regions.lookups import CODE

NATION_CODE = "00"


@dataclass(frozen=True)
class Scope:
    """Code prefixes of the regions somebody may see; the empty prefix is the nation, no prefix is nothing."""

    prefixes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for prefix in self.prefixes:
            if prefix and not CODE.fullmatch(prefix):
                raise ValueError(f"Not a region code: {prefix!r}")

    @classmethod
    def of(cls, *codes: str) -> Scope:
        """The scope over the given region codes; `00` is the nation. Codes under another one are dropped.

        Raises ValueError for anything that is not a region code.
        """
        if "" in codes:
            raise ValueError("Not a region code: ''")
        prefixes = sorted({"" if code == NATION_CODE else code for code in codes})
        kept = [p for p in prefixes if not any(p != other and p.startswith(other) for other in prefixes)]
        return cls(tuple(kept))

    @classmethod
    def nation(cls) -> Scope:
        """Everything."""
        return cls(("",))

    def __bool__(self) -> bool:
        return bool(self.prefixes)

    def covers(self, code: str) -> bool:
        """Whether the region with this code lies in the scope; the nation's row only in the nation's scope."""
        if code == NATION_CODE:
            return "" in self.prefixes
        return any(code.startswith(prefix) for prefix in self.prefixes)

    def q(self, field: str) -> Q:
        """A filter on the region code reached by `field`, e.g. `village__code` (which needs no join)."""
        if "" in self.prefixes:
            return Q()
        condition = Q(pk__in=[])
        for prefix in self.prefixes:
            condition |= Q(**{f"{field}__under": prefix})
        return condition
