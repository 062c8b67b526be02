"""Banks, questions and quizzes in the CMS: what a trainer can do, and that a neighbour's do not exist for them."""

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from courses.services import seat_trainer
from members.models import RoleKind, User
from quizzes.models import Attempt, Choice, Question, QuestionBank, Quiz
from quizzes.permissions import TrainerPolicy
from quizzes.services import start_attempt, submit_attempt
from tests.cast import Cast
from tests.factories import QuizFactory, grant
from tests.quizzes.helpers import answer_all

SETS = ["bank-soal", "soal", "kuis"]


def may_enter(user: User) -> Client:
    """A browser of somebody who may open the CMS, as a trainer's shelf lets them."""
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def trainer(cast: Cast) -> Client:
    return may_enter(cast.trainer)


@pytest.fixture
def neighbour(cast: Cast) -> Client:
    return may_enter(cast.neighbour_trainer)


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    bank = QuestionBank.objects.create(title="Bank Balangan", region_id="63.11")
    return QuizFactory(title="Kuis Balangan", bank=bank, draw=3, questions=5)


def thing(name: str, quiz: Quiz) -> Any:
    return {"bank-soal": quiz.bank, "soal": quiz.bank.questions.first(), "kuis": quiz}[name]


def url(name: str, view: str, *args: object) -> str:
    return reverse(f"{name}:{view}", args=args)


def question_form(bank: QuestionBank, *choices: tuple[str, bool], **changes: object) -> dict[str, object]:
    """What the browser posts for a question with these choices."""
    data: dict[str, object] = {
        "bank": bank.pk,
        "kind": "single",
        "topic": "dasar",
        "text": "Apa warna seragam Linmas?",
        "explanation": "Hijau.",
        "is_active": "on",
        "choices-TOTAL_FORMS": len(choices),
        "choices-INITIAL_FORMS": 0,
        "choices-MIN_NUM_FORMS": 2,
        "choices-MAX_NUM_FORMS": 8,
    }
    for i, (text, is_correct) in enumerate(choices):
        data |= {f"choices-{i}-text": text, f"choices-{i}-ORDER": i + 1, f"choices-{i}-id": ""}
        data |= {f"choices-{i}-is_correct": "on"} if is_correct else {}
    return data | changes


GREEN = (("Hijau", True), ("Biru", False))


class TestBanks:
    def test_a_trainer_adds_one(self, trainer: Client):
        response = trainer.post(url("bank-soal", "add"), {"title": "Evakuasi", "region": "63.11"})
        assert response.status_code == 302
        assert QuestionBank.objects.get().region_id == "63.11"

    def test_only_for_their_own_regions(self, trainer: Client):
        for region in ("63.09", "63", "00"):
            response = trainer.post(url("bank-soal", "add"), {"title": "Evakuasi", "region": region})
            assert response.status_code == 200
        assert not QuestionBank.objects.exists()

    def test_the_form_offers_their_own_region_alone(self, trainer: Client):
        text = trainer.get(url("bank-soal", "add")).content.decode()
        assert 'value="63.11" selected' in text
        assert 'value="63.09"' not in text

    def test_it_cannot_be_moved_to_a_neighbour(self, trainer: Client, quiz: Quiz):
        trainer.post(url("bank-soal", "edit", quiz.bank.pk), {"title": "Bank", "region": "63.09"})
        quiz.bank.refresh_from_db()
        assert quiz.bank.region_id == "63.11"

    def test_one_with_questions_is_not_deleted(self, trainer: Client, quiz: Quiz):
        response = trainer.post(url("bank-soal", "delete", quiz.bank.pk), follow=True)
        assert "masih dipakai: butir soal, kuis." in response.content.decode()
        assert QuestionBank.objects.exists()

    def test_an_empty_one_is_deleted(self, trainer: Client, cast: Cast):
        bank = QuestionBank.objects.create(title="Kosong", region_id="63.11")
        trainer.post(url("bank-soal", "delete", bank.pk))
        assert not QuestionBank.objects.exists()


