"""The certified sup-norm error against an uncertified evaluation, and against a dense grid."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.goals import Goal, in_turn, once, record, seconds
from benchmarks.problems import SINE, near_sine, uncertified
from verify.certify.sup import certify_sup

GAP = 1e-6
LARGE = """
from resource import RUSAGE_SELF, getrusage
from benchmarks.problems import SINE, near_sine
from verify.certify.sup import certify_sup
found = certify_sup(near_sine(10_000_000), SINE)
assert found.gap <= 1e-6, found
print(getrusage(RUSAGE_SELF).ru_maxrss * 1024)
"""


def test_fast_mode_against_an_uncertified_evaluation(benchmark: BenchmarkFixture) -> None:
    goal = Goal("certified sup norm, n = 10^6", "times sort + cumsum", 2.5)
    network = near_sine(1_000_000)
    error = once(benchmark, lambda: certify_sup(network, SINE, gap=GAP))
    assert error.mode == "fast"
    assert error.gap <= GAP
    assert error.upper >= uncertified(network) - 1e-12
    pair = in_turn(lambda: certify_sup(network, SINE, gap=GAP), lambda: uncertified(network))
    record(benchmark, goal, pair.ratio, certified=pair.ours, uncertified=pair.theirs)


def test_exact_mode_against_the_fast_one(benchmark: BenchmarkFixture) -> None:
    goal = Goal("exact mode, n = 10^6", "times the fast mode", 40.0)
    network = near_sine(1_000_000)
    exact = once(benchmark, lambda: certify_sup(network, SINE, mode="exact", gap=GAP))
    fast = certify_sup(network, SINE, gap=GAP)
    assert exact.gap <= GAP
    assert max(exact.lower, fast.lower) <= min(exact.upper, fast.upper)
    ours = seconds(lambda: certify_sup(network, SINE, mode="exact", gap=GAP))
    theirs = min(seconds(lambda: certify_sup(network, SINE, gap=GAP)) for _ in range(5))
    plain = min(seconds(lambda: uncertified(network)) for _ in range(5))
    record(benchmark, goal, ours / theirs, exact=ours, fast=theirs, over_uncertified=ours / plain)


def test_memory_of_ten_million_units(benchmark: BenchmarkFixture) -> None:
    goal = Goal("certified sup norm, n = 10^7", "peak memory", 4.0, "GB")
    command = [sys.executable, "-c", LARGE]
    done = once(
        benchmark,
        lambda: subprocess.run(command, check=True, capture_output=True, text=True),
    )
    record(benchmark, goal, float(done.stdout) / 1e9)


def test_against_a_dense_grid(benchmark: BenchmarkFixture) -> None:
    goal = Goal("certified sup norm, n = 10^4", "times faster than a grid", 1000.0, least=True)
    network = near_sine(10_000)
    weights, biases, outputs = (torch.tensor(a) for a in (network.W, network.b, network.C))
    points = torch.linspace(0, 1, 100_000, dtype=torch.float64)
    exact = torch.sin(2 * torch.pi * points)

    def grid() -> float:
        largest = 0.0
        for part, f in zip(points.split(1000), exact.split(1000), strict=True):
            values = torch.relu(part[:, None] * weights + biases) @ outputs + network.offset
            largest = max(largest, float((values - f).abs().max()))
        return largest

    certified = once(benchmark, lambda: certify_sup(network, SINE, gap=GAP))
    start = seconds(lambda: np.testing.assert_allclose(grid(), certified.upper, rtol=1e-3))
    ours = min(seconds(lambda: certify_sup(network, SINE, gap=GAP)) for _ in range(20))
    record(benchmark, goal, start / ours, grid=start, certified=ours)
