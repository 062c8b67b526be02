"""There is one way to log in."""

import pytest
from django.test import Client


@pytest.mark.parametrize("address", ["/cms/login/", "/_util/login/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_forms_lead_to_ours(address: str, method: str, client: Client):
    response = getattr(client, method)(f"{address}?next=/cms/")
    assert response.status_code == 302
    assert response["Location"] == "/masuk/?next=/cms/"
