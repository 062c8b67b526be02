"""How gunicorn stops: at once and without a word, whatever connections browsers keep open.

A browser opens connections that it sends nothing over, and keeps others for later. Each of the first holds a thread for
seconds, for which the interpreter waits at its end, and each of the second keeps the worker for its whole grace; then
the arbiter kills the worker and wonders in the log whether memory ran out.
"""

import os
import signal

from gunicorn.workers.gthread import ThreadWorker

threads = 4
preload_app = True
timeout = 60
graceful_timeout = 5
loglevel = "warning"


class Worker(ThreadWorker):
    """A worker that, told to stop, lets go of connections on which nobody asks anything."""

    def handle_exit(self, sig, frame):
        """SIGTERM: requests that run are finished, idle connections are over now."""
        super().handle_exit(sig, frame)
        for connection in [*self.keepalived_conns, *self.pending_conns]:
            connection.timeout = 0.0

    def handle_quit(self, sig, frame):
        """SIGINT and SIGQUIT, as by Ctrl-C: gone, without waiting for threads that wait for a browser.

        Nothing before that: gunicorn's own handler takes a lock of the pool, and Ctrl-C brings both signals, the second
        in the middle of the first, which would then wait for itself.
        """
        os._exit(0)


worker_class = Worker


def post_fork(server, worker):
    """Until a new worker has handlers of its own, those of the arbiter would keep a signal in a queue nobody reads."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: os._exit(0))


def worker_exit(server, worker):
    """The grace is over, or everything is answered: the same."""
    os._exit(0)
