"""How an upload that is only looked at comes in: into memory, never onto a disk, and no more than is looked at."""

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from certificates.pdf_check import MAX_BYTES


class MemoryOnlyHandler(FileUploadHandler):
    """Keeps MAX_BYTES of a request's files together and drops the rest; a file that was cut says it is too large."""

    left = MAX_BYTES
    kept = b""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what still fits."""
        part = raw_data[: self.left]
        self.kept = part if start == 0 else self.kept + part
        self.left -= len(part)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, whole if its size is at most MAX_BYTES: one cut for another's sake is too large as well."""
        kept, self.kept = self.kept, b""
        size = file_size if len(kept) == file_size else max(file_size, MAX_BYTES + 1)
        return InMemoryUploadedFile(
            file=ContentFile(kept),
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
