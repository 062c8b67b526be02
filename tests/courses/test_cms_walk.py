"""A trainer writes and publishes a course in a real browser, in Indonesian, and the public reads it."""

import re

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from courses.models import CoursePage, LessonPage
from courses.services import seat_trainer
from tests.browser import DESKTOP, Browse, log_in
from tests.cast import Cast
from tests.factories import QuizFactory, make_course

pytestmark = pytest.mark.browser
ENGLISH = re.compile(r"\b(Save draft|Publish|Page|Title|Choose|Required|Add|Delete|Image|Search|Status|Table)\b")


def publish(page: Page) -> None:
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.get_by_role("button", name="Publikasi", exact=True).click()
    expect(page.locator(".messages .success")).to_be_visible()


def add_block(page: Page, name: str) -> None:
    page.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name=name, exact=True).click()


@pytest.mark.long
def test_a_trainer_publishes_a_course(browse: Browse, cast: Cast, settings: LazySettings):
    # A draft that Wagtail saves by itself at the very moment of publishing would make the page twice.
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0
    make_course("Kursus tetangga", region="63.09")
    QuizFactory(title="Kuis ronda")
    seat_trainer(user=cast.trainer)
    page = browse(size=DESKTOP)
    log_in(page, cast.trainer)
    page.goto("/cms/")
    assert not ENGLISH.search(page.locator("body").inner_text())

    page.get_by_role("link", name="Tulis kursus baru").click()
    assert not ENGLISH.search(page.locator("main").inner_text())
    page.locator("[name=title]").fill("Ronda malam")
    page.locator("[name=summary]").fill("Cara meronda dengan aman.")
    page.locator("[name=goal]").fill("Anda dapat meronda.")
    page.locator("[name=trainer]").fill("Satpol PP Balangan")
    page.locator("[name=lesson_hours]").fill("2")
    page.locator("[name=quiz]").select_option(label="Kuis ronda")
    publish(page)

    course = CoursePage.objects.get(title="Ronda malam")
    page.goto(f"/cms/pages/{course.pk}/add_subpage/")
    expect(page.locator("[name=title]")).to_be_visible()  # a course takes lessons only, so the form opens at once
    page.locator("[name=title]").fill("Sebelum berangkat")
    add_block(page, "Judul bagian")
    page.locator("[name=body-0-value]").fill("Periksa senter")
    add_block(page, "Paragraf")
    page.locator(".public-DraftEditor-content").last.fill("Bawa baterai cadangan.")
    add_block(page, "Periksa diri")
    assert "undefined" not in page.locator("main").inner_text()
    page.locator("[name=body-2-value-question]").fill("Berapa orang paling sedikit?")
    for number, (text, correct) in enumerate([("Dua orang", True), ("Sendiri", False)]):
        prefix = f"[name=body-2-value-choices-{number}-value"
        page.locator(f"{prefix}-text]").fill(text)
        page.locator(f"{prefix}-feedback]").fill(f"Tentang {text.lower()}.")
        if correct:
            page.locator(f"{prefix}-correct]").press("Space")  # a click may miss a block that is still sliding in
        expect(page.locator(f"{prefix}-correct]")).to_be_checked(checked=correct)
    assert not ENGLISH.search(page.locator("main").inner_text())
    page.get_by_role("button", name="Pratinjau").or_(page.locator("[aria-label=Pratinjau]")).first.click()
    preview = page.frame_locator("iframe.w-preview__iframe:not(.w-preview__proxy)")
    expect(preview.get_by_text("Periksa senter")).to_be_visible()
    publish(page)

    lesson = LessonPage.objects.get(title="Sebelum berangkat")
    assert lesson.live
    phone = browse()
    log_in(phone, cast.member.user)
    phone.goto("/kursus/")
    phone.get_by_role("link", name="Ronda malam").click()
    phone.get_by_role("button", name="Mulai belajar").click()
    expect(phone.get_by_role("heading", name="Periksa senter")).to_be_visible()
    expect(phone.get_by_text("Bawa baterai cadangan.")).to_be_visible()
    phone.get_by_text("Dua orang", exact=True).click()
    expect(phone.get_by_text("Tentang dua orang.")).to_be_visible()
    phone.get_by_role("button", name="Tandai selesai").click()
    expect(phone.get_by_role("heading", name="Ronda malam")).to_be_visible()
    expect(phone.get_by_role("button", name="Mulai kuis")).to_be_visible()
