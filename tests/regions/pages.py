"""A form of the kind that the field is made for, at an address of the tests' own."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from regions.widgets import VillageField, VillageStepsMixin

TEMPLATE = """{% extends "base.html" %}
{% block title %}Uji{% endblock %}
{% block page_class %}page--form{% endblock %}
{% block extra_head %}{{ form.media }}{% endblock %}
{% block content %}
  <h1>Pendaftaran</h1>
  {% include "components/error_summary.html" with form=form only %}
  <form class="form" method="post">{% csrf_token %}{{ form }}<button class="button" type="submit">Kirim</button></form>
{% endblock %}"""


class EnrolForm(VillageStepsMixin, forms.Form):
    full_name = forms.CharField(label="Nama", max_length=20)
    village = VillageField(label="Desa atau kelurahan", help_text="Ketik nama desa, boleh dengan kecamatannya.")
    secret = forms.CharField(label="Kata sandi", widget=forms.PasswordInput)


def enrol(request: HttpRequest) -> HttpResponse:
    form = EnrolForm(request.POST or None, initial={"village": request.GET.get("desa", "")})
    if form.is_valid():
        saved = f"Tersimpan: {form.cleaned_data['village'].pk}"
        return HttpResponse(f'<link rel="icon" href="data:,"><p>{saved}</p>')
    return HttpResponse(engines["django"].from_string(TEMPLATE).render({"form": form}, request))


urlpatterns = [path("uji/", enrol), path("", include("lms.urls"))]
