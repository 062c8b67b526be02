"""Issuing anew after a correction: a new number, both ways linked, at most one valid."""

import pytest
from django.db import IntegrityError
from django.test import Client

from certificates.errors import AlreadyReplaced, NotReissuable, ReasonMissing
from certificates.models import Certificate
from certificates.number_audit import number_faults
from certificates.reissue import reissue_certificate
from certificates.revoking import revoke_certificate, revoke_reversed
from certificates.services import issue_certificate, issue_due
from notifications.models import Notice
from tests.certificates.helpers import Issued, pdfs_in
from tests.factories import CertificateFactory, TrainingRecordFactory, UserFactory, grant, make_regions
from tests.races import at_once
from training.services import reverse_training

REASON = "Ejaan nama diperbaiki."


def rename(issued: Issued, name: str = "Ahmad Ridwan") -> None:
    issued.cast.member.name = name
    issued.cast.member.save()


def reissue(issued: Issued, reason: str = REASON) -> Certificate:
    return reissue_certificate(certificate=issued.certificate, by=issued.cast.regency_officer, reason=reason)


def test_the_new_one_says_what_is_true_and_the_old_one_why(issued: Issued):
    rename(issued)
    before = issued.file.read_bytes()

    new = reissue(issued, f"  {REASON} ")

    old = issued.certificate
    old.refresh_from_db()
    assert (old.status, old.reason, old.changed_by) == ("superseded", REASON, issued.cast.regency_officer)
    assert old.changed_at is not None
    assert (old.replaced_by, new.replaces) == (new, old)
    assert (old.snapshot["name"], new.snapshot["name"]) == ("Ahmad Riduan", "Ahmad Ridwan")
    assert (new.status, new.record, new.sequence) == ("valid", old.record, old.sequence + 1)
    assert new.number == new.snapshot["number"] != old.number
    assert new.token != old.token
    assert issued.file.read_bytes() == before


def test_the_task_prints_the_new_one_and_both_are_told(issued: Issued):
    new = reissue(issued)
    assert issue_certificate(record_id=new.record_id) == new
    new.refresh_from_db()
    assert new.is_filed
    assert len(pdfs_in(issued.files)) == 2
    titles = Notice.objects.of(issued.cast.member.user).values_list("title", flat=True)
    assert sorted(titles) == ["Sertifikat diganti", "Sertifikat terbit", "Sertifikat terbit"]


def test_the_repair_prints_it_too_and_issues_nothing_else(issued: Issued):
    reissue(issued)
    assert issue_due().issued == 1
    assert issue_due().issued == 0
    assert Certificate.objects.count() == 2


def test_one_replaced_before_it_was_printed_is_not_announced(issued: Issued):
    Certificate.objects.update(file="", sha256="", seal_digest="")
    Notice.objects.all().delete()
    new = reissue(issued)
    assert issue_due().issued == 2
    printed = Notice.objects.filter(title="Sertifikat terbit")
    assert [notice.key for notice in printed] == [f"certificate:{new.pk}:issued"]


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_happens(issued: Issued, reason: str):
    with pytest.raises(ReasonMissing):
        reissue(issued, reason)
    assert Certificate.objects.get().status == "valid"


def test_what_no_longer_holds_is_refused(issued: Issued):
    reissue(issued)
    with pytest.raises(NotReissuable):
        reissue(issued)
    assert Certificate.objects.count() == 2


def test_a_mistaken_revocation_is_healed_and_stays_to_be_read(issued: Issued):
    revoked = revoke_certificate(certificate=issued.certificate, by=issued.cast.admin, reason="Salah orang")
    when = revoked.changed_at

    new = reissue(issued, "Pencabutan keliru.")

    old = issued.certificate
    old.refresh_from_db()
    assert (old.status, old.reason, old.changed_by, old.changed_at) == (
        "revoked", "Salah orang", issued.cast.admin, when
    )  # fmt: skip
    assert (old.replaced_by, new.replaces, new.status) == (new, old, "valid")
    assert (new.reissue_reason, new.reissued_by) == ("Pencabutan keliru.", issued.cast.regency_officer)
    assert (new.snapshot["name"], new.sequence) == (old.snapshot["name"], old.sequence + 1)
    notice = Notice.objects.get(title="Sertifikat diterbitkan lagi")
    assert "Pencabutan keliru." in notice.body


