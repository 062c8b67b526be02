"""Courses written as TOML files, as in `courses/samples/`, brought onto a shelf."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.images import get_image_model
from wagtail.models import Page

from courses.models import CoursePage, CourseShelfPage, LessonPage, SyllabusItem
from members.models import User
from quizzes.models import Choice, Question, QuestionBank, Quiz


@transaction.atomic
def import_sample_course(*, folder: Path, shelf: CourseShelfPage, owner: User) -> CoursePage:
    """Publish the course of a folder on the shelf, with its pictures, lessons, questions and quiz.

    `folder` holds course.toml, the lessons it names, questions.toml and images/. A course with the same slug, on
    whatever shelf, is returned untouched: what people edited since stays. Raises KeyError for a missing key.
    """
    facts = _read(folder / "course.toml")
    existing: CoursePage | None = CoursePage.objects.filter(address=facts["slug"]).first()
    if existing is not None:
        return existing
    pictures = _Pictures(folder, shelf, owner)
    course = CoursePage(
        title=facts["title"],
        slug=facts["slug"],
        goal=facts["goal"],
        summary=facts["summary"],
        audience=facts["audience"],
        trainer=facts["trainer"],
        field=facts["field"],
        lesson_hours=facts["lesson_hours"],
        compulsory=facts["compulsory"],
        cover=pictures.get(facts["cover"], facts["title"]),
        cover_alt=facts["cover_alt"],
        quiz=_make_quiz(facts, _read(folder / "questions.toml")["question"], shelf),
    )
    course.syllabus = [SyllabusItem(sort_order=n, **item) for n, item in enumerate(facts["syllabus"])]
    _publish(shelf, course, owner)
    for name in facts["lessons"]:
        lesson = _read(folder / name)
        body = [_block(dict(block), pictures) for block in lesson.pop("block")]
        _publish(course, LessonPage(body=body, **lesson), owner)
    return course


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _publish(parent: Page, page: Page, owner: User) -> None:
    page.owner, page.live = owner, False
    parent.add_child(instance=page)
    page.save_revision(user=owner).publish(user=owner)
    page.refresh_from_db()


class _Pictures:
    """Makes each picture of a folder an image of the shelf's collection, once."""

    def __init__(self, folder: Path, shelf: CourseShelfPage, owner: User) -> None:
        self.folder, self.shelf, self.owner = folder, shelf, owner
        self._made: dict[str, Any] = {}

    def get(self, name: str, title: str) -> Any:
        """The image of a file, named relative to the folder."""
        if name not in self._made:
            with (self.folder / name).open("rb") as file:
                self._made[name] = get_image_model().objects.create(
                    title=title[:255],
                    file=ImageFile(file, name=Path(name).name),
                    collection=self.shelf.collection,
                    uploaded_by_user=self.owner,
                )
        return self._made[name]


def _block(block: dict[str, Any], pictures: _Pictures) -> tuple[str, Any]:
    """A block of a lesson as the StreamField takes it."""
    kind = block.pop("type")
    if kind == "heading":
        return kind, block["text"]
    if kind == "paragraph":
        return kind, _make_rich(block["html"])
    if kind == "callout":
        return kind, block | {"html": _make_rich(block["html"])}
    if kind == "image":
        picture = pictures.get(block.pop("file"), block["alt"])
        return kind, {"image": picture, "decorative": False, **block}
    if kind == "table":
        return kind, {"data": block["rows"], "table_caption": block["caption"], **TABLE_HEADER}
    return kind, block


TABLE_HEADER = {"first_row_is_table_header": True, "first_col_is_header": False, "table_header_choice": "row"}


def _make_rich(html: str) -> str:
    """Rich text as Wagtail stores it: without the line breaks between the tags of a file."""
    return "".join(line.strip() for line in html.strip().splitlines())


def _make_quiz(facts: dict[str, Any], questions: list[dict[str, Any]], shelf: CourseShelfPage) -> Quiz:
    bank = QuestionBank.objects.create(title=facts["title"], region=shelf.region)
    for row in questions:
        choices = row.pop("choices")
        question = Question.objects.create(bank=bank, **row)
        Choice.objects.bulk_create(
            [
                Choice(question=question, text=choice["text"], is_correct=choice["correct"], sort_order=place)
                for place, choice in enumerate(choices)
            ]
        )
    return Quiz.objects.create(
        title=facts["title"],
        bank=bank,
        draw=facts["quiz_questions"],
        minutes=facts["quiz_minutes"],
        pass_mark=facts["pass_mark"],
        max_attempts=facts["max_attempts"],
    )
