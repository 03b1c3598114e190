"""True certificates of networks in the sup norm, and ways to make them false; what all share."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.adversary.mutants import Family, Lie
from tests.checker import build
from tests.checker.test_permutation import BASE, TIGHT, arrays, both_signs

Arrays = Mapping[str, Sequence[float]]
SQUARE, OFFSET = build.interpolant(lambda x: x * x, 4)
# |f - g| of the interpolant of x^2 on four cells: h^2/4.
SQUARE_ERROR = Fraction(1, 64)


def beyond(rng: random.Random, truth: Fraction, sign: int, floor: float = -6.0) -> Fraction:
    """Beyond the truth on the false side, by 10^floor relative or more."""
    return truth * (1 + sign * Fraction(10.0 ** rng.uniform(floor, -0.05)))


def bit(values: Sequence[float], index: int, towards: float = math.inf) -> list[float]:
    """One entry moved by its last bit."""
    found = list(values)
    found[index] = math.nextafter(found[index], towards)
    return found


def swapped(values: Sequence[float], i: int, j: int) -> list[float]:
    """Two entries exchanged."""
    found = list(values)
    found[i], found[j] = found[j], found[i]
    return found


def swap_unequal(rng: random.Random, values: Sequence[float]) -> list[float]:
    """Two entries that differ, exchanged."""
    pairs = [(i, j) for i in range(len(values)) for j in range(i) if values[i] != values[j]]
    return swapped(values, *rng.choice(pairs))


def bit_anywhere(rng: random.Random, arrays: Arrays, names: Sequence[str]) -> dict[str, Any]:
    """The arrays with one entry of one of ``names`` moved by its last bit, up or down."""
    name = rng.choice(names)
    towards = rng.choice((math.inf, -math.inf))
    return {**arrays, name: bit(arrays[name], rng.randrange(len(arrays[name])), towards)}


def relu(folder: Path | None) -> Family:
    """g >= f touches h^2/4 in the middle of every cell: whatever lifts g is false."""

    def made(
        value: Fraction = SQUARE_ERROR,
        text: str = "x**2",
        high: str = "1",
        offset: float = OFFSET,
        **new: Any,
    ) -> Any:
        held = SQUARE | new
        return build.relu(text, value, held, offset=offset, domain=("0", high), folder=folder)

    lies: dict[str, Lie] = {
        "bound tightened": lambda rng: made(beyond(rng, SQUARE_ERROR, -1)),
        "bound less a tiny amount": lambda rng: made(
            SQUARE_ERROR - Fraction(1, 2 ** rng.randint(60, 400))
        ),
        "coefficient up a bit": lambda rng: made(C=bit(SQUARE["C"], rng.randrange(4))),
        "bias up a bit": lambda rng: made(b=bit(SQUARE["b"], rng.randrange(1, 4))),
        "weight up a bit": lambda rng: made(W=bit(SQUARE["W"], rng.randrange(4))),
        "offset up": lambda rng: made(offset=2.0 ** rng.randint(-1000, 1)),
        "target lowered": lambda rng: made(text=f"x**2-1/{rng.randint(2, 10**9)}"),
        "wider domain": lambda rng: made(high=str(1 + Fraction(rng.randint(6, 100), 100))),
        "first weights swapped": lambda rng: made(C=swapped(SQUARE["C"], 0, rng.randint(1, 3))),
        "negative": lambda rng: made(-SQUARE_ERROR * rng.randint(1, 9)),
    }
    return Family("upper", "relu" + "/file" * bool(folder), made(), lies)


def permutation(folder: Path | None) -> Family:
    """The best bound of nine locations on f = 0, an exact rational."""

    def made(value: Fraction = TIGHT, rules: Mapping[str, Any] | None = None, **new: Any) -> Any:
        held = BASE | new
        return build.permutation(
            "0", value, held, alpha=0.25, gamma=1.5, folder=folder, **(rules or {})
        )

    def copied(rng: random.Random) -> Any:
        name = rng.choice("pq")
        values = list(BASE[name])
        i, j = rng.choice([(i, j) for i in range(9) for j in range(9) if values[i] != values[j]])
        values[i] = values[j]
        return made(TIGHT + 9, **{name: values})

    def drawn(rng: random.Random) -> Any:
        rules = {"initial": {"rule": "drawn-pairs", "range": "1"}}
        return made(
            TIGHT + 9,
            rules | {"draw": {"family": "permutation", "seed": str(rng.randint(-(9**9), 9**9))}},
        )

    lies: dict[str, Lie] = {
        "bound tightened": lambda rng: made(beyond(rng, TIGHT, -1)),
        "bound less a tiny amount": lambda rng: made(
            TIGHT - Fraction(1, 2 ** rng.randint(60, 400))
        ),
        "last bit": lambda rng: made(TIGHT + 9, **bit_anywhere(rng, BASE, ("p", "q"))),
        "last bit of a location": lambda rng: made(
            TIGHT + 9, **bit_anywhere(rng, BASE, ("locations",))
        ),
        "locations swapped": lambda rng: made(
            TIGHT + 9, locations=swap_unequal(rng, BASE["locations"])
        ),
        "value used twice": copied,
        "draw of another seed": drawn,
        "no read-out": lambda rng: made(TIGHT + rng.randint(0, 9), {"readout": False}),
        "linspace declared": lambda rng: made(
            TIGHT + rng.randint(0, 9), {"initial": {"rule": "linspace"}}
        ),
    }
    return Family("upper", "permutation" + "/file" * bool(folder), made(), lies)


def drawn(folder: Path | None) -> Family:
    """Drawn locations and pairs of seed 7: what is frozen must be the draw, bit by bit."""
    stream = [u + 0.0 for u in build.stream("permutation", 7, 18)]
    frozen = arrays(sorted((v + 1.0) / 2.0 for v in stream[:9]), both_signs(stream[9:]))
    rules = {
        "locations": {"rule": "drawn", "range": "1"},
        "initial": {"rule": "drawn-pairs", "range": "1"},
        "draw": {"family": "permutation", "seed": "7"},
    }

    def made(seed: int = 7, **new: Any) -> Any:
        declared = rules | {"draw": {"family": "permutation", "seed": str(seed)}}
        return build.permutation("x", "99", frozen | new, folder=folder, **declared)

    def ranged(rng: random.Random) -> Any:
        name = rng.choice(("locations", "initial"))
        rule = {**rules[name], "range": f"{10**6 - rng.randint(1, 999)}/1000000"}
        return build.permutation("x", "99", frozen, folder=folder, **(rules | {name: rule}))

    lies: dict[str, Lie] = {
        "another seed": lambda rng: made(rng.choice((-7, rng.randint(8, 10**12)))),
        "last bit": lambda rng: made(**bit_anywhere(rng, frozen, ("p", "q", "locations"))),
        "locations swapped": lambda rng: made(locations=swap_unequal(rng, frozen["locations"])),
        "another range": ranged,
    }
    return Family("upper", "permutation/drawn" + "/file" * bool(folder), made(), lies)


def bias(folder: Path | None) -> Family:
    """The interpolant of x^2 with frozen W and C under their fingerprint."""
    true = build.bias("x**2", SQUARE_ERROR, SQUARE, folder=folder)

    def frozen(**new: Any) -> Any:
        other = build.bias("x**2", SQUARE_ERROR + 9, SQUARE | new, folder=folder)
        return other | {"network": true["network"]}

    held = {**SQUARE, "W": [1.0, 1.0, 2.0, 1.0]}
    other = build.bias("x**2", 9, held, folder=folder)

    def swap(rng: random.Random) -> Any:
        name = rng.choice("WC")
        new = {**held, name: swap_unequal(rng, held[name])}
        return build.bias("x**2", 9, new, folder=folder) | {"network": other["network"]}

    def lifted(rng: random.Random) -> Any:
        b = bit(SQUARE["b"], rng.randrange(1, 4))
        return build.bias("x**2", SQUARE_ERROR, SQUARE | {"b": b}, folder=folder)

    lies: dict[str, Lie] = {
        "bound tightened": lambda rng: build.bias(
            "x**2", beyond(rng, SQUARE_ERROR, -1), SQUARE, folder=folder
        ),
        "last bit of a frozen weight": lambda rng: frozen(**bit_anywhere(rng, SQUARE, "WC")),
        "frozen weights swapped": swap,
        "bias up a bit": lifted,
    }
    return Family("upper", "bias" + "/file" * bool(folder), true, lies)


def bias_drawn(folder: Path | None) -> Family:
    """W and C of seed 3."""
    stream = [u / 4 for u in build.stream("bias", 3, 12)]
    frozen = {"W": stream[:6], "C": stream[6:], "b": [0.0] * 6}

    def made(seed: int = 3, size: str = "1/4", **new: Any) -> Any:
        named = {"range": size, "draw": {"family": "bias", "seed": str(seed)}}
        return build.bias("x", "9", frozen | new, folder=folder, **named)

    lies: dict[str, Lie] = {
        "another seed": lambda rng: made(rng.randint(4, 10**12)),
        "another range": lambda rng: made(size=f"{10**6 - rng.randint(1, 999)}/4000000"),
        "last bit": lambda rng: made(**bit_anywhere(rng, frozen, "WC")),
        "frozen weights swapped": lambda rng: made(
            **{(k := rng.choice("WC")): swap_unequal(rng, frozen[k])}
        ),
    }
    return Family("upper", "bias/drawn" + "/file" * bool(folder), made(), lies)


WITH_FILES = (relu, permutation, drawn, bias, bias_drawn)
