"""The library's parser passes the published table of examples, as the checker's own parser does."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import verify
from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.rigor.numbers import parse_number
from theory.targets.evaluate import compile_value
from theory.targets.grammar import parse, variables
from theory.targets.target import Target

EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(verify.__file__).parent / "data/grammar_examples.json").read_text(encoding="utf-8")
)


def test_the_table_has_both_kinds() -> None:
    assert {entry["accepted"] for entry in EXAMPLES} == {True, False}


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: entry["text"][:40] or "empty")
def test_example(entry: dict[str, Any]) -> None:
    if not entry["accepted"]:
        with pytest.raises(InputError):
            parse(entry["text"])
        return
    expression = parse(entry["text"])
    for point, value in entry.get("at", []):
        coordinates = point if isinstance(point, list) else [point]
        exact = [parse_number(str(entry), argument="x") for entry in coordinates]
        box = tuple((coordinate, coordinate + 1) for coordinate in exact)
        assert variables(expression) <= set(range(len(exact)))
        with working_precision(128):
            found = compile_value(expression, box)([ball(coordinate) for coordinate in exact])
        expected = parse_number(str(value), argument="value")
        assert found.is_finite()
        tolerance = Fraction(1, 10**11) * max(1, abs(expected))
        assert abs(found - ball(expected)) < ball(tolerance), (entry["text"], found)


def test_long_and_deep_expressions_are_walked_without_exhausting_the_stack() -> None:
    long = "+".join(["x"] * 1000) + "-" + "-".join(["x/3"] * 300)
    deep = "(" * 95 + "x" + "+1-x+2*3/4-5+x-6+7)" * 95
    for text, value in ((long, 900), (deep, Fraction(1) + 95 * Fraction(-3, 2))):
        target = Target.parse(text, 0, 1)
        with working_precision(128):
            assert abs(target.value(1) - ball(Fraction(value))) < 1e-20
            assert len(target.jet(ball(Fraction(1, 2)), 2)) == 3
