"""The blocks that lessons and information pages are written in.

Names and shapes are stored with every page: a renamed block orphans what trainers wrote, so add, never rename.
"""

from cms.blocks.body import LessonBody, LessonBodyField
from cms.blocks.media import AudioBlock, FileBlock, ImageBlock, ImageValue, VideoBlock
from cms.blocks.self_check import SelfCheckBlock, SelfCheckChoiceBlock
from cms.blocks.table import TableBlock
from cms.blocks.text import CalloutBlock, ChecklistBlock, StepBlock, StepsBlock

__all__ = [
    "AudioBlock",
    "CalloutBlock",
    "ChecklistBlock",
    "FileBlock",
    "ImageBlock",
    "ImageValue",
    "LessonBody",
    "LessonBodyField",
    "SelfCheckBlock",
    "SelfCheckChoiceBlock",
    "StepBlock",
    "StepsBlock",
    "TableBlock",
    "VideoBlock",
]
