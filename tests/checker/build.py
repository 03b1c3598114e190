"""Certificates written by hand: a second, small writer that shares no code with the library's."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

Certificate = dict[str, Any]


def dyadic(value: float) -> str:
    """``m*2^e`` for a float64 number."""
    numerator, denominator = value.as_integer_ratio()
    return f"{numerator}*2^{1 - denominator.bit_length()}"


def text(value: Fraction | float | str) -> str:
    """A number as a certificate spells it."""
    if isinstance(value, str):
        return value
    return dyadic(value) if isinstance(value, float) else str(Fraction(value))


def sealed(certificate: Certificate) -> Certificate:
    """The same certificate with the hash that belongs to it."""
    body = {key: value for key, value in certificate.items() if key != "sha256"}
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return body | {"sha256": hashlib.sha256(canonical.encode()).hexdigest()}


def write(folder: Path, certificate: Certificate, name: str = "certificate.json") -> Path:
    """Seal and write."""
    path = folder / name
    path.write_text(json.dumps(sealed(certificate), indent=1), encoding="utf-8")
    return path


def common(kind: str, direction: str, value: Fraction | float | str) -> Certificate:
    return {
        "schema": "icebound.certificate/1",
        "kind": kind,
        "claim": "A bound.",
        "bound": {"direction": direction, "value": text(value)},
        "versions": {"icebound": "0.1.0"},
    }


def target(expression: str, low: str = "0", high: str = "1") -> Certificate:
    return {"expression": expression, "domain": [low, high]}


def inline(arrays: Mapping[str, Sequence[float]], **scalars: float) -> Certificate:
    """A witness with its arrays in the certificate."""
    return {
        "scalars": {name: dyadic(float(value)) for name, value in scalars.items()},
        "arrays": {name: [dyadic(v) for v in values] for name, values in arrays.items()},
    }


def beside(folder: Path, arrays: Mapping[str, Sequence[float]], **scalars: float) -> Certificate:
    """A witness with its arrays in a side file, which is written."""
    content = b"".join(struct.pack(f"<{len(v)}d", *v) for v in arrays.values())
    digest = hashlib.sha256(content).hexdigest()
    (folder / f"{digest}.bin").write_bytes(content)
    return {
        "scalars": {name: dyadic(float(value)) for name, value in scalars.items()},
        "file": {
            "name": f"{digest}.bin",
            "sha256": digest,
            "layout": [[name, len(values)] for name, values in arrays.items()],
        },
    }


def relu(
    expression: str,
    value: Fraction | float | str,
    arrays: Mapping[str, Sequence[float]],
    *,
    offset: float = 0.0,
    domain: tuple[str, str] = ("0", "1"),
    folder: Path | None = None,
) -> Certificate:
    """Kind ``upper`` for offset + sum_k C_k relu(W_k x + b_k)."""
    witness = beside(folder, arrays, offset=offset) if folder else inline(arrays, offset=offset)
    return common("upper", "upper", value) | {
        "target": target(expression, *domain),
        "norm": "sup",
        "network": {"form": "relu", "width": len(arrays["W"])},
        "witness": witness,
    }


def interpolant(
    f: Callable[[float], float], n: int, low: float = 0.0, high: float = 1.0
) -> tuple[dict[str, list[float]], float]:
    """Arrays and offset of the relu network through f at n + 1 equidistant points."""
    knots = [low + (high - low) * k / n for k in range(n + 1)]
    heights = [f(x) for x in knots]
    slopes = [(heights[k + 1] - heights[k]) / (knots[k + 1] - knots[k]) for k in range(n)]
    turns = [slopes[0], *(after - before for before, after in pairwise(slopes))]
    return {"W": [1.0] * n, "C": turns, "b": [-t for t in knots[:-1]]}, heights[0]


def permutation(
    expression: str,
    value: Fraction | float | str,
    arrays: Mapping[str, Sequence[float]],
    *,
    alpha: float = 0.0,
    gamma: float = 1.0,
    domain: tuple[str, str] = ("0", "1"),
    folder: Path | None = None,
    **network: Any,
) -> Certificate:
    """Kind ``upper`` for a permutation network; ``network`` overrides the declared rules."""
    scalars = {"alpha": alpha, "gamma": gamma}
    witness = beside(folder, arrays, **scalars) if folder else inline(arrays, **scalars)
    declared = {
        "form": "permutation",
        "width": len(arrays["locations"]),
        "locations": {"rule": "equidistant"},
        "initial": {"rule": "location"},
        "draw": None,
        "readout": True,
    }
    return common("upper", "upper", value) | {
        "target": target(expression, *domain),
        "norm": "sup",
        "network": declared | network,
        "witness": witness,
    }


def ridge(
    expression: str | None,
    value: Fraction | float | str,
    arrays: Mapping[str, Sequence[float]],
    *,
    activation: str = "tanh",
    offset: float = 0.0,
    domain: Sequence[str] = ("0", "1"),
    folder: Path | None = None,
    **network: Any,
) -> Certificate:
    """Kind ``upper``, norm L2; ``expression`` None for data, ``network`` overrides what is said."""
    witness = beside(folder, arrays, offset=offset) if folder else inline(arrays, offset=offset)
    declared = {
        "form": "ridge",
        "activation": activation,
        "dimension": len(arrays["slope"]),
        "width": len(arrays["b"]),
        "box": None,
        "budget": None,
        "draw": None,
    }
    aim = {"expression": expression, "domain": list(domain)}
    return common("upper", "upper", value) | {
        "target": None if expression is None else aim,
        "norm": "L2",
        "network": declared | network,
        "witness": witness,
    }


def bias(
    expression: str,
    value: Fraction | float | str,
    arrays: Mapping[str, Sequence[float]],
    *,
    domain: tuple[str, str] = ("0", "1"),
    folder: Path | None = None,
    **network: Any,
) -> Certificate:
    """Kind ``upper`` for C relu(W x + b) with given frozen W, C, or those of a ``draw``."""
    frozen = struct.pack(f"<{2 * len(arrays['W'])}d", *arrays["W"], *arrays["C"])
    named = {"weights": "given", "sha256": hashlib.sha256(frozen).hexdigest()}
    return common("upper", "upper", value) | {
        "target": target(expression, *domain),
        "norm": "sup",
        "network": {"form": "bias", "width": len(arrays["W"])} | (network or named),
        "witness": beside(folder, arrays) if folder else inline(arrays),
    }


def equidistant(n: int, low: Fraction = Fraction(0), high: Fraction = Fraction(1)) -> list[float]:
    """fl(a + (b - a) i/(n - 1)) from the exact rationals."""
    return [float(low + (high - low) * Fraction(i, n - 1)) for i in range(n)]


def unit(n: int) -> list[float]:
    """The n values fl(i/(n - 1)) of the initial rule ``location``."""
    return equidistant(n)


def stream(family: str, seed: int, count: int) -> list[float]:
    """The numbers u in [-1, 1) of a frozen draw."""
    data = hashlib.shake_256(f"icebound-draw-1:{family}:{seed}".encode()).digest(8 * count)
    words = struct.unpack(f"<{count}Q", data)
    return [float(Fraction(k >> 11, 2**52) - 1) for k in words]


def knots(
    expression: str,
    value: Fraction | float | str,
    points: Sequence[float],
    *,
    domain: tuple[str, str] = ("0", "1"),
    folder: Path | None = None,
) -> Certificate:
    """Kind ``lower-knots`` for 3 (n + 1) points."""
    arrays = {"points": points}
    return common("lower-knots", "lower", value) | {
        "target": target(expression, *domain),
        "norm": "sup",
        "width": len(points) // 3 - 1,
        "witness": beside(folder, arrays) if folder else inline(arrays),
    }


def spline(
    expression: str,
    value: Fraction | float | str,
    width: int,
    points: Sequence[float],
    heights: Sequence[float],
    *,
    locations: Sequence[float] | None = None,
    domain: tuple[str, str] = ("0", "1"),
    folder: Path | None = None,
) -> Certificate:
    """Kind ``lower-spline``: tents or broken lines over the cells between the locations."""
    arrays = {"points": points, "heights": heights}
    arrays |= {} if locations is None else {"locations": locations}
    return common("lower-spline", "lower", value) | {
        "target": target(expression, *domain),
        "norm": "sup",
        "width": width,
        "locations": {"rule": "equidistant" if locations is None else "given"},
        "witness": beside(folder, arrays) if folder else inline(arrays),
    }


def permutations(
    expression: str,
    value: Fraction | float | str,
    width: int,
    points: Sequence[float],
    triples: Sequence[float] = (),
    *,
    readout: bool = True,
    domain: tuple[str, str] = ("0", "1"),
    folder: Path | None = None,
) -> Certificate:
    """Kind ``lower-permutation``."""
    arrays = {"points": points, "triples": triples}
    return common("lower-permutation", "lower", value) | {
        "target": target(expression, *domain),
        "norm": "sup",
        "width": width,
        "readout": readout,
        "witness": beside(folder, arrays) if folder else inline(arrays),
    }


def touching_triples(n: int, low: float = 0.0, high: float = 1.0) -> list[float]:
    """n + 1 equal triples (left end, middle, right end) that share their ends."""
    ends = [low + (high - low) * k / (2 * n + 2) for k in range(2 * n + 3)]
    return [ends[2 * k + j] for k in range(n + 1) for j in range(3)]


def counting(n: int, value: Fraction | str, *, N: int, L: str = "1", readout: bool) -> Certificate:
    """Kind ``counting``."""
    return common("counting", "lower", value) | {
        "width": n,
        "lipschitz": L,
        "readout": readout,
        "witness": {"scalars": {"N": str(N)}, "arrays": {}},
    }


def turning(
    expression: str, value: Fraction | float | str, n: int, domain: tuple[str, str] = ("0", "1")
) -> Certificate:
    """Kind ``lower-turn``."""
    return common("lower-turn", "lower", value) | {
        "target": target(expression, *domain),
        "norm": "sup",
        "width": n,
        "witness": {"scalars": {}, "arrays": {}},
    }


def given_weights(
    expression: str,
    value: Fraction | float | str,
    arrays: Mapping[str, Sequence[float]],
    *,
    theorem: str = "B8",
    kinks: str = "all",
    domain: tuple[str, ...] = ("0", "1"),
    folder: Path | None = None,
) -> Certificate:
    """Kind ``lower-given``: no biases do better with these W and C."""
    arrays = {name: arrays[name] for name in ("W", "C", "from", "to", "points")}
    witness = beside(folder, arrays) if folder else inline(arrays)
    count = len(arrays["points"]) // (2 if theorem == "B8" else 3)
    return common("lower-given", "lower", value) | {
        "target": {"expression": expression, "domain": [*domain]},
        "norm": "sup",
        "width": len(arrays["C"]),
        "theorem": theorem,
        "kinks": kinks,
        "witness": witness | {"scalars": {"count": str(count)}},
    }


def width(
    expression: str,
    value: int,
    arrays: Mapping[str, Sequence[float]],
    *,
    eta: float,
    folder: Path | None = None,
    **numbers: str,
) -> Certificate:
    """Kind ``width`` for B1; ``numbers`` overrides eps, delta, range, gamma."""
    declared = {"eps": "1/10", "delta": "1/10", "range": "1", "gamma": "1/2"} | numbers
    return common("width", "upper", Fraction(value)) | {
        "target": target(expression),
        "norm": "sup",
        "theorem": "B1",
        **declared,
        "units": len(arrays["W"]),
        "witness": beside(folder, arrays, eta=eta) if folder else inline(arrays, eta=eta),
    }


def degree(
    expression: str, value: Fraction | float | str, /, *, arrays: Any = None, **change: Any
) -> Certificate:
    """Kind ``lower-degree`` on [-1, 1]; ``change`` overrides members and scalars by name."""
    stated: Certificate = {
        "target": {"expression": expression, "domain": change.pop("domain", ["-1", "1"])},
        "norm": "L2",
        "activation": "tanh",
        "band": "1/2",
        "beta": None,
        "budget": "1/100",
    }
    scalars: Certificate = {"N": "1", "y0": "5/4", "top": "2"}
    if "axis" in change:
        scalars = {"N": "1", "y0": "5/4", "axis": "0"}
    value = change.pop("value", value)
    stated["target"]["expression"] = change.pop("expression", expression)
    for name, entry in change.items():
        (scalars if name in scalars else stated)[name] = entry
    witness = {"scalars": scalars, "arrays": {} if arrays is None else arrays}
    return common("lower-degree", "lower", value) | stated | {"witness": witness}


def dual(
    expression: str | None,
    value: Fraction | float | str,
    arrays: Mapping[str, Sequence[float]],
    *,
    degree: int = 0,
    domain: Sequence[str] = ("0", "1"),
    folder: Path | None = None,
    **change: Any,
) -> Certificate:
    """Kind ``lower-dual``; ``expression`` None for data, ``change`` overrides members by name."""
    stated: Certificate = {
        "target": None if expression is None else {"expression": expression, "domain": [*domain]},
        "norm": "L2",
        "activation": "tanh",
        "dimension": len(domain) // 2,
        "box": {"lambda": "1", "beta": "1"},
        "budget": "1",
        "affine": False,
    }
    witness = beside(folder, arrays) if folder else inline(arrays)
    witness["scalars"] = {} if expression is None else {"degree": str(degree)}
    return common("lower-dual", "lower", value) | stated | {"witness": witness} | change


def network_values(arrays: Mapping[str, Sequence[float]], offset: float, x: float) -> float:
    """g(x) of a relu network, in floats."""
    terms = (
        c * max(w * x + b, 0.0)
        for w, c, b in zip(arrays["W"], arrays["C"], arrays["b"], strict=True)
    )
    return offset + math.fsum(terms)


def response(text: str, source: str = "target", **ends: str) -> Certificate:
    """Kind ``response`` at mu = 1/100 for the Gaussian on the band 2."""
    names = ("error_low", "error_high", "budget_low", "budget_high")
    known = dict(zip(names, ("9/10", "91/100", "167/100", "168/100"), strict=True)) | ends
    return common("response", "lower", known["error_low"]) | {
        source: text,
        "activation": "gaussian",
        "band": "2",
        "dimension": 1,
        "mu": "1/100",
        "witness": {"scalars": known, "arrays": {}},
    }


ECHO = {"W": [0.0], "B": [1.0], "C": [1.0], "b": [2.0], "start": [0.0]}


def trajectory(
    errors: Sequence[float],
    arrays: Mapping[str, Sequence[float]] | None = None,
    *,
    folder: Path | None = None,
    scalars: Mapping[str, float] | None = None,
    **change: Any,
) -> Certificate:
    """Kind ``trajectory``; by default y_t = x_{t-1} + 2 fed with x = cos(t/10) from (1, 0)."""
    numbers = {"alpha": 0.0, "beta": 1.0, "bits": 3.0} | dict(scalars or {})
    held = {**(arrays or ECHO), "errors": list(errors)}
    stated: Certificate = {
        "system": "cosine",
        "parameters": {},
        "step": "1/10",
        "scale": "1",
        "delay": 1,
        "input": "truth",
        "warm": 1,
        "steps": len(errors),
        "box": ["1", "1", "0", "0"],
        "split": [1, 1],
        "units": len(held["b"]),
        "frozen": {
            name: hashlib.sha256(struct.pack(f"<{len(held[name])}d", *held[name])).hexdigest()
            for name in "WBC"
        },
    }
    witness = beside(folder, held, **numbers) if folder else inline(held, **numbers)
    witness["scalars"]["bits"] = str(int(numbers["bits"]))
    return common("trajectory", "upper", max(errors)) | stated | {"witness": witness} | change


def examples(folder: Path) -> list[Certificate]:
    """One small certificate of every form, inline and with a side file."""
    arrays, offset = interpolant(lambda x: x * x, 4)
    points = touching_triples(3)
    net = {"locations": [0.0, 1.0], "p": [1.0, -1.0], "q": [0.0, 0.0]}
    units = {"a": [1.0, -1.0], "b": [0.0, 0.5], "c": [1.0, -1.0], "slope": [0.0]}
    given = {"locations": {"rule": "given"}, "initial": {"rule": "given"}}
    initial = {"initial": [0.0, 0.0, 1.0, -1.0]}
    frozen = {
        "W": [1.0, -1.0],
        "C": [0.25, -0.25],
        "from": [0.0],
        "to": [1.0],
        "points": [0.0, 0.25, 0.75, 1.0],
    }
    rows = {"points": [-1.0, 0.0, 1.0], "values": [1.0, 0.0, 1.0], "phi": [1.0, -2.0, 1.0]}
    halves = {"W": [0.5], "C": [0.5], "b": [0.0]}
    drawn = {
        "locations": {"rule": "drawn", "range": "1"},
        "initial": {"rule": "drawn-pairs", "range": "1/3"},
        "draw": {"family": "permutation", "seed": "-3"},
    }
    return [
        relu("x**2", "1/64", arrays, offset=offset),
        relu("x**2", "1/64", arrays, offset=offset, folder=folder),
        permutation("x", "9", net),
        permutation("x", "9", net, folder=folder),
        permutation("x", "9", net, **drawn),
        permutation("x", "9", net | initial, **given),
        permutation("x", "9", net | initial, folder=folder, **given),
        knots("x**2", "1/128", points),
        knots("x**2", "1/128", points, folder=folder),
        spline("x**2", "1/128", 5, [0.125], [1.0]),
        spline("x**2", "1/128", 5, [0.125, 0.375], [1.0, 0.0], folder=folder),
        spline("x**2", "1/128", 3, [0.125], [1.0], locations=[0.25, 0.5, 0.75]),
        permutations("x**2", "1/8", 2, [0.0, 0.5, 1.0], [0.0, 1.0, 2.0]),
        permutations("x**2", "1/4", 2, [0.0, 0.5, 1.0], readout=False),
        permutations("x**2", "1/8", 2, [0.0, 0.5, 1.0], [0.0, 1.0, 2.0], folder=folder),
        counting(5, "1/44", N=22, readout=True),
        turning("8*x**2", "1/4", 9),
        degree("x**2", "1/10"),
        degree(
            "x1*x**2",
            "1/3",
            norm="sup",
            domain=["-1", "1", "0", "1"],
            axis="0",
            arrays={"base": ["0", "1"], "points": ["-1", "0", "1"]},
        ),
        given_weights("x**2", "1/16", frozen),
        given_weights("x**2", "1/16", frozen, folder=folder),
        width("x/4", 589, halves, eta=0.0625),
        width("x/4", 589, halves, eta=0.0625, folder=folder),
        ridge("x", "9", units, box={"lambda": "1", "beta": "1/2"}, budget="2"),
        ridge("x", "9", units, folder=folder),
        ridge(None, "9", units | {"points": [0.0, 1.0], "values": [1.0, 2.0]}, activation="step"),
        dual("x**2", "1/50", {"coefficients": [0.0, 0.0, 1.0]}, degree=2, affine=True),
        dual("x**2", "1/50", {"coefficients": [0.0, 0.0, 1.0]}, degree=2, folder=folder),
        dual(None, "1/10", rows, activation="relu"),
        dual(None, "1/10", rows, activation="tanh", affine=True, folder=folder),
        response("exp(-x**2/2)*cos(6*x)"),
        trajectory([2.5, 2.5]),
        trajectory([4.5], folder=folder, input="output"),
        bias("x**2", "1/64", arrays),
        bias("x**2", "1/64", arrays, folder=folder),
        bias("x**2", "9", arrays, range="1/3", draw={"family": "bias", "seed": "3"}),
    ]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else []
    inner = enumerate(value) if isinstance(value, list) else inner
    return [path, *(p for key, item in inner for p in places(item, (*path, key)))]


def mutated(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = mutated(value[path[0]], path[1:], new)
    return copy
