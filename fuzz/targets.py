"""What is fuzzed: four functions of the bytes of one input that return a word, or raise on a find.

A find is an exception other than ``Stop``, an outcome that says the checker itself failed, or a
reason that is more than one line of ASCII.  Hangs and memory are watched by libFuzzer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flint import ctx

from verify import checks
from verify.checker import canonical_hash, read_certificate
from verify.checks import grammar, spectral
from verify.checks.verdicts import Case, Clock, Limits, Outcome, Stop

# Seconds that a check may take: it must stop by itself soon after.
BUDGET = 0.25
_LIMITS = Limits(json_bytes=1 << 20, side_bytes=1 << 20)


class Find(Exception):
    """What must never happen."""


def reader(data: bytes, folder: Path) -> str:
    """``read_certificate`` of the bytes as they are, and again with the hash that belongs."""
    first = _outcome(lambda: read_certificate(data))
    found = resealed(data)
    if found is None:
        return first
    return _outcome(lambda: read_certificate(json.dumps(found).encode("utf-8")))


def check(data: bytes, folder: Path) -> str:
    """The whole check of the resealed certificate within ``BUDGET`` seconds."""
    found = resealed(data)
    if found is None:
        return reader(data, folder)

    def run() -> Outcome:
        certificate = read_certificate(json.dumps(found).encode("utf-8"))
        case = Case(certificate, folder, Clock(BUDGET), _LIMITS)
        return checks.check(certificate["kind"], case)

    before = ctx.prec, ctx.cap
    try:
        return _outcome(run)
    finally:
        if (ctx.prec, ctx.cap) != before:
            raise Find(f"flint.ctx was left at {ctx.prec, ctx.cap}")


def expression(data: bytes, folder: Path) -> str:
    """The target grammar."""
    return _outcome(lambda: grammar.parse(data.decode("utf-8", "replace")))


def spectrum(data: bytes, folder: Path) -> str:
    """The grammar of spectra, of targets in x and in k, and what becomes of its terms."""
    text = data.decode("utf-8", "replace")
    _outcome(lambda: spectral.parse(text, "k"))
    _outcome(lambda: _terms(text, 3))
    return _outcome(lambda: _terms(text, 1))


TARGETS: dict[str, Callable[[bytes, Path], str]] = {
    "reader": reader,
    "check": check,
    "expression": expression,
    "spectrum": spectrum,
}


def _terms(text: str, d: int) -> object:
    # The errors that the kind ``response`` turns into INVALID.
    try:
        return spectral.terms(spectral.parse(text, "r"), d)
    except (ArithmeticError, ValueError, IndexError):
        return None


def resealed(data: bytes) -> dict[str, Any] | None:
    """The JSON object of the bytes with the hash that belongs to it, or None."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    try:
        return found | {"sha256": canonical_hash(found)}
    except (Stop, RecursionError, ValueError):
        return None


def _outcome(call: Callable[[], object]) -> str:
    try:
        found = call()
    except Stop as stop:
        found = stop.outcome
    if isinstance(found, Outcome):
        reason = found.reason
        if not reason.isascii() or "\n" in reason or len(reason) > 1000:
            raise Find(f"a reason that is not one line of ASCII: {reason[:200]!a}")
        return found.status
    return "READ"
