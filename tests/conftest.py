"""Fixtures that every room shares."""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.browser import Browse, launch, watched_page
from tests.cast import Cast, make_cast
from tests.factories import make_regions
from tests.template_database import django_db_keepdb, django_db_setup, one_at_a_time, template
from tests.worker import background, worker_process
from training.reconciliation import reconcile

__all__ = [
    "background",
    "cast",
    "django_db_keepdb",
    "django_db_setup",
    "one_at_a_time",
    "regions",
    "template",
    "worker_process",
]

# What a test asks for that reads or writes the database, this process's or a worker's.
ASKS_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup", "worker_process"}

# How long an example takes says more about the machine's other work than about the code.
hypothesis_settings.register_profile("akademi", deadline=None)
hypothesis_settings.load_profile("akademi")


@pytest.hookimpl(hookwrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Every test that really commits starts from what the migrations brought; the longest files come first.

    Of several processes none is then left alone with one at the end: first those with a test marked `long`, then those
    with a browser. Where no test commits, and all that ask the database ask for the cast, a file makes it once. A test
    that asks no database at all is marked `apart`.
    """
    lasting: Counter[Path] = Counter()
    casting: dict[Path, list[pytest.Item]] = {}
    making_their_own: set[Path] = set()
    for item in items:
        marker = item.get_closest_marker("django_db")
        names = item.fixturenames
        is_committing = bool({"transactional_db", "live_server"} & set(names)) or bool(
            marker and marker.kwargs.get("transaction")
        )
        if is_committing or ("cast" not in names and (marker or "db" in names)) or "built_once" in names:
            making_their_own.add(item.path)
        elif "cast" in names:
            casting.setdefault(item.path, []).append(item)
        if is_committing and "built_once" in names:
            raise pytest.UsageError(f"{item.nodeid} commits, so its module must not build on built_once")
        if is_committing:
            names[:0] = ["restored_database", "django_db_serialized_rollback"]
        if is_committing and marker:
            item.add_marker(pytest.mark.django_db(**{**marker.kwargs, "serialized_rollback": True}), append=False)
        lasting[item.path] += 100 * bool(item.get_closest_marker("long")) + ("chromium" in names)
        if not marker and not ASKS_DATABASE & set(names):
            item.add_marker(pytest.mark.apart)
    for path in casting.keys() - making_their_own:
        for item in casting[path]:
            item.fixturenames.insert(0, "cast_once")
    yield
    items.sort(key=lambda item: -lasting[item.path])  # within a file as pytest-django has put them
    # What is loaded by now stays for the whole run: the collector need not look at it again and again.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture
def restored_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After the flush that ends a committing test: the site, its pages, the squads and bands are there again."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture(scope="module")
def built_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a module builds on top of this stays for all its tests; none of them may really commit."""
    around = transaction.atomic()
    around._from_testcase = True  # as Django's TestCase says it: a durable block may run inside
    with django_db_blocker.unblock(), around:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def cast_once(built_once: None) -> Cast:
    """Everybody, made once for a module: `cast` copies them. Who builds on them says `usefixtures("cast_once")`."""
    return make_cast()


@pytest.fixture
def regions(db: None) -> None:
    """The cast's corner of the country."""
    make_regions()


@pytest.fixture
def cast(request: pytest.FixtureRequest, db: None) -> Cast:
    """Everybody, in the database."""
    if "cast_once" in request.fixturenames:
        return deepcopy(request.getfixturevalue("cast_once"))
    return make_cast()


@pytest.fixture
def books_in_order(transactional_db: None) -> Iterator[None]:
    """For tests of what happens at once: after it, standings and tallies are what a recount makes of the ledger.

    The test opens the running half with `open_halves` before it begins, or opens it at once with the rest.
    """
    yield
    found = reconcile()
    assert (found.differences, found.left) == ([], [])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; each page has a context of its own."""
    # Playwright's synchronous interface runs an event loop, so Django takes the test for asynchronous code: it
    # would refuse queries, and open a second set of connections that does not know the test database's contents.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    opened = {alias: connections[alias] for alias in connections}
    with sync_playwright() as playwright:
        for alias, connection in opened.items():
            connections[alias] = connection
        browser = launch(playwright)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browse(chromium: Browser, live_server: LiveServer, django_db_serialized_rollback: None) -> Iterator[Browse]:
    """Opens pages on the live server: `browse(size=DESKTOP, color_scheme="dark", java_script_enabled=False)`."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(watched_page(chromium, live_server.url, **options))


@pytest.fixture
def page(browse: Browse) -> Page:
    """A member's phone, 360 x 740; a console error fails the test."""
    return browse()
