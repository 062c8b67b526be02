"""VillageField and its widget: typed, chosen step by step without JavaScript, and what is refused."""

from datetime import date

import pytest
from django import forms
from django.test import Client

from regions.models import Region
from regions.widgets import Pick, VillageField
from tests.regions.pages import EnrolForm

NINIAN = "63.11.01.2001"
TYPED = {"full_name": "Ahmad Riduan", "secret": "rahasia-1"}


def form(**data: str) -> EnrolForm:
    return EnrolForm(TYPED | data)


def error(bound: EnrolForm) -> str:
    assert not bound.is_valid()
    return bound.errors.as_data()["village"][0].code


@pytest.fixture
def post(regions, client: Client, settings):
    settings.ROOT_URLCONF = "tests.regions.pages"
    return lambda **data: client.post("/uji/", TYPED | data)


def test_a_chosen_village_becomes_its_region(regions):
    bound = form(village=NINIAN, village_text="Muara Ninian, Kec. Juai, Kab. Balangan")
    assert bound.is_valid()
    assert bound.cleaned_data["village"] == Region.objects.get(pk=NINIAN)


def test_the_selects_alone_are_enough(regions):
    bound = form(village_1="63", village_2="63.11", village_3="63.11.01", village_4=NINIAN)
    assert bound.is_valid()
    assert bound.cleaned_data["village"].pk == NINIAN


def test_a_full_name_written_out_counts_as_chosen(regions):
    bound = form(village="", village_text="muara ninian, kec. juai, kab. balangan")
    assert bound.is_valid()
    assert bound.cleaned_data["village"].pk == NINIAN


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "required"),
        ({"village": "", "village_text": "  "}, "required"),
        ({"village": "", "village_text": "muara"}, "unpicked"),
        ({"village": "63.11.01.2999"}, "unknown"),
        ({"village": "63.11.01.2001' OR 1=1"}, "unknown"),
        ({"village": "63.11%"}, "unknown"),
        ({"village": "63.11.01"}, "incomplete"),
        ({"village": "00"}, "incomplete"),
        ({"village_1": "63", "village_2": "63.11"}, "incomplete"),
        ({"village_1": "63", "village_2": "63.09", "village_3": "63.11.01", "village_4": NINIAN}, "incomplete"),
        ({"village_1": "", "village_4": NINIAN}, "required"),
        ({"village_1": NINIAN}, "required"),
    ],
)
def test_what_is_refused(regions, data: dict[str, str], code: str):
    assert error(form(**data)) == code


def test_a_retired_village_is_refused(regions):
    Region.objects.filter(pk=NINIAN).update(retired_on=date(2026, 1, 1))
    assert error(form(village=NINIAN)) == "retired"


def test_an_optional_field_may_stay_empty(regions):
    field = VillageField(required=False)
    assert field.clean(Pick()) is None


def test_the_field_notices_a_change(regions):
    field = VillageField()
    region = Region.objects.get(pk=NINIAN)
    assert not field.has_changed(region, Pick(NINIAN, region.full_name))
    assert not field.has_changed(NINIAN, Pick(NINIAN))
    assert not field.has_changed(None, Pick())
    assert field.has_changed(None, Pick(NINIAN))
    assert field.has_changed(None, Pick("", "muara"))


def test_the_field_saves_into_a_foreign_key(regions):
    class MoveForm(forms.ModelForm):
        parent = VillageField()

        class Meta:
            model = Region
            fields = ("parent",)

    region = Region.objects.get(pk="63.11.01.2002")
    assert MoveForm(instance=region)["parent"].value() == "63.11.01"
    bound = MoveForm({"parent": NINIAN}, instance=region)
    assert bound.is_valid()
    assert bound.instance.parent_id == NINIAN


def test_a_fresh_form_lists_the_provinces_only(post, client: Client, django_assert_num_queries):
    with django_assert_num_queries(1):
        html = str(EnrolForm())
    assert '<option value="63">Kalimantan Selatan</option>' in html
    assert "63.11" not in html
    assert html.count('<div class="village-picker__step" hidden>') == 3


def test_a_form_with_a_village_opens_every_list(regions, django_assert_num_queries):
    with django_assert_num_queries(5):  # the village and four lists
        html = str(EnrolForm(initial={"village": Region(pk=NINIAN)}))
    assert 'value="Muara Ninian, Kec. Juai, Kab. Balangan"' in html
    for code in ("63", "63.11", "63.11.01", NINIAN):
        assert f'<option value="{code}" selected>' in html


def test_step_by_step_without_scripts(post):
    """Each "Tampilkan" opens the next list, judges nothing and keeps the rest of the form."""
    for picks, opened in (
        ({"village_1": "63"}, "63.11"),
        ({"village_1": "63", "village_2": "63.11"}, "63.11.01"),
        ({"village_1": "63", "village_2": "63.11", "village_3": "63.11.01"}, NINIAN),
    ):
        html = post(full_name="Nama yang jauh terlalu panjang", village_step="1", **picks).content.decode()
        assert f'<option value="{opened}">' in html
        assert "Nama yang jauh terlalu panjang" in html
        assert 'value="rahasia-1"' in html
        assert "field__error" not in html
        assert "callout--late" not in html


def test_enter_with_everything_chosen_saves(post):
    """Browsers press the first submit button for Enter, which is "Tampilkan"."""
    answer = post(village_1="63", village_2="63.11", village_3="63.11.01", village_4=NINIAN, village_step="1")
    assert f"Tersimpan: {NINIAN}" in answer.content.decode()


def test_another_province_closes_the_lists_of_the_old_one(post, client: Client):
    html = post(village_1="63", village_2="63.09", village_3="63.11.01", village_4=NINIAN, village_step="1")
    assert '<option value="63.09.01">' in html.content.decode()
    assert "63.11.01" not in html.content.decode()


def test_a_refused_form_keeps_the_words_but_never_a_password(post):
    html = post(village="", village_text='muara "ninian" <b>').content.decode()
    assert 'value="muara &quot;ninian&quot; &lt;b&gt;"' in html
    assert "Pilih satu desa dari daftar yang muncul saat nama diketik." in html
    assert 'aria-invalid="true"' in html
    assert "rahasia-1" not in html


def test_a_disabled_field_shows_its_village_and_keeps_it(regions, django_assert_num_queries):
    class FixedForm(forms.Form):
        village = VillageField(disabled=True, initial=NINIAN)

    with django_assert_num_queries(1):
        html = str(FixedForm()["village"])
    assert 'value="Muara Ninian, Kec. Juai, Kab. Balangan"' in html
    assert "<select" not in html
    bound = FixedForm({"village": "63.11.02.2001"})
    assert bound.is_valid()
    assert bound.cleaned_data["village"].pk == NINIAN
