"""Self-test: versions, exact arithmetic, and small claims made, checked and refuted, in seconds."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from fractions import Fraction
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.display import shown_down, shown_up

if TYPE_CHECKING:
    from verify.certificates import Certificate

MODULES = {"python-flint": "flint", "scikit-learn": "sklearn", "z3-solver": "z3"}
# The first entries of the stream of ("ridgelet", 0); they never change.
FIRST_DRAWS = ("0x1.e453061ccdbc2p-1", "-0x1.b951806ba7478p-1")
REQUIRED = ("numpy", "python-flint", "rich", "scipy", "sympy", "typer")
OPTIONAL = {
    "torch": "training",
    "safetensors": "networks in .safetensors files",
    "matplotlib": "pictures",
    "clarabel": "the frontier and the ridgelet sandwich",
    "scikit-learn": "images as data",
    "z3-solver": "machine proofs",
    "dask": "sweeps over many processes",
    "pyarrow": "sweeps in parquet files",
    "hypothesis": "strategies for property tests",
}


def examine() -> list[dict[str, Any]]:
    """One row per item: ``item``, ``status`` (ok, missing, failed), ``detail``."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    rows = [_row("python", "ok" if sys.version_info >= (3, 11) else "failed", version)]
    rows += [_package(name, None) for name in REQUIRED]
    rows += [_package(name, purpose) for name, purpose in OPTIONAL.items()]
    tests = (_rounding, _balls, _draws, _sandwich, _refutation, _frontier)
    return rows + [_tried(test) for test in tests]


def _tried(test: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The row of ``test``; what it raises is a failed row, so that the others are still shown."""
    try:
        return test()
    except Exception as error:
        detail = " ".join(str(error).split())[:200]
        return _row(test.__name__.strip("_"), "failed", f"{type(error).__name__}: {detail}")


def _row(item: str, status: str, detail: str) -> dict[str, Any]:
    return {"item": item, "status": status, "detail": detail}


def _package(name: str, purpose: str | None) -> dict[str, Any]:
    if find_spec(MODULES.get(name, name)) is None:
        if purpose is None:
            return _row(name, "failed", "required, not installed")
        return _row(name, "missing", f"optional: {purpose}")
    return _row(name, "ok", metadata.version(name))


def _rounding() -> dict[str, Any]:
    """Whether float64 division and conversion round correctly, as frozen vectors rely on."""
    exact = all(
        abs(Fraction(k / 319) - Fraction(k, 319)) <= Fraction(k, 319) / 2**53 for k in range(1, 320)
    )
    return _row("float64 rounding", "ok" if exact else "failed", "k/319 correctly rounded")


def _balls() -> dict[str, Any]:
    """Whether balls contain what they should, tightly, and leave for float64 in both directions."""
    from flint import arb, ctx

    from theory.rigor.balls import ball, float_down, float_up, working_precision

    before = ctx.prec
    with working_precision(200):
        zero = arb.pi().sin()
        tight = zero.contains(0) and zero.rad() < arb(2) ** -190
        third = ball(Fraction(1, 3))
        low, high = Fraction(float_down(third)), Fraction(float_up(third))
    directed = low < Fraction(1, 3) < high and high - low <= Fraction(1, 2**54)
    ok = tight and directed and ctx.prec == before
    return _row("ball arithmetic", "ok" if ok else "failed", "sin(pi) at 200 bits, 1/3 as floats")


def _draws() -> dict[str, Any]:
    """Whether a frozen draw has the bits it has everywhere."""
    from numerics.draws import FrozenDraw

    found = tuple(float(entry).hex() for entry in FrozenDraw("ridgelet", 0).take(2))
    status = "ok" if found == FIRST_DRAWS else "failed"
    return _row("frozen draws", status, "SHAKE-256 stream, bit for bit")


def _sandwich() -> dict[str, Any]:
    """Every certificate of a sandwich at width 40, proved by the checker."""
    from theory.targets.target import Target
    from verify.checker import check_file
    from verify.sandwiches.permutation import sandwich
    from verify.sandwiches.request import PermutationRequest

    request = PermutationRequest(Target.parse("sin(2*pi*x)"), 40)
    with tempfile.TemporaryDirectory() as folder:
        result = sandwich(request, protocol=None, out=Path(folder))
        found = [check_file(path).status for path in sorted(Path(folder).glob("*.json"))]
    ok = result.verdict.value == "PROVED" and found == ["PROVED"] * 4
    detail = _bracket(result.lower.value, result.constructed.value)
    return _row("sandwich", "ok" if ok else "failed", f"{detail}, {len(found)} certificates")


def _refutation() -> dict[str, Any]:
    """The same construction with its bound one per cent smaller: the checker must refuse it."""
    from theory.targets.target import Target
    from verify.certificates import upper_certificate
    from verify.sandwiches.constructions import construct
    from verify.sandwiches.request import PermutationRequest

    request = PermutationRequest(Target.parse("sin(2*pi*x)"), 40)
    figure, built = construct(request, request.profile())
    if built is None or figure.value is None:
        return _row("refutation", "failed", "nothing constructed at width 40")
    bound = figure.value * 0.99
    status = _checked(upper_certificate(built.construction.network, request.target, bound))
    ok = status == "REFUTED"
    return _row("refutation", "ok" if ok else "failed", f"error <= {shown_down(bound)}: {status}")


def _frontier() -> dict[str, Any]:
    """One point of a frontier, both sides certified."""
    from verify.api import frontier

    if find_spec("clarabel") is None:
        return _row("frontier", "missing", "needs clarabel (extra 'convex')")
    (point,) = frontier("x**2", activation="tanh", box=(2, 2), budgets=[1]).points
    ok = point.status == "certified" and point.lower <= point.upper
    return _row("frontier", "ok" if ok else "failed", _bracket(point.lower, point.upper))


def _bracket(lower: float, upper: float | None) -> str:
    return f"{shown_down(lower)} <= error <= {shown_up(upper)}"


def _checked(certificate: Certificate) -> str:
    from verify.checker import check_file

    with tempfile.TemporaryDirectory() as folder:
        return check_file(certificate.write(Path(folder) / "claim.json")).status
