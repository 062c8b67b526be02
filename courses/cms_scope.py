"""What somebody without the operator's rights may reach in the CMS: their shelves, and nothing beside them.

Wagtail checks its own page views; this closes what it leaves open to every editor: the page chooser's browsing, titles
by id in bulk actions, the API of images and documents, and reports over the whole site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from wagtail.documents import get_document_model
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images import get_image_model
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page, PageQuerySet
from wagtail.permissions import page_permission_policy

CMS = "cms/"
# Over the whole site, or ways around the checks of the page views.
CLOSED = tuple(
    CMS + part
    for part in (
        *("reports/", "workflows/", "api/main/images/", "api/main/documents/", "snippets/choose/"),
        "images/chooser/<int:image_id>/",  # sets a picture into running text, which no text of ours takes
    )
)
MAX_KEY = 2**31 - 1  # the largest id that the columns of Wagtail hold
CLOSED_ACTION = CMS + "api/main/pages/<int:pk>/action/"
PAGE_ARGUMENTS = frozenset({"page_id", "parent_page_id", "page_to_move_id", "destination_id"})


def pages_within_reach(user: Any) -> PageQuerySet:
    """The user's part of the page tree, and the pages above it that lead there."""
    paths = _paths_of(user)
    above = {path[:end] for path in paths for end in range(Page.steplen, len(path), Page.steplen)}
    return Page.objects.filter(Q(path__in=above) | _under(paths))


def _paths_of(user: Any) -> set[str]:
    return {right.page.path for right in page_permission_policy.get_cached_permissions_for_user(user)}


def _under(paths: Iterable[str]) -> Q:
    part = Q(pk__in=[])
    for path in paths:
        part |= Q(path__startswith=path)
    return part


class ShelfGuardMiddleware:
    """Answers 404 where a trainer's request names a page, picture or document of somebody else's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on; the check comes once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        """Check what the address names."""
        route = request.resolver_match.route if request.resolver_match else ""
        user = request.user
        if not route.startswith(CMS) or not user.is_authenticated or user.is_superuser:
            return
        if route.startswith(CLOSED) or route.startswith(CLOSED_ACTION):
            raise Http404
        pages = {kwargs[name] for name in PAGE_ARGUMENTS & kwargs.keys()}
        if "revisions/compare/" in route:  # of pages only, the id has no name
            pages |= set(args[:1])
        _require(pages_within_reach(user), pages)
        _check_query(request, route, kwargs)


def _check_query(request: HttpRequest, route: str, kwargs: Mapping[str, Any]) -> None:
    """The ids that choosers and bulk actions take as `?id=`."""
    if route == CMS + "choose-page/chosen-multiple/":
        _require(pages_within_reach(request.user), request.GET.getlist("id"))
    elif route.startswith(CMS + "bulk/"):
        _check_bulk_action(request, kwargs["model_name"])


def _check_bulk_action(request: HttpRequest, kind: str) -> None:
    """Pages, pictures and documents; people and settings are the operator's.

    `?id=all` is everything under `?childOf=`: of pages that has to be the user's own part, for the pages above it hold
    the neighbours' too. Of pictures and documents Wagtail itself takes the user's own.
    """
    named = [value for value in request.GET.getlist("id") if value != "all"]
    if kind == "page":
        _require(pages_within_reach(request.user), named)
        if len(named) < len(request.GET.getlist("id")):
            _require(Page.objects.filter(_under(_paths_of(request.user))), [request.GET.get("childOf", "")])
    elif kind == "image":
        _require(_of_collections(image_policy, get_image_model(), request.user), named)
    elif kind == "document":
        _require(_of_collections(document_policy, get_document_model(), request.user), named)
    else:
        raise Http404


def _of_collections(policy: Any, model: Any, user: Any, *rights: str) -> Any:
    ids = policy.instances_user_has_any_permission_for(user, rights or ["change", "delete"]).values("pk")
    return model.objects.filter(pk__in=ids)


def _choosable(model: type[Any], user: Any) -> Any:
    if issubclass(model, Page):
        return pages_within_reach(user)
    policy = image_policy if issubclass(model, get_image_model()) else document_policy
    return _of_collections(policy, model, user, "choose", "change", "delete")


def all_choosable(references: Iterable[tuple[type[Any], str]], user: Any) -> bool:
    """Whether the user may choose each of these pictures, documents and pages, given as (model, id).

    An id that names nothing is nobody's.
    """
    wanted: dict[type[Any], set[int]] = {}
    for model, written in references:
        key = read_key(written)
        if key is None:
            return False
        wanted.setdefault(model, set()).add(key)
    return all(_choosable(model, user).filter(pk__in=keys).count() == len(keys) for model, keys in wanted.items())


def _require(reachable: Any, ids: Iterable[Any]) -> None:
    wanted = {_key(value) for value in ids}
    if wanted and reachable.filter(pk__in=wanted).count() < len(wanted):
        raise Http404


def _key(value: Any) -> int:
    key = read_key(value)
    if key is None:
        raise Http404
    return key


def read_key(value: Any) -> int | None:
    """The id as Django will read it, in whatever way it is written: `+5`, ` 5` and `0_5` are 5; None if it is none."""
    try:
        key = int(value)
    except (TypeError, ValueError):
        return None
    return key if 0 < key <= MAX_KEY else None
