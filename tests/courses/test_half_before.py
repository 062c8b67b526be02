"""The member's home early in a half, while something is owed in the one before."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from courses.models import CoursePage
from courses.services import complete_course, enrol
from courses.summaries import SHOWN, StepKind, learning_of
from members.models import Member
from tests.cast import Cast
from tests.courses.helpers import pass_course
from tests.factories import PeriodFactory, make_course
from training.exemption_services import ask_extension, grant_extension
from training.models import Period, Policy
from training.services import open_period, open_standing

# Far ahead: enrolments begin by the real clock, and nothing ends before it began.
AUTUMN, JANUARY = datetime(2098, 11, 23, 3, tzinfo=UTC), datetime(2099, 1, 10, 3, tzinfo=UTC)
OWED = "Semester II 2098"
RUNNING = "Semester I 2099"

Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return lambda moment: monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.fixture
def halves(cast: Cast, clock: Clock) -> list[Period]:
    """The second half of 2098 was missed, and it is January."""
    found = []
    for year, half, moment in ((2098, 2, AUTUMN), (2099, 1, JANUARY)):
        clock(moment)
        found.append(PeriodFactory(year=year, half=half))
        open_period(period=found[-1], now=moment)
    return found


def grace(days: int = 30, **changes: object) -> None:
    Policy.objects.create(region_id="00", grace_days=days, **changes)


def extend(cast: Cast, period: Period) -> None:
    asked = ask_extension(
        member=cast.member, period=period, until=date(2099, 2, 28), reason="Melaut", by=cast.member.user
    )
    grant_extension(extension=asked, by=cast.village_officer)


def home(member: Member) -> str:
    client = Client()
    client.force_login(member.user)
    return client.get("/belajar/").content.decode()


def card(page: str) -> str:
    """The big card, as far as the step that follows it."""
    return page[page.index('class="standing') : page.index('class="next-step"')]


@pytest.mark.parametrize("how", ["grace", "extension"])
def test_what_can_still_be_met_comes_first(cast: Cast, halves: list[Period], how: str):
    if how == "grace":
        grace()
    else:
        extend(cast, halves[0])
    make_course()
    page = home(cast.member)
    until = "30 Januari 2099" if how == "grace" else "28 Februari 2099"
    assert f"Berisiko: sisa {20 if how == 'grace' else 49} hari" in card(page)
    assert f"Kurang 1 pelatihan; batasnya diperpanjang sampai {until}." in card(page)
    assert f'<p class="standing__period">{OWED}</p>' in card(page)
    assert f"{RUNNING}: kurang 1 pelatihan, paling lambat 30 Juni 2099." in card(page)
    assert f"Kursus ini melengkapi kewajiban {OWED}." in page
    assert page.count("button--large") == 1


def test_what_is_late_for_good_is_a_line_beside_the_running_half(cast: Cast, halves: list[Period]):
    make_course()
    page = home(cast.member)
    assert f'<p class="standing__period">{RUNNING}</p>' in card(page)
    line = f"Batas {OWED} sudah lewat; pelatihan yang selesai sekarang dihitung untuk {RUNNING}."
    assert card(page).count(OWED) == 1
    assert line in card(page)
    assert "Kursus ini melengkapi kewajiban semester ini." in page


def test_an_extension_ends_at_midnight(cast: Cast, halves: list[Period], clock: Clock):
    extend(cast, halves[0])
    make_course()
    last = datetime(2099, 2, 28, 15, tzinfo=UTC)  # 23.00 WITA
    for moment, half in ((last, OWED), (last.replace(hour=16), RUNNING)):
        clock(moment)
        assert f'<p class="standing__period">{half}</p>' in card(home(cast.member))
        late = learning_of(cast.member).step.late
        assert (late == halves[0]) is (half == OWED)


def test_the_half_before_has_its_line_in_the_year(cast: Cast, halves: list[Period]):
    page = home(cast.member)
    year = page[page.index("Tahun 2099") :]
    assert year.index(f"<dt>{OWED}</dt>") < year.index(f"<dt>{RUNNING}</dt>") < year.index("<dt>Semester II 2099</dt>")
    assert "Kurang 1 pelatihan; batasnya 31 Desember 2098 sudah lewat." in year


def test_once_it_is_met_only_the_running_half_is_there(cast: Cast, halves: list[Period]):
    grace()
    record = complete_course(attempt=pass_course(cast.member, make_course()))
    assert record
    assert record.period == halves[0]  # as the page had said
    page = home(cast.member)
    assert f'<p class="standing__period">{RUNNING}</p>' in card(page)
    assert OWED not in page[: page.index("Sudah selesai")]


def test_who_met_it_in_time_hears_of_the_running_half_alone(cast: Cast, halves: list[Period], clock: Clock):
    clock(AUTUMN)
    complete_course(attempt=pass_course(cast.member, make_course()))
    clock(JANUARY)
    grace()
    step = learning_of(cast.member).step
    assert step.late is None
    assert "standing__beside" not in home(cast.member)


# --- what a course would do -------------------------------------------------------------------


def test_a_course_completes_the_half_before_where_the_ledger_would_book_it(cast: Cast, halves: list[Period]):
    grace()
    make_course()
    step = learning_of(cast.member).step
    assert (step.kind, step.completes, step.late) == (StepKind.COURSE, True, halves[0])


def test_however_many_courses_of_the_other_half_come_first(cast: Cast, halves: list[Period]):
    grace()
    for number in range(SHOWN):
        make_course(f"Khusus {number}", counts_in=1, compulsory=True, lessons=1)
    useful = make_course("Untuk keduanya")
    step = learning_of(cast.member).step
    assert (step.row and step.row.course, step.late) == (useful, halves[0])


def test_one_of_two_that_are_owed_is_counted_there_and_completes_nothing(cast: Cast, halves: list[Period]):
    grace(per_half=2, per_year=4)
    open_anew(halves)
    make_course()
    step = learning_of(cast.member).step
    assert (step.completes, step.late) == (False, halves[0])
    assert f"Kursus ini dihitung untuk {OWED}." in home(cast.member)


def test_a_course_that_counts_there_already_would_count_for_the_running_half(
    cast: Cast, halves: list[Period], clock: Clock
):
    grace(per_half=2, per_year=4)
    open_anew(halves)
    known = make_course("Dasar")
    complete_course(attempt=pass_course(cast.member, known))
    step = learning_of(cast.member).step
    assert (step.row and step.row.course, step.completes, step.late) == (known, False, None)
    other = make_course("Dapur Umum")  # which the half before still takes
    step = learning_of(cast.member).step
    assert (step.row and step.row.course, step.completes, step.late) == (other, True, halves[0])


def test_of_courses_done_before_the_one_that_the_half_before_takes_is_repeated(
    cast: Cast, halves: list[Period], clock: Clock
):
    # Three there and one in the running half: what is counted there already would complete the latter.
    grace(per_half=3, per_year=6, ends_on=date(2098, 12, 31))
    open_anew(halves)
    older, newer = make_course("Dasar"), make_course("Dapur Umum")
    clock(AUTUMN)
    complete_course(attempt=pass_course(cast.member, older))
    clock(datetime(2098, 5, 1, 3, tzinfo=UTC))
    PeriodFactory(year=2098, half=1)
    complete_course(attempt=pass_course(cast.member, newer))
    clock(JANUARY)
    step = learning_of(cast.member).step
    assert (step.row and step.row.course, step.completes, step.late) == (newer, False, halves[0])


def test_what_was_begun_goes_on_and_says_where_it_counts(cast: Cast, halves: list[Period]):
    grace()
    course = make_course()
    enrol(member=cast.member, course=course)
    step = learning_of(cast.member).step
    assert (step.kind, step.completes, step.late) == (StepKind.LESSON, True, halves[0])


def open_anew(halves: list[Period]) -> None:
    """Judge everybody by the policy that was made after the halves were opened."""
    for period in halves:
        for member in Member.objects.active():
            open_standing(member=member, period=period)


def test_queries(cast: Cast, halves: list[Period], django_assert_max_num_queries):
    grace()
    course: CoursePage = make_course()
    enrol(member=cast.member, course=course)
    client = Client()
    client.force_login(cast.member.user)
    client.get("/belajar/")
    with django_assert_max_num_queries(33):
        client.get("/belajar/")
