"""The page around a board: where it leads, drawn once for the officers of the same regions and kept as long.

Like the board it names nobody: regions, periods and addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from members.access import Access
from members.decorators import OfficerRequest
from monitoring.access import reach_of
from monitoring.board import Board, board_key, order_of
from monitoring.waiting import Waiting, waiting_key
from regions.lookups import CODE
from regions.models import Region
from training.periods import current_code, is_code


@dataclass(frozen=True)
class Frame:
    """`title` is the region's name; the parts are HTML, drawn from the page's facts."""

    title: str
    breadcrumb: SafeString
    top: SafeString
    bottom: SafeString

    @classmethod
    def draw(cls, facts: dict[str, Any]) -> Self:
        """From what `dashboard` found."""
        return cls(
            title=facts["region"].display_name,
            breadcrumb=render_to_string("monitoring/page_breadcrumb.html", facts),
            top=render_to_string("monitoring/page_top.html", facts),
            bottom=render_to_string("monitoring/page_bottom.html", facts),
        )


def frame_key(code: str, period: str, access: Access) -> str:
    """Where the frame is kept for everybody with the same officer's regions."""
    return f"monitoring:frame:{code}:{period}:{reach_of(access)}"


@dataclass(frozen=True)
class Kept:
    """A page of which nothing but its names and, perhaps, what waits for the officer has to be read."""

    frame: Frame
    board: Board
    waiting: Waiting | None


def kept_page(request: OfficerRequest, code: str) -> Kept | None:
    """What is kept of the page the address asks for, in one look; None for a village, whose page is a list of people.

    Frames are kept only under regions and periods that exist, for officers who may see them.
    """
    above_villages = CODE.fullmatch(code) and code.count(".") < Region.Level.VILLAGE - 1
    if not (settings.MONITORING_CACHE_SECONDS and above_villages and request.scope.covers(code)):
        return None
    period = request.GET.get("periode") or current_code(code)
    if not is_code(period):
        return None
    order, only_needing = order_of(request.GET.get("urut", "")), request.GET.get("tampil") == "perlu"
    keys = (
        frame_key(code, period, request.access),
        board_key(code, period, order, only_needing=only_needing),
        waiting_key(request.access),
    )
    found = cache.get_many(keys)
    frame, board, waiting = (found.get(key) for key in keys)
    if frame is None or board is None:
        return None
    return Kept(frame, board, waiting if waiting is not None and waiting.code == code else None)
