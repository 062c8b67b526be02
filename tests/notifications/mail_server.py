"""A mail server on this machine, which counts its connections and ends them as the test says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class MailServer:
    """What it does after so many messages a connection, and what it was sent."""

    most: int = 1000  # messages a connection takes
    then: str = "hang up"  # or "refuse" the next sender; or "swallow": hang up in place of the answer to the last one
    connections: int = 0
    references: list[str] = field(default_factory=list)
    port: int = 0


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """The server at a free port of the loop-back."""
    server = MailServer()

    class Handler(StreamRequestHandler):
        taken = 0

        def say(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

        def take(self) -> bool:
            """Read a message; returns whether to go on."""
            self.say(b"354 go on")
            text = b"".join(iter(self.rfile.readline, b".\r\n"))
            server.references.append(message_from_bytes(text)["Message-ID"])
            self.taken += 1
            is_over = self.taken == server.most
            if not (is_over and server.then == "swallow"):
                self.say(b"250 taken")
            return not (is_over and server.then != "refuse")

        def answer(self, verb: bytes) -> bool:
            if verb == b"DATA":
                return self.take()
            is_too_much = verb == b"MAIL" and self.taken >= server.most
            self.say(b"452 too many messages" if is_too_much else b"250 well")
            return verb != b"QUIT"

        def handle(self) -> None:
            server.connections += 1
            self.say(b"220 here")
            while (line := self.rfile.readline()) and self.answer(line[:4].upper()):
                pass

    class Server(ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as listening:
        server.port = listening.server_address[1]
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        listening.shutdown()
        thread.join()