class TestQuestions:
    @pytest.fixture
    def bank(self, cast: Cast) -> QuestionBank:
        return QuestionBank.objects.create(title="Bank Balangan", region_id="63.11")

    def test_a_trainer_adds_one_with_its_choices_in_order(self, trainer: Client, bank: QuestionBank):
        response = trainer.post(url("soal", "add"), question_form(bank, *GREEN, ("Merah", False)))
        assert response.status_code == 302
        question = Question.objects.ready().get()
        assert list(question.choices.values_list("text", "is_correct", "sort_order")) == [
            ("Hijau", True, 0),
            ("Biru", False, 1),
            ("Merah", False, 2),
        ]

    @pytest.mark.parametrize(
        ("kind", "choices", "message"),
        [
            ("single", [("Hijau", True)], "tepat satu di antaranya"),
            ("single", [], "tepat satu di antaranya"),
            ("single", [("Hijau", False), ("Biru", False)], "tepat satu di antaranya"),
            ("single", [("Hijau", True), ("Biru", True), ("Ungu", False)], "tepat satu di antaranya"),
            ("multiple", [("Hijau", True), ("Biru", False)], "sedikitnya dua pilihan yang ditandai benar"),
            ("multiple", [("Hijau", True), ("Biru", True)], "sedikitnya satu yang salah"),
            ("true_false", [("Benar", True), ("Salah", False), ("Ragu", False)], "tepat dua pilihan"),
            ("true_false", [("Benar", True), ("Salah", True)], "tepat dua pilihan"),
            ("single", [("Hijau", True), (" hijau ", False)], "bunyi yang sama"),
        ],
    )
    def test_choices_that_do_not_fit_the_kind(
        self, trainer: Client, bank: QuestionBank, kind: str, choices: list[tuple[str, bool]], message: str
    ):
        response = trainer.post(url("soal", "add"), question_form(bank, *choices, kind=kind))
        assert response.status_code == 200
        assert message in response.content.decode()
        assert not Question.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "choices"),
        [
            ("multiple", [("Hijau", True), ("Cokelat", True), ("Biru", False)]),
            ("true_false", [("Benar", True), ("Salah", False)]),
            ("single", [(str(i), i == 0) for i in range(8)]),
        ],
    )
    def test_choices_that_fit(self, trainer: Client, bank: QuestionBank, kind: str, choices: list[tuple[str, bool]]):
        assert trainer.post(url("soal", "add"), question_form(bank, *choices, kind=kind)).status_code == 302
        assert Question.objects.ready().exists()

    def test_a_choice_is_deleted_and_the_rest_is_checked(self, trainer: Client, bank: QuestionBank):
        trainer.post(url("soal", "add"), question_form(bank, *GREEN, ("Merah", False)))
        question = Question.objects.get()
        ids = [choice.pk for choice in question.choices.all()]
        data = question_form(bank, *GREEN, ("Merah", False))
        data |= {f"choices-{i}-id": pk for i, pk in enumerate(ids)} | {"choices-INITIAL_FORMS": 3}
        refused = trainer.post(url("soal", "edit", question.pk), data | {"choices-0-DELETE": "1"})
        assert "tepat satu di antaranya" in refused.content.decode()
        assert trainer.post(url("soal", "edit", question.pk), data | {"choices-2-DELETE": "1"}).status_code == 302
        assert list(question.choices.values_list("text", flat=True)) == ["Hijau", "Biru"]

    def test_the_only_bank_is_chosen_already(self, trainer: Client, neighbour: Client, bank: QuestionBank):
        assert f'<option value="{bank.pk}" selected>' in trainer.get(url("soal", "add")).content.decode()
        QuestionBank.objects.create(title="Bank kedua", region_id="63.11")
        assert f'<option value="{bank.pk}" selected>' not in trainer.get(url("soal", "add")).content.decode()

    def test_a_bank_of_a_neighbour_cannot_be_chosen(self, neighbour: Client, bank: QuestionBank):
        assert bank.title not in neighbour.get(url("soal", "add")).content.decode()
        assert neighbour.post(url("soal", "add"), question_form(bank, *GREEN)).status_code == 200
        assert not Question.objects.exists()

    def test_a_choice_of_a_neighbours_question_cannot_be_taken(
        self, trainer: Client, neighbour: Client, bank: QuestionBank
    ):
        trainer.post(url("soal", "add"), question_form(bank, *GREEN))
        theirs = Choice.objects.get(text="Hijau")
        own = QuestionBank.objects.create(title="Bank Tabalong", region_id="63.09")
        neighbour.post(url("soal", "add"), question_form(own, ("A", True), ("B", False)))
        mine = Question.objects.get(bank=own)
        data = question_form(own, ("Dicuri", True), ("B", False), **{"choices-INITIAL_FORMS": 1})
        for target in (url("soal", "edit", mine.pk), url("soal", "add")):
            assert neighbour.post(target, data | {"choices-0-id": theirs.pk}).status_code < 500
            theirs.refresh_from_db()
            assert (theirs.text, theirs.question.bank) == ("Hijau", bank)

    def test_editing_alters_no_attempt(self, trainer: Client, quiz: Quiz, cast: Cast):
        attempt = start_attempt(member=cast.member, quiz=quiz)
        answer_all(attempt, right=3)
        before = list(attempt.answers.values("snapshot", "chosen"))
        for question in Question.objects.all():
            data = question_form(quiz.bank, *GREEN, text="Lain sama sekali")
            for i, choice in enumerate(question.choices.all()):
                data |= {f"choices-{i}-id": choice.pk, f"choices-{i}-text": f"Lain {i}", f"choices-{i}-ORDER": i}
            data |= {"choices-0-is_correct": "", "choices-1-is_correct": "on"}
            data |= {"choices-TOTAL_FORMS": 4, "choices-INITIAL_FORMS": 4}
            assert trainer.post(url("soal", "edit", question.pk), data).status_code == 302
        assert Question.objects.filter(text="Lain sama sekali").count() == 5
        assert list(attempt.answers.values("snapshot", "chosen")) == before
        assert submit_attempt(attempt=attempt).score == 100

    def test_deleting_one_that_was_drawn_keeps_the_attempt(self, trainer: Client, quiz: Quiz, cast: Cast):
        attempt = start_attempt(member=cast.member, quiz=quiz)
        drawn = attempt.answers.get(position=1)
        trainer.post(url("soal", "delete", drawn.question_id))
        drawn.refresh_from_db()
        assert drawn.question is None
        assert drawn.snapshot["text"]

    def test_a_copy_is_a_new_question_and_leaves_the_first_alone(self, trainer: Client, quiz: Quiz):
        first = quiz.bank.questions.first()
        assert first is not None
        text = trainer.get(url("soal", "copy", first.pk)).content.decode()
        for choice in first.choices.all():
            assert choice.text in text
        assert re.findall(r'name="choices-[0-3]-id" value="\d+"', text) == []
        data = question_form(quiz.bank, *GREEN, text="Salinan", **{"choices-INITIAL_FORMS": 2})
        for target in (url("soal", "add"), url("soal", "copy", first.pk)):
            assert trainer.post(target, data).status_code == 302
        assert Question.objects.filter(text="Salinan").count() == 2
        first.refresh_from_db()
        assert first.text == "Pertanyaan 0"
        assert first.choices.count() == 4

    def test_the_list_is_searched_and_filtered(self, trainer: Client, quiz: Quiz):
        Question.objects.filter(text="Pertanyaan 3").update(topic="banjir", is_active=False)
        text = trainer.get(url("soal", "index"), {"q": "banjir"}).content.decode()
        assert "Pertanyaan 3" in text
        assert "Pertanyaan 2" not in text
        text = trainer.get(url("soal", "index"), {"is_active": "true"}).content.decode()
        assert "Pertanyaan 3" not in text

    @pytest.mark.parametrize("format_", ["csv", "xlsx"])
    def test_the_export_holds_the_choices_and_no_formula(self, trainer: Client, quiz: Quiz, format_: str):
        Question.objects.filter(text="Pertanyaan 1").update(text="=HYPERLINK(1)", explanation="@jahat")
        response = trainer.get(url("soal", "index"), {"export": format_})
        content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        if format_ == "xlsx":
            assert content[:2] == b"PK"
            return
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        assert len(rows) == 5
        bad = next(row for row in rows if "HYPERLINK" in row["Pertanyaan"])
        assert (bad["Pertanyaan"], bad["Pembahasan"]) == ("'=HYPERLINK(1)", "'@jahat")
        assert "* Pilihan 1.0" in bad["Pilihan (* benar)"]


