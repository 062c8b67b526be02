"""A gateway of WhatsApp and SMS on this machine, which answers as the test says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread


@dataclass
class Gateway:
    """What it answers (one after the other, the last one for ever), and what it was sent."""

    answers: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    holds: Event | None = None  # nothing is answered until it is set
    messages: list[dict[str, str]] = field(default_factory=list)
    seen_headers: list[dict[str, str]] = field(default_factory=list)
    body: bytes = b""
    breaks_body: bool = False  # says that more of it follows, and hangs up
    stalls_body: Event | None = None  # says so too, and is silent until it is set
    connections: int = 0
    url: str = ""
    lock: Lock = field(default_factory=Lock)

    def take(self, message: dict[str, str], headers: dict[str, str]) -> int:
        """Note the message; returns the answer."""
        with self.lock:
            self.messages.append(message)
            self.seen_headers.append(headers)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def running_gateway() -> Iterator[Gateway]:
    """The gateway at a free port of the loop-back."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer is one packet

        def setup(self) -> None:
            super().setup()
            gateway.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = gateway.take(json.loads(body), dict(self.headers))
            if gateway.holds:
                gateway.holds.wait(10)
            is_short = gateway.breaks_body or gateway.stalls_body is not None
            try:
                self.send_response(code)
                for name, value in gateway.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(gateway.body) + is_short))
                self.end_headers()
                self.wfile.write(gateway.body)
                self.close_connection = self.close_connection or is_short
                if gateway.stalls_body:
                    self.wfile.flush()
                    gateway.stalls_body.wait(10)
            except ConnectionError:
                pass  # the caller had no more patience

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}/pesan"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        for event in filter(None, (gateway.holds, gateway.stalls_body)):
            event.set()
        server.shutdown()
        server.server_close()
        thread.join()
