"""True certificates with ways to make them false: L2 norms, duals, spectra, recurrent networks."""

from __future__ import annotations

import hashlib
import math
import random
import struct
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from tests.adversary.families import beyond, bit_anywhere
from tests.adversary.mutants import Family, Lie
from tests.checker import build
from tests.checker.test_lower_degree import by_hand, true_bound
from tests.checker.test_lower_dual import COEFFICIENTS, best_value, small
from tests.checker.test_response import PACKET
from tests.checker.test_response import made as spectral
from tests.checker.test_trajectory import EXACT


def _gauss(f: Callable[[Any], Any]) -> float:
    """Mean of f over [0, 1] by numpy's own rule, exact to rounding for what is smooth."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    return float(weights @ f((nodes + 1) / 2)) / 2


def ridge(folder: Path | None) -> Family:
    """Two tanh units on exp(x), within box and budget."""
    held = {"a": [1.0, -2.0], "b": [0.25, 0.5], "c": [1.0, -0.5], "slope": [0.0]}

    def g(x: Any) -> Any:
        return np.tanh(x - 0.25) - 0.5 * np.tanh(-2 * x - 0.5)

    truth = Fraction(math.sqrt(_gauss(lambda x: (np.exp(x) - g(x)) ** 2)))
    above = truth * (1 + Fraction(1, 10**9))

    def made(
        value: Fraction = above, text: str = "exp(x)", arrays: Any = held, **network: Any
    ) -> Any:
        declared = {"box": {"lambda": "2", "beta": "1/2"}, "budget": "3/2"} | network
        return build.ridge(text, value, arrays, folder=folder, **declared)

    lies: dict[str, Lie] = {
        "bound tightened": lambda rng: made(beyond(rng, truth, -1)),
        "narrower lambda": lambda rng: made(
            truth + 9, box={"lambda": str(2 - Fraction(1, rng.randint(1, 10**12))), "beta": "1/2"}
        ),
        "narrower beta": lambda rng: made(
            truth + 9,
            box={"lambda": "2", "beta": str(Fraction(1, 2) - Fraction(1, rng.randint(3, 10**12)))},
        ),
        "smaller budget": lambda rng: made(
            truth + 9, budget=str(Fraction(3, 2) - Fraction(1, rng.randint(1, 10**12)))
        ),
        "coefficient up a bit": lambda rng: made(
            truth + 9, arrays=held | {"c": [math.nextafter(1.0, 2), -0.5]}
        ),
        "target raised": lambda rng: made(text=f"exp(x)+1/{rng.randint(1, 10**6)}"),
        "negative": lambda rng: made(-truth * rng.randint(1, 9)),
    }
    return Family("upper", "ridge" + "/file" * bool(folder), made(), lies)


def ridge_drawn(folder: Path | None) -> Family:
    """Hidden parameters of seed 5 in a box."""
    stream = build.stream("ridgelet", 5, 8)
    held = {"a": [2 * u for u in stream[:4]], "b": stream[4:], "c": [0.5] * 4, "slope": [0.0]}

    def made(seed: int = 5, beta: str = "1", **new: Any) -> Any:
        declared = {
            "box": {"lambda": "2", "beta": beta},
            "draw": {"family": "ridgelet", "seed": str(seed)},
        }
        return build.ridge("x", "99", held | new, folder=folder, **declared)

    lies: dict[str, Lie] = {
        "another seed": lambda rng: made(rng.choice((-5, rng.randint(6, 10**12)))),
        "another box": lambda rng: made(beta=str(1 + Fraction(1, rng.randint(1, 10**9)))),
        "last bit": lambda rng: made(**bit_anywhere(rng, held, "ab")),
    }
    return Family("upper", "ridge/drawn" + "/file" * bool(folder), made(), lies)


def ridge_data(folder: Path | None) -> Family:
    """Two rows of data and step units: every residual is 1, and so is their mean square."""
    held = {
        "a": [1.0],
        "b": [0.5],
        "c": [1.0],
        "slope": [0.0],
        "points": [0.0, 1.0],
        "values": [1.0, 2.0],
    }

    def made(value: Fraction = Fraction(1), **new: Any) -> Any:
        return build.ridge(None, value, held | new, activation="step", folder=folder)

    lies: dict[str, Lie] = {
        "bound tightened": lambda rng: made(beyond(rng, Fraction(1), -1)),
        "bound less a tiny amount": lambda rng: made(1 - Fraction(1, 2 ** rng.randint(60, 400))),
        "value raised": lambda rng: made(values=[1.0, 2.0 + 2.0 ** rng.uniform(-45, 5)]),
        "unit switched off": lambda rng: made(b=[1.5 + rng.random()]),
        "coefficient lowered": lambda rng: made(c=[1 - 2.0 ** rng.uniform(-45, 0)]),
    }
    return Family("upper", "ridge/data" + "/file" * bool(folder), made(), lies)


def degree() -> Family:
    """x^2 on [-1, 1], N = 1, tanh: sqrt(4/45) less 2 B M rho^-1/(rho - 1) in floats."""
    truth = Fraction(true_bound("tanh", "1/100", 1.25))
    below = truth * (1 - Fraction(1, 10**9))

    def made(value: Fraction = below, **change: Any) -> Any:
        return by_hand(value=build.text(value), **change)

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(beyond(rng, truth, 1)),
        "wider band": lambda rng: made(
            band=str(Fraction(1, 2) + Fraction(1, rng.randint(1, 10**6)))
        ),
        "larger budget": lambda rng: made(
            budget=str(Fraction(1, 100) * (1 + Fraction(1, rng.randint(1, 10**6))))
        ),
        "beyond the strip": lambda rng: made(
            y0=str(Fraction(15708, 10000) + Fraction(rng.randint(0, 10**6), 1000))
        ),
        "target flattened": lambda rng: made(expression=f"x**2*(1-1/{rng.randint(2, 10**7)})"),
        "a polynomial of degree N": lambda rng: made(expression=f"{rng.randint(1, 999)}*x"),
        "degree 2 does not lack": lambda rng: made(N="2", top=str(rng.randint(2, 9))),
    }
    return Family("lower-degree", "L2", made(), lies)


def degree_line() -> Family:
    """x1 x^2 at x1 = 1 on three points: 1/2, less the excess for S = 3/4."""
    rho = 5 / 3 + math.sqrt(1 + 25 / 9)
    truth = Fraction(0.5 - 2 * 0.01 * math.tan(1.25) / rho / (rho - 1))
    below = truth * (1 - Fraction(1, 10**9))

    def made(
        value: Fraction = below,
        base: Any = ("0", "1"),
        points: Any = ("-1", "0", "1"),
        **change: Any,
    ) -> Any:
        held = {"base": list(base), "points": list(points)}
        stated = {"norm": "sup", "domain": ["-1", "1", "0", "1"], "axis": "0"} | change
        return build.degree("x1*x**2", build.text(value), arrays=held, **stated)

    def size(rng: random.Random) -> str:
        return build.dyadic(2.0 ** rng.uniform(-25, -0.5))

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(beyond(rng, truth, 1)),
        "points not ascending": lambda rng: made(
            points=rng.choice((("0", "-1", "1"), ("-1", "1", "0"), ("0", "0", "1")))
        ),
        "middle off the centre": lambda rng: made(
            points=("-1", size(rng), "1"), value=truth * (1 + Fraction(1, 10**6))
        ),
        "out of the domain": lambda rng: made(
            points=("-1", "0", build.dyadic(1 + 2.0 ** rng.uniform(-45, 4)))
        ),
        "closer": lambda rng: made(
            points=("-1", "0", build.dyadic(1 - 2.0 ** rng.uniform(-15, -1)))
        ),
        "wider band": lambda rng: made(
            band=str(Fraction(1, 2) + Fraction(1, rng.randint(1, 10**4)))
        ),
        "larger budget": lambda rng: made(
            budget=str(Fraction(1, 100) + Fraction(1, rng.randint(1, 10**6)))
        ),
    }
    return Family("lower-degree", "sup", made(), lies)


def dual() -> Family:
    """P_2 + P_4/4 against exp(x), tanh: the best value on a dense grid, known to 1e-4."""
    truth = Fraction(best_value())
    below = truth * (1 - Fraction(1, 10**4))
    coefficients = COEFFICIENTS

    def made(value: Fraction = below, **change: Any) -> Any:
        return small(float(value), **change)

    def signs(rng: random.Random) -> Any:
        return made(
            coefficients=[
                c * s
                for c, s in zip(
                    coefficients, rng.choice(((1, 1, -1, 1, 1), (1, 1, 1, 1, -1))), strict=True
                )
            ]
        )

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(beyond(rng, truth, 1, -3.9)),
        "sign of a coefficient flipped": signs,
        "V was narrower in lambda": lambda rng: made(
            box={"lambda": str(3 + Fraction(rng.randint(0, 99), 100)), "beta": "1/16"}
        ),
        "V was narrower in beta": lambda rng: made(
            box={"lambda": "2", "beta": str(Fraction(1, 2) + Fraction(rng.randint(0, 99), 100))}
        ),
        "larger budget": lambda rng: made(budget=str(1 + Fraction(rng.randint(0, 10**6), 100))),
        "phi is 0": lambda rng: made(coefficients=[0.0] * 5),
        "not orthogonal to affine functions": lambda rng: made(
            affine=True, coefficients=[*rng.choice(((1e-9, 0.0), (0.0, 1e-9))), *coefficients[2:]]
        ),
    }
    return Family("lower-dual", "box", made(), lies)


def dual_data(folder: Path | None) -> Family:
    """Three rows, relu, no budget: <f, phi> = 2/3 and |phi| = sqrt 2 in the mean, so sqrt(2)/3."""
    held = {"points": [-1.0, 0.0, 1.0], "values": [1.0, 0.0, 1.0], "phi": [1.0, -2.0, 1.0]}
    truth = Fraction(math.sqrt(2) / 3)
    below = truth * (1 - Fraction(1, 10**12))

    def made(value: Fraction = below, budget: str = "0", **new: Any) -> Any:
        return build.dual(None, value, held | new, activation="relu", folder=folder, budget=budget)

    def signs(rng: random.Random) -> Any:
        k = rng.choice((0, 2))
        return made(phi=[-p if i == k else p for i, p in enumerate(held["phi"])])

    lies: dict[str, Lie] = {
        "bound raised": lambda rng: made(beyond(rng, truth, 1)),
        "sign of an entry flipped": signs,
        "entry moved": lambda rng: made(
            phi=[1.0, -2.0, 1.0 - 2.0 ** rng.uniform(-12, 0)], value=truth
        ),
        "all signs flipped": lambda rng: made(phi=[-1.0, 2.0, -1.0]),
        # relu(x) has <., phi> = 1/3, so every budget costs something
        "larger budget": lambda rng: made(budget=str(Fraction(1, rng.randint(1, 10**6)))),
        "values shrunk": lambda rng: made(values=[1.0 - 2.0 ** rng.uniform(-15, 0), 0.0, 1.0]),
        "phi is 0": lambda rng: made(phi=[0.0] * 3),
    }
    return Family("lower-dual", "data" + "/file" * bool(folder), made(), lies)


def response() -> Family:
    """Error and budget of a packet as the library encloses them, by other code than the checker."""
    true = spectral(PACKET, "gaussian")
    ends = {k: _exact(v) for k, v in true["witness"]["scalars"].items()}

    def made(**new: Fraction) -> Any:
        scalars = {k: build.text(v) for k, v in (ends | new).items()}
        value = scalars["error_low"]
        witness = {"scalars": scalars, "arrays": {}}
        return true | {"witness": witness, "bound": {"direction": "lower", "value": value}}

    def moved(what: str, sign: int) -> Lie:
        """Both ends beyond the truth on one side, in order."""

        def lie(rng: random.Random) -> Any:
            low, high = ends[f"{what}_low"], ends[f"{what}_high"]
            inner = beyond(rng, high if sign > 0 else low, sign)
            other = inner * (1 + sign * Fraction(1, 100))
            return made(**{f"{what}_low": min(inner, other), f"{what}_high": max(inner, other)})

        return lie

    def step(rng: random.Random) -> Fraction:
        return 1 + rng.choice((-1, 1)) * Fraction(10.0 ** rng.uniform(-5, -0.1))

    lies: dict[str, Lie] = {
        "error above": moved("error", 1),
        "error below": moved("error", -1),
        "budget above": moved("budget", 1),
        "budget below": moved("budget", -1),
        # E grows with mu and B falls: strictly
        "another mu": lambda rng: true | {"mu": str(Fraction(1, 100) * step(rng))},
        "target scaled": lambda rng: true | {"target": f"({PACKET})*(1+1/{rng.randint(1, 10**5)})"},
    }
    return Family("response", "", true, lies)


def _exact(text: str) -> Fraction:
    mantissa, _, exponent = text.partition("*2^")
    return Fraction(mantissa) * Fraction(2) ** int(exponent or 0)


def trajectory(folder: Path | None) -> Family:
    """y_t = x_{t-1} + 2 on the cosine: the distance is known, step by step, in closed form."""
    above = [value + 1e-9 for value in EXACT]
    rows = build.ECHO

    def made(errors: Any = above, arrays: Mapping[str, Any] = rows, **change: Any) -> Any:
        return build.trajectory(errors, arrays, folder=folder, **change)

    def lower(rng: random.Random) -> Any:
        k, by = rng.randrange(6), 10.0 ** rng.uniform(-8.5, 0)
        return made([v - by * (i == k) for i, v in enumerate(above)])

    def frozen(rng: random.Random) -> Any:
        new = bit_anywhere(rng, rows, "WBC")
        return made([9.0] * 6, new, frozen=made()["frozen"])

    def biased(rng: random.Random) -> Any:
        return made(arrays=rows | {"b": [2.0 + 10.0 ** rng.uniform(-8.5, 0)]})

    def swap(rng: random.Random) -> Any:
        digest = hashlib.sha256(struct.pack("<d", rng.uniform(-9, 9))).hexdigest()
        return made([9.0] * 6, frozen=made()["frozen"] | {rng.choice("WBC"): digest})

    lies: dict[str, Lie] = {
        "error tightened": lower,
        "last bit of a frozen weight": frozen,
        "another matrix": swap,
        "bias raised": biased,
        "read-out raised": lambda rng: made(arrays=rows | {"C": [1 + 10.0 ** rng.uniform(-8, 0)]}),
        "one step later": lambda rng: made(warm=1 + rng.randint(1, 5)),
        "smaller scale": lambda rng: made(scale=str(1 - Fraction(1, rng.randint(2, 10**6)))),
    }
    return Family("trajectory", "file" * bool(folder), made(), lies)


WITH_FILES = (ridge, ridge_drawn, ridge_data, dual_data, trajectory)
ALONE = (degree, degree_line, dual, response)