class TestQuizzes:
    RULES = {"draw": 3, "minutes": 20, "pass_mark": 70, "max_attempts": 3, "retry_after_hours": 24}

    def test_a_trainer_adds_one(self, trainer: Client, quiz: Quiz):
        data = {"title": "Kuis baru", "bank": quiz.bank.pk} | self.RULES
        response = trainer.post(url("kuis", "add"), data, follow=True)
        assert Quiz.objects.filter(title="Kuis baru").exists()
        assert "belum bisa dimulai" not in response.content.decode()

    def test_a_bank_that_is_too_small_is_pointed_out(self, trainer: Client, quiz: Quiz):
        data = {"title": "Kuis besar", "bank": quiz.bank.pk} | self.RULES | {"draw": 9}
        assert "baru punya 5 dari 9 soal" in trainer.post(url("kuis", "add"), data, follow=True).content.decode()
        edited = trainer.post(url("kuis", "edit", quiz.pk), data | {"draw": 6}, follow=True)
        assert "baru punya 5 dari 6 soal" in edited.content.decode()

    @pytest.mark.parametrize(
        "change", [{"draw": 0}, {"draw": 101}, {"minutes": 0}, {"pass_mark": 101}, {"max_attempts": 0}, {"title": ""}]
    )
    def test_rules_outside_their_limits(self, trainer: Client, quiz: Quiz, change: dict[str, object]):
        data = {"title": "Kuis baru", "bank": quiz.bank.pk} | self.RULES | change
        assert trainer.post(url("kuis", "add"), data).status_code == 200
        assert Quiz.objects.count() == 1

    def test_a_bank_of_a_neighbour_cannot_be_used(self, neighbour: Client, quiz: Quiz):
        data = {"title": "Kuis baru", "bank": quiz.bank.pk} | self.RULES
        assert neighbour.post(url("kuis", "add"), data).status_code == 200
        assert Quiz.objects.count() == 1

    def test_one_that_was_sat_is_not_deleted(self, trainer: Client, quiz: Quiz, cast: Cast):
        start_attempt(member=cast.member, quiz=quiz)
        response = trainer.post(url("kuis", "delete", quiz.pk), follow=True)
        assert "masih dipakai: pengerjaan kuis." in response.content.decode()
        assert Quiz.objects.exists()
        assert Attempt.objects.exists()

    def test_a_copy_leaves_the_first_alone(self, trainer: Client, quiz: Quiz):
        assert 'value="Kuis Balangan"' in trainer.get(url("kuis", "copy", quiz.pk)).content.decode()
        data = {"title": "Salinan", "bank": quiz.bank.pk} | self.RULES
        trainer.post(url("kuis", "copy", quiz.pk), data)
        assert sorted(Quiz.objects.values_list("title", flat=True)) == ["Kuis Balangan", "Salinan"]


