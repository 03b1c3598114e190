"""The trusted base stays readable: small files, a stated size for every kind of certificate."""

from __future__ import annotations

from tests.house.trusted_base import BEGIN, CHECKS, END, PAGE, rests_on, sizes, with_table

LARGEST_FILE = 400
# What one kind may rest on; a single verdict takes one of several ways through it.  Dual
# certificates carry enclosures for analytic units on boxes and on rows, and exact ones for relu and
# step on the line and in the plane; upper bounds in L2 and in the sup norm are one kind.
LARGEST = 1600
LARGEST_OF = {"lower-dual": 2700, "upper": 2400}


def test_no_file_is_long() -> None:
    lines = {
        path.name: path.read_text(encoding="utf-8").count("\n") for path in CHECKS.glob("*.py")
    }
    assert max(lines.values()) <= LARGEST_FILE


def test_a_verdict_rests_on_little() -> None:
    beyond = {kind: size for kind, size in sizes().items() if size > LARGEST_OF.get(kind, LARGEST)}
    assert not beyond


def test_the_documented_table_is_current() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert BEGIN in text
    assert END in text
    assert text == with_table(text), "run python -m tests.house.trusted_base"


def test_kinds_do_not_share_what_they_need_not() -> None:
    assert "integrals" not in rests_on("lower-knots")
    assert "sigma" not in rests_on("counting")
    assert "draws" in rests_on("upper")
