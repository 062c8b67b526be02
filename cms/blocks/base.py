"""What the blocks share."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

RICH_TEXT = ["bold", "italic", "ol", "ul", "link"]

Value = Mapping[str, Any]


def refuse(field: str, message: object) -> StructBlockValidationError:
    """The error that shows `message` beside one field of a block."""
    return StructBlockValidationError(block_errors={field: ValidationError(str(message))})
