"""An attempt over HTTP: the pages, what plain forms and the script get, whose attempt it is."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from quizzes.models import Answer, Attempt, Question, Quiz
from quizzes.services import save_answer, start_attempt, submit_attempt
from tests.cast import Cast
from tests.factories import QuizFactory
from tests.quizzes.helpers import answer_all, let_time_pass, make_overdue, wrong_of

SCRIPT = {"headers": {"Accept": "application/json"}}

SESSION = 0 if settings.REDIS_URL else 1  # with Redis the session comes from the cache


@pytest.fixture
def attempt(cast: Cast) -> Attempt:
    return start_attempt(member=cast.member, quiz=QuizFactory(draw=3, pass_mark=60))


@pytest.fixture
def phone(cast: Cast, client: Client) -> Client:
    assert cast.member.user is not None
    client.force_login(cast.member.user)
    return client


def at(name: str, attempt: Attempt, *args: int) -> str:
    return reverse(f"quizzes:{name}", args=[attempt.pk, *args])


def stored(attempt: Attempt, position: int = 1) -> Answer:
    return Answer.objects.get(attempt=attempt, position=position)


class TestOpen:
    def test_the_address_leads_to_the_first_question_without_an_answer(self, attempt: Attempt, phone: Client):
        assert phone.get(f"/kuis/{attempt.pk}/")["Location"] == f"/kuis/{attempt.pk}/1/"
        save_answer(attempt=attempt, position=1, chosen=["a"])
        assert phone.get(at("attempt", attempt))["Location"] == at("question", attempt, 2)

    def test_with_all_answered_it_leads_to_the_check(self, attempt: Attempt, phone: Client):
        answer_all(attempt, right=3)
        assert phone.get(at("attempt", attempt))["Location"] == at("review", attempt)

    def test_a_question_shows_its_choices_in_the_drawn_order_and_the_stored_answer(
        self, attempt: Attempt, phone: Client
    ):
        save_answer(attempt=attempt, position=2, chosen=["c"])
        text = phone.get(at("question", attempt, 2)).content.decode()
        answer = stored(attempt, 2)
        places = [text.index(choice["text"]) for choice in answer.snapshot["choices"]]
        assert places == sorted(places)
        assert answer.snapshot["text"] in text
        assert 'value="c" checked' in text
        assert text.count(" checked") == 1
        assert "Soal 2 dari 3" in text

    def test_only_the_asked_question_is_visible(self, attempt: Attempt, phone: Client):
        text = phone.get(at("question", attempt, 2)).content.decode()
        forms = re.findall(r'<form\s+class="quiz-question".*?>', text, re.DOTALL)
        assert [bool(re.search(r"\bhidden>", form)) for form in forms] == [True, False, True]

    def test_the_deadline_is_the_servers_in_the_villages_clock(self, attempt: Attempt, phone: Client):
        text = phone.get(at("question", attempt, 1)).content.decode()
        deadline = round(attempt.deadline_at.timestamp() * 1000)
        assert f'data-deadline="{deadline}"' in text
        assert re.search(r"Batas waktu pukul \d\d\.\d\d WITA", text)

    def test_what_the_trainer_wrote_is_text(self, cast: Cast, phone: Client):
        quiz = QuizFactory(draw=1, questions=1)
        Question.objects.update(text="<script>alert(1)</script> & tanya", explanation="<img src=x onerror=alert(2)>")
        attempt = start_attempt(member=cast.member, quiz=quiz)
        assert "&lt;script&gt;alert(1)" in phone.get(at("question", attempt, 1)).content.decode()
        submit_attempt(attempt=attempt)
        assert "<img src=x" not in phone.get(at("result", attempt)).content.decode()

    @pytest.mark.parametrize("position", [0, 4, 999999])
    def test_a_question_that_was_not_drawn_is_a_404(self, attempt: Attempt, phone: Client, position: int):
        assert phone.get(at("question", attempt, position)).status_code == 404

    def test_the_check_lists_what_has_no_answer(self, attempt: Attempt, phone: Client):
        save_answer(attempt=attempt, position=2, chosen=["a"])
        text = phone.get(at("review", attempt)).content.decode()
        assert "2 soal belum dijawab" in text
        assert "Soal 1, belum dijawab" in text
        assert "Soal 2, belum dijawab" not in text
        answer_all(attempt, right=0)
        assert "Semua soal sudah dijawab" in phone.get(at("review", attempt)).content.decode()

    def test_the_result_is_not_there_before_the_end(self, attempt: Attempt, phone: Client):
        assert phone.get(at("result", attempt))["Location"] == at("attempt", attempt)

    def test_nothing_may_be_stored_by_a_cache(self, attempt: Attempt, phone: Client):
        pages = [at("attempt", attempt), at("question", attempt, 1), at("review", attempt), at("result", attempt)]
        for page in pages:
            assert "no-store" in phone.get(page)["Cache-Control"]
        assert "no-store" in phone.post(pages[1], {"chosen": "a"}, **SCRIPT)["Cache-Control"]
        assert "no-store" in phone.post(at("submit", attempt))["Cache-Control"]
        assert "no-store" in phone.get(at("result", attempt))["Cache-Control"]


class TestAnswering:
    def test_a_plain_form_saves_and_goes_on(self, attempt: Attempt, phone: Client):
        response = phone.post(at("question", attempt, 1), {"chosen": "b", "sequence": "1", "go": "2"})
        assert response["Location"] == at("question", attempt, 2)
        assert stored(attempt).chosen == ["b"]

    def test_the_last_plain_form_goes_to_the_check(self, attempt: Attempt, phone: Client):
        response = phone.post(at("question", attempt, 3), {"chosen": "b", "sequence": "1", "go": "periksa"})
        assert response["Location"] == at("review", attempt)

    def test_a_plain_form_without_a_choice_goes_on_and_saves_nothing(self, attempt: Attempt, phone: Client):
        phone.post(at("question", attempt, 1), {"sequence": "1", "go": "2"})
        assert (stored(attempt).chosen, stored(attempt).saved_at) == ([], None)

    def test_a_script_is_told_that_it_is_saved(self, attempt: Attempt, phone: Client):
        response = phone.post(at("question", attempt, 1), {"chosen": "b", "sequence": "4"}, **SCRIPT)
        answer = response.json()
        assert response.status_code == 200
        assert {key: answer[key] for key in ("state", "chosen", "sequence")} == {
            "state": "saved",
            "chosen": ["b"],
            "sequence": 4,
        }
        assert re.fullmatch(r"\d\d\.\d\d WITA", answer["saved"])

    def test_a_script_may_take_an_answer_back(self, attempt: Attempt, phone: Client):
        save_answer(attempt=attempt, position=1, chosen=["a"])
        assert phone.post(at("question", attempt, 1), {"sequence": "2"}, **SCRIPT).json()["chosen"] == []

    def test_several_choices(self, cast: Cast, phone: Client):
        quiz = QuizFactory(draw=1, questions=1)
        question = Question.objects.get()
        question.choices.filter(sort_order=1).update(is_correct=True)
        Question.objects.update(kind=Question.Kind.MULTIPLE)
        attempt = start_attempt(member=cast.member, quiz=quiz)
        assert 'type="checkbox"' in phone.get(at("question", attempt, 1)).content.decode()
        phone.post(at("question", attempt, 1), {"chosen": ["a", "c"], "go": "periksa"})
        assert stored(attempt).chosen == ["a", "c"]

    def test_an_older_post_is_told_what_is_stored(self, attempt: Attempt, phone: Client):
        save_answer(attempt=attempt, position=1, chosen=["c"], sequence=9)
        response = phone.post(at("question", attempt, 1), {"chosen": "a", "sequence": "3"}, **SCRIPT)
        assert response.status_code == 409
        assert (response.json()["state"], response.json()["chosen"]) == ("stale", ["c"])
        assert "lebih baru" in response.json()["message"]
        plain = phone.post(at("question", attempt, 1), {"chosen": "a", "sequence": "3", "go": "2"}, follow=True)
        assert plain.redirect_chain[-1][0] == at("question", attempt, 1)
        assert "lebih baru" in plain.content.decode()
        assert stored(attempt).chosen == ["c"]

    @pytest.mark.parametrize(
        "data",
        [{"chosen": "x"}, {"chosen": ["a", "b"]}, {"chosen": "a", "sequence": "0"}, {"chosen": "a", "sequence": "no"}],
    )
    def test_nonsense_is_refused(self, attempt: Attempt, phone: Client, data: dict[str, Any]):
        response = phone.post(at("question", attempt, 1), data, **SCRIPT)
        assert (response.status_code, response.json()["state"]) == (400, "bad")
        plain = phone.post(at("question", attempt, 1), data)
        assert plain["Location"] == at("question", attempt, 1)
        assert stored(attempt).chosen == []

    def test_an_answer_to_a_question_that_was_not_drawn(self, attempt: Attempt, phone: Client):
        assert phone.post(at("question", attempt, 7), {"chosen": "a"}, **SCRIPT).status_code == 400
        assert phone.post(at("question", attempt, 7), {"chosen": "a"}).status_code == 302

    def test_a_post_without_a_token_is_refused(self, attempt: Attempt, cast: Cast):
        strict = Client(enforce_csrf_checks=True)
        assert cast.member.user is not None
        strict.force_login(cast.member.user)
        assert strict.post(at("question", attempt, 1), {"chosen": "a"}, **SCRIPT).status_code == 403
        assert strict.post(at("submit", attempt)).status_code == 403
        assert Attempt.objects.get().is_open

    @pytest.mark.parametrize("kept", [0, 15])
    def test_queries_of_a_save(self, attempt: Attempt, phone: Client, settings, django_assert_num_queries, kept: int):
        settings.MONITORING_CACHE_SECONDS = kept
        # session · user · member · attempt · [savepoint] attempt, locked · answer · update [release]
        with django_assert_num_queries(8 + SESSION):
            phone.post(at("question", attempt, 1), {"chosen": "b", "sequence": "1"}, **SCRIPT)

    @pytest.mark.parametrize("page", ["question", "review"])
    def test_queries_of_a_page_do_not_grow(self, cast: Cast, phone: Client, django_assert_num_queries, page: str):
        attempt = start_attempt(member=cast.member, quiz=QuizFactory(draw=40, questions=40))
        address = at(page, attempt, *([1] if page == "question" else []))
        with django_assert_num_queries(5 + SESSION):  # session · user · member · attempt with quiz · answers · roles
            phone.get(address)


class TestEnd:
    def test_the_submit_leads_to_the_result(self, attempt: Attempt, phone: Client):
        answer_all(attempt, right=2)
        wrong = stored(attempt, 3)
        response = phone.post(at("submit", attempt), follow=True)
        assert response.redirect_chain[-1][0] == at("result", attempt)
        text = response.content.decode()
        assert "66,67" in text
        assert "nilai ambang 60" in text
        assert "Lulus" in text
        assert "2 dari 3" in text
        for answer in attempt.answers.all():
            assert answer.snapshot["explanation"] in text
        card = text[text.index('id="soal-3"') :]
        own = next(c["text"] for c in wrong.snapshot["choices"] if c["id"] == wrong.chosen[0])
        assert re.search(rf"{own}\s+<b[^>]*>Jawaban Anda</b>", card)
        assert re.search(r"Pilihan \d\.0\s+<b[^>]*>Jawaban benar</b>", card)

    def test_a_second_submit_shows_the_same_result(self, attempt: Attempt, phone: Client):
        phone.post(at("submit", attempt))
        before = Attempt.objects.values().get()
        assert phone.post(at("submit", attempt))["Location"] == at("result", attempt)
        assert Attempt.objects.values().get() == before

    def test_back_from_the_log_in_page_the_submit_shows_the_check(self, attempt: Attempt, phone: Client):
        assert phone.get(at("submit", attempt))["Location"] == at("review", attempt)
        assert Attempt.objects.get().is_open

    def test_after_the_end_every_page_leads_to_the_result(self, attempt: Attempt, phone: Client):
        submit_attempt(attempt=attempt)
        for address in (at("attempt", attempt), at("question", attempt, 1), at("review", attempt)):
            assert phone.get(address)["Location"] == at("result", attempt)

    def test_an_overdue_attempt_is_finished_by_opening_it(self, attempt: Attempt, phone: Client):
        answer_all(attempt, right=3)
        make_overdue(attempt)
        response = phone.get(at("question", attempt, 2), follow=True)
        text = response.content.decode()
        assert response.redirect_chain[-1][0] == at("result", attempt)
        assert "Waktu habis. Jawaban yang tersimpan" in text
        assert Attempt.objects.get().passed

    def test_an_answer_after_the_time_is_kept_and_explained(self, attempt: Attempt, phone: Client):
        answer = stored(attempt, 2)
        make_overdue(attempt)
        data = {"chosen": answer.correct_ids, "sequence": "1", "go": "3"}
        text = phone.post(at("question", attempt, 2), data, follow=True).content.decode()
        assert "Waktu sudah habis" in text
        assert "Jawaban yang datang terlambat" in text
        assert stored(attempt, 2).late_chosen == answer.correct_ids
        assert Attempt.objects.get().score == 0

    def test_a_script_learns_that_its_answer_came_late(self, attempt: Attempt, phone: Client):
        make_overdue(attempt)
        response = phone.post(at("question", attempt, 2), {"chosen": "a", "sequence": "1"}, **SCRIPT)
        assert response.status_code == 409
        assert response.json()["state"] == "over"
        submitted = phone.post(at("question", attempt, 1), {"chosen": "a", "sequence": "1"}, **SCRIPT)
        assert (
            submitted.json()["message"] == "Waktu sudah habis. Jawaban ini dicatat sebagai terlambat dan tidak dinilai."
        )

    def test_within_the_grace_the_answer_counts(self, attempt: Attempt, phone: Client):
        let_time_pass(attempt, seconds_after_deadline=2)
        assert phone.post(at("question", attempt, 1), {"chosen": "a"}, **SCRIPT).json()["state"] == "saved"

    def test_a_failed_attempt_says_what_is_left(self, attempt: Attempt, phone: Client):
        Attempt.objects.filter(pk=attempt.pk).update(return_path="/belajar/dasar/")
        page = phone.post(at("submit", attempt), follow=True).content.decode()
        assert "Masih ada 2 kesempatan" in page
        assert f'href="/belajar/dasar/#quiz-{attempt.quiz_id}">Coba lagi</a>' in page

    def test_without_a_place_or_a_try_left_none_is_offered(self, attempt: Attempt, phone: Client):
        page = phone.post(at("submit", attempt), follow=True).content.decode()
        assert "Coba lagi</a>" not in page
        Attempt.objects.filter(pk=attempt.pk).update(return_path="/belajar/dasar/")
        Quiz.objects.filter(pk=attempt.quiz_id).update(max_attempts=1)
        page = phone.get(at("result", attempt)).content.decode()
        assert "Belum lulus" in page
        assert "Coba lagi</a>" not in page

    def test_a_failed_attempt_before_a_pass_says_so(self, attempt: Attempt, cast: Cast, phone: Client):
        submit_attempt(attempt=attempt)
        second = start_attempt(member=cast.member, quiz=attempt.quiz)
        answer_all(second, right=3)
        submit_attempt(attempt=second)
        assert "sudah lulus pada percobaan sesudah" in phone.get(at("result", attempt)).content.decode()

    def test_the_last_failed_attempt_says_when_to_come_back(self, cast: Cast, phone: Client):
        attempt = start_attempt(member=cast.member, quiz=QuizFactory(max_attempts=1))
        text = phone.post(at("submit", attempt), follow=True).content.decode()
        assert re.search(r"Kesempatan baru dibuka \d+ \w+ \d{4} pukul \d\d\.\d\d WITA", text)

    def test_the_result_leads_back_to_where_the_caller_said(self, cast: Cast, phone: Client):
        attempt = start_attempt(member=cast.member, quiz=QuizFactory(), return_path="/kursus/dasar/")
        assert 'href="/kursus/dasar/"' in phone.get(at("question", attempt, 1)).content.decode()
        assert 'href="/kursus/dasar/"' in phone.post(at("submit", attempt), follow=True).content.decode()

    def test_queries_of_the_result(self, cast: Cast, phone: Client, django_assert_num_queries):
        attempt = start_attempt(member=cast.member, quiz=QuizFactory(draw=40, questions=40))
        submit_attempt(attempt=attempt)
        # session · user · member · attempt with quiz · sittings · answers · roles · unread notices
        with django_assert_num_queries(7 + SESSION):
            phone.get(at("result", attempt))


class TestWhose:
    PAGES = ["attempt", "question", "review", "submit", "result"]

    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize("finished", [False, True])
    def test_another_members_attempt_is_a_404(self, attempt: Attempt, cast: Cast, page: str, finished: bool):
        if finished:
            submit_attempt(attempt=attempt)
        other = Client()
        assert cast.other_member.user is not None
        other.force_login(cast.other_member.user)
        address = at(page, attempt, *([1] if page == "question" else []))
        if page != "submit":
            assert other.get(address).status_code == 404
        assert other.post(address, {"chosen": "a"}).status_code in (404, 405)
        assert other.post(address, {"chosen": "a"}, **SCRIPT).status_code in (404, 405)
        assert stored(attempt).chosen == []
        assert stored(attempt).late_chosen is None
        assert Attempt.objects.get().is_open is not finished

    def test_a_member_who_no_longer_serves_is_refused(self, attempt: Attempt, cast: Cast, phone: Client):
        cast.member.status = "inactive"
        cast.member.save()
        assert phone.get(at("question", attempt, 1)).status_code == 403


def without_tokens(content: bytes) -> str:
    """A page without what differs at every request: CSRF tokens and clocks."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"', "", content.decode())
    return re.sub(r'data-now="\d+"|"now": "\d+"', "", text)


