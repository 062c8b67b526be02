"""Files that people upload."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F


def upload(data: bytes, name="foto.jpg") -> SimpleUploadedFile:
    """These bytes as a browser sends them."""
    return SimpleUploadedFile(name, data)


def picture(width=800, height=600, fmt="JPEG", colour="seagreen", name="foto.jpg", **options) -> SimpleUploadedFile:
    """An upload of one plain picture."""
    output = BytesIO()
    Image.new("RGB", (width, height), colour).save(output, fmt, **options)
    return SimpleUploadedFile(name, output.getvalue(), content_type=f"image/{fmt.lower()}")


def pdf(
    pages: int = 1, *, width: int = 595, attachment: bool = False, password: str = "", action: str = "", **entries: str
) -> bytes:
    """A PDF of empty pages, with what a harmless one does not have."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=width, height=842)
    if action:  # done when the file is opened
        texts = {NameObject(f"/{key}"): TextStringObject(value) for key, value in entries.items()}
        does = DictionaryObject({NameObject("/S"): NameObject(f"/{action}"), **texts})
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(does)
    if attachment:
        writer.add_attachment("lain.txt", b"isi")
    if password:
        writer.encrypt(password)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def phone_photo(width=4000, height=3000, orientation=6) -> SimpleUploadedFile:
    """What a phone makes: EXIF with maker, position and orientation; the left half red, the right half blue."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "PonselRahasia"
    exif[GPS] = {1: "S", 2: (2.0, 20.0, 11.5), 3: "E", 4: (115.0, 30.0, 1.2)}
    output = BytesIO()
    image.save(output, "JPEG", exif=exif, comment=b"catatan rahasia")
    return SimpleUploadedFile("foto.jpg", output.getvalue())
