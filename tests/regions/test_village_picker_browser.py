"""The village picker in a real browser: by keyboard, by thumb, through the lists, on a bad network, without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Browse, assert_no_axe_violations, assert_no_horizontal_scroll, assert_touch_targets
from tests.factories import make_regions

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.urls("tests.regions.pages")]
NINIAN = "Muara Ninian, Kec. Juai, Kab. Balangan"


@pytest.fixture
def form(page: Page) -> Page:
    make_regions()
    page.goto("/uji/")
    page.get_by_label("Nama").fill("Ahmad Riduan")
    page.get_by_label("Kata sandi").fill("rahasia-1")
    return page


def test_by_keyboard(form: Page):
    field = form.get_by_role("combobox", name="Desa atau kelurahan")
    field.press_sequentially("ninian ju")
    option = form.get_by_role("option", name="Muara Ninian")
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert_no_axe_violations(form)
    assert_touch_targets(form)
    assert_no_horizontal_scroll(form)
    assert option.bounding_box()["height"] >= 44
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    field.press("Escape")
    expect(option).to_be_hidden()
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(NINIAN)
    expect(form.get_by_text(f"Terpilih: {NINIAN}")).to_be_visible()
    assert_no_axe_violations(form)
    field.press("Enter")
    expect(form.get_by_text("Tersimpan: 63.11.01.2001")).to_be_visible()


def test_by_thumb_and_changed_again(form: Page):
    field = form.get_by_label("Desa atau kelurahan")
    field.press_sequentially("juai")
    form.get_by_role("option", name="Sirap").click()
    expect(field).to_have_value("Sirap, Kec. Juai, Kab. Balangan")
    field.fill("kapul")
    form.get_by_role("option", name="Kapul").click()
    form.get_by_role("button", name="Kirim").click()
    expect(form.get_by_text("Tersimpan: 63.11.02.2001")).to_be_visible()


def test_words_without_a_choice_come_back_with_an_error(form: Page):
    field = form.get_by_label("Desa atau kelurahan")
    field.press_sequentially("muara")
    expect(form.get_by_role("option")).to_have_count(1)
    form.get_by_label("Nama").focus()
    expect(form.get_by_text("Belum terpilih")).to_be_visible()
    form.get_by_role("button", name="Kirim").click()
    expect(form.get_by_text("Ada yang perlu diperbaiki")).to_be_visible()
    expect(field).to_have_value("muara")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert_no_axe_violations(form)


def test_nothing_found_says_what_to_try(form: Page):
    form.get_by_label("Desa atau kelurahan").press_sequentially("zzz")
    expect(form.get_by_text("Tidak ditemukan: coba ejaan lain")).to_be_visible()


def test_through_the_lists(form: Page):
    form.get_by_role("button", name="Pilih lewat provinsi").click()
    form.get_by_label("Provinsi").select_option("Kalimantan Selatan")
    form.get_by_label("Kabupaten/kota").select_option("Kab. Tabalong")
    form.get_by_label("Kecamatan").select_option("Banua Lawas")
    expect(form.get_by_role("option", name="Sungai Hanyar")).to_be_attached()
    form.get_by_label("Kabupaten/kota").select_option("Kab. Balangan")
    form.get_by_label("Kecamatan").select_option("Juai")
    form.get_by_label("Desa/kelurahan").select_option("Muara Ninian")
    assert_no_axe_violations(form)
    assert_no_horizontal_scroll(form)
    form.get_by_role("button", name="Kirim").click()
    expect(form.get_by_text("Tersimpan: 63.11.01.2001")).to_be_visible()


def test_only_the_last_question_counts(form: Page):
    """Typing asks once a pause, not once a letter; typed in one breath here, however busy the machine is."""
    asked: list[str] = []
    form.on("request", lambda request: "/wilayah/desa/" in request.url and asked.append(request.url))
    field = form.get_by_label("Desa atau kelurahan")
    field.focus()
    field.evaluate(
        """(field) => {
            for (let end = 1; end <= "muara ninian".length; end++) {
                field.value = "muara ninian".slice(0, end);
                field.dispatchEvent(new InputEvent("input", {bubbles: true}));
            }
        }"""
    )
    expect(form.get_by_role("option", name="Muara Ninian")).to_be_visible()
    assert [url.split("?q=")[1] for url in asked] == ["muara%20ninian"]


def test_a_broken_network_says_so(browse: Browse):
    make_regions()
    page = browse(console_errors=1)
    page.route("**/wilayah/desa/**", lambda route: route.abort())
    page.goto("/uji/")
    page.get_by_label("Desa atau kelurahan").press_sequentially("muara")
    expect(page.get_by_text("Jaringan terputus")).to_be_visible()


def test_without_scripts(browse: Browse):
    make_regions()
    page = browse(java_script_enabled=False)
    page.goto("/uji/")
    page.get_by_label("Nama").fill("Ahmad Riduan")
    page.get_by_label("Kata sandi").fill("rahasia-1")
    page.get_by_label("Provinsi").select_option("Kalimantan Selatan")
    page.get_by_role("button", name="Tampilkan").click()
    page.get_by_label("Kabupaten/kota").select_option("Kab. Balangan")
    page.get_by_role("button", name="Tampilkan").click()
    page.get_by_label("Kecamatan").select_option("Juai")
    page.get_by_role("button", name="Tampilkan").click()
    page.get_by_label("Desa/kelurahan").select_option("Muara Ninian")
    expect(page.get_by_label("Nama")).to_have_value("Ahmad Riduan")
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_text("Tersimpan: 63.11.01.2001")).to_be_visible()
