"""Driving the system's Chromium: the phone of a member, with every console error a failure.

Fixtures are in tests/conftest.py: `page` (360 x 740) and `browse` (any size, dark or light, with or without scripts).

What a page shows is asked with Playwright's `expect`, never with a bare `assert`: a click waits until the next page has
begun, not until it has a body, so `count()` and `is_visible()` may look at an empty one.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, expect

from members.models import User

PHONE = (360, 740)
TABLET = (768, 1024)
DESKTOP = (1200, 900)
SIZES = (PHONE, TABLET, DESKTOP)
LIGHTS = ("light", "dark")
TIMEOUT = 15_000  # milliseconds, for acts and for what is expected alike: four browsers share two cores
expect.set_options(timeout=TIMEOUT)
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# `.ci/run` walks the journeys again beside the services: their pages have just been looked at, and look the same there.
IS_LOOKING = not os.environ.get("LOOKED")
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all of WCAG that looks at colours


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium without its windows: a page costs it half of what the whole browser needs."""
    return playwright.chromium.launch(
        executable_path="/usr/bin/chromium-headless-shell",
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    )


@contextmanager
def watched_page(
    browser: Browser, base_url: str, size: tuple[int, int] = PHONE, console_errors: int = 0, **options: object
) -> Iterator[Page]:
    """A page of its own context; leaving it fails if the console saw more than `console_errors` errors.

    Pass 1 for a page that answers 403, 404 and the like: Chromium reports those in the console.
    """
    width, height = size
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": width, "height": height},
        locale="id-ID",
        reduced_motion="reduce",
        **options,
    )
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    problems: list[str] = []
    page.on(
        "console", lambda message: message.type == "error" and problems.append(f"{message.text} {message.location}")
    )
    page.on("pageerror", lambda error: problems.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert len(problems) <= console_errors, problems


def log_in(page: Page, user: User) -> None:
    """Give the browser a session of this user, without the log-in form."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}])


def assert_no_axe_violations(page: Page, rules: dict[str, object] = WCAG) -> None:
    """WCAG 2.2 A and AA, as far as axe can see; only what it finds wrong comes back from the browser."""
    if not IS_LOOKING:
        return
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    seen = page.evaluate(
        """(rules) => axe.run({runOnly: rules, resultTypes: ['violations']}).then((found) =>
            found.violations.map((v) => `${v.id}: ${v.help} -> ${v.nodes.slice(0, 3).map((n) => n.target).join(', ')}`)
        )""",
        rules,
    )
    assert not seen, "\n".join(seen)


def look_over(
    page: Page,
    sizes: Sequence[tuple[int, int]] = SIZES,
    lights: Sequence[str] = LIGHTS,
    also: Callable[[], object] = lambda: None,
) -> None:
    """The open page fits, can be touched and reads well in all of these sizes and lights; `also` is done in each.

    It is loaded once. A size may show other things, so axe looks at everything; the other light changes colours only.
    """
    for width, height in sizes if IS_LOOKING else sizes[-1:]:  # the journey goes on in the last one
        page.set_viewport_size({"width": width, "height": height})
        for light in lights if IS_LOOKING else lights[-1:]:
            page.emulate_media(color_scheme=light)
            assert_no_horizontal_scroll(page)
            assert_touch_targets(page)
            assert_no_axe_violations(page, WCAG if light == lights[0] else COLOURS)
            also()


def assert_no_horizontal_scroll(page: Page) -> None:
    """Nothing sticks out of the screen's width."""
    page.wait_for_load_state()  # a click waits until the next page has begun, not until it has a body
    wide, narrow = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= narrow, f"{page.url} is {wide} px wide on a screen of {narrow} px"


def assert_touch_targets(page: Page, smallest: int = 44) -> None:
    """Buttons, fields and menu links are at least `smallest` px high (links inside running text are exempt)."""
    page.wait_for_load_state()
    small = page.evaluate(
        """(smallest) => [...document.querySelectorAll(
            'button, .button, select, input:not([type=hidden]), .site-nav a, .row, summary')]
        .filter((e) => e.checkVisibility() && !e.closest('label, .visually-hidden'))
        .filter((e) => e.getBoundingClientRect().height < smallest - 0.5)
        .map((e) => e.outerHTML.slice(0, 120))""",
        smallest,
    )
    assert not small, small


def assert_words_fit(page: Page) -> None:
    """In tiles and tables no word sticks out of its box, and no text of three words or more has a line for each.

    Nor does a table or a row of tabs scroll inside of its frame, where nothing would say so.
    """
    squeezed = page.evaluate(
        """() => {
        const found = [];
        for (const frame of document.querySelectorAll('.tabs, .table-wrap:not(.table-wrap--scroll)')) {
            const [wide, seen] = [frame.scrollWidth, frame.clientWidth];
            if (frame.checkVisibility() && wide > seen) found.push(`${frame.className} of ${wide} px in ${seen} px`);
        }
        for (const box of document.querySelectorAll('.stat, .table :is(th, td)')) {
            const head = box.closest('thead'), isAway = head && getComputedStyle(head).position === 'absolute';
            if (!box.checkVisibility() || isAway || box.closest('.visually-hidden')) continue;
            const edge = box.getBoundingClientRect();
            const inner = edge.right - parseFloat(getComputedStyle(box).paddingRight) + 1;
            const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const text = walker.currentNode.textContent.trim();
                if (!text || walker.currentNode.parentElement.closest('.visually-hidden, progress')) continue;
                const range = document.createRange();
                range.selectNodeContents(walker.currentNode);
                const lines = [...range.getClientRects()].filter((line) => line.width > 1);
                if (lines.some((line) => line.right > inner)) found.push(`sticks out: ${text}`);
                const tops = new Set(lines.map((line) => Math.round(line.top)));
                const words = text.split(/\\s+/).length;
                if (words > 2 && tops.size >= words) found.push(`a line for each word: ${text}`);
            }
        }
        return found;
        }"""
    )
    assert not squeezed, squeezed


Browse = Callable[..., Page]
