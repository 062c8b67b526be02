"""`scripts/prepare` and `scripts/serve`: whoever has to do something reads one clear line, and Ctrl-C leaves nothing.

They run in a folder of their own, with commands in PATH and in .venv that only pretend.
"""

import hashlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30
USED = ("awk", "basename", "bash", "cat", "cut", "dirname", "env", "find", "grep", "mkdir", "mktemp", "rm", "setpriv")
USED = (*USED, "sh", "sha256sum", "sleep", "sort", "tail", "timeout", "touch")
PRESENT = 'for name in "${@:3}"; do echo "$name installed"; done'
# A command of the product: says its name and waits where it is told to, and breaks where it is told to.
COMMAND = """
import os, signal, sys
name = sys.argv[1]
if name == os.environ.get("PRINTS_BY_TWO"):
    os.fork()
if name == os.environ.get("WAITS"):
    os.write(int(os.environ["SAYS"]), b"!")
    signal.alarm(60)  # nobody waits for ever, whatever breaks
    signal.pause()
if name == os.environ.get("BREAKS"):
    raise OSError(28, "No space left on device")
with open("ran", "a") as ran:
    ran.write(name + "\\n")
"""
# A server that serves until all is printed, and one that serves until it is stopped.
SERVER, WAITING_SERVER = "while [ -e var/.unprinted ]; do sleep 0.02; done; echo serving", "exec sleep 60"


