"""True certificates in two dimensions, with kinks, and ways to make them false."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from tests.adversary.families import beyond
from tests.adversary.mutants import Family, Lie
from tests.checker import build
from tests.checker.test_response import made as spectral

SQUARE = ("0", "1", "0", "1")


def ridge() -> Family:
    """relu(x0 - 1/2) against x0 on the unit square: the mean square of the difference is 1/6."""
    held = {"a": [1.0, 0.0], "b": [0.5], "c": [1.0], "slope": [0.0, 0.0]}
    truth = Fraction(math.sqrt(1 / 6))
    above = truth * (1 + Fraction(1, 10**6))

    def made(value: Fraction = above, text: str = "x0", **new: Any) -> Any:
        return build.ridge(text, value, held | new, activation="relu", domain=SQUARE)

    lies: dict[str, Lie] = {
        "bound tightened": lambda rng: made(beyond(rng, truth, -1)),
        "target raised": lambda rng: made(text=f"x0+1/{rng.randint(2, 10**6)}"),
        # lowered by t the error grows by 3/8 t, which the room of 10^-6 must not hide
        "coefficient lowered": lambda rng: made(c=[1 - 10.0 ** rng.uniform(-5, 0)]),
        "kink moved out": lambda rng: made(b=[0.5 + 10.0 ** rng.uniform(-6, -1)]),
        "turned": lambda rng: made(a=[0.0, 1.0]),
    }
    return Family("upper", "ridge/plane", made(), lies)


@cache
def _best() -> tuple[float, float, float]:
    """<f, phi>, |phi| and sup |<phi, relu(a.x - b)>| for phi = P_2(x0), by a grid in V."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    x, w = (nodes + 1) / 2, weights / 2
    phi = math.sqrt(5) * (3 * nodes**2 - 1) / 2
    # phi depends on x0 only, and so does the worst unit: a = (1, 0) or a part of it
    a, b = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 401))
    units = np.maximum(np.outer(x, a.ravel()) - b.ravel(), 0)
    return float(w @ (phi * x**2)), 1.0, float(np.abs((w * phi) @ units).max())


def dual() -> Family:
    """No relu network with |a| <= 1, |b| <= 1 and |c|_1 <= 1/10 follows x0^2 closely."""
    inner, norm, most = _best()
    truth = Fraction((inner - 0.1 * most) / norm)
    below = truth * (1 - Fraction(1, 50))
    phi = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]

    def made(value: Fraction = below, budget: str = "1/10", text: str = "x0**2", **new: Any) -> Any:
        arrays = {"coefficients": new.pop("coefficients", phi)}
        stated: dict[str, Any] = {"activation": "relu", "box": {"lambda": "1", "beta": "1"}} | new
        return build.dual(text, value, arrays, degree=2, domain=SQUARE, budget=budget, **stated)

    lies: dict[str, Lie] = {
        # the supremum over all of V is at least that over the grid
        "bound raised": lambda rng: made(beyond(rng, truth, 1)),
        "larger budget": lambda rng: made(budget=str(1 + Fraction(rng.randint(0, 10**6), 100))),
        "sign flipped": lambda rng: made(coefficients=[-c for c in phi]),
        "another coefficient": lambda rng: made(coefficients=[0.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
        "target flattened": lambda rng: made(text=f"x0**2/{rng.randint(2, 10**6)}"),
    }
    return Family("lower-dual", "plane", made(), lies)


def response() -> Family:
    """A Gaussian packet in the plane, as the library encloses it."""
    true = spectral("exp(-r**2/2)*cos(3*x0)", "tanh", d=2)

    def moved(what: str, factor: Fraction) -> Lie:
        def lie(rng: random.Random) -> Any:
            scalars = dict(true["witness"]["scalars"])
            for side in ("low", "high"):
                mantissa, _, power = scalars[f"{what}_{side}"].partition("*2^")
                exact = Fraction(mantissa) * Fraction(2) ** int(power or 0)
                scalars[f"{what}_{side}"] = str(exact * (1 + factor * Fraction(rng.random())))
            low, high = (Fraction(scalars[f"{what}_{side}"]) for side in ("low", "high"))
            scalars[f"{what}_low"], scalars[f"{what}_high"] = (
                str(min(low, high)),
                str(max(low, high)),
            )
            value = {"direction": "lower", "value": scalars["error_low"]}
            return true | {"witness": {"scalars": scalars, "arrays": {}}, "bound": value}

        return lie

    lies: dict[str, Lie] = {
        "error above": moved("error", Fraction(1, 10)),
        "error below": moved("error", Fraction(-1, 10)),
        "budget above": moved("budget", Fraction(1, 10)),
        "budget below": moved("budget", Fraction(-1, 10)),
        "another dimension": lambda rng: true | {"dimension": 3},
        "another activation": lambda rng: true | {"activation": "gaussian"},
    }
    return Family("response", "plane", true, lies)


ALONE = (ridge, dual, response)
