"""Folders of results for the tests: small certificates and the database of a sweep.

The bounds are made up: the page verifies hashes, and leaves proving to ``check``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from verify.certificates import Certificate
from verify.sweep.cells import Outcome
from verify.sweep.store import Store

HOSTILE = "<script>document.title='owned'</script>\"'&<img src=x onerror=alert(1)>"
SINE: Mapping[str, Any] = {"expression": "sin(2*pi*x)", "domain": ["0", "1"]}


def certificate(
    path: Path,
    kind: str,
    bound: float,
    *,
    direction: Literal["upper", "lower"] = "lower",
    scalars: Mapping[str, str] | None = None,
    slope: tuple[float, ...] | None = None,
    **inputs: Any,
) -> Path:
    """A certificate with a right hash, in a folder that is made if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {} if slope is None else {"slope": np.array(slope)}
    claim = f"{kind} {bound}"
    return Certificate(kind, claim, direction, bound, inputs, scalars or {}, arrays).write(path)


def upper(path: Path, bound: float, width: int, **changes: Any) -> Path:
    """An ``upper`` certificate of a permutation network against the sine."""
    network = {
        "form": "permutation",
        "width": width,
        "locations": {"rule": "equidistant"},
        "initial": {"rule": "location"},
        "readout": True,
        "draw": None,
    }
    inputs = {"target": SINE, "norm": "sup", "network": network} | changes
    return certificate(path, "upper", bound, direction="upper", **inputs)


def knots(path: Path, bound: float, width: int, **changes: Any) -> Path:
    """A ``lower-knots`` certificate for the sine."""
    return certificate(
        path, "lower-knots", bound, **({"target": SINE, "norm": "sup", "width": width} | changes)
    )


def ridge(folder: Path, stem: str, lam: str, budget: str, lower: float, upper: float) -> None:
    """Both sides of one point of a frontier or of a sweep over bands."""
    box = {"lambda": lam, "beta": "2"}
    shared = {"target": SINE, "norm": "L2"}
    about = {"activation": "tanh", "dimension": 1, "box": box, "budget": budget}
    certificate(folder / f"{stem}.lower.json", "lower-dual", lower, affine=False, **shared, **about)
    network = {"form": "ridge", "width": 3, "draw": None, **about}
    certificate(
        folder / f"{stem}.upper.json",
        "upper",
        upper,
        direction="upper",
        slope=(0.0,),
        network=network,
        **shared,
    )


def response(path: Path, budget: float, error: float) -> Path:
    """A ``response`` certificate."""
    ends = {"error_low": error, "error_high": error, "budget_low": budget, "budget_high": budget}
    scalars = {name: _exact(value) for name, value in ends.items()}
    about = {"activation": "gaussian", "band": "1", "dimension": 1, "mu": "1/10"}
    return certificate(path, "response", error, scalars=scalars, target="exp(-x**2/2)", **about)


def _exact(value: float) -> str:
    top, below = value.as_integer_ratio()
    return f"{top}/{below}"


def single_commands(folder: Path) -> Path:
    """What several --out folders below one folder look like: every family, every chart."""
    for width, low, high in ((20, 0.01, 0.2), (40, 0.003, 0.05), (80, 0.0008, 0.013)):
        knots(folder / f"w{width}" / "lower-knots.json", low, width)
        upper(folder / f"w{width}" / "upper.json", high, width)
        upper(folder / f"w{width}" / "trained.json", 2 * high, width)
    bias = {"form": "bias", "width": 200, "range": "1*2^0", "draw": {"family": "bias", "seed": "7"}}
    upper(folder / "bias" / "upper.json", 0.09, 200, network=bias)
    knots(folder / "bias" / "lower-knots.json", 1e-5, 200)
    for position, (budget, low) in enumerate((("1/2", 0.4), ("1", 0.2), ("2", 0.05))):
        ridge(folder / "frontier", f"point-{position:03d}", "2", budget, low, low * 1.01)
    for position, (lam, low) in enumerate((("1", 0.3), ("2", 0.06), ("4", 8e-5))):
        ridge(folder / "bands", f"band-{position:03d}", lam, "20", low, low * 1.01)
    response(folder / "response" / "response-000.json", 1.0, 0.08)
    response(folder / "response" / "response-001.json", 1.5, 0.016)
    about = {"activation": "tanh", "band": "4", "beta": None, "target": SINE, "norm": "L2"}
    certificate(folder / "budget-000.json", "lower-degree", 0.01, budget="7/2", **about)
    more = {"width": 40, "lipschitz": "44/7", "readout": True}
    certificate(folder / "w40" / "counting.json", "counting", 0.008, **more)
    return folder


def permutation_result(width: int, lower: float, error: float) -> dict[str, Any]:
    """The JSON object of ``icebound sandwich permutation``, as a cell stores it."""
    certified = {"status": "certified", "seconds": 0.1}
    return {
        "family": "permutation",
        "target": "-sin(2*pi*x)",
        "domain": [-1.0, 1.0],
        "domain_exact": ["-1", "1"],
        "width": width,
        "seed": 0,
        "readout": True,
        "locations": "equidistant",
        "init": "location",
        "lower": certified | {"value": lower, "theorem": "B6", "certificate": "lower-knots.json"},
        "constructed": certified
        | {"value": error, "predicted": 1.2 * error, "theorem": "P8", "certificate": "upper.json"},
        "trained": {"value": 3 * error, "status": "certified", "certificate": None},
        "published": {"sine_pairwise": 0.14, "sine_equidistant": 0.3},
        "verdict": "PROVED",
    }


def sweep(folder: Path) -> Path:
    """A sweep: three sandwiches, a hostile failure, one claim that is still to do."""
    folder.mkdir(parents=True, exist_ok=True)
    with Store(folder / "sweep.db") as store:
        for width, low, error in ((160, 2e-4, 3e-3), (40, 3e-3, 0.05), (80, 8e-4, 0.013)):
            key = f"{width:064x}"
            files = folder / "cells" / key
            knots(files / "lower-knots.json", low, width)
            upper(files / "upper.json", error, width)
            put(store, key, permutation_result(width, low, error), "PROVED")
        failed = Outcome("f" * 64, "failed", "ASSUMPTION_VIOLATED", f"P4: {HOSTILE}")
        put(store, failed.key, None, outcome=failed, request={"target": HOSTILE, "width": 9})
        store.begin("e" * 64, "permutation", "{}", "v1")
    return folder


def put(
    store: Store,
    key: str,
    result: dict[str, Any] | None,
    verdict: str | None = None,
    *,
    family: str = "permutation",
    request: Mapping[str, Any] | None = None,
    outcome: Outcome | None = None,
) -> None:
    """One finished cell."""
    store.begin(key, family, json.dumps(request or {}), "v1")
    made = outcome or Outcome(key, "done", verdict, None, result=result)
    store.finish(replace(made, finished="2026-01-02T03:04:05.000+00:00"), [])