def test_it_is_healed_once_and_on_from_its_successor(issued: Issued):
    revoke_certificate(certificate=issued.certificate, by=None, reason="Salah orang")
    new = reissue(issued)
    with pytest.raises(NotReissuable):
        reissue(issued)
    revoke_certificate(certificate=new, by=None, reason="Sekali lagi")
    with pytest.raises(NotReissuable):
        reissue(issued)
    third = reissue_certificate(certificate=new, by=None, reason=REASON)
    assert (third.replaces, list(number_faults())) == (new, [])


def test_revoked_with_its_training_it_stays_revoked(issued: Issued):
    reverse_training(record=issued.certificate.record, reason="Keliru", by=issued.cast.district_officer)
    revoke_reversed(record_id=issued.certificate.record_id)
    assert Certificate.objects.get().status == "revoked"
    with pytest.raises(NotReissuable):
        reissue(issued)
    assert Certificate.objects.count() == 1


def test_only_what_replaces_another_says_why_it_was_issued_anew(issued: Issued):
    with pytest.raises(IntegrityError, match="certificate_reissue_replaces_one"):
        CertificateFactory(record=TrainingRecordFactory(member=issued.cast.member), reissue_reason=REASON)


def test_a_training_taken_back_is_not_certified_again(issued: Issued):
    reverse_training(record=issued.certificate.record, reason="Keliru", by=issued.cast.district_officer)
    with pytest.raises(NotReissuable):
        reissue(issued)
    assert Certificate.objects.count() == 1


def test_taking_a_training_back_revokes_the_one_that_holds(issued: Issued):
    new = reissue(issued)
    reverse_training(record=new.record, reason="Keliru", by=issued.cast.district_officer)
    assert revoke_reversed(record_id=new.record_id) in {0, 1}  # 0 where the signal was faster
    assert set(Certificate.objects.values_list("status", flat=True)) == {"superseded", "revoked"}


def test_a_replaced_one_cannot_be_revoked(issued: Issued):
    reissue(issued)
    with pytest.raises(AlreadyReplaced):
        revoke_certificate(certificate=issued.certificate, by=None, reason="Keliru")


def test_a_training_may_have_several_but_one_valid(issued: Issued):
    record = issued.certificate.record
    CertificateFactory(record=record, status="revoked", reason="Keliru", changed_at="2026-11-20T00:00:00Z")
    with pytest.raises(IntegrityError):
        CertificateFactory(record=record)


def test_one_is_replaced_once(issued: Issued):
    reissue(issued)
    with pytest.raises(IntegrityError):
        CertificateFactory(replaces=issued.certificate)


def test_none_replaces_itself(issued: Issued):
    with pytest.raises(IntegrityError, match="certificate_not_its_own_heir"):
        CertificateFactory(pk=987_654, record=TrainingRecordFactory(member=issued.cast.member), replaces_id=987_654)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_replace_once():
    make_regions()
    certificate = CertificateFactory()

    def job() -> str:
        try:
            reissue_certificate(certificate=certificate, by=None, reason=REASON)
        except NotReissuable:
            return "refused"
        return "replaced"

    assert sorted(at_once(job, job)) == ["refused", "replaced"]
    assert Certificate.objects.count() == 2


# --- the pages --------------------------------------------------------------------------------
def test_the_officer_sees_what_changes_and_does_it(client: Client, issued: Issued, django_capture_on_commit_callbacks):
    rename(issued)
    client.force_login(issued.cast.regency_officer)
    path = f"/sertifikat/{issued.certificate.uuid}/terbit-ulang/"
    assert path in client.get(f"/verifikasi/{issued.certificate.token}/").content.decode()
    html = client.get(path).content.decode()
    assert "<del>Ahmad Riduan</del>" in html
    assert "<ins>Ahmad Ridwan</ins>" in html

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(path, {"reason": REASON})

    new = Certificate.objects.get(status="valid")
    assert response["Location"] == f"/verifikasi/{new.token}/"
    assert new.is_filed
    html = client.get(response["Location"]).content.decode()
    assert ">ASLI<" in html
    assert f"menggantikan nomor {issued.certificate.number}" in html


