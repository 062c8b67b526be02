"""Texts of messages: filled in by plain replacement, and the operator's own words for them in the CMS."""

import html
import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from members.models import Member
from notifications.delivering import Delivered, deliver_due
from notifications.models import Channel, MessageText, Notice
from notifications.texts import Text, fill, problem_of
from notifications.topics import Topic, topics
from tests.cast import Cast
from tests.factories import MemberFactory
from tests.notifications.gateway import Gateway
from tests.notifications.topics import NOON, Composing, planned, prove

PAGE = "/cms/snippets/notifications/messagetext/"
OWN = {"topic": "uji", "title": "Untuk {nama}", "body": "Ayo {nama}!\nSampai jumpa.", "short": "Ayo {nama}"}
DANGEROUS = ["{nama.__class__}", "{nama[0]}", "{nama!r}", "{nama:>9}", "{0}", "{}", "{lain}", "{settings.SECRET_KEY}"]


@pytest.fixture
def operator(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


# --- filling in -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_looks_into_a_value(text: str):
    assert fill(text, {"nama": "Ahmad"}) == text


def test_known_variables_are_replaced_once():
    assert fill("{nama}, { nama }!", {"nama": "{desa}", "desa": "Sirap"}) == "{desa}, {desa}!"


@pytest.mark.parametrize("text", DANGEROUS)
def test_an_unknown_variable_is_named_beside_the_known_ones(text: str):
    assert problem_of(f"Halo {text}", ["nama", "desa"]) == (
        f"Variabel {text} tidak dikenal. Yang dapat dipakai di sini: {{nama}}, {{desa}}."
    )


@pytest.mark.parametrize("text", ["{nama", "nama}", "{{nama}}", "}{"])
def test_a_brace_that_is_no_variable_is_refused(text: str):
    assert problem_of(text, ["nama"]).startswith("Kurung kurawal hanya untuk variabel.")


@pytest.mark.parametrize("text", ["", "Halo", "Halo {nama} dan { nama }"])
def test_what_can_be_used_is_no_problem(text: str):
    assert problem_of(text, ["nama"]) == ""


@pytest.mark.parametrize("key", topics())
def test_the_built_in_texts_use_what_their_topic_offers(key: str):
    topic: Topic = topics()[key]
    assert [problem_of(part, topic.examples) for part in topic.text] == ["", "", ""]


# --- sending ----------------------------------------------------------------------------------


def test_the_inbox_has_the_operators_words(cast: Cast, composing: Composing):
    MessageText.objects.create(**OWN)
    planned(cast)
    deliver_due(now=NOON)
    notice = Notice.objects.get()
    assert (notice.title, notice.body) == ("Untuk Ahmad", "Ayo Ahmad!\nSampai jumpa.")


def test_each_channel_has_its_own(cast: Cast, composing: Composing, gateway: Gateway):
    MessageText.objects.create(**OWN)
    prove(cast.member.user)
    Member.objects.filter(pk=cast.member.pk).update(phone="+6281234567890", whatsapp_consent_at=timezone.now())
    planned(cast, Channel.EMAIL)
    planned(cast, Channel.WHATSAPP)
    assert deliver_due(now=NOON) == Delivered(sent=2)
    assert mail.outbox[0].subject == "Untuk Ahmad"
    assert mail.outbox[0].body.startswith("Ayo Ahmad!\nSampai jumpa.\n\nhttp")
    assert gateway.messages[0]["text"] == "Ayo Ahmad"


@pytest.mark.parametrize("part", ["title", "body", "short"])
def test_an_empty_part_stays_as_it_is_built_in(part: str):
    own, built_in = MessageText(**OWN | {part: ""}), Text("judul", "panjang", "pendek")
    expected = Text(OWN["title"], OWN["body"], OWN["short"])
    assert own.over(built_in) == expected._replace(**{part: getattr(built_in, part)})


def test_words_of_another_topic_change_nothing(cast: Cast, composing: Composing):
    MessageText.objects.create(**OWN | {"topic": "lain"})
    planned(cast)
    deliver_due(now=NOON)
    assert Notice.objects.get().title == "Salam Ahmad"


def test_markup_is_text_everywhere(cast: Cast, composing: Composing, client: Client):
    MessageText.objects.create(**OWN | {"title": "<b>{nama}</b>", "body": "<script>alert(1)</script>"})
    planned(cast)
    deliver_due(now=NOON)
    client.force_login(cast.member.user)
    page = client.get("/pemberitahuan/").content.decode()
    assert "&lt;b&gt;Ahmad&lt;/b&gt;" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_the_words_are_one_question_for_any_number(cast: Cast, composing: Composing, django_assert_num_queries):
    MessageText.objects.create(**OWN)
    for number in range(20):
        person = MemberFactory()
        planned(cast, key=f"uji:{number}", member=person, user=person.user)
    with django_assert_num_queries(16):  # as many as in test_delivering.py, without words of one's own
        assert deliver_due(now=NOON) == Delivered(sent=20)


# --- in the CMS -------------------------------------------------------------------------------


def test_the_operator_writes_a_text(operator: Client, composing: Composing):
    form = html.unescape(operator.get(f"{PAGE}add/").content.decode())
    assert "{nama}" in form
    assert "misalnya “Desa Contoh”" in form
    assert "Halo {nama}, mari berlatih." in form
    assert operator.post(f"{PAGE}add/", OWN).status_code == 302
    text = MessageText.objects.get()
    assert (text.topic, text.title, text.body, text.short) == tuple(OWN.values())
    listed = operator.get(PAGE).content.decode()
    assert re.search(rf'edit/{text.pk}/"[^>]*>\s*(<[^>]+>\s*)*Uji', listed)
    assert "Untuk {nama}" in listed


def test_every_kind_is_listed_with_the_words_in_use(operator: Client, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        page = html.unescape(operator.get(PAGE).content.decode())
    for key, topic in topics().items():
        assert f"{PAGE}add/?topic={key}" in page
        assert topic.text.title in page
    key, topic = next(iter(topics().items()))
    assert f'<option value="{key}" selected>' in operator.get(f"{PAGE}add/?topic={key}").content.decode()
    own = MessageText.objects.create(topic=key, short="Kata sendiri {tautan}")
    page = html.unescape(operator.get(PAGE).content.decode())
    assert f'{PAGE}edit/{own.pk}/">{topic.label}' in page
    assert topic.text.title in page  # the part that nobody has changed
    assert topic.text.short not in page.split(str(topic.label))[1].split("</tr>")[0]


@pytest.mark.parametrize("part", ["title", "body", "short"])
@pytest.mark.parametrize("text", ["{lain}", "{nama.__class__}"])
def test_an_unknown_variable_is_refused(operator: Client, composing: Composing, part: str, text: str):
    page = operator.post(f"{PAGE}add/", OWN | {part: f"Halo {text}"})
    assert page.status_code == 200
    assert f"Variabel {text} tidak dikenal. Yang dapat dipakai di sini: {{nama}}, {{desa}}." in page.content.decode()
    assert not MessageText.objects.exists()


@pytest.mark.parametrize("change", [{"topic": "lain"}, {"topic": ""}, {"short": "a" * 481}, {"title": "a" * 151}])
def test_what_cannot_be_is_refused(operator: Client, composing: Composing, change: dict[str, str]):
    assert operator.post(f"{PAGE}add/", OWN | change).status_code == 200
    assert not MessageText.objects.exists()


@pytest.mark.parametrize("key", [key for key, topic in topics().items() if "tautan" in topic.examples])
def test_a_short_text_without_the_link_is_refused(operator: Client, key: str):
    page = operator.post(f"{PAGE}add/", {"topic": key, "title": "", "body": "", "short": "Mari berlatih."})
    assert "Sertakan {tautan}: pesan WhatsApp dan SMS" in page.content.decode()
    assert not MessageText.objects.exists()
    for short in ("", "Mari berlatih: { tautan }"):
        MessageText(topic=key, short=short).clean()


def test_examples_of_links_lead_to_this_site(settings):
    links = [topic.examples["tautan"] for topic in topics().values() if "tautan" in topic.examples]
    assert len(links) >= 3
    assert all(link.startswith(f"{settings.BASE_URL}/") for link in links)


def test_one_text_a_topic(operator: Client, composing: Composing):
    own = MessageText.objects.create(**OWN)
    assert operator.post(f"{PAGE}add/", OWN).status_code == 200
    assert operator.post(f"{PAGE}edit/{own.pk}/", OWN | {"short": ""}).status_code == 302
    assert MessageText.objects.get().short == ""
    for row in (OWN, OWN | {"topic": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MessageText.objects.create(**row)


def test_a_topic_that_is_gone_is_no_obstacle(composing: Composing):
    text = MessageText(**OWN | {"topic": "lama", "title": "{lain}"})
    text.clean()
    assert str(text) == "lama"
    with pytest.raises(ValidationError):
        MessageText(**OWN | {"title": "{lain}"}).clean()


def test_the_preview_shows_example_data(operator: Client, cast: Cast, composing: Composing):
    answer = operator.post(f"{PAGE}preview/", OWN | {"short": ""}).json()
    assert answer == {"is_valid": True, "is_available": True}
    page = operator.get(f"{PAGE}preview/").content.decode()
    assert "Untuk Contoh" in page
    assert "Contoh: mari berlatih." in page  # built in
    assert "22 karakter" in page
    assert cast.member.name not in page
    assert operator.post(f"{PAGE}preview/", OWN | {"title": "{lain}"}).json()["is_valid"] is False


@pytest.mark.parametrize("role", ["trainer", "regency_officer", "district_officer", "stranger"])
def test_nobody_else_writes_texts(client: Client, cast: Cast, composing: Composing, role: str):
    client.force_login(getattr(cast, role))
    for path in ("", "add/", "preview/"):
        assert client.get(f"{PAGE}{path}").status_code in (302, 403)
    client.post(f"{PAGE}add/", OWN)
    assert not MessageText.objects.exists()
