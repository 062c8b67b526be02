"""The operator changes a design in the CMS: sees it at once, saves a version, and what was issued keeps its own."""

import pytest
from playwright.sync_api import expect

from certificates.models import Design
from certificates.reissue import corrected, reissue_certificate
from certificates.snapshots import signers_of
from tests.browser import DESKTOP, Browse, log_in
from tests.cast import Cast
from tests.factories import CertificateFactory

pytestmark = pytest.mark.browser
PATIENCE = 30_000  # milliseconds: each preview is laid out in full


def test_a_design_is_changed_seen_and_saved(browse: Browse, cast: Cast, private_files: object):
    design = Design.objects.create(name="Balangan", region_id="63.11", heading="Kepala lama")
    design.save_revision()
    plain = CertificateFactory(record__member=cast.member)
    issued = reissue_certificate(certificate=plain, by=None, reason="Desain baru")
    page = browse(size=DESKTOP)
    log_in(page, cast.admin)
    page.goto(f"/cms/snippets/certificates/design/edit/{design.pk}/")
    page.locator("#id_heading").fill("Kepala baru")
    for at, position in enumerate(["Kepala Satpol PP", "Ketua PMI"]):
        page.locator("#id_signatories-ADD").click()
        page.locator(f"#id_signatories-{at}-position").fill(position)

    page.locator("[data-side-panel-toggle=preview]").click()
    front = page.frame_locator("#w-preview-iframe").locator("img").first
    expect(front).to_be_visible(timeout=PATIENCE)
    seen = front.get_attribute("src") or ""
    page.locator("#id_accent").fill("#7a1f2b")
    page.locator("[data-w-preview-target=mode]").select_option("long")
    expect(front).not_to_have_attribute("src", seen, timeout=PATIENCE)
    assert design.revisions.count() == 1  # nothing is saved while it is typed
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator(".messages")).to_contain_text("Balangan")

    design.refresh_from_db()
    assert design.revisions.count() == 2
    kept, fresh = issued.snapshot, corrected(issued).snapshot
    assert [one["design"]["heading"] for one in (kept, fresh)] == ["Kepala lama", "Kepala baru"]
    assert [one["design"]["accent"] for one in (kept, fresh)] == ["#14532d", "#7a1f2b"]
    assert kept["design"]["version"] < fresh["design"]["version"] == design.latest_revision_id
    assert [signer["position"] for signer in signers_of(fresh)] == ["Kepala Satpol PP", "Ketua PMI"]
