"""The plan of kills, the same for every crash test: under load, while the server starts, while it shuts down."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

from harness.server import Server

STARTUP_KILL_SECONDS = (0.0, 0.6)
SHUTDOWN_KILL_SECONDS = (0.0, 0.3)
# Of a hundred rounds: how many end during startup, how many during an orderly shutdown; the rest under load.
KILLED_STARTING = 20
KILLED_STOPPING = 15


class Killer:
    """Kills a server at random moments and starts it again; `up` is set while clients may expect answers."""

    def __init__(self, server: Server, plan: random.Random, round_seconds: tuple[float, float]) -> None:
        self.up = threading.Event()
        self.kills: Counter[str] = Counter()
        self._server = server
        self._random = plan
        self._round_seconds = round_seconds

    def round(self, before_the_kill: Callable[[], None] = lambda: None) -> None:
        """Lets the clients work for a while, kills the server, and returns when it answers again."""
        self.up.set()
        self._wait_while_it_lives(self._random.uniform(*self._round_seconds))
        before_the_kill()
        how = self._random.randrange(100)
        self.up.clear()
        if how < KILLED_STOPPING:
            self._server.terminate()
            time.sleep(self._random.uniform(*SHUTDOWN_KILL_SECONDS))
            self._kill("stopping")
        else:
            self._kill("under load")
        if how >= 100 - KILLED_STARTING:
            self._server.launch()
            time.sleep(self._random.uniform(*STARTUP_KILL_SECONDS))
            self._kill("starting")
        self._server.start()

    def summary(self) -> str:
        """Says how many kills came when."""
        parts = ", ".join(f"{count} {when}" for when, count in sorted(self.kills.items()))
        return f"{self.kills.total()} kills ({parts})"

    def _wait_while_it_lives(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self._server.is_running():
                raise SystemExit(f"the server ended by itself\n{self._server.log_tail()}")
            time.sleep(min(0.05, max(0.0, deadline - time.monotonic())))

    def _kill(self, when: str) -> None:
        self._server.kill()
        self.kills[when] += 1