@dataclass
class Copy:
    """A copy of the scripts, with what they call."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def pretend(self, name: str, script: str) -> None:
        """A command of this name runs these lines."""
        path = self.folder / name if "/" in name else self.folder / "bin" / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(0o755)

    def start(self, *command: str, **options: object) -> subprocess.Popen[str]:
        """Run it in a process group of its own, as a terminal does, and minding Ctrl-C, whoever started the tests."""
        return subprocess.Popen(
            ["/usr/bin/env", "--default-signal=INT", str(self.folder / command[0]), *command[1:]],
            env={"PATH": str(self.folder / "bin"), "TMPDIR": str(self.folder), **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )

    def run(self, *command: str) -> tuple[int, str, str]:
        """The exit code, and what it said on both ways."""
        process = self.start(*command)
        out, said = process.communicate(timeout=PATIENCE)
        return process.returncode, out, said

    def ran(self) -> list[str]:
        """The product's commands that came to their end."""
        path = self.folder / "ran"
        return path.read_text().split() if path.exists() else []


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A machine on which all is well."""
    for name in ("bin", ".venv/bin", "var"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    for name in ("requirements.txt", "constraints.txt"):
        (tmp_path / name).write_text("nothing\n")
    (tmp_path / "manage.py").write_text(COMMAND)
    wanted = hashlib.sha256(b"nothing\n" * 3).hexdigest()
    (tmp_path / ".venv" / ".stamp-run").write_text(f"{wanted}\n")
    for name in USED:
        found = shutil.which(name)
        assert found, name
        (tmp_path / "bin" / name).symlink_to(found)
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    made = Copy(tmp_path, {"PORT": str(free_port()), "DATABASE_URL": "pretended"})
    made.pretend("df", 'echo; echo "disk 9 9 9000000 9 /"')
    made.pretend("dpkg-query", PRESENT)
    made.pretend("id", "echo 0")
    made.pretend("apt-get", "exit 1")
    made.pretend(".venv/bin/python", f'exec "{sys.executable}" -IS "$@"')
    made.pretend(".venv/bin/gunicorn", SERVER)
    return made


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Line:
    """A pipe that a process and all its children hold: one byte says that one waits, the end that none is left."""

    reads: int
    writes: int

    def wait(self) -> bytes:
        """The next byte; none where all are gone."""
        assert select.select([self.reads], [], [], PATIENCE)[0], "somebody is left, and says nothing"
        return os.read(self.reads, 1)


@pytest.fixture
def line(copy: Copy) -> Iterator[Line]:
    reads, writes = os.pipe()
    copy.env["SAYS"] = str(writes)
    yield Line(reads, writes)
    os.close(reads)


def start(copy: Copy, line: Line, *command: str) -> subprocess.Popen[str]:
    """Run it, and keep no end of the line that says who is left."""
    process = copy.start(*command, pass_fds=[line.writes])
    os.close(line.writes)
    return process


STEPS = ["migrate", "createcachetable", "load_regions", "collectstatic", "demo"]


def test_it_prepares_once_and_serves(copy: Copy):
    code, out, said = copy.run("scripts/serve")
    assert (code, said) == (0, "")
    assert out.endswith("serving\n")
    assert copy.ran() == [*STEPS, "issue_certificates"]
    assert copy.run("scripts/serve")[0] == 0
    assert copy.ran() == [*STEPS, "issue_certificates"]


def test_nothing_is_installed_where_all_is_there(copy: Copy):
    assert copy.run("scripts/prepare") == (0, "", "")


def test_packages_are_installed_by_sudo(copy: Copy):
    copy.pretend("dpkg-query", "exit 1")
    copy.pretend("id", "echo 1000")
    copy.pretend("sudo", '"$@"')
    copy.pretend("apt-get", 'echo "$@" >>asked')
    code, out, said = copy.run("scripts/prepare")
    assert (code, said, out.count("\n")) == (0, "", 1)
    assert (copy.folder / "asked").read_text().startswith("update -qq\ninstall -y -qq --no-install-recommends libpango")


def refused(copy: Copy, *command: str) -> str:
    """The one line with which it refuses."""
    code, _out, said = copy.run(*command)
    assert said.count("\n") == 1, said
    assert said.startswith("akademi: ")
    assert code == 1
    return said


def test_a_taken_port_is_named(copy: Copy):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(copy.env["PORT"])))
        taken.listen()
        assert f"port {copy.env['PORT']} is taken" in refused(copy, "scripts/serve")
    assert copy.ran() == []


def test_a_full_disk_is_named(copy: Copy):
    copy.pretend("df", 'echo; echo "disk 9 9 9000 9 /"')
    assert "the disk is full: 8 MB free" in refused(copy, "scripts/prepare")
    (copy.folder / ".venv" / ".stamp-run").unlink()
    assert "too little disk space: 1.5 GB needed, 8 MB free" in refused(copy, "scripts/prepare")


def test_a_full_disk_of_the_data_is_named(copy: Copy):
    copy.env["DATA_DIR"] = str(copy.folder / "elsewhere")
    copy.pretend("df", 'echo; [[ $2 == */elsewhere ]] && echo "disk 9 9 9000 9 /" || echo "disk 9 9 9000000 9 /"')
    assert copy.run("scripts/prepare")[0] == 0
    assert "elsewhere is full: 8 MB free" in refused(copy, "scripts/serve")
    assert copy.ran() == []


@pytest.mark.parametrize(
    ("missing", "words"),
    [("dpkg-query", "not Debian"), ("apt-get", "apt-get is missing"), ("sudo", "neither root nor sudo")],
)
def test_who_cannot_install_is_told_what_to_install(copy: Copy, missing: str, words: str):
    copy.pretend("dpkg-query", "exit 1")
    copy.pretend("id", "echo 1000")
    (copy.folder / "bin" / missing).unlink(missing_ok=True)
    said = refused(copy, "scripts/prepare")
    assert words in said
    assert "libpango-1.0-0" in said


def test_what_apt_said_is_kept(copy: Copy):
    copy.pretend("dpkg-query", "exit 1")
    copy.pretend("apt-get", "echo no network; exit 100")
    said = refused(copy, "scripts/prepare")
    assert "apt-get could not install libpango-1.0-0" in said
    assert Path(said.split()[-1]).read_text() == "no network\n"


# A Python that makes a .venv, whose own does whatever it is told; and one that is too old, or brings no venv.
MAKES_VENV = """[ "$1 $2" = "-m venv" ] || exit 0
/bin/mkdir -p .venv/bin && echo '#!/bin/sh' >.venv/bin/python && /bin/chmod +x .venv/bin/python"""
WILL_NOT_DO = '[ "$1" = --version ] && echo Python 3.10.4; exit 1'


@pytest.fixture
def bare(copy: Copy) -> Copy:
    """All is well, but there is no .venv yet."""
    shutil.rmtree(copy.folder / ".venv")
    copy.pretend("python3", MAKES_VENV)
    return copy


def test_it_makes_what_is_missing(bare: Copy):
    code, out, said = bare.run("scripts/prepare")
    assert (code, said) == (0, "")
    assert out == "akademi: installing Python packages into .venv (once)\n"
    assert bare.run("scripts/prepare") == (0, "", "")


def test_it_takes_the_first_python_that_will_do(bare: Copy):
    (bare.folder / "old one").mkdir()
    bare.pretend("old one/python3", WILL_NOT_DO)
    bare.env["PATH"] = f"{bare.folder / 'old one'}:{bare.folder / 'bin'}"
    assert bare.run("scripts/prepare")[0] == 0
    assert (bare.folder / ".venv" / "bin" / "python").exists()


def test_a_python_that_apt_brings_is_taken_at_once(bare: Copy):
    (bare.folder / "bin" / "python3").rename(bare.folder / "brought")
    bare.pretend("dpkg-query", "exit 1")
    bare.pretend("apt-get", f"[ $1 = update ] || /bin/cp '{bare.folder}/brought' '{bare.folder}/bin/python3'")
    assert bare.run("scripts/prepare")[0] == 0


@pytest.mark.parametrize(("python", "words"), [("", "python3 is missing"), (WILL_NOT_DO, "this is Python 3.10.4")])
def test_without_a_python_that_will_do_it_says_so(bare: Copy, python: str, words: str):
    (bare.folder / "bin" / "python3").unlink()
    if python:
        bare.pretend("python3", python)
    assert words in refused(bare, "scripts/prepare")


def test_which_python_comes_first_is_nothing_to_a_venv_that_is_there(copy: Copy):
    (copy.folder / ".venv" / ".stamp-run").unlink()
    copy.pretend(".venv/bin/python", "exit 0")
    (copy.folder / "bin" / "python3").unlink()
    copy.pretend("python3", WILL_NOT_DO)
    assert copy.run("scripts/prepare")[0] == 0


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_breaks_says_so_in_one_line(copy: Copy, step: str):
    copy.env["BREAKS"] = step
    said = refused(copy, "scripts/serve")
    assert "No space left on device" in said
    assert "Traceback" in Path(said.split()[-1].rstrip(")")).read_text()
    assert copy.ran() == STEPS[: STEPS.index(step)]
    assert not (copy.folder / "var" / ".prepared").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "sigterm"])
def test_stopped_while_preparing_it_says_one_line_and_goes_on_next_time(
    copy: Copy, line: Line, number: signal.Signals, code: int
):
    copy.env["WAITS"] = "load_regions"
    process = start(copy, line, "scripts/serve")
    assert line.wait() == b"!"
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # a terminal sends it to everybody
    else:
        process.send_signal(number)
    _out, said = process.communicate(timeout=PATIENCE)
    assert said == "akademi: stopped; make run goes on where it was\n"
    assert process.returncode == code
    assert line.wait() == b""
    assert not list(copy.folder.glob("tmp.*"))
    del copy.env["WAITS"], copy.env["SAYS"]
    assert copy.run("scripts/serve")[0] == 0
    assert copy.ran()[:2] == STEPS[:2]
    assert copy.ran()[2:7] == STEPS


def test_stopped_while_installing_it_says_one_line(copy: Copy, line: Line):
    (copy.folder / ".venv" / ".stamp-run").unlink()
    copy.pretend(".venv/bin/python", f'exec "{sys.executable}" -IS manage.py pip')
    copy.env["WAITS"] = "pip"
    process = start(copy, line, "scripts/prepare", "run")
    assert line.wait() == b"!"
    os.killpg(process.pid, signal.SIGINT)
    _out, said = process.communicate(timeout=PATIENCE)
    assert said == "akademi: stopped; make run goes on where it was\n"
    assert process.returncode == 130
    assert line.wait() == b""
    assert not (copy.folder / ".venv" / ".stamp-run").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "killed"])
def test_what_prints_beside_the_server_ends_with_it_and_is_started_again(
    copy: Copy, line: Line, number: signal.Signals
):
    copy.env |= {"WAITS": "issue_certificates", "PRINTS_BY_TWO": "issue_certificates"}
    copy.pretend(".venv/bin/gunicorn", WAITING_SERVER)
    process = start(copy, line, "scripts/serve")
    assert line.wait() + line.wait() == b"!!"
    os.killpg(process.pid, number)
    assert line.wait() == b""
    process.communicate()
    assert copy.ran() == STEPS
    del copy.env["WAITS"], copy.env["PRINTS_BY_TWO"], copy.env["SAYS"]
    copy.pretend(".venv/bin/gunicorn", SERVER)
    assert copy.run("scripts/serve")[0] == 0
    assert copy.ran() == [*STEPS, "issue_certificates"]
