"""The independent checker: ``python -m verify.checker FILE...``

It re-derives the bound of a certificate from the file alone and trusts nothing that produced it.
Needed: Python and python-flint.  To be read: this file and those of ``verify/checks``.

Statuses: PROVED; REFUTED, the file says something false; UNDECIDED within the precision and time
budget; INVALID, malformed, damaged or of an unknown kind.  Exit status: 2 if a path cannot be read,
else 1 if any is REFUTED or INVALID, else 3 if any is UNDECIDED, else 0.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from verify import checks
from verify.checks.dyadic import read_file
from verify.checks.fields import COMMON
from verify.checks.verdicts import Case, Clock, Limits, Outcome, Status, Stop, invalid, quote

SCHEMA = "icebound.certificate/1"
SECONDS = 120.0
MAX_INTEGER_DIGITS = 1000


@dataclass(frozen=True)
class CheckResult:
    """The verdict on one file; ``kind`` is None where the file does not say, or not truly."""

    file: str
    kind: str | None
    status: Status
    reason: str
    seconds: float
    readable: bool = True


def check_file(
    path: str | os.PathLike[str], *, seconds: float = SECONDS, limits: Limits | None = None
) -> CheckResult:
    """Check one certificate within about ``seconds``; never raises for what a file contains."""
    start = time.monotonic()
    limits = limits or Limits()
    kind: str | None = None
    readable = True
    try:
        try:
            content = read_file(Path(path), limits.json_bytes, follow=True)
        except (OSError, ValueError) as error:
            readable = False
            raise invalid(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
        certificate = read_certificate(content)
        kind = certificate["kind"]
        case = Case(certificate, Path(path).parent, Clock(seconds), limits)
        outcome = checks.check(certificate["kind"], case)
    except Stop as stop:
        outcome = stop.outcome
    except Exception as error:
        # A hole in the checks above, MemoryError among them: never a pass, never a traceback.
        outcome = Outcome("UNDECIDED", f"the checker failed: {quote(error)}")
    took = time.monotonic() - start
    return CheckResult(os.fspath(path), kind, outcome.status, outcome.reason, took, readable)


def exit_status(results: Iterable[CheckResult]) -> int:
    """2 unreadable, 1 REFUTED or INVALID, 3 UNDECIDED, 0 all PROVED."""
    found = list(results)
    statuses = {result.status for result in found}
    if not all(result.readable for result in found):
        return 2
    if statuses & {"REFUTED", "INVALID"}:
        return 1
    return 3 if "UNDECIDED" in statuses else 0


def read_certificate(content: bytes) -> dict[str, Any]:
    """The JSON object of a file, its schema, kind and hash verified; Stop (INVALID) otherwise."""
    certificate = _json(content)
    if not isinstance(certificate, dict):
        raise invalid("not a JSON object")
    if certificate.get("schema") != SCHEMA:
        raise invalid(f"schema is not {SCHEMA!r}: {quote(certificate.get('schema'))}")
    kind = certificate.get("kind")
    if not isinstance(kind, str) or kind not in checks.KINDS:
        raise invalid(f"kind is none of {', '.join(checks.KINDS)}: {quote(kind)}")
    if missing := [key for key in COMMON if key not in certificate]:
        raise invalid(f"the certificate lacks {missing[0]}")
    if certificate["sha256"] != canonical_hash(certificate):
        raise invalid("sha256 is not the hash of the certificate")
    claim, versions = certificate["claim"], certificate["versions"]
    if not isinstance(claim, str) or not claim:
        raise invalid("claim is not a sentence")
    if not isinstance(versions, dict) or not all(isinstance(v, str) for v in versions.values()):
        raise invalid("versions does not map names to strings")
    return certificate


def canonical_hash(certificate: dict[str, Any]) -> str:
    """SHA-256 of the certificate without ``sha256``: UTF-8, sorted keys, no spaces."""
    body = {key: value for key, value in certificate.items() if key != "sha256"}
    try:
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()
    except UnicodeEncodeError:
        raise invalid("a string holds half of a surrogate pair") from None


def _json(content: bytes) -> Any:
    numbers: dict[str, Any] = dict.fromkeys(("parse_float", "parse_constant"), _no_float)
    try:
        text = content.decode("utf-8")
        return json.loads(text, object_pairs_hook=_members, parse_int=_integer, **numbers)
    except (ValueError, RecursionError) as error:
        raise invalid(f"not JSON in UTF-8: {quote(str(error))}") from None


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise invalid("an object names a member twice")
    return found


def _no_float(text: str) -> NoReturn:
    raise invalid(f"a number is not an integer: {quote(text)}; numbers are strings p, p/q or m*2^e")


def _integer(text: str) -> int:
    if len(text) > MAX_INTEGER_DIGITS:
        raise invalid(f"an integer has more than {MAX_INTEGER_DIGITS} digits")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m verify.checker", description="Check certificates."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a certificate")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="time budget of each file")
    options = parser.parse_args(arguments)
    results = [check_file(file, seconds=options.seconds) for file in options.files]
    if options.json:
        keys = ("file", "kind", "status", "reason", "seconds")
        print(json.dumps({"results": [{k: getattr(r, k) for k in keys} for r in results]}))
    else:
        for r in results:
            print(ascii(f"{r.status:<9} {r.file}: {r.reason}")[1:-1])
    return exit_status(results)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
