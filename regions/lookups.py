"""Prefix look-ups in a form that both databases answer from an index.

PostgreSQL uses LIKE with the pattern index that Django makes beside a CharField's own. SQLite's LIKE ignores case and
so ignores the index; there a prefix is a range that ends before a `ceiling`, a character above all that may follow.
Both refuse anything but their own small alphabet, so no value can smuggle in a wildcard.
"""

import re

from django.db import models
from django.db.models.expressions import OrderBy, Ref
from django.db.models.lookups import BuiltinLookup

CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
FOLDED = re.compile(r"[a-z0-9 ,]+")


class PrefixLookup(BuiltinLookup):
    """What the look-ups below share."""

    prepare_rhs = False
    alphabet: re.Pattern[str]
    ceiling: str

    def get_prep_lookup(self) -> str:
        """The prefix, once it is known to hold nothing strange."""
        if not isinstance(self.rhs, str) or not self.alphabet.fullmatch(self.rhs):
            raise ValueError(f"Not a prefix for {self.lookup_name}: {self.rhs!r}")
        return self.rhs

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def]
        """The LIKE form."""
        lhs, lhs_params = self.process_lhs(compiler, connection)
        return f"{lhs} LIKE %s", [*lhs_params, f"{self.rhs}%"]

    def as_sqlite(self, compiler, connection):  # type: ignore[no-untyped-def]
        """The range form."""
        lhs, lhs_params = self.process_lhs(compiler, connection)
        sql = f"({lhs} >= %s AND {lhs} < %s)"
        return sql, [*lhs_params, self.rhs, *lhs_params, f"{self.rhs}{self.ceiling}"]


@models.CharField.register_lookup
class Under(PrefixLookup):
    """`code__under="63.11"`: codes at or under a region.

    Segments have a fixed width and are joined by ".", and "/" is the character after ".".
    """

    lookup_name = "under"
    alphabet = CODE
    ceiling = "/"


@models.CharField.register_lookup
class Begins(PrefixLookup):
    """`search_text__begins=" muara"`: folded text (see `regions.text`) that starts so; "~" is above every letter."""

    lookup_name = "begins"
    alphabet = FOLDED
    ceiling = "~"


class ByCode(OrderBy):
    """Orders by a region's code as the index of its prefixes has it: `order_by(ByCode(F("village_id")))`."""

    def as_postgresql(self, compiler, connection):  # type: ignore[no-untyped-def]
        """PostgreSQL's pattern indexes know no other order; Django's compiler wants to find the word ASC or DESC.

        What is before that word it also selects for a DISTINCT, unless it is selected already; so there the same order
        is asked for without an index.
        """
        is_selected = isinstance(self.expression, Ref)
        if compiler.query.distinct and not compiler.query.distinct_fields and not is_selected:
            return self.as_sql(compiler, connection, template='%(expression)s COLLATE "C" %(ordering)s')
        using = "~>~ /* DESC */" if self.descending else "~<~ /* ASC */"
        return self.as_sql(compiler, connection, template=f"%(expression)s USING {using}")
