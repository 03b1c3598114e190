"""``sandwich bias`` and ``construct bias`` from the command line, good and bad."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run

SINE = ("--target", "sin(2*pi*x)+0.3")
SANDWICH = ("sandwich", "bias")
CONSTRUCT = ("construct", "bias")

ROWS: list[tuple[tuple[str, ...], str, str]] = [
    ((*SANDWICH, *SINE), "--width", "is required"),
    ((*SANDWICH, *SINE, "--width", "0"), "--width", "from 1 to"),
    ((*SANDWICH, *SINE, "--width", "ten"), "--width", "not an integer"),
    ((*SANDWICH, *SINE, "--width", "1000001"), "--width", "from 1 to"),
    ((*SANDWICH, *SINE, "--width", "9", "--weight-range", "0"), "--weight-range", "greater than"),
    ((*SANDWICH, *SINE, "--width", "9", "--weight-range=-1"), "--weight-range", "greater than"),
    ((*SANDWICH, *SINE, "--width", "9", "--weight-range", "1e200"), "--weight-range", "2^300"),
    ((*SANDWICH, *SINE, "--width", "9", "--weight-range", "nan"), "--weight-range", "cannot read"),
    ((*SANDWICH, *SINE, "--width", "9", "--seed", "-1"), "--seed", "from 0"),
    ((*SANDWICH, *SINE, "--width", "9", "--seed", "1.5"), "--seed", "not an integer"),
    ((*SANDWICH, "--target", "1/x", "--width", "9", "--no-train"), "--target", "finite and real"),
    ((*SANDWICH, "--target", "foo", "--width", "9", "--no-train"), "--target", "unknown name"),
    ((*SANDWICH, *SINE, "--width", "9", "--domain=1,0"), "--domain", "reversed"),
    ((*CONSTRUCT, *SINE), "--width", "exactly one"),
    ((*CONSTRUCT, *SINE, "--width", "9", "--weights", "w.npz"), "--width", "exactly one"),
    ((*CONSTRUCT, *SINE, "--weights", "no.npz"), "--weights", "no such file"),
    ((*CONSTRUCT, *SINE, "--weights", "w.npz", "--seed", "1"), "--seed", "leave it out"),
    ((*CONSTRUCT, *SINE, "--weights", "w.npz", "--weight-range", "1"), "--weight-range", "leave"),
]


@pytest.mark.parametrize(("arguments", "named", "piece"), ROWS)
def test_bad_arguments(
    icebound: Callable[..., Run], arguments: tuple[str, ...], named: str, piece: str
) -> None:
    run = icebound(*arguments)
    assert run.status == 2
    assert run.last_error.startswith(f"icebound: error: {named}: ")
    assert piece in run.err
    assert "Traceback" not in run.err
    assert run.out == ""


ONES = np.ones(3)
FILES: list[tuple[dict[str, object], str]] = [
    ({"W": ONES}, "C is missing"),
    ({"C": ONES}, "W is missing"),
    ({"W": np.ones((3, 2)), "C": ONES}, "W (3, 2)"),
    ({"W": ONES, "C": np.ones((2, 3))}, "C (2, 3)"),
    ({"W": ONES, "C": np.ones(4)}, "C (4,)"),
    ({"W": np.ones(0), "C": np.ones(0)}, "W (0,)"),
    ({"W": np.array([1.0, np.nan, 1.0]), "C": ONES}, "nan"),
    ({"W": np.array([1.0, np.inf, 1.0]), "C": ONES}, "inf"),
    ({"W": ONES.astype(complex), "C": ONES}, "complex128"),
    ({"W": np.array([2**53 + 1, 1, 1]), "C": ONES}, "2^53"),
    ({"W": np.array([1e200, 1.0, 1.0]), "C": ONES}, "2^300"),
    ({"W": np.array(["a", "b", "c"]), "C": ONES}, "real float64"),
]


@pytest.mark.parametrize(("arrays", "piece"), FILES)
def test_bad_weights(
    icebound: Callable[..., Run], tmp_path: Path, arrays: dict[str, np.ndarray], piece: str
) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, **arrays)
    run = icebound(*CONSTRUCT, *SINE, "--weights", path, "--out", tmp_path / "out")
    assert run.status == 2
    assert run.last_error.startswith("icebound: error: --weights: ")
    assert piece in run.err
    assert not (tmp_path / "out").exists()


def test_sandwich(icebound: Callable[..., Run], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = icebound(*SANDWICH, *SINE, "--width", 120, "--no-train", "--out", out, "--json")
    assert run.status == 0, run.err
    document = run.document
    assert document["verdict"] == "PROVED"
    assert document["lower"]["value"] <= document["constructed"]["value"]
    assert document["constructed"]["value"] <= document["constructed"]["predicted"]
    assert document["trained"] is None
    low, high = document["matching_log10_width"]
    assert 5 < low <= high
    assert icebound("check", *sorted(out.glob("*.json"))).status == 0
    assert "biases alone" in icebound("show", out / "upper.json").out.lower()


def test_the_table(icebound: Callable[..., Run]) -> None:
    run = icebound(
        *SANDWICH, *SINE, "--width", 60, "--no-train", "--weight-range", "2", "--seed", 3
    )
    assert run.status == 0, run.err
    for piece in ("constructed", "predicted", "matching width", "R = 2", "seed 3", "PROVED"):
        assert piece in run.out


def test_construct_on_own_weights(icebound: Callable[..., Run], tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    W, C = rng.normal(size=(200, 1)).astype(np.float32), rng.normal(size=(1, 200)) * 3
    np.savez(tmp_path / "w.npz", W=W, C=C)
    out = tmp_path / "out"
    run = icebound(
        *CONSTRUCT, *SINE, "--domain=-1,1", "--weights", tmp_path / "w.npz", "--out", out, "--json"
    )
    assert run.status == 0, run.err
    document = run.document
    assert 0 < document["floor"]["value"] <= document["value"] <= document["predicted"]
    assert document["value"] < 0.05
    assert document["width"] == 200
    assert icebound("check", *sorted(out.glob("*.json"))).status == 0
    with np.load(out / "network.npz") as stored:
        assert np.array_equal(stored["W"], W.astype(np.float64))
        assert np.array_equal(stored["C"], C)


def test_a_width_too_small_names_the_smallest(icebound: Callable[..., Run]) -> None:
    run = icebound(*CONSTRUCT, *SINE, "--width", 30)
    assert run.status == 2
    assert run.last_error.startswith("icebound: error: --width: ")
    assert re.search(r"a width of about (1[5-9]|2\d|3[0-4])\d or more is accepted", run.last_error)
    assert run.out == ""
    run = icebound(*CONSTRUCT, *SINE, "--width", 30, "--weight-range", "1/1000", "--json")
    assert run.status == 2
    assert run.document["error"]["kind"] == "assumption_violated"
    assert "a larger range is accepted" in run.document["error"]["accepted"]


def test_what_is_impossible_is_said(icebound: Callable[..., Run], tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "w.npz", W=rng.normal(size=200), C=np.abs(rng.normal(size=200)))
    run = icebound(*CONSTRUCT, *SINE, "--weights", tmp_path / "w.npz", "--json")
    assert run.status == 0, run.err
    assert run.document["floor"]["theorem"] in ("B6'", "B7")
    assert run.document["floor"]["value"] > 0.4
    assert "kink budget" in run.document["reason"]
