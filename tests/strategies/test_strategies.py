"""What is drawn is valid, shrinks to something short, and finds planted bugs."""

from __future__ import annotations

import doctest
import math
import re
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings

from numerics.bias.recurrent import RecurrentNetwork
from numerics.networks import ReluNetwork
from theory.errors import InputError
from theory.targets.enclosures import Profile
from theory.targets.target import Target
from verify import strategies
from verify.certify.sup import certify_sup
from verify.data_sets import DataSet, read_csv, write_csv

MODULES = ("bias", "data", "networks", "permutation", "ridgelet", "documents", "mutations")
QUIET = settings(database=None, max_examples=300, suppress_health_check=list(HealthCheck))


@settings(max_examples=15)
@given(profile=strategies.profiles(smoothness="lipschitz", max_terms=2))
def test_profiles_are_certified(profile: Profile) -> None:
    F = profile.target.sample(list(np.linspace(0, 1, 65)))[0]
    L = profile.slope
    assert L.available
    assert max(map(abs, F)) <= profile.sup.upper * (1 + 1e-12)
    assert np.abs(np.diff(F)).max() * 64 <= L.upper * (1 + 1e-9)
    assert np.abs(np.diff(F)).sum() <= profile.variation.upper * (1 + 1e-9) + 1e-12
    # containment and tightness: the ends agree
    assert L.upper - L.lower <= 1e-6 * L.upper


@given(network=strategies.relu_networks(domain=(Fraction(-1), Fraction(2))))
def test_relu_networks_turn_around_the_domain(network: ReluNetwork) -> None:
    turning = network.W != 0
    knots = -network.b[turning] / network.W[turning]
    assert ((knots >= -1 - 3 * 8 / 32) & (knots <= -1 + 3 * 40 / 32)).all()
    assert 1 <= network.width <= 12


@given(network=strategies.recurrent_networks(inputs=2, outputs=3))
def test_recurrent_networks_stay_bounded(network: RecurrentNetwork) -> None:
    assert np.abs(network.W).sum(axis=1).max() <= 1
    states, outputs = network.run(np.ones((40, 2)))
    assert outputs.shape == (40, 3)
    # |B x + b| <= 3 with |x| <= 1 at every step: growth is at most linear
    assert np.abs(states).max() <= np.abs(network.start).max() + 3 * 40 * 8


