"""Self-test: versions, optional packages, and a small claim made, checked and refuted."""

from __future__ import annotations

import sys
import tempfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

REQUIRED = ("numpy", "python-flint", "rich", "scipy", "sympy", "typer")
OPTIONAL = {
    "torch": "training",
    "safetensors": "networks in .safetensors files",
    "matplotlib": "pictures",
    "hypothesis": "strategies for property tests",
}


def examine() -> list[dict[str, Any]]:
    """One row per item: ``item``, ``status`` (ok, missing, failed), ``detail``."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    rows = [_row("python", "ok" if sys.version_info >= (3, 11) else "failed", version)]
    rows += [_package(name, None) for name in REQUIRED]
    rows += [_package(name, purpose) for name, purpose in OPTIONAL.items()]
    rows.append(_arithmetic())
    rows += _claims()
    return rows


def _row(item: str, status: str, detail: str) -> dict[str, Any]:
    return {"item": item, "status": status, "detail": detail}


def _package(name: str, purpose: str | None) -> dict[str, Any]:
    module = {"python-flint": "flint"}.get(name, name)
    if find_spec(module) is None:
        if purpose is None:
            return _row(name, "failed", "required, not installed")
        return _row(name, "missing", f"optional: {purpose}")
    return _row(name, "ok", metadata.version(name))


def _arithmetic() -> dict[str, Any]:
    """Whether float64 division and conversion round correctly, as frozen vectors rely on."""
    from fractions import Fraction

    exact = all(
        abs(Fraction(k / 319) - Fraction(k, 319)) <= Fraction(k, 319) / 2**53 for k in range(1, 320)
    )
    return _row("float64 rounding", "ok" if exact else "failed", "k/319 correctly rounded")


def _claims() -> list[dict[str, Any]]:
    """A construction at width 40, proved by the checker; the same claim tightened, refuted."""
    from theory.targets.target import Target
    from verify.certificates import upper_certificate
    from verify.checker import check_file
    from verify.sandwich.constructions import construct
    from verify.sandwich.request import PermutationRequest

    request = PermutationRequest(Target.parse("sin(2*pi*x)"), 40)
    figure, built = construct(request, request.profile())
    if built is None or figure.value is None:
        return [_row("certificate", "failed", "nothing constructed at width 40")]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for bound, wanted in ((figure.value, "PROVED"), (figure.value * 0.99, "REFUTED")):
            path = Path(folder) / "upper.json"
            upper_certificate(built.construction.network, request.target, bound).write(path)
            result = check_file(path)
            status = "ok" if result.status == wanted else "failed"
            rows.append(_row(f"claim within {bound:.3e}", status, f"checker: {result.status}"))
    return rows
