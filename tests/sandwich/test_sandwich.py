"""The sandwich closes on any target, and a false theorem would be refuted by it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InputError
from theory.permutation.bounds import AppliedBound
from theory.targets.target import Target
from verify import certificates
from verify.checker import check_file
from verify.reference import published, training_figures
from verify.results import Verdict
from verify.sandwiches import training
from verify.sandwiches.constructions import construct
from verify.sandwiches.permutation import sandwich
from verify.sandwiches.request import PermutationRequest
from verify.strategies import targets, widths


@settings(max_examples=15)
@given(
    target=st.one_of(targets(), targets(smoothness="lipschitz"), targets(smoothness="continuous")),
    width=widths(min_value=4, max_value=120),
)
def test_the_sandwich_closes(target: Target, width: int) -> None:
    result = sandwich(PermutationRequest(target, width), protocol=None)
    assert result.verdict is Verdict.PROVED
    made = result.constructed
    assert made.value is not None
    assert made.lower_end is not None
    assert made.predicted is not None
    assert result.lower.value <= made.value <= made.predicted
    assert made.lower_end <= made.value
    values = [entry.value for entry in made.alternatives if entry.value is not None]
    assert all(made.value <= value for value in values)


@pytest.mark.parametrize("width", range(17, 33))
def test_every_residue_with_files_that_check(width: int, tmp_path: Path) -> None:
    target = Target.parse("exp(x)*cos(3*x)", Fraction(-1, 3), 1)
    result = sandwich(PermutationRequest(target, width), protocol=None, out=tmp_path)
    assert result.verdict is Verdict.PROVED
    for path in tmp_path.glob("*.json"):
        outcome = check_file(path)
        assert outcome.status == "PROVED", outcome


def test_a_false_theorem_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = AppliedBound.for_network
    monkeypatch.setattr(AppliedBound, "for_network", lambda self, *own: honest(self, *own) / 2)
    target = Target.parse("sin(2*pi*x)")
    result = sandwich(PermutationRequest(target, 80), protocol=None)
    assert result.verdict is Verdict.REFUTED


def test_affine_targets_are_exact_up_to_rounding() -> None:
    request = PermutationRequest(Target.parse("2*x-1/3", -1, 2), 40)
    figure, _ = construct(request, request.profile())
    assert figure.theorem == "P8"
    assert figure.value is not None
    assert figure.value < 1e-13
    assert sandwich(request, protocol=None).lower.value == 0


@pytest.mark.parametrize("text", ["1/3", "1/7", "(1/12)*x**0"])
@pytest.mark.parametrize("width", [4, 20])
def test_constants_are_decided_though_the_rounding_term_is_all_there_is(
    text: str, width: int
) -> None:
    request = PermutationRequest(Target.parse(text, 0, Fraction(1, 12)), width)
    assert sandwich(request, protocol=None).verdict is Verdict.PROVED


def test_wide_networks_bound_the_alternatives_only() -> None:
    request = PermutationRequest(Target.parse("sin(2*pi*x)"), 6000)
    figure, _ = construct(request, request.profile())
    assert figure.theorem == "P8"
    others = {entry.theorem: entry for entry in figure.alternatives}
    assert others["P3"].value is None
    assert others["P3"].predicted is not None
    assert "bounded only" in str(others["P3"].reason)


def test_published_figures_belong_to_their_own_target_and_domain() -> None:
    sine = Target.parse(" -sin( 2*pi*x ) ", -1, 1)
    found = published(sine, 320)
    assert found is not None
    assert dict(found.series)["sine_equidistant"] == 0.129
    assert found.best == ("sine_pairwise", 0.0451)
    assert published(sine, 321) is None
    assert published(Target.parse("-sin(2*pi*x)", 0, 1), 320) is None
    assert published(Target.parse("sin(2*pi*x)", -1, 1), 320) is None
    assert set(training_figures()["targets"]) == {"sine", "legendre3"}


@pytest.mark.parametrize(("width", "seed"), [(3, 0), (2_000_001, 0), (20, -1)])
def test_bad_requests(width: int, seed: int) -> None:
    with pytest.raises(InputError):
        PermutationRequest(Target.parse("x"), width, seed=seed)


def test_certificate_of_a_changed_network_is_refused(tmp_path: Path) -> None:
    target = Target.parse("sin(2*pi*x)")
    request = PermutationRequest(target, 40)
    figure, built = construct(request, request.profile())
    assert built is not None
    assert figure.value is not None
    network = built.construction.network
    q = network.q.copy()
    q[3] = np.nextafter(q[3], 5)
    for changed, wanted in ((network, "PROVED"), (replace(network, q=q), "REFUTED")):
        path = certificates.upper_certificate(changed, target, figure.value).write(
            tmp_path / "upper.json"
        )
        assert check_file(path).status == wanted


def test_large_witnesses_go_to_a_side_file(tmp_path: Path) -> None:
    request = PermutationRequest(Target.parse("sin(2*pi*x)"), 2000)
    _, built = construct(request, request.profile())
    assert built is not None
    certificate = certificates.upper_certificate(
        built.construction.network, request.target, built.error.upper
    )
    path = certificate.write(tmp_path / "upper.json")
    (side,) = tmp_path.glob("*.bin")
    assert check_file(path).status == "PROVED"
    content = bytearray(side.read_bytes())
    content[8] ^= 1
    side.write_bytes(content)
    assert check_file(path).status == "INVALID"


@pytest.mark.slow
def test_a_million_locations(tmp_path: Path) -> None:
    request = PermutationRequest(Target.parse("sin(2*pi*x)"), 10**6)
    figure, built = construct(request, request.profile())
    assert built is not None
    assert figure.value is not None
    assert figure.predicted is not None
    assert figure.value <= figure.predicted < 2.5e-11
    path = certificates.upper_certificate(
        built.construction.network, request.target, built.error.upper
    ).write(tmp_path / "upper.json")
    outcome = check_file(path)
    assert outcome.status == "PROVED"
    assert outcome.seconds < 30


def test_training_without_torch_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "find_spec", lambda name: None)
    monkeypatch.setattr(PermutationRequest, "profile", lambda self: pytest.fail("work was done"))
    with pytest.raises(InputError, match="needs torch"):
        sandwich(PermutationRequest(Target.parse("x"), 20), protocol="quick")
