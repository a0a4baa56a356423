"""Limits of a run: a source that keeps failing is left alone, a run asks no more than it may, and not too fast.

All hold within one transport, so within one process. How many tasks read a source at the same
time is the work of the scheduler's pools (``SourceInfo.pool_slots``).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from indicators.register.model import SourceInfo
from indicators.sources.errors import SourceDown

Clock = Callable[[], float]
"""Seconds that only go forward."""


class BudgetSpent(SourceDown):
    """The run has used up its requests or its time: the next run may go on."""


@dataclass
class Breaker:
    """Refuses calls to a source that was down ``limit`` times on end, until ``rest`` seconds have passed.

    A call counts as down after all its attempts. After the rest one call at a time tries the source
    again: an answer closes the breaker, another failure starts the rest anew.
    """

    limit: int = 3
    rest: float = 300.0
    clock: Clock = time.monotonic
    _failures: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, source: SourceInfo) -> None:
        """SourceDown where the source is to be left alone."""
        with self._lock:
            failures, now = self._failures.get(source.id, 0), self.clock()
            if failures < self.limit:
                return
            if now >= self._until[source.id]:
                self._until[source.id] = now + self.rest
                return
            left = self._until[source.id] - now
        raise SourceDown(
            f"source {source.id} was down {failures} times on end and is left alone for another {left:.0f} s",
            source=source.id,
            remedy="nothing to mend here: try again later; the figures known so far stay in use",
        )

    def failed(self, source: SourceInfo) -> None:
        """The source was down."""
        with self._lock:
            self._failures[source.id] = self._failures.get(source.id, 0) + 1
            self._until[source.id] = self.clock() + self.rest

    def answered(self, source: SourceInfo) -> None:
        """The source answered, whatever it said."""
        with self._lock:
            self._failures.pop(source.id, None)


class Budget:
    """What one run may ask: at most ``max_requests``, and none after ``max_seconds`` (None: no limit).

    The time runs from the making of the budget. Repeated attempts and redirects count as requests.
    """

    def __init__(
        self, max_requests: int | None = None, max_seconds: float | None = None, clock: Clock = time.monotonic
    ) -> None:
        self._max_requests = max_requests
        self._max_seconds = max_seconds
        self._clock = clock
        self._started = clock()
        self._spent = 0
        self._lock = threading.Lock()

    def spend(self, source: SourceInfo) -> None:
        """Count one request; BudgetSpent where it would be one too many."""
        with self._lock:
            if self._max_requests is not None and self._spent >= self._max_requests:
                limit = f"{self._max_requests} requests"
            elif self._max_seconds is not None and self._clock() - self._started >= self._max_seconds:
                limit = f"{self._max_seconds:g} s"
            else:
                self._spent += 1
                return
        raise BudgetSpent(
            f"the run's budget of {limit} is spent",
            source=source.id,
            remedy="let the next run collect the rest, or raise the budget",
        )


@dataclass
class Pace:
    """Keeps requests to one source apart by ``gap`` seconds, whatever the number of threads."""

    gap: float
    next_slot: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        with self.lock:
            now = time.monotonic()
            pause = max(0.0, self.next_slot - now)
            self.next_slot = max(now, self.next_slot) + self.gap
        if pause:
            time.sleep(pause)
