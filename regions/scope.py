"""A scope: the part of the region tree that somebody may see, as code prefixes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.db.models.lookups import BuiltinLookup

NATION_CODE = "00"


@models.CharField.register_lookup
class Under(BuiltinLookup):
    """`code__under="63.11"`: codes at or under a region, in a form that both databases answer from an index.

    PostgreSQL uses LIKE with its pattern index. SQLite's LIKE ignores case and so ignores the index; there it
    is a range: codes have segments of fixed width joined by ".", and "/" is the character after ".".
    """

    lookup_name = "under"
    prepare_rhs = True

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def]
        """The LIKE form."""
        lhs, lhs_params = self.process_lhs(compiler, connection)
        return f"{lhs} LIKE %s", [*lhs_params, f"{self.rhs}%"]

    def as_sqlite(self, compiler, connection):  # type: ignore[no-untyped-def]
        """The range form."""
        lhs, lhs_params = self.process_lhs(compiler, connection)
        return f"({lhs} >= %s AND {lhs} < %s)", [*lhs_params, self.rhs, *lhs_params, f"{self.rhs}/"]


@dataclass(frozen=True)
class Scope:
    """Code prefixes of the regions somebody may see; the empty prefix is the nation, no prefix is nothing."""

    prefixes: tuple[str, ...] = ()

    @classmethod
    def of(cls, *codes: str) -> Scope:
        """The scope over the given region codes; `00` is the nation. Codes under another one are dropped."""
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
