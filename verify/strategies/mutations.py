"""Certificates that must be refused: false or malformed by construction, their hash renewed.

Example::

    @given(mutant=mutated_certificates())
    def test_my_checker(mutant):
        assert not my_checker(mutant.document)
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from verify.certificates import sealed
from verify.strategies.documents import Document, certificates, checked_kinds

__all__ = ["Mutant", "mutated_certificates"]

# Where a bound of a certificate that is drawn here cannot be halved or raised any further.
SMALL = Fraction(1, 2**38)
TEXTS = ("0.5", "1/0", "1e3", "2*2^", "nan", "", "0x1")


@dataclass(frozen=True)
class Mutant:
    """A document that no checker may prove; ``change`` says what was done to which place."""

    document: Document
    change: str


def mutated_certificates(*, kinds: Iterable[str] | None = None) -> st.SearchStrategy[Mutant]:
    """Valid documents of :func:`certificates`, each with one change that spoils it.

    False: a bound beyond what the witness gives (half of an upper one, twice a lower one).
    Malformed: a member too few or too many, of another type, a number that is none, an expression
    outside the grammar, an empty domain, the other direction, another schema or kind, a witness
    array cut short, a JSON float, a hash that is not renewed.  Raises InputError as
    :func:`certificates` does.

    >>> mutant = mutated_certificates(kinds=["counting"]).example()
    >>> mutant.change.split(":")[0] in [change.name for change in CHANGES]
    True
    """
    return _mutants(checked_kinds(kinds))


@st.composite
def _mutants(draw: st.DrawFn, kinds: tuple[str, ...]) -> Mutant:
    document = draw(certificates(kinds=kinds))
    usable = [change for change in CHANGES if change.applies(document)]
    change = draw(st.sampled_from(usable))
    spoiled = copy.deepcopy(document)
    place = change.spoil(spoiled, draw)
    if change.name != "stale hash":
        spoiled = sealed(spoiled)
    return Mutant(spoiled, f"{change.name}: {place}" if place else change.name)


@dataclass(frozen=True)
class _Change:
    name: str
    spoil: Callable[[Document, st.DrawFn], str]
    applies: Callable[[Document], bool] = lambda document: True


def _from_above(document: Document) -> bool:
    # a negative lower bound is true
    return bool(document["bound"]["direction"] == "upper")


def _value(document: Document) -> Fraction:
    """The bound, exactly."""
    text = document["bound"]["value"]
    mantissa, _, exponent = text.partition("*2^")
    return Fraction(mantissa) * Fraction(2) ** int(exponent or 0)


def _beyond(document: Document, draw: st.DrawFn) -> str:
    value = _value(document)
    upper = document["bound"]["direction"] == "upper"
    # an upper bound drawn here is at most ROOM times the error, and FLOOR
    new = value / 2 - SMALL if upper else 2 * value + SMALL
    if document["kind"] == "width":
        new = Fraction(int(value) // 2)
    document["bound"]["value"] = str(new)
    return f"{value} -> {new}"


def _negative(document: Document, draw: st.DrawFn) -> str:
    document["bound"]["value"] = "-1"
    return ""


def _direction(document: Document, draw: st.DrawFn) -> str:
    others = {"upper": "lower", "lower": "upper"}
    other = others[document["bound"]["direction"]]
    document["bound"]["direction"] = other
    return other


def _lacking(document: Document, draw: st.DrawFn) -> str:
    key: str = draw(st.sampled_from(sorted(document.keys() - {"sha256"})))
    del document[key]
    return key


def _extra(document: Document, draw: st.DrawFn) -> str:
    key: str = draw(st.sampled_from(["note", "Kind", "bounds", ""]))
    document[key] = "1"
    return repr(key)


def _retyped(document: Document, draw: st.DrawFn) -> str:
    key: str = draw(st.sampled_from(sorted(document.keys() - {"sha256"})))
    document[key] = draw(st.sampled_from([[[]], {"": 1}, 1.5]))
    return f"{key} = {document[key]!r}"


def _number(document: Document, draw: st.DrawFn) -> str:
    document["bound"]["value"] = draw(st.sampled_from(TEXTS))
    return repr(document["bound"]["value"])


def _schema(document: Document, draw: st.DrawFn) -> str:
    document["schema"] = draw(st.sampled_from(["icebound.certificate/2", "icebound", ""]))
    return repr(document["schema"])


def _kind(document: Document, draw: st.DrawFn) -> str:
    document["kind"] = draw(st.sampled_from(["lower", "uppers", "counting "]))
    return repr(document["kind"])


def _hash(document: Document, draw: st.DrawFn) -> str:
    document["claim"] += " Or better."
    return ""


def _expression(document: Document, draw: st.DrawFn) -> str:
    wrong = draw(st.sampled_from(["x+", "import(x)", "y", "x**x", "1/(x-x)", "x;x"]))
    if isinstance(document["target"], str):
        document["target"] = wrong
    else:
        document["target"]["expression"] = wrong
    return repr(wrong)


def _domain(document: Document, draw: st.DrawFn) -> str:
    ends = document["target"]["domain"]
    ends[1] = ends[0]
    return f"[{ends[0]}, {ends[1]}]"


def _aimed(document: Document) -> bool:
    return isinstance(document.get("target"), dict | str)


def _boxed(document: Document) -> bool:
    return isinstance(document.get("target"), dict)


def _arrays(document: Document) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = document["witness"].get("arrays", {})
    return {name: values for name, values in found.items() if values}


def _cut(document: Document, draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(_arrays(document))))
    document["witness"]["arrays"][name].pop()
    return name


def _float(document: Document, draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(_arrays(document))))
    document["witness"]["arrays"][name][0] = 0.5
    return name


def _has_arrays(document: Document) -> bool:
    return bool(_arrays(document))


CHANGES = (
    _Change("bound beyond the witness", _beyond),
    _Change("negative bound", _negative, _from_above),
    _Change("other direction", _direction),
    _Change("member missing", _lacking),
    _Change("member too many", _extra),
    _Change("member of another type", _retyped),
    _Change("no number", _number),
    _Change("unknown schema", _schema),
    _Change("unknown kind", _kind),
    _Change("stale hash", _hash),
    _Change("no expression", _expression, _aimed),
    _Change("empty domain", _domain, _boxed),
    _Change("array cut short", _cut, _has_arrays),
    _Change("JSON float", _float, _has_arrays),
)
