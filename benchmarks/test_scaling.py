"""Time against size over three decades, for the pictures of ``benchmarks.report``."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.goals import once, seconds
from benchmarks.problems import SINE, near_sine
from numerics.bias.construction import build_biases
from numerics.bias.draw import BiasDraw
from numerics.bias.wide import LEAST_WIDTH
from numerics.permutation.kinks import build_kinks
from theory.targets.enclosures import Profile
from theory.targets.sampling import sampler
from verify.certificates import upper_certificate
from verify.certify.sup import certify_sup
from verify.checker import check_file
from verify.knots.bound import knot_bound

WIDTHS = (1_000, 10_000, 100_000, 1_000_000)
SHORT = WIDTHS[:-1]


def _keep(benchmark: BenchmarkFixture, what: str, width: int, time: float) -> None:
    benchmark.extra_info.update(series=what, size=width, seconds=time)


@pytest.mark.parametrize("width", WIDTHS)
def test_permutation_construction(benchmark: BenchmarkFixture, width: int) -> None:
    profile = Profile(SINE)
    domain, curvature = (SINE.low, SINE.high), profile.curvature.upper

    def build() -> None:
        build_kinks(sampler(profile), width, domain, curvature=curvature)

    once(benchmark, build)
    _keep(benchmark, "construction P8", width, min(seconds(build) for _ in range(3)))


@pytest.mark.parametrize("width", [300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000])
def test_bias_construction(benchmark: BenchmarkFixture, width: int) -> None:
    W, C = BiasDraw(1.0, 0).weights(width)

    def build() -> None:
        build_biases(SINE, W[:, 0], C[0], draw=BiasDraw(1.0, 0))

    once(benchmark, build)
    name = "construction B2, compiled" if width >= LEAST_WIDTH else "construction B2, exact sweep"
    _keep(benchmark, name, width, min(seconds(build) for _ in range(2)))


@pytest.mark.parametrize("width", WIDTHS)
def test_certification(benchmark: BenchmarkFixture, width: int) -> None:
    network = near_sine(width)
    once(benchmark, lambda: certify_sup(network, SINE))
    time = min(seconds(lambda: certify_sup(network, SINE)) for _ in range(5))
    _keep(benchmark, "certification, fast", width, time)


@pytest.mark.parametrize("width", SHORT)
def test_exact_certification(benchmark: BenchmarkFixture, width: int) -> None:
    network = near_sine(width)
    once(benchmark, lambda: certify_sup(network, SINE, mode="exact"))
    time = seconds(lambda: certify_sup(network, SINE, mode="exact"))
    _keep(benchmark, "certification, exact", width, time)


@pytest.mark.parametrize("width", SHORT)
def test_check(benchmark: BenchmarkFixture, tmp_path: Path, width: int) -> None:
    network = near_sine(width)
    bound = certify_sup(network, SINE).upper * 1.001
    path = upper_certificate(network, SINE, bound).write(tmp_path / "upper.json")
    assert once(benchmark, lambda: check_file(path)).status == "PROVED"
    _keep(benchmark, "check", width, seconds(lambda: check_file(path)))


@pytest.mark.parametrize("width", WIDTHS)
def test_lower_bound(benchmark: BenchmarkFixture, width: int) -> None:
    once(benchmark, lambda: knot_bound(SINE, width))
    _keep(benchmark, "lower bound B6", width, seconds(lambda: knot_bound(SINE, width)))
