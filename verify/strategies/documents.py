"""Valid certificates of every kind, small: each is proved by the checker in well under a second.

Drawn are documents: the JSON object of a certificate, witness inline, hash in place.  Example::

    @given(document=certificates(kinds=["upper"]))
    def test_my_checker(document):
        assert my_checker(document)
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from numerics.bias.network import BiasNetwork
from numerics.networks import Network
from theory.bias.matching_target import matching_width
from theory.errors import InputError
from theory.permutation.counting import counting_bound
from theory.permutation.turning import STATEMENT as TURN
from theory.permutation.turning import chord_turn
from theory.ridgelet.degree import NORMS, closed_form_lower
from theory.rigor.balls import float_down
from theory.targets.box_target import BoxTarget
from theory.targets.target import Target
from verify.bias_certificates import bias_certificate
from verify.bias_floors.floors import given_weights_floor
from verify.certificates import (
    counting_certificate,
    knots_certificate,
    permutation_certificate,
    spline_certificate,
    turn_certificate,
    upper_certificate,
)
from verify.certify.sup import certify_sup
from verify.degree_certificates import degree_certificate
from verify.dual.bound import certified_dual
from verify.dynamics.network_file import TrainedFile
from verify.free_fit.bound import fit_bound
from verify.free_fit.nodes import equidistant_nodes
from verify.knots.proof import prove
from verify.matching import width_certificate
from verify.optima.sup import sup_optimum
from verify.optima.witness import witness
from verify.response_curve import Request, curve
from verify.ridge_certificates import upper_l2_certificate
from verify.ridge_error import certified_l2
from verify.strategies.bias import bias_networks
from verify.strategies.networks import recurrent_networks, relu_networks
from verify.strategies.permutation import domains, permutation_networks, targets, widths
from verify.strategies.ridgelet import box_targets, ridge_networks
from verify.trajectories.certificate import trajectory_certificate
from verify.trajectories.request import TrajectoryRequest
from verify.trajectories.run import trajectory

__all__ = ["certificates"]

Document = dict[str, Any]
Interval = tuple[Fraction, Fraction]
# What the certified error is short of the bound: the checker rounds otherwise.
ROOM, FLOOR = 1.0625, 2.0**-40
COARSE = 1e-2


def certificates(*, kinds: Iterable[str] | None = None) -> st.SearchStrategy[Document]:
    """Documents that the checker proves, of the ``kinds`` asked for, by default of every kind.

    Raises InputError for a kind that is none, and for no kind at all.

    >>> certificates(kinds=["counting"]).example()["kind"]
    'counting'
    """
    wanted = checked_kinds(kinds)
    return st.one_of([MAKERS[kind]() for kind in wanted])


def checked_kinds(kinds: Iterable[str] | None) -> tuple[str, ...]:
    """The kinds, all for None."""
    wanted = tuple(MAKERS) if kinds is None else tuple(kinds)
    accepted = f"one of {', '.join(MAKERS)}"
    for kind in wanted:
        if kind not in MAKERS:
            raise InputError("kinds", kind, "unknown kind", accepted)
    if not wanted:
        raise InputError("kinds", "()", "names no kind:", accepted)
    return wanted


def _numbers(low: int, high: int) -> st.SearchStrategy[Fraction]:
    return st.integers(low, high).map(Fraction)


@st.composite
def _bending(draw: st.DrawFn, *, low: int = 1) -> Target:
    """Convex targets c x^2 + d x on an interval, c >= ``low``: they bend everywhere."""
    a, b = draw(domains())
    c, d = draw(st.integers(low, low + 5)), draw(st.integers(-3, 3))
    return Target.parse(f"{c}*x**2" + (f" + ({d})*x" if d else ""), a, b)


@st.composite
def _upper(draw: st.DrawFn) -> Document:
    target = draw(targets(max_terms=2))
    domain = (target.low, target.high)
    form = draw(st.sampled_from(["relu", "permutation", "bias", "ridge"]))
    if form == "ridge":
        return draw(_ridge())
    if form == "bias":
        network = draw(bias_networks(max_width=8, domain=domain))
        return bias_certificate(network, target, _ceiling(network, target)).document()
    plain: Network
    if form == "relu":
        plain = draw(relu_networks(domain=domain))
    else:
        readout = draw(st.booleans())
        plain = draw(permutation_networks(max_width=12, domain=domain, readout=readout))
    return upper_certificate(plain, target, _ceiling(plain, target)).document()


def _ceiling(network: Network | BiasNetwork, target: Target) -> float:
    plain = network.relu() if isinstance(network, BiasNetwork) else network
    return certify_sup(plain, target, gap=COARSE).upper * ROOM + FLOOR


@st.composite
def _ridge(draw: st.DrawFn) -> Document:
    box, budget = (Fraction(2), Fraction(1)), Fraction(4)
    network = draw(ridge_networks(max_width=4, box=box, budget=budget))
    target = draw(box_targets(max_terms=2))
    bound = certified_l2(network, target)[1] * ROOM + FLOOR
    return upper_l2_certificate(network, target, bound, box, budget).document()


@st.composite
def _knots(draw: st.DrawFn) -> Document:
    target, width = draw(_bending()), draw(st.integers(1, 8))
    # equal triples that share their ends, inside the domain
    steps = np.arange(2 * width + 3) / (2 * width + 2)
    ends = np.clip(
        float(target.low) + float(target.length) * (steps * 0.75 + 0.125),
        float(target.low),
        float(target.high),
    )
    points = np.stack([ends[:-2:2], ends[1:-1:2], ends[2::2]], axis=1).ravel()
    return knots_certificate(target, width, prove(target, points), points).document()


@st.composite
def _spline(draw: st.DrawFn) -> Document:
    target = draw(_bending())
    nodes = equidistant_nodes(target, draw(widths(min_value=4, max_value=10)))
    fit = fit_bound(target, nodes)
    return spline_certificate(
        target, nodes.locations, fit.value, fit.points, fit.heights, equidistant=True
    ).document()


@st.composite
def _given(draw: st.DrawFn) -> Document:
    target, width = draw(_bending()), draw(st.integers(1, 6))
    # only kinks of the wrong sign for a convex target
    sizes = st.lists(st.integers(1, 64), min_size=width, max_size=width)
    W = (
        np.array(draw(sizes))
        / 16
        * np.array(draw(st.lists(st.sampled_from([1.0, -1.0]), min_size=width, max_size=width)))
    )
    floor = given_weights_floor(target, W, -np.array(draw(sizes)) / 16)[0]
    assert floor.certificate is not None
    return floor.certificate.document()


@st.composite
def _turn(draw: st.DrawFn) -> Document:
    c, width = draw(st.integers(8, 20)), draw(widths(min_value=4, max_value=40))
    target = Target.parse(f"{c}*x**2")
    turn = float_down(chord_turn(target, width))
    # the theorem is about exact locations, the certificate about their roundings
    bound = TURN.bound_down({"n": width, "D": turn}) * (1 - 2.0**-40)
    return turn_certificate(target, width, bound).document()


@st.composite
def _permutation(draw: st.DrawFn) -> Document:
    target, width, readout = draw(_bending()), draw(st.integers(2, 3)), draw(st.booleans())
    least = sup_optimum(target, width, readout=readout).lower
    found = witness(target, width, least, readout=readout)
    return permutation_certificate(
        target, width, found.bound, found.points, found.triples, readout=readout
    ).document()


@st.composite
def _counting(draw: st.DrawFn) -> Document:
    width, readout = draw(widths(max_value=60)), draw(st.booleans())
    lipschitz = draw(_numbers(1, 12)) / 4
    bound, exponent = counting_bound(width, lipschitz, readout=readout)
    return counting_certificate(width, lipschitz, exponent, bound, readout=readout).document()


@st.composite
def _width(draw: st.DrawFn) -> Document:
    target = Target.parse(f"x/{draw(st.integers(4, 12))}")
    eps, delta = 1 / draw(_numbers(8, 16)), 1 / draw(_numbers(5, 20))
    found = matching_width(target, eps, delta, Fraction(1))
    return width_certificate(found, eps, delta, Fraction(1)).document()


@st.composite
def _degree(draw: st.DrawFn) -> Document:
    target = BoxTarget.parse(f"{draw(st.integers(1, 4))}*x**2", [(-1, 1)])
    band, budget = 1 / draw(_numbers(2, 4)), 1 / draw(_numbers(50, 100))
    norm = draw(st.sampled_from(NORMS))
    found = closed_form_lower(target, "tanh", band, None, budget, norm)
    assert found.witness is not None
    return degree_certificate(
        target, "tanh", band, budget, found.value, found.witness, norm=norm
    ).document()


@st.composite
def _dual(draw: st.DrawFn) -> Document:
    name = draw(st.sampled_from(["tanh", "relu", "gaussian", "step"]))
    size, affine = draw(st.integers(1, 4)), draw(st.booleans())
    box, budget = (draw(_numbers(1, 3)), draw(_numbers(1, 3))), 1 / draw(_numbers(200, 400))
    target = BoxTarget.parse(f"{size}*x**2")
    bound = certified_dual(target, name, *box, budget, [0.0, 0.0, 1.0], affine=affine, gap=0.1)
    assert bound.certificate is not None
    return bound.certificate.document()


@st.composite
def _response(draw: st.DrawFn) -> Document:
    text = f"exp(-x**2/2)*cos({draw(st.integers(1, 6))}*x)"
    mu = 1 / draw(_numbers(10, 100))
    request = Request(text, "target", "gaussian", Fraction(2), 1, "mu", (mu,))
    with tempfile.TemporaryDirectory() as folder:
        path = curve(request, out=Path(folder)).points[0].certificate
        assert path is not None
        document: Document = json.loads(path.read_text("utf-8"))
    return document


@st.composite
def _trajectory(draw: st.DrawFn) -> Document:
    network = draw(recurrent_networks(max_width=3))
    file = TrainedFile(
        network, network.b, "cosine", 0.1, 1.0, 1, False, draw(st.integers(1, 3)), 1.0, 0
    )
    start = ((Fraction(1), Fraction(1)), (Fraction(0), Fraction(0)))
    request = TrajectoryRequest(file, start, draw(st.integers(1, 4)), driven=True)
    return trajectory_certificate(trajectory(request)).document()


MAKERS: dict[str, Callable[[], st.SearchStrategy[Document]]] = {
    "counting": _counting,
    "lower-degree": _degree,
    "lower-dual": _dual,
    "lower-given": _given,
    "lower-knots": _knots,
    "lower-permutation": _permutation,
    "lower-spline": _spline,
    "lower-turn": _turn,
    "response": _response,
    "trajectory": _trajectory,
    "upper": _upper,
    "width": _width,
}
