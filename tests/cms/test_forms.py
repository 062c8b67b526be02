"""How form fields look: label, hint, error beside the field, tied together for screen readers."""

from django import forms
from django.template.loader import render_to_string


class RegistrationForm(forms.Form):
    name = forms.CharField(label="Nama", help_text="Seperti di KTP.")
    squad = forms.ChoiceField(
        label="Regu", choices=[("a", "Pengamanan"), ("b", "Dapur umum")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Catatan", required=False)
    agree = forms.BooleanField(label="Saya bersedia")

    def clean(self) -> None:
        if self.data:
            raise forms.ValidationError("Belum lengkap <b>.")


def test_a_field_has_label_and_hint():
    html = str(RegistrationForm())
    assert '<label class="field__label" for="id_name">Nama</label>' in html
    assert '<div class="field__hint" id="id_name_helptext">Seperti di KTP.</div>' in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_an_optional_field_says_so():
    html = RegistrationForm()["note"].as_field_group()
    assert "(boleh kosong)" in html
    assert "(boleh kosong)" not in RegistrationForm()["name"].as_field_group()


def test_choices_are_a_group_with_a_legend():
    html = RegistrationForm()["squad"].as_field_group()
    assert '<legend class="field__label">Regu</legend>' in html
    assert html.count('type="radio"') == 2


def test_choices_begin_with_a_capital():
    """The words of a choice also stand within sentences, so they are kept in small letters."""
    field = forms.ChoiceField(choices=[("m", "laki-laki"), ("s", "semua <b>")], widget=forms.RadioSelect)
    assert " Laki-laki</label>" in field.widget.render("sex", "m", {"id": "id_sex"})
    html = forms.Select(choices=field.choices).render("sex", "m")
    assert ">Laki-laki</option>" in html
    assert ">Semua &lt;b&gt;</option>" in html


def test_a_tick_stands_beside_its_words():
    html = RegistrationForm()["agree"].as_field_group()
    assert '<label class="choice choice--plain" for="id_agree"><input type="checkbox"' in html


def test_an_error_stands_with_its_field_and_keeps_what_was_typed():
    form = RegistrationForm({"note": "<i>catatan"})
    html = str(form)
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="&lt;i&gt;catatan"' in html
    assert "Belum lengkap &lt;b&gt;." in html


def test_the_summary_leads_to_the_fields():
    html = render_to_string("components/error_summary.html", {"form": RegistrationForm({"note": "x"})})
    assert '<a href="#id_name">Nama: ' in html
    assert '<a href="#id_squad">Regu: ' in html
    assert "Belum lengkap &lt;b&gt;." in html
    assert 'role="alert" tabindex="-1" data-focus' in html


def test_no_summary_without_errors():
    assert render_to_string("components/error_summary.html", {"form": RegistrationForm()}).strip() == ""
