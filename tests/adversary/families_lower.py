"""True lower bounds and widths with ways to make them false: points, heights, counting."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.adversary.families import Arrays, beyond, swap_unequal
from tests.adversary.mutants import Family, Lie
from tests.checker import build


def knots(folder: Path | None) -> Family:
    """Four triples on x^2 whose middle is h^2 below the chord: E = h^2/2, h = 1/8."""
    points, truth = build.touching_triples(3), Fraction(1, 128)

    def made(value: Fraction = truth, text: str = "x**2", **new: Any) -> Any:
        return build.knots(text, value, new.pop("points", points), folder=folder) | new

    def moved(rng: random.Random, index: int, by: float) -> Any:
        new = list(points)
        new[index] += by
        return made(points=new)

    def overlap(rng: random.Random) -> Any:
        k = rng.randrange(1, 4)
        return moved(rng, 3 * k, -(2.0 ** rng.uniform(-45, -4)))

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(beyond(rng, truth, 1)),
        "bound raised a tiny amount": lambda rng: made(
            truth + Fraction(1, 2 ** rng.randint(60, 400))
        ),
        "triples overlap": overlap,
        "middle off the centre": lambda rng: moved(
            rng, 3 * rng.randrange(4) + 1, rng.choice((-1, 1)) * 2.0 ** rng.uniform(-45, -5)
        ),
        "triple narrowed": lambda rng: moved(
            rng, 3 * rng.randrange(4) + 2, -(2.0 ** rng.uniform(-45, -5))
        ),
        "out of the domain": lambda rng: moved(rng, 11, 2.0 ** rng.uniform(-45, 9)),
        "target flattened": lambda rng: made(text=f"x**2*(1-1/{rng.randint(2, 10**9)})"),
        "one triple is not enough": lambda rng: made(width=3 + rng.randint(1, 5)),
        "points swapped": lambda rng: made(points=swap_unequal(rng, points)),
    }
    return Family("lower-knots", "file" * bool(folder), made(), lies)


def spline(folder: Path | None) -> Family:
    """Tents on two of the four cells of x^2: h^2/8, h = 1/4."""
    points, heights, truth = [0.125, 0.375], [1.0, 1.0], Fraction(1, 128)

    def made(
        value: Fraction = truth,
        text: str = "x**2",
        n: int = 5,
        where: Any = points,
        phi: Any = heights,
    ) -> Any:
        return build.spline(text, value, n, where, phi, folder=folder)

    def off(rng: random.Random) -> Any:
        new = list(points)
        new[rng.randrange(2)] += rng.choice((-1, 1)) * 2.0 ** rng.uniform(-40, -5)
        return made(where=new)

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(beyond(rng, truth, 1)),
        "bound raised a tiny amount": lambda rng: made(
            truth + Fraction(1, 2 ** rng.randint(60, 400))
        ),
        "sign of a height flipped": lambda rng: made(
            phi=[h * s for h, s in zip(heights, rng.choice(((-1, 1), (1, -1))), strict=True)]
        ),
        "all heights 0": lambda rng: made(phi=[0.0, 0.0]),
        "point off the centre": off,
        "point on a node": lambda rng: made(where=[0.125, 0.25 * rng.randint(1, 3)]),
        "points swapped": lambda rng: made(where=points[::-1]),
        "finer locations": lambda rng: made(n=8 * rng.randint(1, 30) + 1),
        "target flattened": lambda rng: made(text=f"x**2*(1-1/{rng.randint(2, 10**9)})"),
    }
    return Family("lower-spline", "file" * bool(folder), made(), lies)


def counting(readout: bool) -> Family:
    """N and the quotient by integers."""

    def truth(n: int) -> tuple[int, Fraction]:
        cells = math.factorial(2 * n).bit_length() - 1 + readout
        return cells, Fraction(1, cells * (2 if readout else 1))

    def made(
        n: int,
        value: Fraction | None = None,
        N: int | None = None,
        L: str = "1",
        flag: bool = readout,
    ) -> Any:
        cells, known = truth(n)
        return build.counting(
            n, known if value is None else value, N=cells if N is None else N, L=L, readout=flag
        )

    def width(rng: random.Random) -> int:
        return rng.randint(2, 300)

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(n := width(rng), beyond(rng, truth(n)[1], 1, -15)),
        "fewer cells": lambda rng: made(
            n := width(rng), Fraction(1, 10**9), truth(n)[0] - rng.choice((-1, 1, 2))
        ),
        "other read-out": lambda rng: made(width(rng), Fraction(1, 10**9), flag=not readout),
        "smaller constant": lambda rng: made(
            width(rng), L=str(1 - Fraction(1, rng.randint(2, 10**12)))
        ),
        "wider": lambda rng: made(
            n := width(rng), Fraction(1, 10**9), truth(n + rng.randint(1, 9))[0]
        ),
    }
    return Family("counting", "read-out" * readout, made(5), lies)


def turning() -> Family:
    """8 x^2 on nine locations: the chords of the end cells turn by 14, of which 13/4 is free."""
    truth = Fraction(43, 128)

    def made(value: Fraction = truth, text: str = "8*x**2", n: int = 9) -> Any:
        return build.turning(text, value, n)

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(beyond(rng, truth, 1)),
        "bound raised a tiny amount": lambda rng: made(
            truth + Fraction(1, 2 ** rng.randint(60, 400))
        ),
        "target flattened": lambda rng: made(text=f"8*x**2*(1-1/{rng.randint(2, 10**9)})"),
        "wider": lambda rng: made(n=9 + rng.randint(1, 200)),
        "affine target": lambda rng: made(text=f"{rng.randint(1, 10**6)}*x"),
    }
    return Family("lower-turn", "", made(), lies)


def given(folder: Path | None) -> Family:
    """Two kinks of 1/4 under the slopes 1/4 and 7/4 of x^2: E = (3/2 - 1/2)/16."""
    frozen = {
        "W": [1.0, -1.0],
        "C": [0.25, -0.25],
        "from": [0.0],
        "to": [1.0],
        "points": [0.0, 0.25, 0.75, 1.0],
    }
    truth = Fraction(1, 16)

    def made(value: Fraction = truth, text: str = "x**2", **new: Any) -> Any:
        return build.given_weights(text, value, frozen | new, folder=folder)

    def larger(rng: random.Random) -> Any:
        name, k = rng.choice("WC"), rng.randrange(2)
        values = list(frozen[name])
        values[k] *= 1 + 2.0 ** rng.uniform(-45, 4)
        return made(**{name: values})

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(beyond(rng, truth, 1)),
        "bound raised a tiny amount": lambda rng: made(
            truth + Fraction(1, 2 ** rng.randint(60, 400))
        ),
        "larger kink": larger,
        "last bit of a kink": lambda rng: made(C=[math.nextafter(0.25, 1), -0.25]),
        "intervals overlap": lambda rng: made(
            points=[0.0, 0.25, 0.25 - 2.0 ** rng.uniform(-45, -3), 1.0]
        ),
        "out of the segment": lambda rng: made(
            points=[0.0, 0.25, 0.75, 1 + 2.0 ** rng.uniform(-45, 9)]
        ),
        "segment out of the domain": lambda rng: made(to=[1 + 2.0 ** rng.uniform(-45, 9)]),
        "target flattened": lambda rng: made(text=f"x**2*(1-1/{rng.randint(2, 10**9)})"),
        "points swapped": lambda rng: made(points=swap_unequal(rng, frozen["points"])),
    }
    return Family("lower-given", "file" * bool(folder), made(), lies)


def width(folder: Path | None) -> Family:
    """One unit of 1/2 matched within 1/16: 589 units, none to spare; eps at least 0.09765625."""
    held, n = {"W": [0.5], "C": [0.5], "b": [0.0]}, 589

    def made(
        value: int = n,
        arrays: Arrays = held,
        eta: float = 0.0625,
        text: str = "x/4",
        **numbers: str,
    ) -> Any:
        return build.width(text, value, arrays, eta=eta, folder=folder, **numbers)

    def outside(rng: random.Random) -> Any:
        name = rng.choice("WC")
        return made(arrays={**held, name: [0.5 + 2.0 ** rng.uniform(-45, 4)]})

    lies: dict[str, Lie] = {
        "fewer units": lambda rng: made(n - rng.randint(1, 588)),
        "parameter outside": outside,
        "smaller gamma": lambda rng: made(
            gamma=str(Fraction(1, 2) - Fraction(1, rng.randint(3, 10**9)))
        ),
        "smaller eps": lambda rng: made(
            eps=str(Fraction(9765, 10**5) * Fraction(rng.randint(1, 1000), 1000))
        ),
        "smaller delta": lambda rng: made(
            delta=str(Fraction(99, 1000) * Fraction(rng.randint(1, 1000), 1000))
        ),
        "wider range": lambda rng: made(range=str(1 + Fraction(rng.randint(1, 10**6), 1000))),
        "smaller eta": lambda rng: made(eta=0.0625 * rng.uniform(0.01, 0.99)),
        "steeper target": lambda rng: made(text=f"x*{25 + rng.randint(10, 10**6)}/100"),
    }
    return Family("width", "file" * bool(folder), made(), lies)


def permutations(folder: Path | None) -> Family:
    """Two locations span lines, and x^2 is 1/8 from the best of them."""
    points, truth = [0.0, 0.5, 1.0], Fraction(1, 8)

    def made(
        value: Fraction = truth,
        text: str = "x**2",
        where: Any = points,
        triples: Any = (0.0, 1.0, 2.0),
        readout: bool = True,
    ) -> Any:
        return build.permutations(
            text, value, 2, where, list(triples), readout=readout, folder=folder
        )

    def off(rng: random.Random) -> Any:
        return made(where=[0.0, 0.5 + rng.choice((-1, 1)) * 2.0 ** rng.uniform(-40, -2), 1.0])

    def narrow(rng: random.Random) -> Any:
        return made(where=[0.0, 0.5, 1 - 2.0 ** rng.uniform(-40, -2)])

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(beyond(rng, truth, 1)),
        "bound raised a tiny amount": lambda rng: made(
            truth + Fraction(1, 2 ** rng.randint(60, 90))
        ),
        "fixed read-out, bound raised": lambda rng: made(beyond(rng, 2 * truth, 1), readout=False),
        "middle off the centre": off,
        "triple narrowed": narrow,
        "out of the domain": lambda rng: made(where=[0.0, 0.5, 1 + 2.0 ** rng.uniform(-40, 9)]),
        "points swapped": lambda rng: made(where=swap_unequal(rng, points)),
        "a point twice in the triple": lambda rng: made(triples=rng.choice(((0, 1, 1), (0, 0, 2)))),
        "no triple": lambda rng: made(triples=()),
        "target flattened": lambda rng: made(text=f"x**2*(1-1/{rng.randint(2, 10**9)})"),
    }
    return Family("lower-permutation", "file" * bool(folder), made(), lies)


WITH_FILES = (knots, spline, given, width, permutations)