def rewrite_key(attempt: Attempt) -> None:
    """Give every question another right choice and another explanation."""
    for answer in attempt.answers.all():
        for choice in answer.snapshot["choices"]:
            choice["correct"] = choice["id"] in wrong_of(stored(attempt, answer.position))
        answer.snapshot["explanation"] = "Pembahasan yang lain sama sekali"
        answer.save()


class TestKey:
    """No response before the end depends on the key: the same requests under another key get the same answers."""

    def steps(self, attempt: Attempt) -> list[Callable[[Client], Any]]:
        question, review = at("question", attempt, 1), at("review", attempt)
        return [
            lambda phone: phone.get(at("attempt", attempt)),
            lambda phone: phone.get(question),
            lambda phone: phone.get(review),
            lambda phone: phone.get(at("result", attempt)),
            lambda phone: phone.post(question, {"chosen": "b", "sequence": "2"}, **SCRIPT),
            lambda phone: phone.post(question, {"chosen": "a", "sequence": "1"}, **SCRIPT),
            lambda phone: phone.post(question, {"chosen": "z", "sequence": "3"}, **SCRIPT),
            lambda phone: phone.post(question, {"chosen": "c", "sequence": "3", "go": "2"}),
            lambda phone: phone.post(question, {"chosen": "a", "sequence": "1", "go": "2"}, follow=True),
            lambda phone: phone.get(at("question", attempt, 2)),
            lambda phone: phone.get(review),
        ]

    def run(self, attempt: Attempt, phone: Client) -> list[tuple[int, str, str]]:
        seen = []
        for step in self.steps(attempt):
            response = step(phone)
            headers = {k: v for k, v in response.items() if k not in ("X-Request-ID", "Content-Length", "Expires")}
            cookies = {k: v.value for k, v in response.cookies.items() if k not in ("csrftoken", "messages")}
            body = re.sub(r"\d\d\.\d\d WITA", "", without_tokens(response.content))
            seen.append((response.status_code, json.dumps([headers, cookies]), body))
        Answer.objects.update(chosen=[], sequence=0, saved_at=None)
        return seen

    def test_the_key_changes_no_response_before_the_end(self, attempt: Attempt, phone: Client):
        first = self.run(attempt, phone)
        rewrite_key(attempt)
        second = self.run(attempt, phone)
        for before, after in zip(first, second, strict=True):
            assert before == after

    def test_no_response_before_the_end_has_an_explanation(self, attempt: Attempt, phone: Client):
        for _status, headers, body in self.run(attempt, phone):
            for word in ("Sebab", "correct", "explanation", "is_correct", "snapshot"):
                assert word not in headers + body
        assert "Sebab" in phone.post(at("submit", attempt), follow=True).content.decode()

    def test_a_late_post_learns_nothing_either(self, attempt: Attempt, phone: Client):
        make_overdue(attempt)
        body = phone.post(at("question", attempt, 1), {"chosen": "b"}, **SCRIPT).content.decode()
        assert "Sebab" not in body
        assert "correct" not in body
