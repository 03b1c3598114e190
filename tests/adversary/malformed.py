"""Mutants that no reader may accept, made from any certificate: bytes to write, and the file name.

Each is a function of a generator, the certificate and a folder with its side file only; it writes
there and returns the path, or None where the certificate has no place for it.
"""

from __future__ import annotations

import hashlib
import json
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.checker import build
from verify.checks import KINDS

Maker = Callable[[random.Random, build.Certificate, Path], Path | None]
# Objects whose members are free: names of versions.
_FREE = ("versions",)


def _text(certificate: build.Certificate) -> str:
    return json.dumps(build.sealed(certificate))


def _raw(folder: Path, content: str | bytes) -> Path:
    path = folder / "certificate.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _places(certificate: build.Certificate, kind: type | tuple[type, ...]) -> list[Any]:
    """Where values of a type are, beyond the versions, the claim and the hash."""
    found = []
    for path in build.places(certificate):
        if path and path[0] in (*_FREE, "claim", "sha256"):
            continue
        value: Any = certificate
        for key in path:
            value = value[key]
        if isinstance(value, kind):
            found.append((path, value))
    return found


def _replaced(new: Callable[[random.Random], Any]) -> Maker:
    """A random value anywhere in the certificate replaced by one that fits nowhere."""

    def make(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
        path, _ = rng.choice(_places(certificate, object)[1:])
        return build.write(folder, build.mutated(certificate, path, new(rng)))

    return make


def _spliced(new: Callable[[random.Random], str]) -> Maker:
    """The same with text that Python's writer would not produce."""

    def make(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
        path, _ = rng.choice(_places(certificate, object)[1:])
        marked = _text(build.mutated(certificate, path, "\x00here"))
        return _raw(folder, marked.replace('"\\u0000here"', new(rng)))

    return make


# Texts that may look like numbers: a target such as 0 stays an expression when it becomes 1/0.
NOT_NUMBERS = ("seed", "expression", "target", "spectrum")


def _number(new: Callable[[random.Random], str]) -> Maker:
    """A number of the certificate replaced by a text that is none, or beyond the limits."""

    def make(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
        places = [
            path
            for path, value in _places(certificate, str)
            if value and set(value) <= set("0123456789-/*^") and path[-1] not in NOT_NUMBERS
        ]
        return build.write(folder, build.mutated(certificate, rng.choice(places), new(rng)))

    return make


def _expression(new: Callable[[random.Random, str], str]) -> Maker:
    """The expression of the target replaced by one outside the grammar."""

    def make(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path | None:
        target = certificate.get("target")
        if isinstance(target, dict):
            changed: Any = target | {"expression": new(rng, target["expression"])}
        elif isinstance(target, str):
            changed = new(rng, target)
        else:
            return None
        return build.write(folder, certificate | {"target": changed})

    return make


def _truncated(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
    text = _text(certificate)
    return _raw(folder, text[: rng.randrange(len(text))])


def _unsealed(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
    """One character inside a string changed, the hash left as it was."""
    text = _text(certificate)
    place = rng.choice([k for k, letter in enumerate(text) if letter in "0123456789"])
    digit = rng.choice([d for d in "0123456789" if d != text[place]])
    return _raw(folder, text[:place] + digit + text[place + 1 :])


def _twice(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
    """A member named twice, in any object."""
    path, inner = rng.choice([(p, v) for p, v in _places(certificate, dict) if v])
    key = rng.choice(list(inner))
    marked = build.mutated(certificate, path, {**inner, "\x00twice": inner[key]})
    return _raw(folder, _text(marked).replace('"\\u0000twice"', json.dumps(key)))


def _extra(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
    path, inner = rng.choice(_places(certificate, dict))
    name = rng.choice(("comment", "slack", "eps", "", "__class__", "value2"))
    return build.write(folder, build.mutated(certificate, path, {**inner, name: "0"}))


def _missing(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
    path, inner = rng.choice([(p, v) for p, v in _places(certificate, dict) if v])
    gone = rng.choice(list(inner))
    fewer = {k: v for k, v in inner.items() if k != gone}
    return build.write(folder, build.mutated(certificate, path, fewer))


def _kind(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
    names = [*(k for k in KINDS if k != certificate["kind"]), "", "lower", "__init__", 3, None]
    return build.write(folder, certificate | {"kind": rng.choice(names)})


def _direction(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path:
    other = {"lower": "upper", "upper": "lower"}[certificate["bound"]["direction"]]
    new = rng.choice((other, "", "exact", None))
    return build.write(folder, build.mutated(certificate, ("bound", "direction"), new))


def _side(change: Callable[[random.Random, bytes, Path], bytes | None]) -> Maker:
    """The side file altered; where ``change`` returns bytes all hashes are renewed."""

    def make(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path | None:
        declared = certificate["witness"].get("file")
        if declared is None:
            return None
        path = folder / declared["name"]
        content = path.read_bytes()
        path.unlink()
        altered = change(rng, content, path)
        if altered is None:
            return build.write(folder, certificate)
        digest = hashlib.sha256(altered).hexdigest()
        (folder / f"{digest}.bin").write_bytes(altered)
        named = declared | {"name": f"{digest}.bin", "sha256": digest}
        return build.write(folder, build.mutated(certificate, ("witness", "file"), named))

    return make


def _special(rng: random.Random, content: bytes, path: Path) -> bytes:
    place = 8 * rng.randrange(len(content) // 8)
    word = struct.pack("<d", rng.choice((float("nan"), float("inf"), -float("inf"))))
    return content[:place] + word + content[place + 8 :]


def _resized(rng: random.Random, content: bytes, path: Path) -> bytes:
    return rng.choice(
        (content[: rng.randrange(len(content))], content + b"\0" * rng.randint(1, 99))
    )


def _flipped(rng: random.Random, content: bytes, path: Path) -> None:
    place = rng.randrange(len(content))
    altered = content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)])
    path.write_bytes(altered + content[place + 1 :])


def _absent(rng: random.Random, content: bytes, path: Path) -> None:
    if rng.random() < 0.5:
        path.mkdir()


def _linked(rng: random.Random, content: bytes, path: Path) -> None:
    path.with_name("elsewhere").write_bytes(content)
    path.symlink_to("elsewhere")


def _elsewhere(rng: random.Random, certificate: build.Certificate, folder: Path) -> Path | None:
    declared = certificate["witness"].get("file")
    if declared is None:
        return None
    name = rng.choice(("../", "/etc/", "./", "a\x00")) + declared["name"]
    return build.write(folder, build.mutated(certificate, ("witness", "file", "name"), name))


MALFORMED: dict[str, Maker] = {
    "truncated file": _truncated,
    "digit changed, hash kept": _unsealed,
    "member twice": _twice,
    "member too many": _extra,
    "member missing": _missing,
    "wrong kind": _kind,
    "wrong direction": _direction,
    "JSON float": _spliced(lambda rng: rng.choice(("1.0", "1e5", "-0.0", "NaN", "-Infinity"))),
    "long integer": _spliced(lambda rng: "9" * (10 ** rng.randint(3, 6) + 1)),
    "deep nesting": _spliced(lambda rng: "[" * (k := 10 ** rng.randint(3, 5)) + "]" * k),
    "of the wrong type": _replaced(lambda rng: rng.choice(({"a": 0}, [[0]], [None]))),
    "no number": _number(
        lambda rng: rng.choice(("nan", "inf", "1e5", "0x1", "1/0", " 1", "1_0", "1.5", "", "1/-2"))
    ),
    "huge exponent": _number(lambda rng: f"1*2^{10 ** rng.randint(5, 60)}"),
    "long number": _number(lambda rng: "7" * (10 ** rng.randint(3, 6) + 1)),
    "unknown name": _expression(
        lambda rng, text: f"{text}+{rng.choice(('y', 'x99', '__import__', 'eval(x)', 'x.a', 'X'))}"
    ),
    "nested expression": _expression(
        lambda rng, text: "(" * (k := rng.randint(101, 4000)) + "x" + ")" * k
    ),
    "broken expression": _expression(
        lambda rng, text: text + rng.choice((")", "(", "**", "+", "@", "\n", "é"))
    ),
    "long expression": _expression(lambda rng, text: text + "+x" * 5000),
    "NaN in the side file": _side(_special),
    "side file resized": _side(_resized),
    "side file damaged": _side(_flipped),
    "side file missing": _side(_absent),
    "side file a link": _side(_linked),
    "side file elsewhere": _elsewhere,
}
