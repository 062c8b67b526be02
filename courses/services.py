"""Writes of the room: opening shelves for trainers, learning, and completing a course."""

import logging
from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from courses.errors import (
    AlreadyFinished,
    LessonsLeft,
    NoQuiz,
    NotEnrolled,
    NotOffered,
    NotReady,
    OutOfSeason,
    QuizBusy,
)
from courses.models import (
    CourseIndexPage,
    CoursePage,
    CourseShelfPage,
    Enrolment,
    LessonCompletion,
    LessonPage,
    Sitting,
)
from courses.sample_import import import_sample_course
from members.models import Member, RoleGrant, RoleKind, User
from quizzes.models import Attempt
from quizzes.services import finish_if_overdue, start_attempt
from regions.models import Region
from regions.scope import Scope
from training.models import Reversal, TrainingRecord
from training.services import lock, period_it_counts_in, record_training

__all__ = [
    "complete_course",
    "complete_lesson",
    "enrol",
    "ensure_course_index",
    "import_sample_course",
    "import_sample_courses",
    "open_shelf",
    "repair_completions",
    "repair_seats",
    "seat_trainer",
    "start_quiz",
]

logger = logging.getLogger("akademi.courses")

SAMPLES = Path(__file__).resolve().parent / "samples"
INDEX_SLUG = "kursus"
PAGE_RIGHTS = ["add_page", "change_page", "publish_page"]
COLLECTION_RIGHTS = ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"]


def ensure_course_index() -> CourseIndexPage:
    """The catalogue page at `/kursus/` under the default site's home, made if it is missing."""
    index: CourseIndexPage | None = CourseIndexPage.objects.first()
    if index is None:
        home = Site.objects.get(is_default_site=True).root_page
        index = home.add_child(instance=CourseIndexPage(title=_("Kursus"), slug=INDEX_SLUG, show_in_menus=True))
    return index


@transaction.atomic
def open_shelf(*, region: Region) -> CourseShelfPage:
    """The region's shelf, with its group, its collection and its trainers; made on the first call.

    Trainers of the region and of any region above it join the group.
    """
    index = Page.objects.select_for_update().get(pk=ensure_course_index().pk)
    existing: CourseShelfPage | None = CourseShelfPage.objects.filter(region=region).first()
    if existing is not None:
        return existing
    name = f"{region.display_name} ({region.pk})"
    group = Group.objects.create(name=_("Pelatih %s") % name)
    collection = Collection.get_first_root_node().add_child(name=_("Media pelatih %s") % name)
    shelf = CourseShelfPage(
        title=region.display_name, slug=region.pk.replace(".", "-"), region=region, group=group, collection=collection
    )
    index.add_child(instance=shelf)
    _give_rights(shelf)
    for grant in RoleGrant.objects.filter(kind=RoleKind.TRAINER).select_related("user"):
        if Scope.of(grant.region_id).covers(region.pk):
            grant.user.groups.add(group)
    return shelf


def _give_rights(shelf: CourseShelfPage) -> None:
    """Let the shelf's group write and publish there and use its own media.

    Questions and quizzes need no right here: `quizzes.permissions` gives them by role and region.
    """
    rights = Permission.objects.filter(codename="access_admin", content_type__app_label="wagtailadmin")
    shelf.group.permissions.set(rights)
    for codename in PAGE_RIGHTS:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=shelf.group, page=shelf, permission=permission)
    media = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=COLLECTION_RIGHTS
    )
    GroupCollectionPermission.objects.bulk_create(
        [GroupCollectionPermission(group=shelf.group, collection=shelf.collection, permission=p) for p in media]
    )


@transaction.atomic
def seat_trainer(*, user: User) -> list[CourseShelfPage]:
    """Put the user into the groups of exactly the shelves that their trainer roles cover, opening their own ones.

    Safe to run after any change of roles: groups of shelves that no role covers any more are left.
    """
    regions = [g.region for g in user.role_grants.filter(kind=RoleKind.TRAINER).select_related("region")]
    for region in regions:
        open_shelf(region=region)
    scope = Scope.of(*(region.pk for region in regions))
    shelves = list(CourseShelfPage.objects.filter(scope.q("region__code"))) if scope else []
    every = CourseShelfPage.objects.values_list("group_id", flat=True)
    wanted = {shelf.group_id for shelf in shelves}
    user.groups.remove(*user.groups.filter(pk__in=every).exclude(pk__in=wanted))
    user.groups.add(*wanted)
    return shelves


def import_sample_courses(*, shelf: CourseShelfPage, owner: User) -> list[CoursePage]:
    """Every course of `courses/samples/`, on the shelf; safe to run again."""
    folders = sorted(path.parent for path in SAMPLES.glob("*/course.toml"))
    return [import_sample_course(folder=folder, shelf=shelf, owner=owner) for folder in folders]


@transaction.atomic
def enrol(*, member: Member, course: CoursePage) -> Enrolment:
    """The member's open enrolment in the course, or a new one.

    Raises NotOffered while the course is not published, AlreadyFinished if it counts already in the half in which
    it would count now (the next time may begin when that half is over), and NotReady for a new beginning while there
    is no lesson or no quiz; who began before goes on.
    """
    if not course.live:
        raise NotOffered
    _refuse_if_counted(member, course)
    begun = Enrolment.objects.of(member).open().filter(course=course).first()
    if begun is None and not course.is_ready:
        raise NotReady
    return begun or Enrolment.objects.get_or_create(member=member, course=course, finished_at=None)[0]


