"""The sample course in a reader's browser: every size and light, without scripts, and what travels."""

import gzip

import pytest
from playwright.sync_api import Response, expect

from courses.models import CoursePage, LessonPage
from courses.services import SAMPLES, import_sample_course, open_shelf
from regions.models import Region
from tests.browser import DESKTOP, PHONE, TABLET, Browse, assert_no_horizontal_scroll, log_in, look_over
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.fixture
def course(cast: Cast) -> CoursePage:
    shelf = open_shelf(region=Region.objects.get(pk="63.11"))
    return import_sample_course(folder=SAMPLES / "dasar-hukum-tugas-etika", shelf=shelf, owner=cast.trainer)


def test_pages_are_accessible_and_fit(browse: Browse, cast: Cast, course: CoursePage):
    page = browse()
    log_in(page, cast.member.user)
    for address in ("/kursus/", course.url):
        page.goto(address)
        look_over(page, [PHONE])
    for address in ("/belajar/", f"{course.url}organisasi-satlinmas/"):
        page.goto(address)
        look_over(page)
    for lesson in LessonPage.objects.child_of(course):
        page.goto(lesson.url)
        for width, height in (TABLET, DESKTOP):
            page.set_viewport_size({"width": width, "height": height})
            assert_no_horizontal_scroll(page)


def test_a_practice_question_answers_without_scripts(browse: Browse, cast: Cast, course: CoursePage):
    page = browse(java_script_enabled=False)
    log_in(page, cast.member.user)
    page.goto(f"{course.url}organisasi-satlinmas/")
    expect(page.get_by_text("Di kelurahan, kepala Satlinmas adalah lurah.")).not_to_be_visible()
    page.get_by_text("Kepala desa", exact=True).click()
    expect(page.get_by_text("Di kelurahan, kepala Satlinmas adalah lurah.")).to_be_visible()
    expect(page.get_by_text("Benar.", exact=True)).to_be_visible()


def on_the_wire(response: Response) -> int:
    """Bytes that travel: WhiteNoise compresses static files in production, pages say whether they are."""
    compressed = "/static/" in response.url or "content-encoding" in response.headers
    return len(gzip.compress(response.body(), 9) if compressed else response.body())


def test_a_lesson_is_light(browse: Browse, cast: Cast, course: CoursePage):
    """LOOK.md: 60 kB without pictures and 10 requests at first; 15 kB once the static files are kept."""
    page = browse()
    log_in(page, cast.member.user)
    responses: list[Response] = []

    def note(response: Response) -> None:
        responses.append(response)

    page.on("response", note)
    page.goto(f"{course.url}organisasi-satlinmas/", wait_until="networkidle")
    sizes = {response.url: on_the_wire(response) for response in responses if "/media/" not in response.url}
    assert sum(sizes.values()) <= 60_000, sizes
    assert len(responses) <= 10
    assert sizes[page.url] <= 15_000, sizes
