"""Enclosures against another arithmetic, and the fast certifier against the exact one."""

from __future__ import annotations

import math
import random
import time
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from numerics.float_pieces import float_pieces
from numerics.networks import Network, PermutationNetwork, ReluNetwork
from tests.adversary.expressions import enclosures, truth_ball
from tests.certify.oracle import exact_knots, exact_values
from theory.rigor.balls import working_precision
from theory.targets.target import Target
from verify.certify import certify_sup
from verify.checks import taylor
from verify.checks.duals import BITS, BoxDual
from verify.checks.fields import BoxTarget
from verify.checks.grammar import parse
from verify.checks.tiles import Parameters
from verify.checks.verdicts import Clock
from verify.dual.floats import FLOATING
from verify.dual.line_supremum import SYMMETRIC, line_sum, line_supremum
from verify.dual.search import supremum


def test_a_sample_of_expressions_and_integrals_is_enclosed() -> None:
    assert enclosures(1, 1000, 8) == []


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(2, 12))
def test_a_hundred_thousand_expressions_and_integrals_are_enclosed(seed: int) -> None:
    assert enclosures(seed, 10_000, 100) == []


def test_a_wrong_enclosure_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    # cosine off by 2^-60, and by a radius of 2^-30: containment and radius each notice one
    for wrong in (lambda x: x.cos() + arb(2) ** -60, lambda x: x.cos() + arb(0, 2.0**-30)):
        monkeypatch.setitem(taylor.VALUES, "cos", wrong)
        found = enclosures(3, 300, 0)
        assert any("misses" in line or "radius" in line for line in found)
    assert truth_ball(1).rad() < 1e-79


# Networks made to lose digits.


def adversarial(rng: random.Random) -> tuple[str, Network]:
    """A network on [0, 1] whose exact value is not small, whatever happens on the way."""
    n = rng.randint(2, 40)
    kind = rng.choice(("cancelling", "denormal", "repeated", "huge", "tiny", "outside", "mixed"))
    C = [rng.uniform(-1, 1) for _ in range(n)]
    W = [rng.choice((-1, 1)) * rng.uniform(0.1, 2) for _ in range(n)]
    t = [rng.random() for _ in range(n)]
    if kind == "cancelling":  # neighbours, nearly equal and opposite
        t = [t[k // 2] + (k % 2) * 2.0**-40 for k in range(n)]
        C = [(-1) ** k * 1e12 * (1 + k * 1e-13) for k in range(n)]
        W = [1.0] * n
    elif kind == "denormal":
        C = [c * 2.0**-1060 for c in C]
    elif kind == "repeated":
        t = [rng.choice((0.0, 0.25, 1 / 3, 1.0)) for _ in range(n)]
    elif kind == "huge":
        C = [c * 1e140 for c in C]
    elif kind == "tiny":
        W = [w * 2.0**-500 for w in W]
    elif kind == "outside":
        t = [rng.choice((-1e9, -1e-12, 1 + 1e-12, 1e9)) for _ in range(n)]
    else:
        W = [w * 2.0 ** rng.randint(-60, 60) for w in W]
    if rng.random() < 0.3:
        order = np.sort(np.array(t))
        p, q = np.array(C), np.array(C[::-1])
        return kind, PermutationNetwork(order, p, q, 0.25, 1.5, np.concatenate([p, q]))
    b = [-w * x for w, x in zip(W, t, strict=True)]
    return kind, ReluNetwork(np.array(W), np.array(b), np.array(C), 0.125)


def compare(seed: int, count: int) -> set[str]:
    """Both modes bracket the exact error at every knot and in between; the kinds that came up."""
    rng, seen = random.Random(seed), set()
    target = Target.parse("x**2")
    for _ in range(count):
        kind, network = adversarial(rng)
        g = exact_values(network)
        points = exact_knots(network, Fraction(0), Fraction(1))[:60]
        points += [Fraction(rng.random()) for _ in range(5)]
        truth = max(abs(x * x - g(x)) for x in points)
        found = {}
        for mode in ("exact", "fast"):
            found[mode] = certify_sup(network, target, mode=mode, seconds=5)
            assert truth <= Fraction(found[mode].upper) or math.isinf(found[mode].upper)
            assert found[mode].lower <= found[mode].upper
        assert found["exact"].lower <= found["fast"].upper
        assert found["fast"].lower <= found["exact"].upper
        assert found["exact"].gap <= 1e-6, (kind, network)
        seen.add(kind)
    return seen


def pieces(seed: int, count: int) -> int:
    """float_pieces within its own error at knots and between them; how often it was finite."""
    rng, finite = random.Random(seed), 0
    for _ in range(count):
        _, network = adversarial(rng)
        g = exact_values(network)
        for careful in (False, True):
            found = float_pieces(network, 0.0, 1.0, careful=careful)
            if not math.isfinite(found.error):
                continue
            finite += 1
            x = np.concatenate([found.nodes, [rng.random() for _ in range(5)]])
            piece = np.searchsorted(found.nodes[1:-1], x, side="right")
            for point, value in zip(x.tolist(), found.values(piece, x), strict=True):
                top, bottom = value.as_integer_ratio()
                off = abs(Fraction(int(top), int(bottom)) - g(Fraction(point)))
                assert off <= Fraction(found.error), (network, careful, point)
    return finite


def test_both_certifiers_on_adversarial_networks() -> None:
    assert len(compare(5, 40)) == 7


def test_float_pieces_on_adversarial_networks() -> None:
    assert pieces(6, 60) > 60


@pytest.mark.nightly
def test_adversarial_networks_in_full() -> None:
    assert len(compare(7, 3000)) == 7
    assert pieces(8, 5000) > 5000


def suprema(seed: int, count: int) -> int:
    """The float supremum over V against the checker's tiles: no lower end above an upper one."""
    rng, compared = random.Random(seed), 0
    for _ in range(count):
        name, degree = rng.choice(sorted(FLOATING)), rng.randint(1, 6)
        lam, beta = (Fraction(rng.choice((1, 3, 9)), rng.choice((1, 7, 1000))) for _ in range(2))
        scale = 10.0 ** rng.randint(-12, 12)
        c = [scale * rng.uniform(-1, 1) * 10.0 ** rng.choice((0, -9)) for _ in range(degree + 1)]
        total = line_sum(c, Fraction(0), Fraction(1), name, lam, beta)
        if total is None:
            continue
        near = math.inf
        found = line_supremum(total, name in SYMMETRIC, lambda a, b: b - a <= 1e-6 * b, near)
        if found is None:
            continue
        dual = BoxDual(BoxTarget(parse("x"), ((Fraction(0), Fraction(1)),)), degree, c)
        with working_precision(BITS):
            units = dual.units(Parameters(name, lam, beta), found.high, Clock(60))
            end = time.monotonic() + 60
            slow = supremum(units, lambda a, b: b - a <= 1e-2 * b, end)
        assert slow.low <= found.high, (name, lam, beta, c)
        assert found.low <= slow.high, (name, lam, beta, c)
        compared += 1
    return compared


def test_the_supremum_over_units_on_adversarial_duals() -> None:
    assert suprema(9, 6) >= 4


@pytest.mark.nightly
def test_the_supremum_over_units_in_full() -> None:
    assert suprema(10, 500) >= 300