def test_a_revoked_one_is_issued_anew_on_its_page(client: Client, issued: Issued, django_capture_on_commit_callbacks):
    revoke_certificate(certificate=issued.certificate, by=issued.cast.admin, reason="Salah orang")
    client.force_login(issued.cast.regency_officer)
    page, path = f"/verifikasi/{issued.certificate.token}/", f"/sertifikat/{issued.certificate.uuid}/terbit-ulang/"
    html = client.get(page).content.decode()
    assert path in html
    assert "Cabut sertifikat ini" not in html
    assert "tetap DICABUT" in client.get(path).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(path, {"reason": "Pencabutan <b>keliru."})

    new = Certificate.objects.get(status="valid")
    assert (response["Location"], new.is_filed) == (f"/verifikasi/{new.token}/", True)
    assert "Alasan: Pencabutan &lt;b&gt;keliru." in client.get(response["Location"]).content.decode()
    html = client.get(page).content.decode()
    assert ">DICABUT<" in html
    assert "Salah orang" in html
    assert f'href="/verifikasi/{new.token}/"' in html
    assert path not in html
    answer = client.get(f"/verifikasi/{issued.certificate.token}.json").json()
    assert (answer["status"], answer["replaced_by"]) == ("revoked", new.verification_url)


def test_one_revoked_with_its_training_offers_no_new_issue(client: Client, issued: Issued):
    reverse_training(record=issued.certificate.record, reason="Keliru", by=issued.cast.district_officer)
    revoke_reversed(record_id=issued.certificate.record_id)
    client.force_login(issued.cast.regency_officer)
    assert "terbit-ulang" not in client.get(f"/verifikasi/{issued.certificate.token}/").content.decode()


def test_the_old_ones_page_leads_to_the_new_one(client: Client, issued: Issued, django_assert_max_num_queries):
    new = reissue(issued)
    with django_assert_max_num_queries(8):
        html = client.get(f"/verifikasi/{issued.certificate.token}/").content.decode()
    assert ">DIGANTI<" in html
    assert REASON in html
    assert f'href="/verifikasi/{new.token}/"' in html
    answer = client.get(f"/verifikasi/{issued.certificate.token}.json").json()
    assert (answer["status"], answer["replaced_by"]) == ("superseded", new.verification_url)


def test_nothing_changed_is_said(client: Client, issued: Issued):
    client.force_login(issued.cast.regency_officer)
    html = client.get(f"/sertifikat/{issued.certificate.uuid}/terbit-ulang/").content.decode()
    assert "Tidak ada isi yang berubah" in html


def test_the_page_asks_for_a_reason_and_says_when_it_is_too_late(client: Client, issued: Issued):
    client.force_login(issued.cast.admin)
    path = f"/sertifikat/{issued.certificate.uuid}/terbit-ulang/"
    assert client.post(path, {"reason": " "}).status_code == 200
    reissue(issued)
    html = client.post(path, {"reason": "Kedua"}, follow=True).content.decode()
    assert "sudah diganti, atau pelatihannya dibatalkan" in html
    assert "Kedua" not in html
    assert path not in html


@pytest.mark.parametrize(
    "role", ["village_officer", "district_officer", "neighbour_district_officer", "trainer", "liaison", "stranger"]
)
def test_nobody_below_the_regency_can(client: Client, issued: Issued, role: str):
    client.force_login(getattr(issued.cast, role))
    path = f"/sertifikat/{issued.certificate.uuid}/terbit-ulang/"
    assert path not in client.get(f"/verifikasi/{issued.certificate.token}/").content.decode()
    assert client.post(path, {"reason": "x"}).status_code == 404
    assert Certificate.objects.count() == 1


def test_another_regencys_officer_cannot(client: Client, issued: Issued):
    officer = UserFactory()
    grant(officer, "63.09")
    client.force_login(officer)
    assert client.post(f"/sertifikat/{issued.certificate.uuid}/terbit-ulang/", {"reason": "x"}).status_code == 404


def test_the_members_list_shows_both(client: Client, issued: Issued):
    new = reissue(issued)
    client.force_login(issued.cast.member.user)
    html = client.get("/sertifikat/").content.decode()
    assert new.number in html
    assert "Diganti" in html
    assert REASON in html
