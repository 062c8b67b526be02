"""Makers of test data, one section a room; the fixed people are in tests/cast.py."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from certificates.models import Certificate
from certificates.office import Office
from certificates.snapshots import Snapshot, take_snapshot
from courses.models import CoursePage, LessonPage
from courses.services import open_shelf
from members.models import Member, RoleGrant, RoleKind, User
from members.nik import NIK
from quizzes.models import Choice, Question, QuestionBank, Quiz
from regions.models import Region
from regions.services import load_regions
from regions.timezones import local_date
from reports.models import ActivityReport
from training.fields import TrainingField
from training.models import Evidence, Period, TrainingRecord

# --- regions ----------------------------------------------------------------------------------

# The corner of the country where the cast lives: two kecamatan of Balangan, one of another regency.
REGION_NAMES = {
    "63": "Kalimantan Selatan",
    "63.11": "Kabupaten Balangan",
    "63.11.01": "Juai",
    "63.11.01.2001": "Muara Ninian",
    "63.11.01.2002": "Sirap",
    "63.11.02": "Halong",
    "63.11.02.2001": "Kapul",
    "63.09": "Kabupaten Tabalong",
    "63.09.01": "Banua Lawas",
    "63.09.01.2001": "Sungai Hanyar",
}
# A village in each of the other two time zones; not among what `make_regions` makes.
ELSEWHERE = {
    "11": "Aceh",
    "11.01": "Kabupaten Aceh Selatan",
    "11.01.01": "Bakongan",
    "11.01.01.2001": "Keude Bakongan",
    "91": "Papua",
    "91.03": "Kabupaten Jayapura",
    "91.03.01": "Sentani",
    "91.03.01.2001": "Ifale",
}


def make_regions() -> None:
    """Create the cast's corner of the country, once."""
    load_regions(names=REGION_NAMES, today=date(2025, 1, 1))


# --- members ----------------------------------------------------------------------------------


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"pengguna{n}")
    name = factory.Sequence(lambda n: f"Pengguna {n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@contoh.id")
    password = factory.django.Password("linmas-demo-2026")


def demo_nik(serial: int) -> NIK:
    """A NIK of the province that does not exist, of a man born on 20 May 1985 unless the serial is large."""
    return NIK(f"99{serial // 9999:04}200585{serial % 9999 + 1:04}")


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    user = factory.SubFactory(UserFactory, name=factory.SelfAttribute("..name"))
    number = factory.Sequence(lambda n: f"LM{n:08}")
    name = factory.Sequence(lambda n: f"Anggota {n}")
    sex = Member.Sex.MALE
    birth_date = date(1985, 5, 20)
    nik = factory.Sequence(demo_nik)
    village_id = "63.11.01.2001"
    status = Member.Status.ACTIVE
    joined_on = date(2024, 1, 15)
    decided_at = factory.LazyFunction(timezone.now)


def grant(user: User, code: str, kind: str = RoleKind.OFFICER) -> RoleGrant:
    """Give `user` a role over the region `code`."""
    return RoleGrant.objects.create(user=user, kind=kind, region_id=code)


# --- quizzes ----------------------------------------------------------------------------------


class QuizFactory(factory.django.DjangoModelFactory):
    """A quiz over a bank of single-choice questions; choice 0 of each is the right one."""

    class Meta:
        model = Quiz
        skip_postgeneration_save = True

    title = "Kuis akhir"
    bank = factory.LazyFunction(lambda: QuestionBank.objects.create(title="Bank", region_id="63.11"))
    draw = 3

    @factory.post_generation
    def questions(obj: Quiz, create: bool, extracted: int | None, **kwargs: object) -> None:  # noqa: N805
        questions = Question.objects.bulk_create(
            Question(bank=obj.bank, text=f"Pertanyaan {n}", explanation=f"Sebab {n}") for n in range(extracted or 5)
        )
        Choice.objects.bulk_create(
            Choice(question=question, text=f"Pilihan {n}.{i}", is_correct=i == 0, sort_order=i)
            for n, question in enumerate(questions)
            for i in range(4)
        )


# --- training ---------------------------------------------------------------------------------


class PeriodFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Period
        django_get_or_create = ("year", "half")

    year = 2026
    half = 2


class TrainingRecordFactory(factory.django.DjangoModelFactory):
    """A bare ledger row, without the standing and tally that training.services keeps."""

    class Meta:
        model = TrainingRecord

    source = factory.Sequence(lambda n: f"test:{n}")
    member = factory.SubFactory(MemberFactory)
    village_id = factory.SelfAttribute("member.village_id")
    period = factory.SubFactory(PeriodFactory)
    kind = TrainingRecord.Kind.ONLINE
    title = "Dasar Hukum, Tugas & Etika Satlinmas"
    lesson_hours = 4
    score = 90
    organiser = "Satpol PP Kabupaten Balangan"
    syllabus = [{"title": "Dari Hansip ke Linmas", "lesson_hours": 1}, {"title": "Etika", "lesson_hours": 3}]
    completed_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    completed_on = factory.LazyAttribute(lambda o: timezone.localdate(o.completed_at))


