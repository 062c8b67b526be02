"""`scripts/gunicorn.conf.py`: Ctrl-C stops the server at once, also while a browser holds connections."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = "tests.lms.pid_app:app"  # what is served makes no difference to how it stops
PATIENCE = 30


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server of two workers in a process group of its own, as a terminal starts it."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", APP, "--config", "scripts/gunicorn.conf.py", "--workers", "2"]
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}"], cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    yield process, port
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def connect(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except ConnectionRefusedError:
            assert time.monotonic() < end, "the server did not start"


def wait_for_both(port: int) -> None:
    """Until both workers answer: the arbiter starts them one after the other."""
    end, seen = time.monotonic() + PATIENCE, set[bytes]()
    while len(seen) < 2:
        assert time.monotonic() < end, "one of two workers does not answer"
        with connect(port) as asking:
            asking.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            seen.add(asking.recv(4096).rsplit(b"\r\n", 1)[-1])


def browse(port: int) -> list[socket.socket]:
    """What a browser leaves open: some connections that asked something, and some that never did."""
    held = [connect(port) for _ in range(8)]
    for connection in held[::2]:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    return held


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_it_stops_quickly_and_silently(server: tuple[subprocess.Popen[str], int], number: signal.Signals):
    process, port = server
    wait_for_both(port)
    held = browse(port)
    if (
        number == signal.SIGTERM
    ):  # graceful: a connection over which nothing was asked yet may still ask within the grace
        for connection in held[1::2]:
            connection.close()
    started = time.monotonic()
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # a terminal sends it to everybody
    else:
        process.send_signal(number)
    _out, said = process.communicate(timeout=PATIENCE)
    seconds = time.monotonic() - started
    assert said == ""
    assert process.returncode == 0
    assert seconds <= 2
    for connection in held:
        connection.close()
