"""There is one way to log in."""

from urllib.parse import unquote

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.mark.parametrize("address", ["/cms/login/", "/_util/login/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_forms_lead_to_ours(address: str, method: str, client: Client):
    response = getattr(client, method)(f"{address}?next=/cms/")
    assert response.status_code == 302
    assert response["Location"] == "/masuk/?next=/cms/"


@pytest.mark.parametrize("name", ["member", "village_officer", "district_officer", "liaison", "stranger"])
@pytest.mark.parametrize("address", ["/cms/", "/cms/pages/", "/cms/login/?next=/cms/"])
def test_who_is_logged_in_but_has_no_cms_reads_that_they_may_not(cast: Cast, name: str, address: str):
    client = Client()
    person = getattr(cast, name)
    client.force_login(getattr(person, "user", person))
    assert client.get(address, follow=True).status_code == 403


@pytest.mark.parametrize("address", ["/cms/", "/cms/pages/"])
def test_strangers_come_back_to_where_they_wanted(client: Client, db: None, address: str):
    response = client.get(address, follow=True)
    assert unquote(response.redirect_chain[-1][0]) == f"/masuk/?next={address}"
    assert response.status_code == 200


def test_who_has_the_cms_is_sent_into_it(cast: Cast):
    client = Client()
    client.force_login(cast.admin)
    assert client.get("/cms/login/?next=/cms/", follow=True).redirect_chain[-1][0] == "/cms/"
