"""Strategies of the family: valid by construction, hostile enough, and planted bugs are found."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from numerics.ridgelet.network import RidgeNetwork
from numerics.ridgelet.quadrature import box_measure
from theory.errors import InputError
from theory.ridgelet.activations import activation
from verify import strategies

BOX = (Fraction(1, 3), Fraction(7, 5))
BUDGET = Fraction(5, 7)


@given(network=strategies.ridge_networks(dimension=2, box=BOX, budget=BUDGET))
def test_networks_obey_their_class_exactly(network: RidgeNetwork) -> None:
    assert network.dimension == 2
    assert max(map(Fraction, np.abs(network.a).ravel().tolist())) <= BOX[0]
    assert max(map(Fraction, np.abs(network.b).tolist())) <= BOX[1]
    assert sum(map(Fraction, np.abs(network.c).tolist())) <= BUDGET


def test_corners_full_budgets_and_zero_networks_occur() -> None:
    networks = strategies.ridge_networks(activation="tanh", max_width=2)
    quiet = settings(suppress_health_check=list(HealthCheck), max_examples=1000, database=None)
    for wanted in (
        lambda g: (np.abs(g.a) == 2).any() and (np.abs(g.b) == 2).any(),
        lambda g: g.budget == 4,
        lambda g: not g.c.any(),
    ):
        assert find(networks, wanted, settings=quiet).activation == "tanh"


@given(data=st.data(), dimension=st.integers(1, 3))
def test_targets_are_finite_and_duals_have_the_right_length(
    data: st.DataObject, dimension: int
) -> None:
    target = data.draw(strategies.box_targets(dimension=dimension))
    assert target.dimension == dimension
    points = box_measure([(float(a), float(b)) for a, b in target.domain]).points[::97]
    assert np.isfinite(target.sample(points)).all()
    phi = data.draw(strategies.dual_functions(dimension=dimension, max_degree=3, affine=True))
    assert phi.any()
    assert not phi[: dimension + 1].any()
    assert phi.size in {comb(n + dimension, dimension) for n in range(4)}


@given(name=strategies.activation_names(analytic=False), box=strategies.parameter_boxes(max_side=1))
def test_names_and_boxes(name: str, box: tuple[Fraction, Fraction]) -> None:
    assert not activation(name).analytic
    assert all(0 < side <= 1 for side in box)


def test_a_planted_bug_is_found() -> None:
    """'|g| <= B' is true of tanh and false of relu beyond [-1, 1]."""

    def claim(network: RidgeNetwork) -> bool:
        grid = np.linspace(0, 1, 9)[:, None]
        return bool(np.abs(network(grid)).max() > 4)

    quiet = settings(suppress_health_check=list(HealthCheck), max_examples=1000, database=None)
    networks = strategies.ridge_networks(activation="relu", max_width=2)
    assert claim(find(networks, claim, settings=quiet))


def test_bad_input() -> None:
    with pytest.raises(InputError, match="max_side"):
        strategies.parameter_boxes(max_side=0)
    for bad in (
        strategies.ridge_networks(max_width=0),
        strategies.ridge_networks(budget=Fraction(-1)),
        strategies.box_targets(dimension=4),
        strategies.box_targets(max_terms=0),
        strategies.dual_functions(max_degree=1, affine=True),
    ):
        once = settings(max_examples=1, database=None)
        with pytest.raises(InputError, match=r"out of range|negative"):
            once(given(bad)(lambda drawn: None))()