class EvidenceFactory(factory.django.DjangoModelFactory):
    """A training elsewhere that waits, with a file that is not there; `refused` is one an officer refused."""

    class Meta:
        model = Evidence

    class Params:
        imported = factory.Trait(file="", upload_digest="", spreadsheet="pelatihan-2025.xlsx")
        refused = factory.Trait(
            status=Evidence.Status.REFUSED,
            decided_by=factory.SubFactory(UserFactory),
            decided_at=datetime(2026, 11, 21, 3, 0, tzinfo=UTC),
            refusal_reason="Fotonya tidak terbaca.",
        )

    member = factory.SubFactory(MemberFactory)
    village_id = factory.SelfAttribute("member.village_id")
    title = factory.Sequence(lambda n: f"Pelatihan Dapur Umum {n}")
    organiser = "BPBD Balangan"
    field = TrainingField.DISASTER
    lesson_hours = Decimal(8)
    completed_on = date(2026, 8, 17)
    file = factory.Sequence(lambda n: f"evidence/{n}.jpg")
    upload_digest = factory.Sequence(lambda n: f"{n:064x}")
    entered_by = factory.SelfAttribute("member.user")


# --- certificates -----------------------------------------------------------------------------


class CertificateFactory(factory.django.DjangoModelFactory):
    """A numbered certificate whose PDF is still to be made; services.issue_certificate makes the real thing."""

    class Meta:
        model = Certificate

    record = factory.SubFactory(TrainingRecordFactory)
    number = factory.LazyAttribute(lambda o: f"{o.sequence:04}/SERT/{o.issuer_id}/XI/{o.year}")
    issuer_id = "63.11"
    year = 2026
    sequence = factory.Sequence(lambda n: n + 1001)  # clear of the numbers that services give
    issued_on = date(2026, 11, 23)
    issued_at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    @factory.lazy_attribute
    def snapshot(self) -> Snapshot:
        return take_snapshot(self.record, number=self.number, issued_on=self.issued_on, office=Office())


# --- reports ----------------------------------------------------------------------------------


class ActivityReportFactory(factory.django.DjangoModelFactory):
    """A complete draft of a night patrol, 20.00–23.00 WITA; `sent`, `verified` and `returned` take it further."""

    class Meta:
        model = ActivityReport

    class Params:
        handed_in = factory.Trait(
            number_year=2026,
            number_sequence=factory.Sequence(lambda n: n + 1),
            number=factory.LazyAttribute(lambda o: f"{o.number_sequence:03}/LAP/{o.village_id}/XI/2026"),
            sent_at=datetime(2026, 11, 21, 1, 0, tzinfo=UTC),
        )
        decided = factory.Trait(handed_in=True, decided_at=datetime(2026, 11, 21, 3, 0, tzinfo=UTC))
        sent = factory.Trait(handed_in=True, status=ActivityReport.Status.SENT)
        verified = factory.Trait(
            decided=True, status=ActivityReport.Status.VERIFIED, decided_by=factory.SubFactory(UserFactory)
        )
        returned = factory.Trait(
            decided=True,
            status=ActivityReport.Status.RETURNED,
            decided_by=factory.SubFactory(UserFactory),
            return_reason="Jumlah peserta belum jelas.",
        )

    village_id = "63.11.01.2001"
    reporter = factory.SubFactory(UserFactory)
    reporter_name = factory.SelfAttribute("reporter.name")
    reporter_position = "Anggota Satlinmas"
    kind = ActivityReport.Kind.PATROL
    starts_at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda o: o.starts_at and o.starts_at + timedelta(hours=3))
    activity_date = factory.LazyAttribute(lambda o: o.starts_at and local_date(o.starts_at, o.village_id))
    place = "RT 03, simpang tiga pasar"
    others_present = "Babinsa Koramil Juai"
    account = "Berkumpul di pos kamling.\nBerkeliling RT 01 sampai RT 05.\nKembali ke pos."
    result = "Aman dan terkendali."
    updated_by = factory.SelfAttribute("reporter")


# --- courses ----------------------------------------------------------------------------------


def make_course(
    title: str = "Dasar Hukum", *, region: str = "63.11", lessons: int = 2, quiz: Quiz | None = None, **fields: object
) -> CoursePage:
    """A published course on the region's shelf, with a quiz and so many published lessons."""
    shelf = open_shelf(region=Region.objects.get(pk=region))
    values: dict[str, object] = {
        "summary": "Bekal pertama setiap anggota.",
        "goal": "Anda mengenal dasar hukum Linmas.",
        "trainer": "Satpol PP Kabupaten Balangan",
        "lesson_hours": 4,
        "quiz": quiz or QuizFactory(),
    }
    course = CoursePage(title=title, **{**values, **fields})
    _put_below(shelf, course)
    for number in range(1, lessons + 1):
        make_lesson(course, f"Materi {number}")
    return course


def make_lesson(course: CoursePage, title: str = "Materi", **fields: object) -> LessonPage:
    """A published lesson at the end of the course."""
    body = [("heading", "Bagian satu"), ("paragraph", "<p>Isi materi.</p>")]
    lesson = LessonPage(title=title, **{"body": body, **fields})
    _put_below(course, lesson)
    return lesson


def _put_below(parent: Page, page: Page) -> None:
    """Without an entry in Wagtail's index of what pages refer to, which takes longer than the page and no test asks."""
    with disable_reference_index_auto_update():
        parent.add_child(instance=page)
