"""Every bad input: one clear line, the right exit status, the same in JSON, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run

KINK = ("--target", "90000*abs(x-1/3)")
SINE = ("--target", "sin(2*pi*x)")
SANDWICH = ("sandwich", "permutation")
CONSTRUCT = ("construct", "permutation")
OPTIMUM = ("optimum", "permutation")
QUICK = ("--no-train",)

# arguments, the argument that is named, a piece of what is said
ROWS: list[tuple[tuple[str, ...], str, str]] = [
    ((*SANDWICH, "--target", "foo(x)", "--width", "20"), "--target", "unknown name 'foo'"),
    ((*SANDWICH, "--target", "sine(x)", "--width", "20"), "--target", "did you mean 'sin'"),
    ((*SANDWICH, "--target", "sin(2*pi*y)", "--width", "20"), "--target", "unknown name 'y'"),
    ((*SANDWICH, "--target", "x1+x", "--width", "20"), "--target", "one variable"),
    ((*SANDWICH, "--target", "", "--width", "20"), "--target", "is empty"),
    ((*SANDWICH, "--target", "x+", "--width", "20"), "--target", "ends too early"),
    ((*SANDWICH, "--target", "2^x", "--width", "20"), "--target", "unknown character '^'"),
    ((*SANDWICH, "--target", "x**x", "--width", "20"), "--target", "rational constant"),
    ((*SANDWICH, "--target", "(" * 300 + "x" + ")" * 300, "--width", "20"), "--target", "nested"),
    ((*SANDWICH, "--target", "1" * 2000, "--width", "20"), "--target", "more than 1000 digits"),
    ((*SANDWICH, *SINE, "--width", "20", "--domain=1,-1"), "--domain", "reversed"),
    ((*SANDWICH, *SINE, "--width", "20", "--domain=1,1"), "--domain", "empty"),
    ((*SANDWICH, *SINE, "--width", "20", "--domain=1"), "--domain", "1 numbers"),
    ((*SANDWICH, *SINE, "--width", "20", "--domain=0,inf"), "--domain", "cannot read"),
    ((*SANDWICH, *SINE, "--width", "20", "--domain=0,1/0"), "--domain", "cannot read"),
    ((*SANDWICH, *SINE, "--width", "3"), "--width", "from 4 to"),
    ((*SANDWICH, *SINE, "--width", "-7"), "--width", "from 4 to"),
    ((*SANDWICH, *SINE, "--width", "2000001"), "--width", "from 4 to"),
    ((*SANDWICH, *SINE, "--width", "ten"), "--width", "not an integer"),
    ((*SANDWICH, *SINE, "--width", "1e3"), "--width", "not an integer"),
    ((*SANDWICH, *SINE), "--width", "is required"),
    ((*SANDWICH, *SINE, "--width", "20", "--seed", "-1"), "--seed", "from 0"),
    ((*SANDWICH, *SINE, "--width", "20", "--init", "xavir"), "--init", "did you mean 'xavier'"),
    ((*SANDWICH, *SINE, "--width", "20", "--locations", "grid"), "--locations", "equidistant"),
    ((*SANDWICH, *SINE, "--width", "20", "--protocol", "slow"), "--protocol", "published"),
    ((*SANDWICH, *SINE, "--width", "20", "--no-train", "--protocol", "quick"), "--protocol", "no-"),
    ((*SANDWICH, *SINE, "--width", "20", "--no-train", "--init", "he"), "--init", "no-train"),
    ((*SANDWICH, *SINE, "--width", "20", "--bogus"), "--bogus", "--help"),
    ((*SANDWICH, *SINE, "--width", "20", "--threads", "0"), "--threads", "from 1"),
    ((*SANDWICH, "--target", "1/x", "--width", "20", "--domain=-1,1"), "--target", "near x = 0"),
    ((*SANDWICH, "--target", "tan(x)", "--width", "20", "--domain=0,2"), "--target", "x = 1.5708"),
    ((*SANDWICH, "--target", "log(x)", "--width", "20"), "--target", "finite and real"),
    ((*SANDWICH, "--target", "sqrt(x-1/2)", "--width", "20"), "--target", "finite and real"),
    ((*SANDWICH, "--target", "x**(1/3)", "--width", "20", "--domain=-1,1"), "--target", "real"),
    ((*CONSTRUCT, *SINE, "--width", "3"), "--width", "from 4 to"),
    ((*CONSTRUCT, *SINE), "--width", "exactly one"),
    ((*CONSTRUCT, *SINE, "--width", "9", "--weights", "w.npz"), "--width", "exactly one"),
    ((*CONSTRUCT, *SINE, "--weights", "missing.npz"), "--weights", "no such file"),
    ((*CONSTRUCT, *SINE, "--width", "20", "--seed", "x"), "--seed", "not an integer"),
    ((*CONSTRUCT, *KINK, "--width", "6000", "--no-readout"), "P9", "f'' is not"),
    ((*CONSTRUCT, *SINE, "--width", "40", "--kappa", "3"), "--kappa", "from 1 to 2"),
    ((*CONSTRUCT, *SINE, "--width", "40", "--kappa", "2", "--no-readout"), "P8-wide", "read-out"),
    ((*CONSTRUCT, "--target", "x", "--width", "40", "--kappa", "2"), "P8-wide", "exact"),
    ((*CONSTRUCT, *SINE, "--width", "16", "--kappa", "2"), "P8-wide", "n >= 17"),
    ((*OPTIMUM, *SINE), "--width", "is required"),
    ((*OPTIMUM, *SINE, "--width", "1"), "--width", "from 2 to 6"),
    ((*OPTIMUM, *SINE, "--width", "7"), "--width", "from 2 to 6"),
    ((*OPTIMUM, *SINE, "--width", "61", "--method", "milp"), "--width", "from 2 to 60"),
    ((*OPTIMUM, *SINE, "--width", "4", "--norm", "max"), "--norm", "sup, l2 are accepted"),
    ((*OPTIMUM, *SINE, "--width", "4", "--method", "mip"), "--method", "did you mean 'milp'"),
    ((*OPTIMUM, *SINE, "--width", "4", "--norm", "l2", "--method", "milp"), "--norm", "linear"),
    ((*OPTIMUM, *SINE, "--width", "4", "--time-limit", "9"), "--time-limit", "leave it out"),
    ((*OPTIMUM, "--target", "1/x", "--width", "4"), "--target", "finite and real"),
    (("width", "permutation", *SINE, "--eps", "0"), "--eps", "greater than 0"),
    (("width", "permutation", *SINE, "--eps", "-1e-3"), "--eps", "greater than 0"),
    (("width", "permutation", *SINE, "--eps", "small"), "--eps", "cannot read"),
    (("width", "bias", *SINE, "--eps", "1"), "--eps", "between 0 and 1"),
    (("width", "bias", *SINE, "--eps", "-1e-3"), "--eps", "between 0 and 1"),
    (("width", "bias", *SINE, "--eps", "tiny"), "--eps", "cannot read"),
    (("width", "bias", *SINE), "--eps", "is required"),
    (("width", "bias", *SINE, "--eps", "1/10", "--delta", "0"), "--delta", "between 0 and 1"),
    (("width", "bias", *SINE, "--eps", "1/10", "--delta", "2"), "--delta", "between 0 and 1"),
    (("width", "bias", *SINE, "--eps", "1/10", "--gamma", "1"), "--gamma", "gamma < R"),
    (("width", "bias", *SINE, "--eps", "1/10", "--gamma", "0"), "--gamma", "gamma < R"),
    (("width", "bias", *SINE, "--eps", "1/10", "--weight-range", "0"), "--weight-range", "R > 0"),
    (("width", "bias", "--target", "abs(x-1/3)", "--eps", "1/10"), "B1", "bounded second"),
    (("width", "bias", "--target", "log(x)", "--eps", "1/10"), "--target", "finite and real"),
    (("certify", "--network", "missing.npz", *SINE), "--network", "no such file"),
    (("certify", "--network", "network.txt", *SINE), "--network", ".npz or .safetensors"),
    (("theorems", "--family", "permutations"), "--family", "did you mean 'permutation'"),
    (("show", "missing.json"), "FILE", "no such file"),
    (("report", "missing"), "DIR", "does not exist"),
    (("check", "missing.json"), "FILE", "No such file"),
    (("frobnicate",), "command line", "--help"),
]


@pytest.mark.parametrize(("arguments", "named", "said"), ROWS)
def test_one_line_and_exit_2(
    icebound: Callable[..., Run],
    arguments: tuple[str, ...],
    named: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = icebound(*arguments)
    assert run.status == 2
    assert run.last_error.startswith(f"icebound: error: {named}: "), run.last_error
    assert said in run.last_error
    assert "Traceback" not in run.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("arguments", "named", "said"), ROWS)
def test_the_same_as_one_json_object(
    icebound: Callable[..., Run], arguments: tuple[str, ...], named: str, said: str
) -> None:
    run = icebound(*arguments, "--json") if arguments != ("frobnicate",) else icebound("frobnicate")
    if arguments == ("frobnicate",):
        assert run.out == ""
        return
    error = run.document["error"]
    assert set(error) == {"kind", "argument", "value", "accepted"}
    assert error["argument"] == named
    assert run.status == 2


def test_output_folder_that_cannot_be_written(icebound: Callable[..., Run], tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    run = icebound(*SANDWICH, *SINE, "--width", "20", *QUICK, "--out", blocked / "deeper")
    assert run.status == 2
    assert "--out" in run.last_error
    assert blocked.read_text() == "in the way"


NETWORKS: list[tuple[dict[str, object], str]] = [
    ({"W": [1.0], "C": [1.0]}, "the arrays"),
    ({"W": [1.0, 2.0], "b": [0.0], "C": [1.0]}, "different lengths"),
    ({"W": [np.nan], "b": [0.0], "C": [1.0]}, "finite"),
    ({"W": [1j], "b": [0.0], "C": [1.0]}, "real float64"),
    ({"W": ["one"], "b": [0.0], "C": [1.0]}, "real float64"),
    ({"W": np.ones((2, 2)), "b": [0.0], "C": [1.0]}, "shape"),
    (
        {"locations": [0.0, 1.0], "p": [0.0, 1.0], "q": [0.0, 0.5], "alpha": 0.0, "gamma": 1.0}
        | {"initial": [0.0, 1.0, 0.0, -1.0]},
        "no permutation",
    ),
    (
        {"locations": [1.0, 0.0], "p": [0.0, 1.0], "q": [0.0, -1.0], "alpha": 0.0, "gamma": 1.0},
        "sorted",
    ),
]


@pytest.mark.parametrize(("arrays", "said"), NETWORKS)
def test_networks_that_cannot_be_meant(
    icebound: Callable[..., Run], tmp_path: Path, arrays: dict[str, object], said: str
) -> None:
    path = tmp_path / "network.npz"
    np.savez(path, **{name: np.asarray(value) for name, value in arrays.items()})
    run = icebound("certify", "--network", path, *SINE)
    assert run.status == 2
    assert said in run.last_error


def test_pickles_are_never_loaded(icebound: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    np.savez(path, W=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    run = icebound("certify", "--network", path, *SINE)
    assert run.status == 2
    assert "allow_pickle=False" in run.last_error


def test_damaged_archive(icebound: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    np.savez(path, W=np.ones(50), b=np.ones(50), C=np.ones(50))
    path.write_bytes(path.read_bytes()[:300])
    run = icebound("certify", "--network", path, *SINE)
    assert run.status == 2
    assert "cannot be read" in run.last_error
