"""Photos of a report: ten places, each file once, gone with its row; what is stored is nothing but pixels."""

from io import BytesIO

import pytest
from PIL import Image

from cms.errors import PhotoNotAnImage
from reports.errors import ReportNotEditable, TooManyPhotos
from reports.models import ReportPhoto
from reports.photo_services import add_photos, remove_photo
from reports.services import discard_draft
from tests.factories import ActivityReportFactory
from tests.files import GPS, phone_photo, picture, upload


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def test_position_maker_and_comment_are_gone_from_the_stored_file(draft, cast):
    original = phone_photo()
    raw = original.read()
    assert b"PonselRahasia" in raw
    assert Image.open(BytesIO(raw)).getexif().get_ifd(GPS)
    photo = add_photos(report=draft, uploads=[original]).added[0]
    for file in (photo.file, photo.thumbnail):
        with file.open() as stored:
            data = stored.read()
        image = opened(data)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        for secret in (b"PonselRahasia", b"catatan rahasia", b"Exif", b"http://ns.adobe.com"):
            assert secret not in data


def test_a_refused_photo_takes_no_other_with_it(draft, cast):
    outcome = add_photos(report=draft, uploads=[picture(), upload(b"x", "catatan.txt"), picture(colour="red")])
    assert [p.position for p in outcome.added] == [1, 2]
    assert [(r.name, type(r)) for r in outcome.refused] == [("catatan.txt", PhotoNotAnImage)]


def test_the_eleventh_is_refused(draft, cast):
    shades = [picture(40, 40, colour=(n * 20, 0, 0)) for n in range(12)]
    outcome = add_photos(report=draft, uploads=shades)
    assert len(outcome.added) == 10
    assert [type(r) for r in outcome.refused] == [TooManyPhotos] * 2


def test_the_same_file_twice_is_one_photo_and_leaves_no_second_file(draft, cast, private_folder):
    for _ in range(2):
        outcome = add_photos(report=draft, uploads=[picture()])
        assert [p.position for p in outcome.added] == [1]
    assert draft.photos.count() == 1
    assert len([f for f in private_folder.rglob("*") if f.is_file()]) == 2


def test_a_photo_goes_with_its_files_and_leaves_its_place(
    draft, cast, private_folder, django_capture_on_commit_callbacks
):
    add_photos(report=draft, uploads=[picture(colour=c) for c in ("red", "green", "blue")])
    with django_capture_on_commit_callbacks(execute=True):
        remove_photo(report=draft, position=2)
        remove_photo(report=draft, position=2)
    assert len([f for f in private_folder.rglob("*") if f.is_file()]) == 4
    outcome = add_photos(report=draft, uploads=[picture(colour="yellow")])
    assert outcome.added[0].position == 2


def test_the_files_of_a_discarded_draft_go(draft, cast, private_folder, django_capture_on_commit_callbacks):
    add_photos(report=draft, uploads=[picture()])
    with django_capture_on_commit_callbacks(execute=True):
        discard_draft(report=draft)
    assert not [f for f in private_folder.rglob("*") if f.is_file()]


@pytest.mark.parametrize("state", ["sent", "verified"])
def test_what_was_sent_keeps_its_photos(state, cast, private_folder):
    report = ActivityReportFactory()
    add_photos(report=report, uploads=[picture()])
    stale = type(report).objects.get(pk=report.pk)  # read before it was sent
    later = ActivityReportFactory(**{state: True})
    with pytest.raises(ReportNotEditable):
        add_photos(report=later, uploads=[picture(colour="red")])
    values = {f: getattr(later, f) for f in ("status", "number_year", "sent_at", "decided_at", "decided_by")}
    type(report).objects.filter(pk=report.pk).update(number="X", number_sequence=9999, **values)
    with pytest.raises(ReportNotEditable):
        add_photos(report=stale, uploads=[picture(colour="red")])
    with pytest.raises(ReportNotEditable):
        remove_photo(report=stale, position=1)
    assert ReportPhoto.objects.filter(report=report).count() == 1
    assert len([f for f in private_folder.rglob("*") if f.is_file()]) == 2
