"""Sandwiches of permutations alone: P9 beside P4, honest about what is proved."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.targets.target import Target
from verify import certificates
from verify.checker import check_file
from verify.report.collect import collect
from verify.results import Verdict
from verify.sandwiches.constructions import construct
from verify.sandwiches.lower import turn_lower
from verify.sandwiches.permutation import sandwich
from verify.sandwiches.request import PermutationRequest


def alone(text: str, width: int, low: int = 0, high: int = 1) -> PermutationRequest:
    return PermutationRequest(Target.parse(text, low, high), width, readout=False)


def test_p9_is_constructed_and_its_prediction_a_conjecture(tmp_path: Path) -> None:
    result = sandwich(alone("sin(2*pi*x)/20+1/7", 120, -1, 1), protocol=None, out=tmp_path)
    made = result.constructed
    assert (made.theorem, made.status, made.predicted_status) == ("P9", "certified", "conjecture")
    assert made.value is not None
    assert made.predicted is not None
    assert result.lower.value <= made.value <= made.predicted < 1e-3
    assert result.verdict is Verdict.CONSISTENT
    assert "<td>conjecture</td>" in result._repr_html_()
    others = {entry.theorem: entry for entry in made.alternatives}
    assert others["P4"].predicted_status == "theorem"
    assert (others["P4"].value or 1.0) > 50 * made.value
    for path in tmp_path.glob("*.json"):
        assert check_file(path).status == "PROVED", path


def test_a_slope_that_turns_too_far_is_sandwiched_tightly(tmp_path: Path) -> None:
    result = sandwich(alone("5*x**2/2", 200), protocol=None, out=tmp_path)
    assert result.lower.theorem == "P9-turn"
    assert result.constructed.theorem == "P9"
    assert result.constructed.value is not None
    assert result.lower.value <= result.constructed.value <= 1.2 * result.lower.value
    assert result.lower.certificate == tmp_path / "lower-turn.json"
    for path in tmp_path.glob("*.json"):
        assert check_file(path).status == "PROVED", path


def test_beyond_eight_the_reason_is_given() -> None:
    figure, _ = construct(alone("5*x**2", 60), alone("5*x**2", 60).profile())
    reasons = {entry.theorem: entry.reason for entry in figure.alternatives}
    assert "turns by 9.83" in str(reasons["P9"])


def test_a_curvature_that_is_not_bounded_is_named() -> None:
    figure, _ = construct(alone("abs(x-1/3)/9", 200), alone("abs(x-1/3)/9", 200).profile())
    assert figure.theorem in ("P4", "P5")
    assert any(e.theorem == "P9" and "f''" in str(e.reason) for e in figure.alternatives)


@settings(max_examples=12)
@given(st.integers(17, 150), st.fractions(-2, 2, max_denominator=9))
def test_small_widths_never_break(width: int, start: Fraction) -> None:
    result = sandwich(alone(f"cos(3*x)/4+({start})", width), protocol=None)
    assert result.verdict in (Verdict.CONSISTENT, Verdict.PROVED)
    if result.constructed.value is not None:
        assert result.constructed.predicted is not None
        assert result.constructed.value <= result.constructed.predicted


@pytest.mark.parametrize("text", ["1/3", "x/2-1/5", "0*x"])
def test_affine_targets(text: str) -> None:
    figure, _ = construct(alone(text, 80), alone(text, 80).profile())
    assert figure.theorem == "P9"
    assert figure.value is not None
    assert figure.value <= 0.5001 / 79**2


def test_a_report_sets_the_turn_beside_permutations_without_readout_only(tmp_path: Path) -> None:
    target = Target.parse("5*x**2/2")
    lower = turn_lower(alone("5*x**2/2", 200))
    assert lower is not None
    for readout in (True, False):
        folder = tmp_path / str(readout)
        folder.mkdir()
        request = PermutationRequest(target, 200, readout=readout)
        figure, built = construct(request, request.profile())
        assert built is not None
        assert figure.value is not None
        network = built.construction.network
        certificates.upper_certificate(network, target, figure.value).write(folder / "upper.json")
        certificates.turn_certificate(target, 200, lower.value).write(folder / "lower-turn.json")
        (row,) = [row for row in collect(folder).rows if "constructed" in row.marks]
        assert ("lower" in row.marks) == (not readout)
        assert row.verdict in ("CONSISTENT", "certified")
