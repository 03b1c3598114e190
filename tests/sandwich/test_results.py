"""Verdicts: a contradiction of certified ends is REFUTED, an overlap is UNDECIDED, never a pass."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from verify.results import (
    Alternative,
    ConstructedFigure,
    LowerFigure,
    TrainedFigure,
    Verdict,
    as_json,
    judge,
)

LOWER = LowerFigure(0.1, "B6", "certified")
MADE = ConstructedFigure(0.2, 0.1999, 0.3, "P8", "certified")
TRAINED = TrainedFigure(0.5, 0.4999, "certified", "LaPerm", 0.49, 1.0, (0,), (0.49,), 0.49)

ROWS = [
    (LOWER, MADE, None, Verdict.PROVED),
    (LOWER, MADE, TRAINED, Verdict.PROVED),
    # a trained error below the constructed one is good news, not a contradiction
    (LOWER, MADE, replace(TRAINED, value=0.15, lower_end=0.14), Verdict.PROVED),
    # an enclosed error wholly below a certified lower bound: somebody is wrong
    (LOWER, replace(MADE, value=0.0999, lower_end=0.0998), None, Verdict.REFUTED),
    (LOWER, MADE, replace(TRAINED, value=0.0999, lower_end=0.09), Verdict.REFUTED),
    # an attained error above the theorem's bound
    (LOWER, replace(MADE, predicted=0.15), None, Verdict.REFUTED),
    # the bound lies inside the enclosure
    (LOWER, replace(MADE, predicted=0.19995), None, Verdict.UNDECIDED),
    # the same contradictions in a construction that was not chosen
    (
        LOWER,
        replace(MADE, alternatives=(Alternative("P3", 0.5, 0.4, lower_end=0.49),)),
        None,
        Verdict.REFUTED,
    ),
    (
        LOWER,
        replace(MADE, alternatives=(Alternative("P3", 0.09, 0.4, lower_end=0.08),)),
        None,
        Verdict.REFUTED,
    ),
    (LOWER, replace(MADE, alternatives=(Alternative("P3", None, 0.05),)), None, Verdict.PROVED),
    (LOWER, replace(MADE, value=None, predicted=None), TRAINED, Verdict.CONSISTENT),
    (replace(LOWER, status="measured"), MADE, None, Verdict.CONSISTENT),
    (LOWER, replace(MADE, status="conjecture"), None, Verdict.CONSISTENT),
]


@pytest.mark.parametrize(("lower", "made", "trained", "verdict"), ROWS)
def test_judge(
    lower: LowerFigure,
    made: ConstructedFigure,
    trained: TrainedFigure | None,
    verdict: Verdict,
) -> None:
    assert judge(lower, made, trained) is verdict


def test_exit_statuses() -> None:
    assert {verdict: verdict.exit_status for verdict in Verdict} == {
        Verdict.PROVED: 0,
        Verdict.CONSISTENT: 0,
        Verdict.REFUTED: 1,
        Verdict.ASSUMPTION_VIOLATED: 2,
        Verdict.UNDECIDED: 3,
        Verdict.BUDGET_EXHAUSTED: 3,
    }


def test_json_has_no_nan_and_keeps_exact_numbers() -> None:
    value = {
        "nan": math.nan,
        "inf": math.inf,
        "big": 2**60,
        "small": 7,
        "exact": Fraction(-1, 3),
        "whole": Fraction(4),
        "figure": LOWER,
        "path": Path("a.json"),
        "verdict": Verdict.PROVED,
        "flag": True,
    }
    made = as_json(value)
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["nan"] is None
    assert made["inf"] is None
    assert made["big"] == str(2**60)
    assert made["small"] == 7
    assert made["exact"] == "-1/3"
    assert made["whole"] == "4"
    assert made["figure"]["theorem"] == "B6"
    assert made["verdict"] == "PROVED"
    assert made["flag"] is True
