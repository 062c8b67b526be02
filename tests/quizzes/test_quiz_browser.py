"""A quiz on a member's phone, in a real browser: every choice kept, whatever the network does."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from quizzes.models import Answer, Attempt, Quiz
from quizzes.services import save_answer, start_attempt, submit_attempt
from tests.browser import (
    Browse,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_touch_targets,
    log_in,
    look_over,
)
from tests.cast import Cast
from tests.factories import QuizFactory
from tests.quizzes.helpers import answer_all, let_time_pass

pytestmark = pytest.mark.browser
SAVED = re.compile(r"Tersimpan \d\d\.\d\d WITA")
BROKEN_NETWORK = 50  # failed requests that Chromium may complain about in its console


@pytest.fixture
def quiz(browse: Browse, cast: Cast) -> Quiz:
    return QuizFactory(title="Kuis akhir Dasar Hukum", draw=4, questions=6, pass_mark=70)


@pytest.fixture
def attempt(quiz: Quiz, cast: Cast) -> Attempt:
    return start_attempt(member=cast.member, quiz=quiz)


def sit(browse: Browse, cast: Cast, attempt: Attempt, **options: object) -> Page:
    """The member's browser at the open attempt."""
    page = browse(**options)
    assert cast.member.user is not None
    log_in(page, cast.member.user)
    page.goto(f"/kuis/{attempt.pk}/")
    return page


def heading(page: Page, position: int) -> Locator:
    return page.get_by_role("heading", name=f"Soal {position} dari 4")


def choice(page: Page, letter: str) -> Locator:
    return page.locator(f'.quiz-question:not([hidden]) .choice:has([value="{letter}"])')


def status(page: Page) -> Locator:
    return page.locator("[data-save-status]")


def stored(attempt: Attempt, position: int) -> list[str]:
    chosen: list[str] = Answer.objects.get(attempt=attempt, position=position).chosen
    return chosen


def check_looks(page: Page) -> None:
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)


def test_a_whole_quiz(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt)
    check_looks(page)
    for position, answer in enumerate(attempt.answers.all(), start=1):
        expect(heading(page, position)).to_be_visible()
        choice(page, answer.correct_ids[0]).click()
        expect(status(page)).to_have_text(SAVED)
        page.get_by_role("button", name="Simpan &").click()
    expect(page.get_by_text("Semua soal sudah dijawab")).to_be_visible()
    check_looks(page)
    page.get_by_role("button", name="Kumpulkan sekarang").click()
    expect(page.get_by_role("heading", name="Lulus")).to_be_visible()
    check_looks(page)
    attempt.refresh_from_db()
    assert attempt.score == 100
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.looks
def test_a_quiz_fits_and_reads_well(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt)
    look_over(page)
    page.goto(f"/kuis/{attempt.pk}/periksa/")
    look_over(page)
    answer_all(attempt, right=1)
    submit_attempt(attempt=attempt)
    page.goto(f"/kuis/{attempt.pk}/")
    expect(page.get_by_role("heading", name="Belum lulus")).to_be_visible()
    look_over(page)


@pytest.mark.looks
def test_without_a_network_the_answers_wait_on_the_phone(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt, console_errors=BROKEN_NETWORK)
    page.context.set_offline(True)
    for letter in "abc":
        choice(page, letter).click()
        page.get_by_role("button", name="Simpan & lanjut").click()
    expect(status(page)).to_contain_text("Belum tersimpan (3 jawaban)")
    expect(heading(page, 4)).to_be_visible()
    assert [stored(attempt, position) for position in (1, 2, 3)] == [[], [], []]
    choice(page, "d").click()
    page.get_by_role("button", name="Simpan & periksa").click()
    expect(page.get_by_role("alert")).to_contain_text("Jawaban aman di HP ini")
    page.context.set_offline(False)
    expect(status(page)).to_have_text(SAVED)
    page.get_by_role("button", name="Simpan & periksa").click()
    expect(page.get_by_text("Semua soal sudah dijawab")).to_be_visible()
    assert [stored(attempt, position) for position in (1, 2, 3, 4)] == [["a"], ["b"], ["c"], ["d"]]


@pytest.mark.looks
def test_closing_the_browser_without_a_network_loses_nothing(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt, console_errors=BROKEN_NETWORK)
    page.context.set_offline(True)
    choice(page, "b").click()
    expect(status(page)).to_contain_text("Belum tersimpan (1 jawaban)")
    later = page.context.new_page()
    page.close()
    page.context.set_offline(False)
    later.goto(f"/kuis/{attempt.pk}/1/")
    expect(choice(later, "b").locator("input")).to_be_checked()
    expect(status(later)).to_have_text(SAVED)
    assert stored(attempt, 1) == ["b"]


@pytest.mark.looks
def test_a_server_in_trouble_is_asked_again(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt, console_errors=BROKEN_NETWORK)
    failures = iter([503, 502])

    def trouble(route: Route) -> None:
        code = next(failures, None)
        if code:
            route.fulfill(status=code)
        else:
            route.continue_()

    page.route("**/kuis/*/1/", trouble)
    choice(page, "c").click()
    expect(status(page)).to_contain_text("mencoba lagi")
    expect(status(page)).to_have_text(SAVED)
    assert stored(attempt, 1) == ["c"]


