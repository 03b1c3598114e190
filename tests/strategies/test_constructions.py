"""Right constructions pass, wrong ones fail with a message that names the smallest case."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest import SkipTest

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.strategies import constructions as made
from theory.errors import AssumptionViolated, InputError
from theory.targets.target import Target
from verify import strategies
from verify.testing import (
    ConstructionTests,
    Counterexample,
    all_of,
    budget,
    check_construction,
    find_counterexample,
    frozen,
    permutation,
    plot,
)
from verify.testing.networks import as_network

ROOT = Path(__file__).parents[2]
UNITS = strategies.units(min_value=2, max_value=30)
FEW = strategies.widths(max_value=40)
LINES = strategies.targets(max_terms=1)
SLACK = 1e-10


def refuse(target: Target, width: int) -> object:
    if width > 20:
        raise ValueError("no room for\nso many units")
    return made.interpolant(target, width)


def worse_when_even(target: Target, width: int) -> object:
    return made.interpolant(target, width if width % 2 else 1)


def outside(target: Target, width: int) -> object:
    raise AssumptionViolated("mine", "n >= 1000", width, "a width of at least 1000")


RIGHT: list[tuple[Any, dict[str, Any]]] = [
    (made.interpolant, {"bound": made.chord_bound, "widths": UNITS, "slack": SLACK}),
    (made.interpolant, {"monotone": 4.0, "widths": UNITS, "slack": SLACK, "targets": LINES}),
    (
        made.lipschitz,
        {"bound": made.lipschitz_bound, "constraint": permutation(), "widths": FEW, "slack": 1e-9},
    ),
    (
        made.switched_off,
        {
            "bound": lambda profile, n, draw: profile.sup.upper,
            "constraint": frozen(made.drawn),
            "inputs": {"draw": strategies.frozen_draws()},
            "widths": strategies.units(max_value=9),
            # |f| - |f| is 0 and no enclosure says so
            "slack": 1e-9,
        },
    ),
    (
        made.constant_ridge,
        {
            "constraint": budget(0),
            "bound": lambda target, n: 99,
            "targets": strategies.box_targets(dimension=2),
            "widths": strategies.units(max_value=3),
        },
    ),
]


@pytest.mark.parametrize(("construction", "claim"), RIGHT)
def test_right_constructions_pass(construction: Any, claim: dict[str, Any]) -> None:
    assert find_counterexample(construction, **claim, examples=8, seed=3) is None


def test_interpolation_is_monotone_only_with_an_allowance() -> None:
    # two cells meet this kink, three do not
    kink = st.just(Target.parse("abs(x-1/2)"))
    found = find_counterexample(made.interpolant, monotone=1.0, widths=UNITS, targets=kink)
    assert found is not None
    assert found.narrower is not None
    assert (found.kind, found.narrower[0], found.width) == ("monotonicity", 2, 3)


WRONG: list[tuple[Any, dict[str, Any], list[str]]] = [
    (
        made.interpolant,
        {
            "bound": lambda profile, n: made.chord_bound(profile, n, denominator=16),
            "widths": UNITS,
            "slack": SLACK,
        },
        [
            "interpolant exceeds its claimed bound (proved)",
            "target     x**2 on [0, 1]",
            "width      2",
            "claimed    sup |f - g| <= 0.03125",
            r"certified  0.06249\d+ <= sup |f - g| <= 0.0625\d*",
            r"attained   |f - g| >= 0.06249\d+ at x = 0.[27]5",
            "with seed 0, then shrunk",
        ],
    ),
    (
        made.one_point_too_many,
        {"bound": made.chord_bound, "widths": UNITS, "slack": SLACK},
        ["exceeds its claimed bound", "width      2", "attained"],
    ),
    (
        made.reused,
        {"constraint": permutation(), "widths": FEW},
        ["reused breaks its constraint", "on [0, 1]", "width      17", "occurs too often"],
    ),
    (
        made.shifted_locations,
        {"constraint": permutation(), "widths": FEW},
        ["width      17", "locations[1] is 0.0588235294117", "frozen at 0.0625"],
    ),
    (
        made.own_values,
        {"constraint": permutation(), "widths": FEW},
        ["sorted initial values[0] is -0.03125, frozen at -0.0625"],
    ),
    (
        made.lipschitz,
        {"constraint": permutation(readout=False), "widths": FEW},
        ["a read-out is used"],
    ),
    (
        lambda target, n, draw: replace(
            made.switched_off(target, n, draw), C=np.ones(n)
        ),
        {
            "constraint": frozen(made.drawn),
            "inputs": {"draw": strategies.frozen_draws()},
            "widths": strategies.units(max_value=9),
        },
        ["<lambda> breaks its constraint", "width      1", "C[0] is 1.0, frozen at", "BiasDraw("],
    ),
    (
        lambda target, n: made.constant_ridge(target, n, weight=0.125 + 2.0**-50),
        {
            "constraint": all_of(budget(1), budget(Fraction(1, 8))),
            "targets": strategies.box_targets(),
            "widths": strategies.units(max_value=3),
        },
        ["breaks its constraint", "on [0, 1]", "exceeds the budget 1/8 by 8.88e-16"],
    ),
    (
        lambda target, n: made.constant_ridge(target, n, weight=0.5),
        {
            "bound": lambda target, n: Fraction(1, 10),
            "targets": strategies.box_targets(),
            "widths": strategies.units(max_value=3),
        },
        ["|f - g|_L2 <= 0.1", "certified"],
    ),
    (
        refuse,
        {"bound": made.chord_bound, "widths": UNITS, "slack": SLACK},
        ["refuse raises instead", "target     0 on", "width      21", "ValueError: no room for so"],
    ),
    (
        worse_when_even,
        {"monotone": 2.0, "widths": UNITS, "targets": LINES},
        ["gets worse with more units (proved)", "at 3       certified", "width      4"],
    ),
    (
        lambda target, n: made.interpolant(target, n + 1),
        {"bound": made.chord_bound, "widths": UNITS},
        ["3 units, 2 were asked for"],
    ),
    (
        lambda target, n: "a network",
        {"bound": made.chord_bound},
        ["InputError: construction: returned 'str'; a network of any family"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("construction", "claim", "texts"), WRONG)
def test_wrong_constructions_fail_readably(
    construction: Any, claim: dict[str, Any], texts: list[str]
) -> None:
    test = check_construction(**claim)(construction)
    with pytest.raises(AssertionError) as caught:
        test()
    message = str(caught.value)
    for text in texts:
        pattern = re.escape(text).replace(r"\\d", r"\d").replace(r"\+", "+").replace(r"\*", "*")
        pattern = pattern.replace(r"\[27\]", "[27]")
        assert text in message or re.search(pattern, message), message


def test_what_was_raised_is_the_cause() -> None:
    test = check_construction(bound=made.chord_bound, widths=UNITS, slack=SLACK)(refuse)
    with pytest.raises(AssertionError) as caught:
        test()
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_seed_decides_the_search() -> None:
    claim: dict[str, Any] = {
        "bound": lambda profile, n: made.chord_bound(profile, n, denominator=16),
        "widths": UNITS,
        "slack": SLACK,
    }
    first, again = (find_counterexample(made.interpolant, **claim, seed=7) for _ in range(2))
    assert first is not None
    assert str(first) == str(again)
    assert "with seed 7" in str(first)


def test_shrinking_can_be_cut_short() -> None:
    found = find_counterexample(
        made.one_point_too_many, bound=made.chord_bound, widths=UNITS, slack=SLACK, shrink_seconds=0
    )
    assert found is not None
    assert found.kind == "refuted"


def test_a_claim_that_is_never_made_is_no_success() -> None:
    for construction, bound in (
        (outside, made.chord_bound),
        (made.interpolant, lambda profile, n: outside(profile, n)),
    ):
        with pytest.raises(InputError, match="claims nothing in '9 of 9 cases'"):
            find_counterexample(construction, bound=bound, examples=9)


def test_an_error_that_is_not_enclosed_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verify.testing.networks.L2_SECONDS", 0.0)
    found = find_counterexample(
        made.constant_ridge,
        bound=lambda target, n: 99,
        targets=strategies.box_targets(dimension=3),
        shrink_seconds=0,
    )
    assert found is not None
    assert found.kind == "undecided"
    assert "<pre>" in found._repr_html_()
    assert "0 <= |f - g|_L2 <= inf" in str(found)


def test_undecided_is_no_success() -> None:
    # the error of the zero network is exactly 1, and no enclosure says whether it is <= 1
    def zero(target: Target, width: int) -> object:
        return np.zeros(1), np.zeros(1), np.zeros(1)

    target = Target.parse("cos(x)", -1, 1)
    found = find_counterexample(zero, bound=lambda profile, n: 1, targets=st.just(target))
    assert found is not None
    assert found.kind == "undecided"
    assert "is not shown to keep its claimed bound" in str(found)


class TestSubclass(ConstructionTests):
    """Collected as it stands: the right construction passes all three."""

    targets = LINES
    widths = FEW
    constraint = permutation()
    monotone = 60.0
    slack = 1e-9
    examples = 3

    def construction(self, target: Any, width: int, **inputs: Any) -> object:
        return made.lipschitz(target, width)

    def bound(self, profile: Any, width: int) -> float:
        return made.lipschitz_bound(profile, width)


class Wrong(TestSubclass):
    """Not collected: called by the test below."""

    __test__ = False
    monotone = None

    def construction(self, target: Any, width: int, **inputs: Any) -> object:
        return made.reused(target, width)


def test_a_subclass_fails_by_its_own_name() -> None:
    with pytest.raises(AssertionError, match="Wrong breaks its constraint"):
        Wrong().test_constraint()
    with pytest.raises(AssertionError, match="Wrong exceeds its claimed bound"):
        Wrong().test_bound()
    with pytest.raises(SkipTest, match="no monotone is claimed"):
        Wrong().test_monotone()
    with pytest.raises(NotImplementedError, match="has no construction"):
        ConstructionTests().construction(None, 3)


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "claim: tests 'nothing'; a bound"),
    ({"monotone": -1.0}, "monotone: is '-1.0'"),
    ({"monotone": float("nan")}, "monotone: is 'nan'"),
    ({"bound": made.chord_bound, "slack": -1e-9}, "slack: is '-1e-09'"),
    ({"bound": made.chord_bound, "examples": 0}, "examples: is '0'"),
    ({"bound": lambda profile, n: float("nan")}, "bound: returned 'nan'"),
    ({"bound": lambda profile, n: -1}, "bound: returned '-1'"),
    ({"bound": lambda profile, n: "small"}, "bound: returned 'small'"),
    ({"bound": lambda profile, n: True}, "bound: returned 'True'"),
]


@pytest.mark.parametrize(("claim", "message"), BAD)
def test_bad_claims_are_refused(claim: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        find_counterexample(made.interpolant, **claim)


def test_a_bad_claim_is_refused_where_it_is_written() -> None:
    with pytest.raises(InputError, match="tests 'nothing'"):
        check_construction()
    with pytest.raises(InputError, match="negative"):
        budget(-1)


def test_constraints_name_what_does_not_fit() -> None:
    target = Target.parse("x")
    line = as_network(made.interpolant(target, 3))
    assert permutation()(line, target, 3) == "a ReluNetwork is no permutation network on the line"
    missing = frozen(lambda target, width: {"V": np.ones(3)})
    assert missing(line, target, 3) == "a ReluNetwork has no array V"
    short = frozen(lambda target, width: {"W": np.ones(2)})
    assert short(line, target, 3) == "W have shape (3,) instead of (2,)"
    network = made.lipschitz(target, 17).network
    assert "no output weights" in str(budget(1)(network, target, 17))
    assert permutation()(network, target, 18) == "17 locations instead of 18"
    signed = replace(network, p=np.where(network.p == 0, -0.0, network.p))
    assert "a zero has the other sign" in str(permutation()(signed, target, 17))
    given = permutation(
        locations=lambda target, width: network.locations,
        initial=lambda target, width: network.initial[::-1],
    )
    assert given(network, target, 17) is None
    with pytest.raises(InputError, match="returned"):
        as_network({"W": np.ones(1)})


def test_pictures() -> None:
    pytest.importorskip("matplotlib")
    found = find_counterexample(
        made.one_point_too_many, bound=made.chord_bound, widths=UNITS, slack=SLACK
    )
    assert found is not None
    top, bottom = plot(found).axes
    assert top.get_title() == "one_point_too_many exceeds its claimed bound (proved)"
    labels = [text.get_text() for text in bottom.get_legend().get_texts()]
    assert labels[1:] == ["claimed bound", "attained (certified)"]
    raised = find_counterexample(refuse, bound=made.chord_bound, widths=UNITS, slack=SLACK)
    assert raised is not None
    assert len(raised.picture().axes[0].lines) == 1
    box = strategies.box_targets(dimension=2)
    plane: Counterexample | None = find_counterexample(
        made.constant_ridge, bound=lambda target, n: 0, targets=box
    )
    assert plane is not None
    with pytest.raises(InputError, match="2 variables"):
        plane.picture()


def test_pytest_shows_the_counterexample(tmp_path: Path) -> None:
    """The example passes under pytest itself; a wrong one fails with nothing but its message."""
    text = (ROOT / "examples" / "test_my_construction.py").read_text("utf-8")
    wrong = text.replace("(8 * n * n)", "(16 * n * n)")
    assert wrong != text
    (tmp_path / "test_wrong.py").write_text(wrong)
    (tmp_path / "test_right.py").write_text(text)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=300,
    )
    assert "1 failed, 5 passed, 2 skipped" in run.stdout, run.stdout
    assert "test_broken_line exceeds its claimed bound (proved)" in run.stdout
    assert "target     x**2 on [0, 1]" in run.stdout