@given(data=strategies.data_sets(dimension=2))
def test_data_sets_survive_their_files(
    data: DataSet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    read = read_csv(write_csv(tmp_path_factory.mktemp("data") / "data.csv", data))
    assert read.sha256 == data.sha256


@given(order=strategies.permutations(max_size=9), box=strategies.boxes(dimension=3))
def test_permutations_and_boxes(order: Any, box: Any) -> None:
    assert sorted(order) == list(range(order.size))
    assert all(low < high <= low + 4 for low, high in box)
    assert len(box) == 3


SMALLEST = [
    (strategies.targets(), lambda t: t.text, "0"),
    (strategies.targets(), lambda t: (t.low, t.high), (0, 1)),
    (strategies.domains(), lambda d: d, (0, 1)),
    (strategies.permutations(), lambda p: p.tolist(), [0, 1]),
    (strategies.relu_networks(), lambda n: (n.width, n.offset, n.C.tolist()), (1, 0.0, [0.0])),
    (strategies.data_sets(), lambda d: d.values.tolist(), [0.0, 0.0]),
    (strategies.widths(), lambda n: n, 17),
    (strategies.certificates(kinds=["counting"]), lambda c: c["width"], 17),
]


@pytest.mark.parametrize(("strategy", "look", "smallest"), SMALLEST)
def test_draws_shrink_to_small_examples(strategy: Any, look: Any, smallest: Any) -> None:
    assert look(find(strategy, lambda _: True, settings=QUIET)) == smallest


def test_a_target_shrinks_to_the_piece_that_matters() -> None:
    kink = find(
        strategies.targets(smoothness="lipschitz"),
        lambda target: "abs" in target.text and target.low < 0,
        settings=QUIET,
    )
    assert re.fullmatch(r"[01]\*?abs\(x\)|abs\(x\)", kink.text)
    assert (kink.low, kink.high) == (-1, 0)


def test_a_wrong_constant_is_found() -> None:
    """Planted: the chord bound with 9 for 8 fails on a parabola, and shrinking says so."""

    def false(target: Target) -> bool:
        zero, ends = Profile(target), [float(y.mid()) for y in Profile(target).ends]
        low, length = float(target.low), float(target.length)
        rise = (ends[1] - ends[0]) / length
        chord = ReluNetwork(np.array([1.0]), np.array([-low]), np.array([rise]), ends[0])
        return certify_sup(chord, target, gap=1e-3).lower > zero.curvature.upper / 9 + 1e-9

    found = find(strategies.targets(max_terms=1), false, settings=QUIET)
    assert found.text.removeprefix("(-1)*") in ("x**2", "sin(x)", "cos(x)")


def test_a_permutation_that_drops_the_last_value_is_found() -> None:
    def inverse(order: Any) -> Any:
        out = np.zeros_like(order)
        out[order[:-1]] = np.arange(order.size - 1)
        return out

    found = find(
        strategies.permutations(),
        lambda order: (inverse(order)[order] != np.arange(order.size)).any(),
        settings=QUIET,
    )
    assert found.tolist() == [0, 1]


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_docstrings(name: str) -> None:
    result = doctest.testmod(import_module(f"verify.strategies.{name}"))
    assert result.failed == 0
    assert result.attempted > 0


def test_every_strategy_has_an_example() -> None:
    for name in strategies.__all__:
        if name == "Mutant":
            continue
        text = getattr(strategies, name).__doc__
        assert ">>>" in text, name


UNIT = (Fraction(0), Fraction(1))
EMPTY = (Fraction(1), Fraction(1))
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("domains", {"max_length": 0}, "max_length: too small: '0'; 1 or more"),
    ("domains", {"max_magnitude": 0}, "max_magnitude: too small: '0'"),
    ("widths", {"min_value": 3}, "widths: out of range: '3..200'; 4 <= min_value <= max_value"),
    ("widths", {"min_value": 9, "max_value": 8}, "widths: out of range: '9..8'"),
    ("kink_sequences", {"min_size": 3, "max_size": 2}, "sizes: out of range: '3..2'"),
    ("targets", {"smoothness": "rough"}, "smoothness: unknown: 'rough'; smooth, lipschitz"),
    ("targets", {"max_terms": 0}, "max_terms: too small: '0'"),
    ("targets", {"domain": EMPTY}, "domain: is empty: '1, 1'; two ends, the lower first"),
    ("profiles", {"domain": UNIT[::-1]}, "domain: is empty: '1, 0'"),
    ("profiles", {"smoothness": ""}, "smoothness: unknown: ''"),
    ("permutations", {"min_size": 0}, "sizes: out of range: '0..40'"),
    ("permutations", {"min_size": 5, "max_size": 4}, "sizes: out of range: '5..4'"),
    ("permutation_networks", {"min_width": 3}, "widths: out of range: '3..40'"),
    ("units", {"min_value": 0}, "units: out of range: '0..120'"),
    ("frozen_draws", {"max_seed": -1}, "max_seed: negative: '-1'"),
    ("given_weights", {"max_width": 0}, "units: out of range: '1..0'"),
    ("bias_vectors", {"W": np.ones(2), "domain": EMPTY}, "domain: is empty: '1, 1'"),
    ("bias_networks", {"max_width": 0}, "units: out of range: '1..0'"),
    ("reachable_targets", {"max_width": 0}, "units: out of range: '1..0'"),
    ("parameter_boxes", {"max_side": 0}, "max_side: out of range: '0'"),
    ("ridge_networks", {"max_width": 0}, "max_width: out of range: '0'"),
    ("ridge_networks", {"budget": Fraction(-1)}, "budget: negative: '-1'"),
    ("ridge_networks", {"activation": "tanhh"}, "tanhh"),
    ("box_targets", {"dimension": 4}, "dimension: out of range: '4, 3'; 1 to 3"),
    ("dual_functions", {"max_degree": -1}, "max_degree: out of range: '-1'"),
    ("dual_functions", {"max_degree": 1, "affine": True}, "max_degree: out of range: '1'; 2 or"),
    ("relu_networks", {"min_width": 0}, "width: out of range: '0..12'"),
    ("relu_networks", {"min_width": 2, "max_width": 1}, "width: out of range: '2..1'"),
    ("relu_networks", {"domain": EMPTY}, "domain: is empty: '1, 1'"),
    ("recurrent_networks", {"max_width": 0}, "width: out of range: '1..0'"),
    ("recurrent_networks", {"outputs": 0}, "outputs: out of range: '0..0'"),
    ("boxes", {"dimension": 0}, "dimension: too small: '0'"),
    ("boxes", {"max_length": 0}, "max_length: too small: '0'"),
    ("data_sets", {"min_rows": 1}, "rows: out of range: '1..12'"),
    ("data_sets", {"min_rows": 5, "max_rows": 4}, "rows: out of range: '5..4'"),
    ("data_sets", {"dimension": 65}, "dimension: out of range: '65'; 1 to 64"),
    ("certificates", {"kinds": ["lowest"]}, "kinds: unknown kind 'lowest'; one of counting"),
    ("certificates", {"kinds": []}, "kinds: names no kind: '()'"),
    ("mutated_certificates", {"kinds": ["x"]}, "kinds: unknown kind 'x'"),
]


@pytest.mark.parametrize(("name", "bounds", "message"), BAD)
@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_bad_arguments_are_refused(name: str, bounds: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        getattr(strategies, name)(**bounds).example()


def test_every_strategy_with_bounds_has_a_bad_row() -> None:
    free = {"Mutant", "activation_names", "activations"}
    assert {name for name, _, _ in BAD} == set(strategies.__all__) - free


def test_activations_are_those_of_the_registry() -> None:
    both = [
        find(strategies.activations(analytic=flag), lambda _: True, settings=QUIET)
        for flag in (True, False)
    ]
    assert [entry.analytic for entry in both] == [True, False]
    assert math.isfinite(float(both[0].values(np.zeros(1))[0]))
