"""What is measured against what: one row per goal, kept beside the figure it is compared with.

Every goal is a ratio within one run, a time, or a number of bytes.  Ratios compare CPU seconds of
two programs run in turn on the same input, the smallest of several rounds each: other programs on
the machine lengthen rounds, never shorten them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture


@dataclass(frozen=True)
class Goal:
    """``figure``: what is measured, in ``unit``; met at most (or ``least``) at ``limit``."""

    name: str
    figure: str
    limit: float
    unit: str = "x"
    least: bool = False

    def met(self, value: float) -> bool:
        """Whether ``value`` reaches the goal."""
        return value >= self.limit if self.least else value <= self.limit


@dataclass(frozen=True)
class Pair:
    """Smallest CPU seconds of a call and of what it is compared with."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """How many times longer ours takes."""
        return self.ours / self.theirs


def seconds(call: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 5) -> Pair:
    """Both calls once to warm up, then in turn; the smallest of each."""
    ours()
    theirs()
    times = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    return Pair(min(a for a, _ in times), min(b for _, b in times))


def record(benchmark: BenchmarkFixture, goal: Goal, value: float, **more: Any) -> None:
    """Keep the figure with the timings, for the table."""
    benchmark.extra_info.update(
        goal=goal.name,
        figure=goal.figure,
        value=value,
        limit=goal.limit,
        unit=goal.unit,
        least=goal.least,
        met=goal.met(value),
        more={key: float(entry) for key, entry in more.items()},
    )


def once(benchmark: BenchmarkFixture, call: Callable[[], Any]) -> Any:
    """Run the call under the benchmark, one round: the ratios are taken beside it."""
    return benchmark.pedantic(call, rounds=1, iterations=1, warmup_rounds=0)
