"""Adding photos to a report and taking them away; the slow encoding happens outside of the transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cms.errors import PhotoRefused
from cms.photos import CleanPhoto, clean_photo
from cms.private_files import delete_files, private_storage
from reports.errors import ReportNotEditable, TooManyPhotos
from reports.models import MAX_PHOTOS, ActivityReport, ReportPhoto
from reports.services import lock_editable


@dataclass
class AddedPhotos:
    """What became of an upload: each file is either a photo of the report now, or refused with its reason."""

    added: list[ReportPhoto] = field(default_factory=list)
    refused: list[PhotoRefused] = field(default_factory=list)


def add_photos(*, report: ActivityReport, uploads: Iterable[UploadedFile[bytes]]) -> AddedPhotos:
    """Re-encode and attach photos; a refused one never takes the others with it.

    The same file twice is one photo. Raises ReportNotEditable.
    """
    if not report.is_editable:
        raise ReportNotEditable
    outcome = AddedPhotos()
    places = MAX_PHOTOS - report.photos.count()
    for upload in uploads:
        name = str(upload.name)
        try:
            if places <= 0:  # not worth decoding; the locked count below decides
                raise TooManyPhotos(name)
            photo, is_new = _attach(report, clean_photo(upload, name), name)
            places -= is_new
            outcome.added.append(photo)
        except PhotoRefused as refusal:
            outcome.refused.append(refusal)
    return outcome


def _attach(report: ActivityReport, clean: CleanPhoto, name: str) -> tuple[ReportPhoto, bool]:
    """Put a clean photo in the first free place; the files go again when the row does not come about."""
    storage = private_storage()
    folder = f"reports/{report.pk}/{uuid.uuid4().hex}"
    stored = [
        storage.save(f"{folder}.jpg", ContentFile(clean.data)),
        storage.save(f"{folder}-kecil.jpg", ContentFile(clean.thumbnail)),
    ]
    try:
        photo, is_new = _insert(report, clean, stored, name)
    except Exception:
        delete_files(stored)
        raise
    if not is_new:
        delete_files(stored)
    return photo, is_new


@transaction.atomic
def _insert(report: ActivityReport, clean: CleanPhoto, stored: list[str], name: str) -> tuple[ReportPhoto, bool]:
    locked = lock_editable(report)
    photos = {photo.position: photo for photo in locked.photos.all()}
    for photo in photos.values():
        if photo.upload_digest == clean.upload_digest:
            return photo, False
    if len(photos) >= MAX_PHOTOS:
        raise TooManyPhotos(name)
    photo = ReportPhoto.objects.create(
        report=locked,
        position=min(set(range(1, MAX_PHOTOS + 1)) - set(photos)),
        file=stored[0],
        thumbnail=stored[1],
        width=clean.width,
        height=clean.height,
        size=len(clean.data),
        upload_digest=clean.upload_digest,
    )
    return photo, True


@transaction.atomic
def remove_photo(*, report: ActivityReport, position: int) -> None:
    """Take one photo away; nothing happens when it is already gone. Raises ReportNotEditable."""
    locked = lock_editable(report)
    photo = locked.photos.filter(position=position).first()
    if photo is None:
        return
    names = [str(photo.file.name), str(photo.thumbnail.name)]
    photo.delete()
    transaction.on_commit(lambda: delete_files(names))