class TestScope:
    OF_ONE = ["edit", "delete", "history", "history_results", "usage", "copy"]

    def addresses(self, quiz: Quiz) -> list[str]:
        return [
            url(name, view, thing(name, quiz).pk)
            for name in SETS
            for view in self.OF_ONE
            if (name, view) != ("bank-soal", "copy")
        ]

    def test_a_trainer_reaches_every_address_of_their_own(self, trainer: Client, quiz: Quiz):
        for address in self.addresses(quiz):
            assert trainer.get(address).status_code == 200, address

    def test_for_a_neighbour_none_of_them_exists(self, neighbour: Client, quiz: Quiz):
        for address in self.addresses(quiz):
            assert neighbour.get(address).status_code == 404, address
            assert neighbour.post(address, {"title": "x"}).status_code == 404, address
        assert (Quiz.objects.get().title, Question.objects.count()) == ("Kuis Balangan", 5)

    @pytest.mark.parametrize("name", SETS)
    @pytest.mark.parametrize("view", ["index", "index_results", "csv", "xlsx"])
    def test_a_neighbours_list_and_export_are_empty(self, neighbour: Client, quiz: Quiz, name: str, view: str):
        is_export = view in ("csv", "xlsx")
        response = neighbour.get(url(name, "index" if is_export else view), {"export": view} if is_export else {})
        content = b"".join(response.streaming_content) if response.streaming else response.content
        if view == "xlsx":
            assert response.status_code == 200
            return
        for word in ("Balangan", "Pertanyaan 0", "Pilihan 0"):
            assert word not in content.decode()

    def test_the_filter_offers_no_neighbours_bank(self, neighbour: Client, trainer: Client, quiz: Quiz):
        assert "Bank Balangan" in trainer.get(url("soal", "index")).content.decode()
        assert "Bank Balangan" not in neighbour.get(url("soal", "index")).content.decode()
        response = neighbour.get(url("soal", "index"), {"bank": quiz.bank.pk})
        assert "Pertanyaan 0" not in response.content.decode()

    def test_there_are_no_other_ways_in(self, neighbour: Client, trainer: Client, quiz: Quiz):
        """No choosers, bulk actions or inspect pages, which check a model and not its region."""
        for model in ("questionbank", "question", "quiz"):
            for address in (
                f"/cms/bulk/quizzes/{model}/delete/?id={quiz.pk}",
                f"/cms/snippets/quizzes/{model}/",
                f"/cms/snippets/choose/quizzes/{model}/",
                f"/cms/snippets/choose/quizzes/{model}/chosen/{quiz.pk}/",
            ):
                assert neighbour.get(address).status_code == 404, address
                assert trainer.get(address).status_code == 404, address
        for name in SETS:
            assert trainer.get(f"/cms/{name}/inspect/{thing(name, quiz).pk}/").status_code == 404

    def test_the_site_history_tells_a_neighbour_nothing(self, trainer: Client, neighbour: Client, quiz: Quiz):
        trainer.post(url("soal", "add"), question_form(quiz.bank, *GREEN))
        for address in ("wagtailadmin_reports:site_history", "wagtailadmin_reports:site_history_results"):
            assert "Apa warna seragam" not in neighbour.get(reverse(address)).content.decode()

    def test_with_the_rights_of_a_real_shelf_it_is_the_same(self, trainer: Client, cast: Cast, quiz: Quiz):
        """Courses seats the trainer: its group must not open what Wagtail guards by model alone."""
        for user in (cast.trainer, cast.neighbour_trainer):
            seat_trainer(user=user)
        trainer.post(url("soal", "add"), question_form(quiz.bank, *GREEN))
        seated = Client()
        seated.force_login(cast.neighbour_trainer)
        assert seated.get(url("soal", "index")).status_code == 200
        assert "Apa warna" not in seated.get(reverse("wagtailadmin_reports:site_history")).content.decode()
        for address in self.addresses(quiz):
            assert seated.get(address).status_code == 404, address

    def test_a_question_of_a_neighbour_is_not_told_by_its_own_history(self, trainer: Client, quiz: Quiz):
        trainer.post(url("soal", "add"), question_form(quiz.bank, *GREEN))
        question = Question.objects.get(text="Apa warna seragam Linmas?")
        assert trainer.get(url("soal", "history", question.pk)).status_code == 200

    def test_a_trainer_above_reaches_what_lies_below(self, cast: Cast, quiz: Quiz):
        grant(cast.stranger, "63", RoleKind.TRAINER)
        above = may_enter(cast.stranger)
        assert above.get(url("kuis", "edit", quiz.pk)).status_code == 200
        assert 'value="63.11"' in above.get(url("bank-soal", "add")).content.decode()

    def test_a_trainer_below_does_not_reach_what_lies_above(self, cast: Cast, quiz: Quiz):
        grant(cast.stranger, "63.11.01", RoleKind.TRAINER)
        below = may_enter(cast.stranger)
        assert below.get(url("kuis", "edit", quiz.pk)).status_code == 404
        assert 'value="63.11.01" selected' in below.get(url("bank-soal", "add")).content.decode()

    def test_an_admin_reaches_everything(self, cast: Cast, quiz: Quiz):
        admin = Client()
        admin.force_login(cast.admin)
        for address in self.addresses(quiz):
            assert admin.get(address).status_code == 200, address
        assert 'value="63.09"' in admin.get(url("bank-soal", "add")).content.decode()

    @pytest.mark.parametrize("who", ["district_officer", "liaison", "stranger"])
    def test_others_with_a_key_to_the_cms_reach_nothing(self, cast: Cast, quiz: Quiz, who: str):
        other = may_enter(getattr(cast, who))
        for name in SETS:
            assert other.get(url(name, "index")).status_code in (302, 403)
            assert other.get(url(name, "add")).status_code in (302, 403)
            assert other.post(url(name, "edit", thing(name, quiz).pk), {"title": "x"}).status_code == 404
        assert "Kuis & bank soal" not in other.get("/cms/").content.decode().replace("&amp;", "&")

    def test_without_a_key_to_the_cms_a_trainer_is_kept_out(self, cast: Cast, quiz: Quiz):
        client = Client()
        client.force_login(cast.trainer)
        assert client.get(url("kuis", "index")).status_code == 302

    def test_the_menu_shows_the_group(self, trainer: Client, quiz: Quiz):
        assert "bank-soal" in trainer.get("/cms/").content.decode()

    def test_the_policy(self, cast: Cast, quiz: Quiz):
        policy = TrainerPolicy(Quiz)
        assert policy.user_has_permission_for_instance(cast.trainer, "change", quiz)
        assert not policy.user_has_permission_for_instance(cast.neighbour_trainer, "change", quiz)
        assert not policy.user_has_permission(cast.trainer, "publish")
        assert list(policy.instances_user_has_permission_for(cast.neighbour_trainer, "change")) == []
        assert set(policy.users_with_permission("change")) == {cast.trainer, cast.neighbour_trainer, cast.admin}


class TestQueries:
    @pytest.mark.parametrize("name", SETS)
    def test_a_list_does_not_grow(self, trainer: Client, quiz: Quiz, name: str, django_assert_max_num_queries):
        for i in range(12):
            bank = QuestionBank.objects.create(title=f"Bank {i}", region_id="63.11")
            QuizFactory(title=f"Kuis {i}", bank=bank, questions=2)
        trainer.get(url(name, "index"))
        with django_assert_max_num_queries(16):
            trainer.get(url(name, "index"))

    def test_an_export_does_not_grow(self, trainer: Client, quiz: Quiz, django_assert_max_num_queries):
        QuizFactory(bank=quiz.bank, questions=40)
        with django_assert_max_num_queries(14):
            b"".join(trainer.get(url("soal", "index"), {"export": "csv"}).streaming_content)
