"""P10: the perfect spline, and the best line to a parabola."""

from __future__ import annotations

from typing import Any

from theory.lemmas.identities import Identity, prove_identities
from theory.lemmas.lemma import Control, Lemma, Method


def _spline(sympy: Any, root: int) -> list[Identity]:
    """Arcs of curvature M2 about c_j = h/sqrt 2 + j h, h = 1/(n - 2 + sqrt ``root``)."""
    n, j, M2 = sympy.symbols("n j M2", positive=True)
    h = 1 / (n - 2 + sympy.sqrt(root))
    amplitude = M2 * h**2 / 8

    def centre(k: Any) -> Any:
        return h / sympy.sqrt(2) + k * h

    def arc(k: Any, x: Any) -> Any:
        """The arc of c_k without its sign (-1)^k."""
        return amplitude - M2 * (x - centre(k)) ** 2 / 2

    x = sympy.Symbol("x", real=True)
    switch = centre(j) + h / 2
    slope_left = arc(j, x).diff(x).subs(x, switch)
    slope_right = -arc(j + 1, x).diff(x).subs(x, switch)
    return [
        Identity("value at 0", arc(0, 0), -amplitude),
        Identity("value at c_j", arc(j, centre(j)), amplitude),
        Identity("value at 1", arc(n - 2, 1), -amplitude),
        Identity("zero at a switch, from the left", arc(j, switch), 0 * n),
        Identity("zero at a switch, from the right", arc(j + 1, switch), 0 * n),
        Identity("slopes at a switch", slope_left, slope_right),
    ]


def _parabola(sympy: Any, share: int) -> list[Identity]:
    """f = M2 x^2/2 on [a, a + l] leaves its chord by M2 l^2/8 at the middle: E = M2 l^2/``share``.

    The error is at least half of it by three-point alternation.
    """
    a, length, M2, n = sympy.symbols("a l M2 n", positive=True)

    def f(x: Any) -> Any:
        return M2 * x**2 / 2

    off = (f(a) + f(a + length)) / 2 - f(a + length / 2)
    bound = M2 / (share * (n - 1) ** 2)
    return [
        Identity("half the distance to the chord", off / 2, M2 * length**2 / share),
        Identity("pieces of equal length", (off / 2).subs(length, 1 / (n - 1)), bound),
    ]


LEMMAS = (
    Lemma(
        id="P10-spline",
        name="the perfect spline alternates n + 1 times",
        statement=(
            "With h = 1/(n - 2 + sqrt 2), A = M2 h^2/8 and c_j = h/sqrt 2 + j h, the function "
            "(-1)^j (A - M2 (x - c_j)^2/2) on the arc |x - c_j| <= h/2, j = 0, ..., n - 2, the "
            "first arc prolonged to 0 and the last to 1, is -A at 0, (-1)^j A at c_j and "
            "(-1)^(n-1) A at 1, is 0 with one slope from both sides where arcs meet, and so has "
            "|f''| = M2."
        ),
        used_by=("P10",),
        method=Method.IDENTITY,
        argument="Values and slopes at 0, c_j, c_j + h/2 and 1, for symbolic n and j.",
        prove=lambda _: prove_identities(lambda sympy: _spline(sympy, 2)),
        control=Control(
            "h = 1/(n - 2 + sqrt 3)", lambda _: prove_identities(lambda sympy: _spline(sympy, 3))
        ),
    ),
    Lemma(
        id="P10-parabola",
        name="the best line to a parabola",
        statement=(
            "f = M2 x^2/2 leaves its chord over [a, a + l] by M2 l^2/8 at the middle, so every "
            "line errs there by at least M2 l^2/16 (B6-three-points), M2/(16 (n-1)^2) for "
            "l = 1/(n-1)."
        ),
        used_by=("P10-parabola",),
        method=Method.IDENTITY,
        argument="Expanded.",
        prove=lambda _: prove_identities(lambda sympy: _parabola(sympy, 16)),
        control=Control(
            "M2 l^2/15", lambda _: prove_identities(lambda sympy: _parabola(sympy, 15))
        ),
    ),
)
