"""``construct permutation`` for sums of ridge functions and bivariate polynomials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from verify.checker import check_file


def test_the_command(icebound: Callable[..., Run], tmp_path: Path) -> None:
    run = icebound("construct", "permutation", "--ridge", "1,2:sin(x)", "--ridge", "1,-1:x**2",
                   "--width", 60, "--out", tmp_path, "--json")  # fmt: skip
    assert run.status == 0
    rows = run.document["directions"]
    assert [row["direction"] for row in rows] == [["1", "2"], ["1", "-1"]]
    assert rows[0]["domain_exact"] == ["0", "3"]
    assert sum(row["value"] for row in rows) <= run.document["value"] * (1 + 1e-12)
    assert run.document["value"] <= run.document["predicted"]
    for path in sorted(tmp_path.glob("*.json")):
        assert check_file(path).status == "PROVED"
    product = icebound("construct", "permutation", "--target", "x0*x1", "--width", 60)
    assert product.status == 0
    assert "(1/4)*x**2" in product.out


@pytest.mark.parametrize(
    ("arguments", "argument", "accepted"),
    [
        (("--ridge", "1,1", "--width", "60"), "--ridge", "has no colon"),
        (("--ridge", "1,a:x", "--width", "60"), "--ridge", "cannot read"),
        (("--ridge", "0,0:x", "--width", "60"), "--ridge", "not all 0"),
        (("--ridge", "1,1:x1", "--width", "60"), "--ridge", "one variable"),
        (("--ridge", "1,1:x", "--target", "x", "--width", "60"), "--target", "beside --ridge"),
        (("--ridge", "1,1:x"), "--width", "is required"),
        (("--ridge", "1,1:x", "--width", "60", "--no-readout"), "--no-readout", "leave it out"),
        (("--ridge", "1,1:x", "--width", "60", "--domain", "0,1,0,1,0,1"), "--ridge", "3 numbers"),
        (("--target", "sin(x0*x1)", "--width", "60"), "--target", "polynomials in x0 and x1"),
        (("--width", "60"), "--target", "give --target"),
    ],
)
def test_bad_input(
    icebound: Callable[..., Run], arguments: tuple[str, ...], argument: str, accepted: str
) -> None:
    run = icebound("construct", "permutation", *arguments, "--json")
    assert run.status == 2
    assert run.document["error"]["argument"] == argument
    assert accepted in run.err
