"""Every kind of page that the CMS links to, walked as the operator and as a trainer: no English is left in it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import Resolver404, resolve
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses.services import seat_trainer
from tests.cast import Cast
from tests.factories import make_course
from tests.files import picture

# Words that Indonesian does not have and that nearly every English text of an interface holds one of.
ENGLISH = re.compile(
    r"\b(the|of|your|you|this|that|with|from|has|have|been|are|was|for|and|or|not|all|any|no|by|to|is|in|on|at|"
    r"add|edit|delete|save|choose|select|search|view|show|hide|page|pages|user|users|title|date|type|name|last|first|"
    r"new|create|created|updated|published|draft|live|locked|site|sites|history|usage|settings|close|cancel|move|copy|"
    r"sort|order|filter|filters|upload|image|images|document|documents|collection|clear|report|reports|action|"
    r"password|current|profile|account|preferences|theme|toggle|next|previous|more|less|yes|loading|privacy|"
    r"unpublish|publish|revision|compare|workflow|task|help|email|group|groups|permission|permissions|redirect)\b",
    re.IGNORECASE,
)
# The same letters in Indonesian, proper names, and words that both languages have.
INDONESIAN = re.compile(r"\b(draf|status|e-mail|akademi linmas|slug|url|html|wagtail|id|in memoriam)\b", re.IGNORECASE)
SHOWN = ("title", "aria-label", "placeholder", "alt", "data-w-tooltip-content-value", "label")
# Wagtail writes these without a mark for translation: its search button, which only screen readers meet, and two
# columns of the operator's list of sites.
UNMARKED = frozenset({"Search", "Site name", "Root page"})
UNSEEN = ("script", "style", "template", "svg")
LEFT_OUT = re.compile(r"/(logout|failwhale|jsi18n|sprite|autocomplete|documents/\d+/)|\.(csv|xlsx)|export=")


class Texts(HTMLParser):
    """What a page says, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in UNSEEN
        given = {name: value or "" for name, value in attrs}
        self.texts += [given[name] for name in SHOWN if name in given]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.texts.append(given.get("value", ""))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(" ".join(data.split()))


def route_of(path: str) -> str:
    try:
        return str(resolve(path).route)
    except Resolver404:
        return ""


def walk(client: Client) -> Iterator[tuple[str, Texts]]:
    """One page of every route that links lead to from the front desk."""
    waiting, seen = ["/cms/"], set()
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        route = route_of(path)
        if not path.startswith("/cms/") or LEFT_OUT.search(address) or route in seen:
            continue
        response = client.get(address)
        if response.status_code != 200 or "text/html" not in response["Content-Type"]:
            continue
        seen.add(route)
        page = Texts()
        page.feed(response.content.decode())
        waiting += [urljoin(address, link) for link in page.links]
        yield address, page


def english(text: str) -> bool:
    return text not in UNMARKED and bool(ENGLISH.search(INDONESIAN.sub(" ", text)))


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """A course with lessons, a picture and a document of the trainer's region."""
    course = make_course("Ronda malam")
    course.save_revision(user=cast.trainer).publish()
    collection = course.shelf.collection
    get_image_model().objects.create(
        title="Gambar ronda", file=ContentFile(picture().read(), name="ronda.jpg"), collection=collection
    )
    get_document_model().objects.create(
        title="Panduan", file=ContentFile(b"x", name="panduan.txt"), collection=collection
    )
    seat_trainer(user=cast.trainer)
    return cast


@pytest.mark.parametrize(("who", "least"), [("admin", 25), ("trainer", 20)])
def test_no_english_is_left(filled: Cast, client: Client, who: str, least: int):
    client.force_login(getattr(filled, who))
    found, pages = {}, 0
    for address, page in walk(client):
        pages += 1
        for text in page.texts:
            if text and english(text):
                found.setdefault(text[:120], address)
    assert found == {}
    assert pages >= least
