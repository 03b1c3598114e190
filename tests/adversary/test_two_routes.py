"""Headline numbers by two routes that share no code; the page that lists them is current."""

from __future__ import annotations

import re

import pytest

from benchmarks.two_routes import PAGE, ROWS, Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_both_routes_agree(row: Row) -> None:
    first, second = row.values()
    assert abs(first - second) <= row.within * abs(first)
    # The page shows these numbers, to as many digits as it shows.
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    [line] = [line for line in lines if line.startswith(f"| {row.name} |")]
    shown = [float(cell) for cell in re.findall(r"\| (-?[0-9.e+-]+) (?=\|)", line)[:2]]
    assert shown[0] == pytest.approx(first, rel=1e-6)
    assert shown[1] == pytest.approx(second, rel=1e-6 + row.within)


def test_a_number_off_by_its_tolerance_would_be_seen() -> None:
    """No row is so wide that twice the number would agree."""
    assert max(row.within for row in ROWS) < 0.2
    assert sum(row.within <= 1e-6 for row in ROWS) >= 8
