"""What is shown is still true: upper bounds round up, lower bounds down, to few digits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.display import shown_down, shown_up

ROWS = [
    (None, "-", "-"),
    (0.0, "0", "0"),
    (1.0, "1", "1"),
    (float("inf"), "inf", "inf"),
    (0.12345678, "0.1235", "0.1234"),
    (2.4150035e-07, "2.416e-07", "2.415e-07"),
    (-0.12345678, "-0.1234", "-0.1235"),
    (123456.0, "123500", "123400"),
    (12345678.0, "1.235e+07", "1.234e+07"),
    (0.1, "0.1001", "0.1"),  # the float 0.1 lies above 1/10
]


@pytest.mark.parametrize(("value", "up", "down"), ROWS)
def test_known_values(value: float | None, up: str, down: str) -> None:
    assert (shown_up(value), shown_down(value)) == (up, down)


@given(
    value=st.floats(min_value=-1e300, max_value=1e300, allow_subnormal=False),
    digits=st.integers(2, 12),
)
def test_safe_and_close(value: float, digits: int) -> None:
    up, down = Fraction(shown_up(value, digits)), Fraction(shown_down(value, digits))
    assert down <= Fraction(value) <= up
    assert up - down <= abs(Fraction(value)) * Fraction(10) ** (1 - digits)
