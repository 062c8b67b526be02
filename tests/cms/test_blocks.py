"""Blocks: what editors may not forget, and what the page says of each."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.template.defaultfilters import filesizeformat
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.rich_text import RichText

from cms.blocks import LessonBody, LessonBodyField

BODY = LessonBody()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="480" height="360" viewBox="0 0 480 360"/>'


def checked(kind: str, **value: Any) -> Any:
    """The block's value after the editor's check."""
    block = BODY.child_blocks[kind]
    return block.clean(block.normalize(value))


def shown(kind: str, value: Any) -> str:
    block = BODY.child_blocks[kind]
    return str(block.render(block.normalize(value)))


@pytest.fixture
def svg(db: None) -> Any:
    return get_image_model().objects.create(title="Bagan", file=ImageFile(ContentFile(SVG), name="bagan.svg"))


@pytest.fixture
def photo(db: None) -> Any:
    return get_image_model().objects.create(title="Foto", file=get_test_image_file(size=(1600, 1200)))


def document(name: str, size: int = 3) -> Any:
    return get_document_model().objects.create(title="Berkas", file=ContentFile(b"x" * size, name=name), file_size=size)


# --- what is refused --------------------------------------------------------------------------


def test_a_picture_says_what_it_shows(svg: Any):
    with pytest.raises(ValidationError):
        checked("image", image=svg, alt=" ", decorative=False, caption="")
    assert checked("image", image=svg, alt="Bagan regu", decorative=False, caption="")
    assert checked("image", image=svg, alt="", decorative=True, caption="")


def test_a_draft_may_wait_for_its_words(svg: Any):
    value = [
        ("image", {"image": svg, "alt": "", "decorative": False, "caption": ""}),
        ("table", {"data": [], "table_caption": ""}),
        ("self_check", {"question": "", "choices": [{}, {}]}),
        ("video", {"title": "", "file": None, "url": "", "poster": None, "description": ""}),
    ]
    assert len(BODY.clean_deferred(BODY.normalize(value))) == 4
    with pytest.raises(ValidationError):
        BODY.clean(BODY.normalize(value))


@pytest.mark.parametrize("data", [[], [["Regu", "Tugas"]]])
def test_a_table_has_a_header_and_a_row(data: list[list[str]]):
    with pytest.raises(ValidationError, match="paling sedikit satu baris"):
        BODY.child_blocks["table"].clean({"data": data, "table_caption": "Regu"})


def test_a_table_has_a_caption():
    with pytest.raises(ValidationError, match="judul"):
        BODY.child_blocks["table"].clean({"data": [["a"], ["b"]], "table_caption": " "})


def test_a_tables_first_row_is_its_header():
    value = {"data": [["a"], ["b"]], "table_caption": "Regu", "table_header_choice": "neither"}
    assert BODY.child_blocks["table"].clean(value)["first_row_is_table_header"]


@pytest.mark.parametrize("right", [(True, True), (False, False)])
def test_a_practice_question_has_a_right_and_a_wrong_answer(right: tuple[bool, bool]):
    choices = [{"text": "a", "correct": correct, "feedback": "b"} for correct in right]
    with pytest.raises(ValidationError):
        checked("self_check", question="Apa?", choices=choices)


def test_a_practice_question_has_two_answers():
    with pytest.raises(ValidationError):
        checked("self_check", question="Apa?", choices=[{"text": "a", "correct": True, "feedback": "b"}])


def test_audio_is_what_browsers_play(db: None):
    assert checked("audio", title="Aba-aba", file=document("aba.mp3"), transcript="Siap.")
    with pytest.raises(ValidationError):
        checked("audio", title="Aba-aba", file=document("aba.pdf"), transcript="Siap.")
    with pytest.raises(ValidationError):
        checked("audio", title="Aba-aba", file=document("aba.mp3"), transcript="")


VIDEO = {"title": "Ronda", "poster": None, "description": "Dua orang meronda."}


def test_a_video_is_a_file_or_a_known_link(db: None):
    assert checked("video", **VIDEO, file=document("ronda.mp4"), url="")
    assert checked("video", **VIDEO, file=None, url="https://www.youtube.com/watch?v=x")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://www.youtube.com/watch?v=x",
        "https://youtube.com.contoh.id/x",
        "https://contoh.id/youtube.com",
        "https://www.youtube.com@contoh.id/",
    ],
)
def test_other_links_are_refused(db: None, url: str):
    with pytest.raises(ValidationError):
        checked("video", **VIDEO, file=None, url=url)


def test_a_video_is_not_both_nor_a_document(db: None):
    with pytest.raises(ValidationError):
        checked("video", **VIDEO, file=document("a.mp4"), url="https://youtu.be/x")
    with pytest.raises(ValidationError):
        checked("video", **VIDEO, file=document("a.pdf"), url="")


# --- what is shown ----------------------------------------------------------------------------


def test_a_drawing_stays_a_drawing(svg: Any):
    html = shown("image", {"image": svg, "alt": "Bagan", "decorative": False, "caption": "Lima regu"})
    assert f'src="{svg.file.url}"' in html
    assert 'width="480" height="360" alt="Bagan" loading="lazy"' in html
    assert "<figcaption>Lima regu</figcaption>" in html
    assert not svg.renditions.exists()


def test_a_photo_comes_in_the_size_the_phone_needs(photo: Any):
    html = shown("image", {"image": photo, "alt": "Foto", "decorative": False, "caption": ""})
    assert html.count(".webp") >= 3
    for words in ("400w", "800w", "1200w", "sizes=", 'loading="lazy"', 'alt="Foto"'):
        assert words in html


def test_decoration_is_silent(svg: Any):
    assert 'alt=""' in shown("image", {"image": svg, "alt": "Garis", "decorative": True, "caption": ""})


def test_a_table_names_its_columns_in_every_cell():
    html = shown("table", {"data": [["Regu", "Tugas <b>"], ["Dapur", None]], "table_caption": "Regu & tugas"})
    assert "<caption>Regu &amp; tugas</caption>" in html
    assert '<th scope="col">Tugas &lt;b&gt;</th>' in html
    assert '<th scope="row">Dapur</th><td data-label="Tugas &lt;b&gt;"></td>' in html


def test_media_wait_and_name_their_size(db: None):
    audio = shown("audio", {"title": "Aba", "file": document("a.mp3", 2_500_000), "transcript": "Siap."})
    assert 'preload="none"' in audio
    assert "2,4\xa0MB" in audio
    assert "Siap." in audio
    video = shown("video", {**VIDEO, "file": document("a.mp4", 5_000_000), "url": ""})
    assert 'preload="none"' in video
    assert "autoplay" not in video
    assert "4,8\xa0MB" in video
    assert "Dua orang meronda." in video


def test_a_video_elsewhere_is_a_link(db: None):
    html = shown("video", {**VIDEO, "file": None, "url": "https://youtu.be/x"})
    assert 'href="https://youtu.be/x"' in html
    assert "noopener" in html
    assert "<iframe" not in html


@pytest.mark.parametrize(
    ("size", "words"), [(262, "262 B"), (1024, "1,0 KB"), (80_000, "78,1 KB"), (1_572_864, "1,5 MB")]
)
def test_sizes_are_read_as_indonesians_write_them(size: int, words: str):
    assert filesizeformat(size).replace("\xa0", " ") == words


def test_a_document_names_its_kind_and_size(db: None):
    html = shown("file", {"file": document("juknis.pdf", 200_000), "label": "Petunjuk"})
    assert "Petunjuk" in html
    assert "PDF, 195,3\xa0KB" in html
    assert "/dokumen/" in html


@pytest.mark.parametrize(
    ("tone", "word"), [("info", "Info"), ("law", "Dasar hukum"), ("tip", "Tips"), ("warning", "Perhatian")]
)
def test_a_callout_says_its_tone_in_a_word(tone: str, word: str):
    html = shown("callout", {"tone": tone, "title": "Judul", "html": RichText("<p>Isi</p>")})
    assert word in html
    assert "<svg" in html


def test_titles_are_escaped():
    assert "&lt;script&gt;" in shown("heading", "<script>")
    for kind, value in {
        "steps": {"title": "<i>", "items": [{"title": "<i>", "text": "<i>"}]},
        "checklist": {"title": "<i>", "items": ["<i>"]},
        "self_check": {"question": "<i>", "choices": [{"text": "<i>", "correct": True, "feedback": "<i>"}]},
    }.items():
        assert "<i>" not in shown(kind, value)


def test_wording_needs_no_migration():
    _name, path, args, kwargs = LessonBodyField(blank=True).deconstruct()
    assert (path, args, kwargs) == ("cms.blocks.LessonBodyField", [], {"blank": True})
