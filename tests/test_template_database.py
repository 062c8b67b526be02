"""What the tests start from: the templates that are forgotten, and the modules that build once."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from tests.conftest import pytest_collection_modifyitems
from tests.template_database import FileTemplate, ServerTemplate


def test_the_files_of_other_migrations_are_removed(tmp_path: Path, settings):
    settings.DATA_DIR = tmp_path
    template = FileTemplate()
    mine, lock = template.path, tmp_path / "test-template.lock"
    for path in (mine, lock, tmp_path / "test.sqlite3", *(tmp_path / f"test-template-old.{end}" for end in ("7", "x"))):
        path.touch()
    template.forget_others()
    assert {path.name for path in tmp_path.iterdir()} == {mine.name, lock.name, "test.sqlite3"}


class Server(ServerTemplate):
    """A server with three templates, of which another tree is copying one."""

    def __init__(self) -> None:
        super().__init__()
        self.databases = {self.name, f"{self.prefix}in_use", f"{self.prefix}old"}

    def _kept(self) -> set[str]:
        return set(self.databases)

    def _run(self, statement: str) -> None:  # type: ignore[override]
        name = statement.split('"')[1]
        if name.endswith("in_use"):
            raise OperationalError("is being accessed by other users")
        self.databases.remove(name)


def test_of_a_servers_templates_those_in_use_stay():
    server = Server()
    server.forget_others()
    assert server.databases == {server.name, f"{server.prefix}in_use"}


@pytest.mark.parametrize("fixture", ["transactional_db", "live_server", "marker"])
def test_no_test_of_a_module_that_builds_once_commits(fixture: str):
    marker = pytest.mark.django_db(transaction=True).mark if fixture == "marker" else None
    item = SimpleNamespace(
        nodeid="test_x.py::test_y",
        path=Path("test_x.py"),
        fixturenames=["built_once", fixture],
        get_closest_marker=lambda name: marker,
    )
    with pytest.raises(pytest.UsageError, match="test_y commits"):
        next(pytest_collection_modifyitems([item]))


@pytest.mark.parametrize(
    ("other", "is_once"),
    [(["cast", "db"], True), (["client"], True), (["db"], False), (["cast", "transactional_db"], False)],
)
def test_a_file_makes_the_cast_once_where_nobody_would_notice(other: list[str], is_once: bool):
    path = Path("test_x.py")
    items = [
        SimpleNamespace(nodeid="", path=path, fixturenames=names, get_closest_marker=lambda name: None, add_marker=str)
        for names in (["cast", "db"], other)
    ]
    next(pytest_collection_modifyitems(items))
    assert ("cast_once" in items[0].fixturenames) is is_once


@pytest.mark.parametrize(
    ("names", "marker", "is_apart"),
    [
        (["tmp_path"], None, True),
        (["tmp_path", "db"], None, False),
        (["live_server"], None, False),
        (["worker_process"], None, False),
        (["tmp_path"], pytest.mark.django_db().mark, False),
    ],
)
def test_only_what_asks_no_database_is_apart(names: list[str], marker: pytest.Mark | None, is_apart: bool):
    marks: list[pytest.MarkDecorator] = []
    item = SimpleNamespace(
        nodeid="",
        path=Path("test_x.py"),
        fixturenames=names,
        get_closest_marker=lambda name: marker,
        add_marker=lambda mark, append=True: marks.append(mark),
    )
    next(pytest_collection_modifyitems([item]))
    assert ("apart" in [mark.name for mark in marks]) is is_apart
