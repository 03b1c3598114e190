"""Exact numbers as strings, and arrays of float64 inline or in a side file.

``"p"``, ``"p/q"`` and ``"m*2^e"`` are rationals.  Array entries are float64 numbers, which are
dyadic rationals; a side file holds them in little-endian order, one array after the other, under
the name of its own hash.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import stat
import sys
from array import array
from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

from verify.checks.verdicts import Case, invalid, quote

MAX_DIGITS = 1000
MAX_BINARY_EXPONENT = 20_000

_NUMBER = re.compile(
    rf"(-?[0-9]{{1,{MAX_DIGITS}}})(?:/([0-9]{{1,{MAX_DIGITS}}})|\*2\^(-?[0-9]{{1,5}}))?"
)
_HASH = re.compile(r"[0-9a-f]{64}")


def rational(value: object, where: str) -> Fraction:
    """The number ``"p"``, ``"p/q"`` or ``"m*2^e"``; Stop (INVALID) for anything else."""
    match = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise invalid(f"{where} is not a number p, p/q or m*2^e within the limits: {quote(value)}")
    numerator, denominator, exponent = match.groups()
    if denominator is not None:
        if int(denominator) == 0:
            raise invalid(f"{where} has the denominator 0")
        return Fraction(int(numerator), int(denominator))
    power = int(exponent or "0")
    if abs(power) > MAX_BINARY_EXPONENT:
        raise invalid(f"{where} has a binary exponent beyond {MAX_BINARY_EXPONENT}")
    return int(numerator) * (Fraction(2) ** power)


def float64(value: object, where: str) -> float:
    """The same, for a number that float64 represents exactly."""
    exact = rational(value, where)
    try:
        near = exact.numerator / exact.denominator
    except OverflowError:
        near = 0.0
    if Fraction(near) != exact:
        raise invalid(f"{where} is not a float64 number: {quote(value)}")
    return near


def read_file(path: Path, limit: int, *, follow: bool) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    Raises OSError if it cannot be read and Stop (INVALID) if it is too long.  Opened without
    blocking and inspected before reading, so that a pipe or a device cannot hang the checker.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise invalid(f"the file is longer than {limit} bytes")
    return content


def arrays(case: Case, witness: Mapping[str, Any], sizes: Mapping[str, int]) -> list[array[float]]:
    """The arrays named in ``sizes``, each of its size, finite; Stop (INVALID) otherwise."""
    if "file" in witness:
        found = _side_file(case, witness["file"], sizes)
    else:
        found = _inline(case, witness["arrays"], sizes)
    for name, values in zip(sizes, found, strict=True):
        if not all(map(math.isfinite, values)):
            raise invalid(f"{name} holds a number that is not finite")
    return found


def _inline(case: Case, found: object, sizes: Mapping[str, int]) -> list[array[float]]:
    if not isinstance(found, dict) or found.keys() != sizes.keys():
        raise invalid(f"witness.arrays does not hold exactly {', '.join(sizes)}")
    if sum(sizes.values()) > case.limits.inline_numbers:
        raise invalid(f"more than {case.limits.inline_numbers} numbers belong in a side file")
    result = []
    for name, size in sizes.items():
        texts = found[name]
        if not isinstance(texts, list) or len(texts) != size:
            raise invalid(f"{name} is not a list of {size} numbers")
        result.append(array("d", (float64(entry, name) for entry in texts)))
    return result


def _side_file(case: Case, found: object, sizes: Mapping[str, int]) -> list[array[float]]:
    if not isinstance(found, dict) or found.keys() != {"name", "sha256", "layout"}:
        raise invalid("witness.file does not hold exactly name, sha256, layout")
    if found["layout"] != [[name, size] for name, size in sizes.items()]:
        raise invalid(f"witness.file.layout is not {[*sizes.items()]}")
    digest = found["sha256"]
    # The name is its hash and nothing else, so it cannot lead out of the folder.
    if not _HASH.fullmatch(str(digest)) or found["name"] != f"{digest}.bin":
        raise invalid("witness.file.name is not the sha256 of the file with the ending .bin")
    total = 8 * sum(sizes.values())
    if total > case.limits.side_bytes:
        raise invalid(f"the side file would be longer than {case.limits.side_bytes} bytes")
    try:
        content = read_file(case.folder / found["name"], total, follow=False)
    except OSError as error:
        raise invalid(f"the side file cannot be read: {error.strerror or error}") from None
    if len(content) != total:
        raise invalid(f"the side file has {len(content)} bytes instead of {total}")
    if hashlib.sha256(content).hexdigest() != digest:
        raise invalid("the side file does not have the declared sha256")
    numbers = array("d", content)
    if sys.byteorder == "big":
        numbers.byteswap()
    ends = list(accumulate(sizes.values()))
    return [numbers[end - size : end] for end, size in zip(ends, sizes.values(), strict=True)]
