"""What code and documents point at is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "*/*.py", "*/management/commands/*.py", "*/views/*.py")
    for path in ROOT.glob(pattern)
    if path.relative_to(ROOT).parts[0] not in ("var", "tests")
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_document_that_is_named_exists(path: Path):
    for name in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_every_signal_stands_in_the_table():
    table = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for path in ROOT.glob("*/signals.py"):
        for name in re.findall(r"^(\w+) = Signal\(\)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert f"| `{path.parent.name}.signals.{name}(" in table


def test_every_variable_of_the_settings_is_explained():
    read = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "lms/settings.py").read_text(encoding="utf-8"))
    explained = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [name for name in read if not re.search(rf"^# {name}=", explained, re.MULTILINE)] == []
