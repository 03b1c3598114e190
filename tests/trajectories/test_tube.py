"""Boxes of solutions: every sampled one lies inside, the remainder is of higher order."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat

from numerics.dynamics.systems import SYSTEMS, integrate
from theory.errors import InputError
from theory.trajectories.fields import PolynomialField, field
from theory.trajectories.models import Model, monomials
from theory.trajectories.tube import Box, State, check_box, parallelepiped, tube
from verify.checks.flows import SYSTEMS as CHECKED
from verify.checks.flows import Flow, samples
from verify.checks.verdicts import Clock

BOXES: dict[str, tuple[Box, Fraction]] = {
    "cosine": (((Fraction(0), Fraction(1)), (Fraction(-1), Fraction(1))), Fraction(1, 10)),
    "vanderpol": (
        ((Fraction(199, 100), Fraction(201, 100)), (Fraction(-1, 100), Fraction(1, 100))),
        Fraction(1, 10),
    ),
    "lorenz": (
        ((Fraction(1), Fraction(101, 100)),) * 2 + ((Fraction(20), Fraction(20)),),
        Fraction(1, 100),
    ),
}


def polynomial(state: State, row: int, eps: np.ndarray) -> float:
    model = state.models[row]
    return sum(
        float(value) * float(np.prod(eps ** np.array(powers)))
        for value, powers in zip(model.values, model.basis.exponents, strict=True)
    )


@pytest.mark.parametrize("name", BOXES)
def test_sampled_solutions_lie_inside(name: str, rng: np.random.Generator) -> None:
    box, step = BOXES[name]
    found = tube(field(name), box, step, 40)
    assert found.stopped is None
    assert len(found.states) == 40
    low, high = np.array(box, dtype=float).T
    corners = [np.ones(len(box)), -np.ones(len(box))]
    for eps in (*corners, *rng.uniform(-1, 1, size=(3, len(box)))):
        start = (low + high) / 2 + eps * (high - low) / 2
        path = integrate(SYSTEMS[name], start, 40, rtol=1e-12, atol=1e-13)
        for state, point in zip(found.states, path, strict=True):
            for row, value in enumerate(point):
                # DOP853 at 1e-12 is right to about 1e-9 here
                room = float(state.radius(row)) + 1e-9
                assert abs(polynomial(state, row, eps) - value) <= room
                assert state.hull()[row].overlaps(arb(value, 1e-9))
    last = found.states[-1]
    linear = max(float(model.sizes[1]) for model in last.models)
    assert all(float(last.radius(row)) < 1e-3 * linear for row in range(len(box)))


def test_a_point_stays_thin() -> None:
    box = ((Fraction(2), Fraction(2)), (Fraction(1, 3), Fraction(1, 3)))
    found = tube(field("vanderpol"), box, Fraction(1, 10), 71)
    assert all(float(value.rad()) < 1e-11 for value in found.states[-1].hull())


def test_a_wrong_field_leaves_the_tube() -> None:
    """The mutation: solutions of a neighbouring equation are not in the tube of a thin box."""
    box = ((Fraction(2), Fraction(2)), (Fraction(0), Fraction(0)))
    right = tube(field("vanderpol"), box, Fraction(1, 10), 20).states[-1].hull()
    wrong = PolynomialField(
        "wrong",
        (
            ((Fraction(1), (0, 1)),),
            tuple((c * Fraction(1000001, 1000000), p) for c, p in field("vanderpol").components[1]),
        ),
    )
    other = tube(wrong, box, Fraction(1, 10), 20).states[-1].hull()
    assert not any(a.overlaps(b) for a, b in zip(right, other, strict=True))


def test_the_order_of_the_remainder() -> None:
    """Halving the box divides the remainder of degree-2 models by eight."""
    sizes = []
    for part in (1, 2):
        half = Fraction(1, 50 * part)
        box = ((2 - half, 2 + half), (-half, half))
        state = tube(field("vanderpol"), box, Fraction(1, 10), 10, degree=2).states[-1]
        sizes.append(float(state.radius(0)))
    assert 6 < sizes[0] / sizes[1] < 10


def test_a_blow_up_is_reported_with_its_time() -> None:
    # x' = x^2 from [1, 11/10] blows up at times between 10/11 and 1
    square = PolynomialField("square", (((Fraction(1), (2,)),),))
    found = tube(square, ((Fraction(1), Fraction(11, 10)),), Fraction(1, 20), 40)
    assert found.stopped is not None
    assert Fraction(1, 2) < found.stopped < 1
    assert len(found.states) == found.stopped / found.step + 1


def test_parallelepipeds_hold_what_they_replace(rng: np.random.Generator) -> None:
    noise = rng.normal(size=(2, 30)) * np.array([[1.0], [1e-6]]) + rng.normal(size=30)
    merged = parallelepiped(arb_mat(noise.tolist()))
    assert (merged.nrows(), merged.ncols()) == (2, 2)
    for signs in np.sign(rng.normal(size=(20, 30))):
        inner = merged.solve(arb_mat([[float(v)] for v in noise @ signs]))
        assert all(abs(float(inner[i, 0])) <= 1 + 1e-9 for i in range(2))
    zero = parallelepiped(arb_mat(2, 5))
    assert all(value.is_zero() for value in zero.entries())


def test_products_of_models(rng: np.random.Generator) -> None:
    basis = monomials(2, 2)
    one, two = (Model(basis, [arb(float(v)) for v in rng.normal(size=6)]) for _ in range(2))
    both = one * two
    for eps in rng.uniform(-1, 1, size=(20, 2)):
        values = [
            sum(
                (v * float(np.prod(eps ** np.array(k))))
                for v, k in zip(model.values, basis.exponents, strict=True)
            )
            for model in (one, two, both)
        ]
        assert values[2].overlaps(values[0] * values[1])
        assert both.hull().overlaps(values[0] * values[1])
    # exact where the degrees fit
    line = Model(basis, [arb(1), arb(2), arb(0), arb(0), arb(0), arb(0)])
    assert [float(v) for v in (line * line).values] == [1, 4, 0, 4, 0, 0]
    assert all(value.rad() == 0 for value in (line * line).values)


@pytest.mark.parametrize("name", BOXES)
def test_the_checker_agrees(name: str) -> None:
    """Two integrators that share no code enclose the same function of the start."""
    box, step = BOXES[name]
    _, names, rates = CHECKED[name]
    values = {"mu": 1, "sigma": 10, "rho": 28, "beta": arb(8) / 3}
    flow = Flow(rates, [arb(values[key]) for key in names])
    theirs = samples(flow, box, step, Clock(60.0))
    ours = tube(field(name), box, step, 25)
    for state, (coefficients, radius) in zip(ours.states, theirs, strict=False):
        room = float(radius + state.radius(0)) + 1e-20
        gaps = [
            float(abs(a - b)) for a, b in zip(state.models[0].values, coefficients, strict=True)
        ]
        # at eps = 0 both hold the same number; elsewhere polynomials of degree 3 may share it out
        assert gaps[0] <= room
        assert sum(gaps) <= 40 * room


@pytest.mark.parametrize(
    ("box", "said"),
    [
        (((Fraction(0), Fraction(1)),), "2 numbers"),
        (((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))), "is empty"),
    ],
)
def test_bad_boxes(box: Box, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_box(box, 2, argument="--box")


@pytest.mark.parametrize(("step", "samples_"), [(Fraction(0), 3), (Fraction(1, 10), 0)])
def test_bad_steps(step: Fraction, samples_: int) -> None:
    with pytest.raises(InputError, match="is accepted"):
        tube(field("cosine"), BOXES["cosine"][0], step, samples_)


def test_unknown_systems() -> None:
    with pytest.raises(InputError, match="did you mean 'lorenz'"):
        field("lorentz")
    with pytest.raises(InputError, match="exponents"):
        PolynomialField("bad", (((Fraction(1), (1, 1)),),))
