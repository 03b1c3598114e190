"""Certificates made to cost as much as possible: well-formed up to the limit of every limit."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.checker import build

Maker = Callable[[Path], build.Certificate]
LONG = "7" * 1000
SECOND = {"coefficients": [0.0, 0.0, 1.0]}
IN_SPACE = {
    "a": [1.0, 2.0, 3.0] * 9,
    "b": [0.1 * k for k in range(9)],
    "c": [1.0] * 9,
    "slope": [0.0] * 3,
}
HUGE, TINY = "1*2^20000", "1*2^-20000"


def _with(certificate: build.Certificate, *path: str, value: Any) -> build.Certificate:
    return build.mutated(certificate, path, value)  # type: ignore[no-any-return]


def _square(text: str = "x**2", domain: tuple[str, str] = ("0", "1"), value: str = "9") -> Any:
    arrays, offset = build.interpolant(lambda x: x * x, 4)
    return build.relu(text, value, arrays, offset=offset, domain=domain)


def _wide_range(folder: Path) -> build.Certificate:
    """Exponents from one end of float64 to the other in every sum."""
    sizes = [2.0**e for e in range(-1074, 1020, 2)]
    return build.relu("x", "9", {"W": sizes, "C": sizes[::-1], "b": [-s / 3 for s in sizes]})


def _million_units(folder: Path) -> build.Certificate:
    n = 600_000
    content = struct.pack("<d", 0.1) * (3 * n)
    digest = hashlib.sha256(content).hexdigest()
    (folder / f"{digest}.bin").write_bytes(content)
    layout = [[name, n] for name in ("W", "C", "b")]
    found = build.relu("x", "99999999", {"W": [1.0], "C": [1.0], "b": [0.0]})
    side = {"name": f"{digest}.bin", "sha256": digest, "layout": layout}
    witness = {"scalars": {"offset": "0"}, "file": side}
    return found | {"network": {"form": "relu", "width": n}, "witness": witness}


def _rows(folder: Path) -> build.Certificate:
    n = 1300
    rows = {
        "points": [k / n for k in range(n)],
        "values": [1.0] * n,
        "phi": [(-1.0) ** k for k in range(n)],
    }
    return build.dual(None, "-1", rows, activation="gelu", budget="1/9", folder=folder)


HOSTILE: dict[str, Maker] = {
    "a long list": lambda _: _with(_square(), "network", "width", value=[[]] * 2_000_000),
    "a long list of integers": lambda _: _with(_square(), "norm", value=[1] * 2_000_000),
    "many members": lambda _: _with(_square(), "target", value={str(k): 0 for k in range(500_000)}),
    "a long claim": lambda _: _with(_square(), "claim", value="\u2603" * 1_200_000),
    "a tower": lambda _: _square("exp(" * 90 + "x" + ")" * 90),
    "a deep root": lambda _: _square("sqrt(" * 90 + "x" + ")" * 90),
    "four thousand nodes": lambda _: _square("+".join(f"sin({k}*x)" for k in range(1, 800))),
    "large powers": lambda _: _square("*".join(["(x+1)**1000"] * 300)),
    "powers of fractions": lambda _: _square("*".join(["x**(999/1000)"] * 300)),
    "oscillation": lambda _: _square("sin(1e300*x)", value="1/2"),
    "a pole": lambda _: _square("1/(x-1/3)", value="1000"),
    "long decimals": lambda _: _square(f"x*.{'3' * 950}-{LONG}"),
    "a huge domain": lambda _: _square(domain=("-" + HUGE, HUGE)),
    "a tiny domain": lambda _: _square(domain=("0", TINY)),
    "all of float64": _wide_range,
    "six hundred thousand units": _million_units,
    "the widest count": lambda _: build.counting(10**8, TINY, N=10**9, readout=True),
    "a turn over long numbers": lambda _: build.turning(
        "8*x**2", HUGE, 10**8, domain=("-" + HUGE, HUGE)
    ),
    "many long cells": lambda _: build.trajectory(
        [2.5, 2.5], box=["1", HUGE, "-" + TINY, "1/3"], split=[1, 100_000]
    ),
    "a long wait": lambda _: build.trajectory([2.5], delay=10_000, warm=100_000),
    "a long trajectory": lambda _: build.trajectory(
        [9.0] * 4000, box=["0", "9", "-9", "9"], split=[300, 300]
    ),
    "a degree of 600": lambda _: build.degree("abs(x-1/3)", "1/10", N="600", top="600", y0="1/9"),
    "a thin strip": lambda _: build.degree("x**2", "1/10", y0=TINY, band=HUGE),
    "a large box of parameters": lambda _: build.dual(
        "x**2", "1/50", SECOND, degree=2, box={"lambda": "1000000000", "beta": "1000000000"}
    ),
    "relu in a large box": lambda _: build.dual(
        "x**2",
        "1/50",
        SECOND,
        degree=2,
        activation="relu",
        budget=TINY,
        box={"lambda": "1000000000", "beta": "1"},
    ),
    "a dual of degree 200": lambda _: build.dual(
        "sin(99*x)",
        "-1",
        {"coefficients": [1 / (k + 1) for k in range(201)]},
        degree=200,
        box={"lambda": "99", "beta": "99"},
    ),
    "many rows": _rows,
    "a long spectrum": lambda _: build.response(
        "+".join(f"x**12*exp(-x**2)*cos({k}*x)" for k in range(30))
    ),
    "a wide spectrum": lambda _: (
        build.response("exp(-x**2/1000000)*cos(6*x)") | {"mu": "1*2^-4000"}
    ),
    "a high dimension": lambda _: build.response("exp(-r**2)*cos(x0-x9)") | {"dimension": 10},
    "a slow spectrum": lambda _: build.response("box(1000000*x)") | {"band": "1*2^-4000"},
    "nearly all or nothing": lambda _: (
        build.response(
            "exp(-x**2/2)*cos(6*x)",
            error_low="0",
            error_high="9",
            budget_low="0",
            budget_high="1*2^99",
        )
        | {"mu": "1*2^-4000", "band": "1*2^1000"}
    ),
    "the smallest odds": lambda _: build.width(
        "x/4",
        10**9,
        {"W": [0.5], "C": [0.5], "b": [0.0]},
        eta=5e-324,
        delta=f"1/{LONG}",
        range=HUGE,
    ),
    "five locations": lambda _: build.permutations(
        "sin(9*x)",
        "1/10",
        5,
        [k / 999 for k in range(1000)],
        [float(k % 1000) for k in range(3000)],
    ),
    "kinks in space": lambda _: build.ridge(
        "abs(x0-x1)*abs(x2-1/3)", "1/1000", IN_SPACE, activation="relu", domain=["0", "1"] * 3
    ),
    "an oscillation in space": lambda _: build.ridge(
        "sin(1e6*x0*x1*x2)", "1/1000", IN_SPACE, domain=["0", "1"] * 3
    ),
}


def write_all(folder: Path) -> dict[str, Path]:
    """Every hostile certificate in a folder of its own."""
    found = {}
    for number, (name, make) in enumerate(HOSTILE.items()):
        place = folder / f"{number:02}"
        place.mkdir()
        path = place / "c.json"
        sealed = build.sealed(make(place))
        path.write_text(json.dumps(sealed, ensure_ascii=False), encoding="utf-8")
        found[name] = path
    return found