def test_a_newer_answer_from_another_device_stays(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt, console_errors=BROKEN_NETWORK)
    for letter in "aba":
        save_answer(attempt=attempt, position=1, chosen=[letter])
    choice(page, "d").click()
    expect(page.get_by_role("alert")).to_contain_text("tab atau perangkat lain")
    expect(choice(page, "a").locator("input")).to_be_checked()
    assert stored(attempt, 1) == ["a"]
    choice(page, "d").click()
    expect(status(page)).to_have_text(SAVED)
    assert stored(attempt, 1) == ["d"]


def test_two_tabs_share_the_order_of_their_saves(browse: Browse, cast: Cast, attempt: Attempt):
    first = sit(browse, cast, attempt)
    second = first.context.new_page()
    second.goto(f"/kuis/{attempt.pk}/1/")
    for page, letter in [(first, "a"), (first, "b"), (second, "c"), (first, "d")]:
        choice(page, letter).click()
        expect(status(page)).to_have_text(SAVED)
        page.wait_for_function("Object.keys(JSON.parse(Object.values(localStorage)[0]).waiting).length === 0")
        assert stored(attempt, 1) == [letter]


@pytest.mark.looks
def test_the_back_button_walks_through_the_questions(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt)
    page.get_by_role("button", name="Simpan & lanjut").click()
    page.locator('[data-map="4"]').click()
    expect(heading(page, 4)).to_be_visible()
    assert page.url.endswith("/4/")
    page.go_back()
    expect(heading(page, 2)).to_be_visible()
    page.go_back()
    expect(heading(page, 1)).to_be_visible()
    page.go_forward()
    expect(heading(page, 2)).to_be_visible()


@pytest.mark.looks
@pytest.mark.parametrize(("seconds", "said"), [(1000, "17 menit"), (200, re.compile(r"^3 mnt \d+ dtk$"))])
def test_the_time_left_reads_as_no_time_of_day(
    browse: Browse, cast: Cast, attempt: Attempt, seconds: int, said: str | re.Pattern[str]
):
    let_time_pass(attempt, seconds_after_deadline=-seconds)
    page = sit(browse, cast, attempt)
    expect(page.locator("[data-clock-text]")).to_have_text(said)


@pytest.mark.looks
def test_when_the_time_runs_out_the_page_becomes_the_result(
    browse: Browse, cast: Cast, attempt: Attempt, settings: object
):
    settings.QUIZ_GRACE_SECONDS = 1
    let_time_pass(attempt, seconds_after_deadline=-4)
    page = sit(browse, cast, attempt)
    choice(page, "a").click()
    expect(page.get_by_role("alert")).to_contain_text("Waktu habis")
    expect(page.get_by_text("Waktu habis. Jawaban yang tersimpan sampai saat itu sudah dinilai.")).to_be_visible()
    attempt.refresh_from_db()
    assert attempt.ending == "time_up"
    assert stored(attempt, 1) == ["a"]


def test_an_answer_that_found_no_network_in_time_is_shown_as_late(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt, console_errors=BROKEN_NETWORK)
    page.context.set_offline(True)
    choice(page, "b").click()
    expect(status(page)).to_contain_text("Belum tersimpan (1 jawaban)")
    submit_attempt(attempt=attempt)  # on another device
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Jawaban yang datang terlambat")).to_be_visible()
    assert (stored(attempt, 1), Answer.objects.get(attempt=attempt, position=1).late_chosen) == ([], ["b"])


def test_a_late_answer_is_sent_from_the_result_page_too(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt, console_errors=BROKEN_NETWORK)
    page.context.set_offline(True)
    choice(page, "b").click()
    expect(status(page)).to_contain_text("Belum tersimpan (1 jawaban)")
    later = page.context.new_page()
    page.close()
    submit_attempt(attempt=attempt)
    page.context.set_offline(False)
    later.goto(f"/kuis/{attempt.pk}/hasil/")
    expect(later.get_by_role("heading", name="Jawaban yang datang terlambat")).to_be_visible()


@pytest.mark.looks
def test_a_session_that_ended_keeps_the_answer(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt, console_errors=BROKEN_NETWORK)
    page.context.clear_cookies(name="sessionid")
    choice(page, "b").click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("masuk lagi")
    expect(status(page)).to_contain_text("Belum tersimpan (1 jawaban)")
    page.get_by_role("link", name="Periksa & kumpulkan").click()
    expect(notice).to_contain_text("masuk lagi")  # not the network's fault
    assert cast.member.user is not None
    log_in(page, cast.member.user)
    notice.get_by_role("link", name="Masuk lagi").click()
    expect(status(page)).to_have_text(SAVED)
    assert stored(attempt, 1) == ["b"]


@pytest.mark.looks
def test_who_logged_in_again_in_another_tab_is_not_asked_to(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt, console_errors=BROKEN_NETWORK)
    page.context.clear_cookies(name="sessionid")
    choice(page, "b").click()
    expect(page.get_by_role("alert")).to_contain_text("masuk lagi")
    assert cast.member.user is not None
    log_in(page, cast.member.user)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as on coming back to this tab
    expect(status(page)).to_have_text(SAVED)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_whole_quiz_without_scripts(browse: Browse, cast: Cast, attempt: Attempt):
    page = sit(browse, cast, attempt, java_script_enabled=False)
    for position, answer in enumerate(attempt.answers.all(), start=1):
        expect(heading(page, position)).to_be_visible()
        choice(page, answer.correct_ids[0]).click()
        page.get_by_role("button", name="Simpan &").click()
    expect(page.get_by_text("Semua soal sudah dijawab")).to_be_visible()
    page.get_by_role("button", name="Kumpulkan sekarang").click()
    expect(page.get_by_role("heading", name="Lulus")).to_be_visible()
