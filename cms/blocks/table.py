"""Tables."""

from typing import Any

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.table_block.blocks import TableBlock as HandsontableBlock

TABLE_MENU = {
    "row_above": _("Sisipkan baris di atas"),
    "row_below": _("Sisipkan baris di bawah"),
    "col_left": _("Sisipkan kolom di kiri"),
    "col_right": _("Sisipkan kolom di kanan"),
    "remove_row": _("Hapus baris"),
    "remove_col": _("Hapus kolom"),
    "undo": _("Batalkan"),
    "redo": _("Ulangi"),
}
TABLE_OPTIONS = {
    "language": "en-US",  # Handsontable speaks no Indonesian: the menu's words are ours
    "contextMenu": {"items": {key: {"name": str(name)} for key, name in TABLE_MENU.items()}},
}
EMPTY_TABLE = {
    "data": [["", "", ""], ["", "", ""], ["", "", ""]],
    "table_caption": "",
    "table_header_choice": "row",
    "first_row_is_table_header": True,
    "first_col_is_header": False,
}


class TableBlock(HandsontableBlock):
    """A table whose first row is its header; trainers may paste from Excel or Word."""

    class Meta:
        icon = "table"
        label = _("Tabel")
        default = EMPTY_TABLE

    def clean(self, value: dict[str, Any]) -> dict[str, Any]:
        """Insist on a caption and a header row, which screen readers need."""
        value = {**value, "table_header_choice": "row"} if value else value
        cleaned: dict[str, Any] = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        if not cleaned or len(cleaned.get("data", [])) < 2:
            raise ValidationError(_("Isi tabel: baris pertama untuk judul kolom, lalu paling sedikit satu baris isi."))
        if not (cleaned.get("table_caption") or "").strip():
            raise ValidationError(_("Beri judul pada tabel ini."))
        return cleaned

    def render(self, value: dict[str, Any] | None, context: dict[str, Any] | None = None) -> SafeString:
        """A table whose every cell also carries its column's name, for phones that show rows as cards."""
        labels, *rows = value["data"] if value and value.get("data") else [[]]
        named = [list(zip(labels, row, strict=False)) for row in rows]
        shown = {"caption": (value or {}).get("table_caption"), "labels": labels, "rows": named}
        return render_to_string("blocks/table.html", shown)
