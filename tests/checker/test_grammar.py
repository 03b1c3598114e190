"""The checker's parser against the published table, and its values against Python's own parser."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

import verify
from verify.checks.grammar import parse
from verify.checks.taylor import values
from verify.checks.verdicts import Clock, Stop, precision

TABLE = json.loads(
    (Path(verify.__file__).parent / "data/grammar_examples.json").read_text(encoding="utf-8")
)
ACCEPTED = [row for row in TABLE if row["accepted"]]
REFUSED = [row for row in TABLE if not row["accepted"]]
NAMES = {name: getattr(math, name) for name in ("sin", "cos", "tanh", "pi")}


def shown(row: dict[str, Any]) -> str:
    return ascii(row["text"][:25])


def at(text: str, x: float) -> arb:
    return values(parse(text), [arb(x)], Clock(60))[0]


def test_the_table_is_well_formed() -> None:
    assert len({row["text"] for row in TABLE}) == len(TABLE)
    assert all(row.keys() == {"text", "accepted", "at"} for row in ACCEPTED)
    assert all(row.keys() == {"text", "accepted", "reason"} for row in REFUSED)
    assert len(ACCEPTED) > 60
    assert len(REFUSED) > 90


@pytest.mark.parametrize("row", ACCEPTED, ids=shown)
def test_accepted(row: dict[str, Any]) -> None:
    program = parse(row["text"])
    for x, value in row["at"]:
        with precision(200):
            [found] = values(program, [arb(x)], Clock(60))
            expected = arb(value)
            assert abs(found - expected) <= abs(expected) * arb("1e-11")
            assert found.rad() <= abs(found) * arb("1e-40")


@pytest.mark.parametrize("row", REFUSED, ids=shown)
def test_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Stop) as caught:
        parse(row["text"])
    assert caught.value.outcome.status == "INVALID"
    assert "\n" not in caught.value.outcome.reason
    assert caught.value.outcome.reason.isascii()


def expressions() -> st.SearchStrategy[str]:
    """Texts inside the grammar, with and without parentheses, for which Python is an oracle."""
    leaf = st.sampled_from(["x", "x0", "pi", "2", "0.5", "3", ".25", "1e-1"])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", " / "]), inner).map("".join),
            inner.map(lambda e: f"({e})"),
            inner.map(lambda e: f"-{e}"),
            inner.map(lambda e: f"+{e}"),
            st.tuples(st.sampled_from(["sin", "cos", "tanh", "abs"]), inner).map(
                lambda parts: f"{parts[0]}({parts[1]})"
            ),
            st.tuples(inner, st.sampled_from(["2", "3", "-1", "0", "2**2", "-2**0", "(3-1)"])).map(
                lambda parts: f"({parts[0]})**{parts[1]}"
            ),
            inner.map(lambda e: f"x**2*{e}"),
        )

    return st.recursive(leaf, grow, max_leaves=12)


@given(expressions(), st.sampled_from([-1.5, 0.25, 0.625, 2.0]))
def test_python_agrees(text: str, x: float) -> None:
    try:
        expected = eval(text, {"x": x, "x0": x, "abs": abs, **NAMES})
    except (ZeroDivisionError, OverflowError):
        return
    with precision(300):
        found = at(text, x)
        if not found.is_finite():
            # Only near a pole, which rounding may move off the float that Python divided by.
            assert "/" in text or "-1" in text or "-2" in text
            return
        scale = 1 + abs(found)
        # Cancellation in floats is Python's, not ours: compare where it is harmless.
        if abs(expected) < 1e6 and "/" not in text and "-1" not in text and "-2**0" not in text:
            assert abs(found - arb(expected)) <= scale * arb("1e-6")


@pytest.mark.parametrize(
    ("text", "name"),
    [("x+", "operand"), ("foo", "'foo'"), ("x$", "'$'"), ("sin x", "sin"), ("x**y", "'y'")],
)
def test_the_reason_names_the_piece(text: str, name: str) -> None:
    with pytest.raises(Stop, match=name.replace("$", r"\$")):
        parse(text)


def test_depth_does_not_reach_pythons_stack() -> None:
    # The deepest accepted text, from a call that is already deep itself.
    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        else:
            parse("(" * 99 + "x" + ")" * 99)

    deep(400)


@given(st.text(alphabet="x01.e+-*/() sincoplgqrtah", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        verdict = "parsed" if parse(text) else "empty"
    except Stop as stop:
        verdict = stop.outcome.status
    assert verdict in {"parsed", "INVALID"}