def _refuse_if_counted(member: Member, course: CoursePage) -> None:
    half = period_it_counts_in(member, timezone.now(), course.subject)
    if TrainingRecord.objects.standing().of(member, course.subject).filter(period=half).exists():
        raise AlreadyFinished


@transaction.atomic
def complete_lesson(*, member: Member, lesson: LessonPage) -> LessonCompletion:
    """Mark the lesson as done, enrolling the member if they had not started; a second call changes nothing.

    Raises NotOffered, AlreadyFinished and NotReady.
    """
    if not lesson.live:
        raise NotOffered
    enrolment = enrol(member=member, course=lesson.course)
    completion, _created = LessonCompletion.objects.get_or_create(enrolment=enrolment, lesson=lesson)
    return completion


def start_quiz(*, member: Member, course: CoursePage) -> Attempt:
    """The member's attempt at the course's final quiz: the open one or a new one.

    An overdue attempt is finished first, in a transaction of its own: a refusal afterwards does not undo it.
    Raises NotOffered, NotEnrolled, AlreadyFinished, LessonsLeft, NoQuiz, OutOfSeason, QuizBusy, and what
    quizzes.services.start_attempt raises.
    """
    finish_if_overdue(member=member)
    return _start_quiz(member, course)


@transaction.atomic
def _start_quiz(member: Member, course: CoursePage) -> Attempt:
    if not course.live:
        raise NotOffered
    enrolment = Enrolment.objects.of(member).open().filter(course=course).select_for_update().first()
    if enrolment is None:
        _refuse_if_counted(member, course)
        raise NotEnrolled
    if enrolment.sittings.filter(attempt__passed=True).exists():
        raise AlreadyFinished  # passed; the ledger's row is on its way
    progress = course.progress_of(member)
    if not progress.lessons_done:
        raise LessonsLeft(progress.left)
    if course.quiz is None:
        raise NoQuiz
    if obstacle := course.season_obstacle(member):
        raise OutOfSeason(obstacle)
    attempt = start_attempt(member=member, quiz=course.quiz, return_path=course.public_path)
    sitting, _created = Sitting.objects.get_or_create(attempt=attempt, defaults={"enrolment": enrolment})
    if sitting.enrolment_id != enrolment.pk:
        raise QuizBusy
    return attempt


@transaction.atomic
def complete_course(*, attempt: Attempt) -> TrainingRecord | None:
    """Enter a passed attempt into the ledger and close its enrolment; safe to run twice.

    Nothing happens, and None is returned, for an attempt that failed, is open, or was not started from a course.
    The ledger's key names course, member and period, so one course counts once a period however often it is passed.
    """
    sitting = Sitting.objects.filter(attempt=attempt).first()
    if sitting is None or not attempt.passed or attempt.finished_at is None:
        return None
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("record").get(pk=sitting.enrolment_id)
    if enrolment.record is not None:
        return enrolment.record
    course, member = enrolment.course, lock(enrolment.member)  # before the key is made: it names the half
    enrolment.record = record_training(
        member=member,
        source=_source(member, course, attempt.finished_at),
        kind=TrainingRecord.Kind.ONLINE,
        title=course.title,
        lesson_hours=course.lesson_hours,
        completed_at=attempt.finished_at,
        score=attempt.score,
        field=course.field,
        subject=course.subject,
        organiser=course.trainer,
        syllabus=[{"title": i.title, "lesson_hours": float(i.lesson_hours)} for i in course.syllabus.all()],
        course_revision=course.live_revision_id,
    )
    enrolment.finished_at = attempt.finished_at
    enrolment.save(update_fields=["record", "finished_at"])
    return enrolment.record


def _source(member: Member, course: CoursePage, finished_at: datetime) -> str:
    """The ledger's key: a course counts once a period, and once more for each time its record was taken back."""
    period = period_it_counts_in(member, finished_at, course.subject)
    key = f"{course.subject}:{member.pk}:{period.code}"
    same = Q(record__source=key) | Q(record__source__startswith=f"{key}:")
    taken_back = Reversal.objects.filter(same, record__member=member).count()
    return f"{key}:{taken_back + 1}" if taken_back else key


def repair_completions() -> tuple[int, int]:
    """Complete every course whose passed attempt was never entered, as after a lost task.

    One that cannot be entered is logged and leaves the others alone. Returns how many were entered and how many are
    left.
    """
    completed = left = 0
    for attempt in Attempt.objects.filter(passed=True, sitting__enrolment__record__isnull=True):
        try:
            completed += complete_course(attempt=attempt) is not None
        except Exception:
            logger.exception("a passed course could not be completed")
            left += 1
    return completed, left


def repair_seats() -> int:
    """Seat every trainer again, and unseat whoever is none any more, as after a lost task; returns how many changed."""
    shelf_groups = CourseShelfPage.objects.values("group")
    people = User.objects.filter(Q(role_grants__kind=RoleKind.TRAINER) | Q(groups__in=shelf_groups)).distinct()
    changed = 0
    for user in people:
        before = set(user.groups.values_list("pk", flat=True))
        seat_trainer(user=user)
        changed += set(user.groups.values_list("pk", flat=True)) != before
    return changed
