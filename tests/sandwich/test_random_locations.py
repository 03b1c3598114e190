"""Sandwiches on random locations: P5, certified for each draw, nothing predicted."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from theory.targets.target import Target
from verify import certificates
from verify.checker import check_file
from verify.reference import published
from verify.results import Verdict
from verify.sandwiches.constructions import construct
from verify.sandwiches.permutation import sandwich
from verify.sandwiches.request import PermutationRequest


def drawn(text: str, width: int, seed: int = 0, start: str = "location") -> PermutationRequest:
    target = Target.parse(text, -1, 1)
    return PermutationRequest(target, width, start=start, placement="random", seed=seed)  # type: ignore[arg-type]


@pytest.mark.parametrize("start", ["location", "published-pairwise", "unpaired"])
def test_every_file_checks(start: str, tmp_path: Path) -> None:
    result = sandwich(drawn("-sin(2*pi*x)", 160, 5, start), protocol=None, out=tmp_path)
    made = result.constructed
    assert (made.theorem, made.status, made.predicted) == ("P5", "certified", None)
    assert made.value is not None
    assert result.lower.value <= made.value
    assert result.verdict is Verdict.CONSISTENT
    for path in tmp_path.glob("*.json"):
        assert check_file(path).status == "PROVED", path


def test_another_seed_or_a_smaller_bound_is_refused(tmp_path: Path) -> None:
    """The checker regenerates the draw from the seed; the bound is that of this network."""
    request = drawn("-sin(2*pi*x)", 120, 7)
    figure, built = construct(request, request.profile())
    assert built is not None
    assert figure.value is not None
    network = built.construction.network
    good = certificates.upper_certificate(network, request.target, figure.value)
    assert check_file(good.write(tmp_path / "a.json")).status == "PROVED"
    small = certificates.upper_certificate(network, request.target, figure.value / 1.05)
    assert check_file(small.write(tmp_path / "b.json")).status == "REFUTED"
    described = json.loads((tmp_path / "a.json").read_text("utf-8"))["network"]
    assert described["draw"] == {"family": "permutation", "seed": "7"}


def test_far_below_the_published_training() -> None:
    for start, series in (("published-pairwise", 0.0451), ("unpaired", 0.343)):
        request = drawn("-sin(2*pi*x)", 320, 2, start)
        found = published(request.target, 320)
        assert found is not None
        assert series in dict(found.series).values()
        figure, _ = construct(request, request.profile())
        assert figure.value is not None
        assert figure.value < series / 2


@pytest.mark.parametrize("placement", ["random", "equidistant"])
def test_without_readout_below_the_width_of_p9(placement: str, tmp_path: Path) -> None:
    request = PermutationRequest(
        Target.parse("-sin(2*pi*x)", -1, 1),
        320,
        readout=False,
        placement=placement,  # type: ignore[arg-type]
        seed=1,
    )
    result = sandwich(request, protocol=None, out=tmp_path)
    made = result.constructed
    assert (made.theorem, made.predicted) == ("P5", None)
    assert made.value is not None
    assert made.value < 0.05
    assert result.lower.value <= made.value
    for path in tmp_path.glob("*.json"):
        assert check_file(path).status == "PROVED", path


def test_locations_outside_the_domain_say_so() -> None:
    request = PermutationRequest(Target.parse("x"), 6, readout=False, start="xavier", seed=3)
    figure, built = construct(request, request.profile())
    assert built is None or figure.value is not None
    if built is None:
        assert "locations in the domain" in str(figure.reason)


def test_the_stored_figures_are_those_of_the_code() -> None:
    """Two draws again, and what the file says of the rate: n^-2 log^2 n within a factor of two."""
    data = json.loads(resources.files("verify").joinpath("data/random_locations.json").read_text())
    rows = {(row["target"], row["vector"], row["width"]): row["errors"] for row in data["rows"]}
    for seed in (0, 1):
        request = drawn("-sin(2*pi*x)", 320, seed)
        figure, _ = construct(request, request.profile(), gap=1e-3)
        assert figure.value == pytest.approx(rows["sine", "location", 320][seed], rel=0.3)
    for vector in ("location", "published-pairwise"):
        scaled = [
            float(np.exp(np.mean(np.log(errors)))) * (n / np.log(n)) ** 2
            for (target, name, n), errors in rows.items()
            if (target, name) == ("sine", vector)
        ]
        assert max(scaled) < 2 * min(scaled)
    exponents = {(row["target"], row["vector"]): row for row in data["exponents"]}
    assert exponents["sine", "location"]["high"] < -1.5
