"""Constructions, lower bounds, checks and training of the permutation family."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import numpy as np
import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.goals import Goal, once, record, seconds
from benchmarks.problems import SINE, shuffled
from numerics.permutation.initial import equidistant_locations, location_initial
from numerics.permutation.kinks import build_kinks
from numerics.permutation.laperm import train
from numerics.permutation.protocols import LaPermConfig
from theory.targets.enclosures import Profile
from theory.targets.sampling import sampler
from verify.certificates import upper_certificate
from verify.knots.bound import knot_bound
from verify.sandwiches.constructions import construct
from verify.sandwiches.request import PermutationRequest

CHECK = """
import sys
from resource import RUSAGE_SELF, getrusage
from verify.checker import main
status = main([sys.argv[1]])
used = getrusage(RUSAGE_SELF)
print(used.ru_maxrss * 1024, used.ru_utime + used.ru_stime, file=sys.stderr)
sys.exit(status)
"""


def test_construction_against_a_sort(benchmark: BenchmarkFixture) -> None:
    goal = Goal("permutation construction P8, n = 10^6", "times an argsort", 20.0)
    profile, width = Profile(SINE), 1_000_000
    domain, curvature = (SINE.low, SINE.high), profile.curvature.upper
    numbers = shuffled(width)

    def build() -> None:
        build_kinks(sampler(profile), width, domain, curvature=curvature)

    once(benchmark, build)
    ours = min(seconds(build) for _ in range(5))
    theirs = min(seconds(lambda: np.argsort(numbers)) for _ in range(9))
    record(benchmark, goal, ours / theirs, build=ours, argsort=theirs)


@pytest.mark.parametrize("width", [10_000])
def test_lower_bound(benchmark: BenchmarkFixture, width: int) -> None:
    goal = Goal("lower bound B6, n = 10^4", "seconds", 5.0, "s")
    found = once(benchmark, lambda: knot_bound(SINE, width))
    assert found.value > 0
    record(benchmark, goal, seconds(lambda: knot_bound(SINE, width)))


def test_check_of_a_million(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    request = PermutationRequest(SINE, 1_000_000)
    figure, built = construct(request, request.profile())
    assert built is not None
    network = built.construction.network
    path = upper_certificate(network, SINE, built.error.upper).write(tmp_path / "upper.json")
    assert figure.value == built.error.upper
    done = once(
        benchmark,
        lambda: run([sys.executable, "-c", CHECK, str(path)], capture_output=True, text=True),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    goal = Goal("icebound check, n = 10^6", "CPU seconds", 15.0, "s")
    record(benchmark, goal, benchmark.stats["min"], gigabytes=float(done.stderr.split()[-1]) / 1e9)


def test_many_seeds_at_once(benchmark: BenchmarkFixture) -> None:
    goal = Goal("LaPerm, n = 320, 32 seeds", "times faster per network", 10.0, least=True)
    torch.set_num_threads(1)
    width, epochs = 320, 200
    locations, initial = (
        equidistant_locations((SINE.low, SINE.high), width),
        location_initial(width),
    )

    def laperm(seeds: tuple[int, ...]) -> None:
        config = LaPermConfig(epochs=epochs, period=5, points=1600, seeds=seeds, refit="none")
        train(lambda x: np.sin(2 * np.pi * x), (SINE.low, SINE.high), locations, initial, config)

    once(benchmark, lambda: laperm(tuple(range(32))))
    together = seconds(lambda: laperm(tuple(range(32)))) / 32
    alone = min(seconds(lambda: laperm((0,))) for _ in range(3))
    step = together / epochs * 1e6
    record(benchmark, goal, alone / together, microseconds_per_network_step=step)
