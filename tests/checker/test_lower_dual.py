"""Kind ``lower-dual``: the supremum over all units, from both sides, and mutations."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest

from tests.checker import build
from tests.checker.test_dual_units import cube_rule, phi_at
from theory.ridgelet.activations import activation
from verify.checker import CheckResult, check_file


def check(folder: Path, certificate: build.Certificate, seconds: float = 60) -> CheckResult:
    result = check_file(build.write(folder, certificate), seconds=seconds)
    assert "checker failed" not in result.reason, result.reason
    return result


# A small true certificate: P_2 + P_4/4 against exp(x) on [0, 1], tanh, V = [-2, 2] x [-1/16, 1/16].
COEFFICIENTS = [0.0, 0.0, 1.0, 0.0, 0.25]
SHAPE = {"box": {"lambda": "2", "beta": "1/16"}, "budget": "1/2"}


def best_value() -> float:
    """(<f, phi> - B M)/|phi| on a dense grid, in floats."""
    nodes, weights = cube_rule(1, 60)
    x = (nodes[:, 0] + 1) / 2
    phi = phi_at(COEFFICIENTS, 4, nodes)
    a, b = np.meshgrid(np.linspace(-2, 2, 401), np.linspace(-0.0625, 0.0625, 401))
    features = np.tanh(np.outer(x, a.ravel()) - b.ravel())
    most = np.abs((weights * phi) @ features).max()
    inner = float((weights * phi) @ np.exp(x))
    return float((inner - 0.5 * most) / math.sqrt(1 + 1 / 16))


def small(value: float | str, **change: object) -> build.Certificate:
    arrays = {"coefficients": change.pop("coefficients", COEFFICIENTS)}
    shape = {**SHAPE, **change}
    return build.dual("exp(x)", value, arrays, degree=4, **shape)  # type: ignore[arg-type]


def test_the_best_value_is_decided_from_both_sides(tmp_path: Path) -> None:
    best = best_value()
    assert best > 0.01
    assert check(tmp_path, small(best * (1 - 1e-4))).status == "PROVED"
    assert check(tmp_path, small(best * (1 + 1e-4))).status == "REFUTED"


def test_a_bound_is_tight_to_a_millionth(tmp_path: Path) -> None:
    """The maximum is at the grid's corner or inside: bisect for the largest value proved."""
    low, high = best_value() * (1 - 1e-3), best_value() * (1 + 1e-3)
    for _ in range(12):
        middle = (low + high) / 2
        status = check(tmp_path, small(middle)).status
        low, high = (middle, high) if status == "PROVED" else (low, middle)
    assert check(tmp_path, small(low)).status == "PROVED"
    assert check(tmp_path, small(low * (1 + 2e-6))).status == "REFUTED"
    assert low == pytest.approx(best_value(), rel=1e-4)


@pytest.mark.parametrize(
    "change",
    [
        {"coefficients": [0.0, 0.0, -1.0, 0.0, 0.25]},
        {"coefficients": [0.0, 0.0, 1.0, 0.0, -0.25]},
        {"coefficients": [0.0, 0.0, 0.0, 0.0, 0.25]},
        {"coefficients": [0.0] * 5},
        {"box": {"lambda": "3", "beta": "1/16"}},
        {"box": {"lambda": "2", "beta": "1/2"}},
        {"budget": "1"},
        {"affine": True, "coefficients": [0.0, 1e-300, 1.0, 0.0, 0.25]},
        {"affine": True, "coefficients": [1e-300, 0.0, 1.0, 0.0, 0.25]},
    ],
)
def test_false_certificates(tmp_path: Path, change: dict[str, object]) -> None:
    value = best_value() * (1 - 1e-4)
    assert check(tmp_path, small(value)).status == "PROVED"
    result = check(tmp_path, small(value, **change))
    assert result.status == "REFUTED", result


def test_true_variations(tmp_path: Path) -> None:
    value = best_value() * (1 - 1e-4)
    for change in (
        {"box": {"lambda": "1", "beta": "1/16"}},
        {"box": {"lambda": "2", "beta": "0"}},
        {"budget": "0"},
        {"affine": True},
        {"coefficients": [1024 * c for c in COEFFICIENTS]},
    ):
        assert check(tmp_path, small(value, **change)).status == "PROVED", change


@pytest.mark.parametrize(
    "change",
    [
        {"activation": "Tanh"},
        {"activation": 3},
        {"dimension": 2},
        {"dimension": "1"},
        {"dimension": 4},
        {"box": {"lambda": "0", "beta": "1"}},
        {"box": {"lambda": "1", "beta": "-1"}},
        {"box": {"lambda": "1"}},
        {"box": None},
        {"budget": "-1"},
        {"budget": "nan"},
        {"affine": 0},
        {"norm": "sup"},
        {"target": None},
        {"bound": {"direction": "upper", "value": "1/1000"}},
    ],
)
def test_malformed(tmp_path: Path, change: dict[str, object]) -> None:
    assert check(tmp_path, small("1/1000") | change).status == "INVALID"


def test_malformed_witnesses(tmp_path: Path) -> None:
    good = small("1/1000")
    assert check(tmp_path, good).status == "PROVED"
    for degree in ("3", "5", "-1", "1/2", "100000", "x"):
        bad = good | {"witness": good["witness"] | {"scalars": {"degree": degree}}}
        assert check(tmp_path, bad).status == "INVALID", degree
    for entry in ("nan", "inf", "1/3", None):
        numbers = [entry, *good["witness"]["arrays"]["coefficients"][1:]]
        bad = good | {"witness": good["witness"] | {"arrays": {"coefficients": numbers}}}
        assert check(tmp_path, bad).status == "INVALID"
    content = build.write(tmp_path, good).read_text()
    (tmp_path / "cut.json").write_text(content[:-40])
    assert check_file(tmp_path / "cut.json").status == "INVALID"
    rows = {"points": [0.0, 1.0], "values": [1.0, 2.0], "phi": [1.0, -1.0]}
    for name in rows:
        short = rows | {name: [1.0]}
        assert check(tmp_path, build.dual(None, "1/100", short)).status == "INVALID"
    nan = build.dual(None, "1/100", rows | {"phi": [1.0, math.nan]}, folder=tmp_path)
    assert check(tmp_path, nan).status == "INVALID"


def test_the_order_of_coefficients_in_the_plane(tmp_path: Path) -> None:
    # f = x1 on [0,1]^2 meets index (0, 1), the second coefficient: <x1, P_(0,1)> = 1/sqrt 12
    square = {"domain": ["0", "1", "0", "1"], "degree": 1, "budget": "1*2^-20"}
    value = 0.999 / math.sqrt(12)
    second = build.dual("x1", value, {"coefficients": [0.0, 1.0, 0.0]}, **square)  # type: ignore[arg-type]
    third = build.dual("x1", value, {"coefficients": [0.0, 0.0, 1.0]}, **square)  # type: ignore[arg-type]
    assert check(tmp_path, second).status == "PROVED"
    assert check(tmp_path, third).status == "REFUTED"


@pytest.mark.parametrize("name", ["relu", "step", "tanh"])
@pytest.mark.parametrize("affine", [False, True])
def test_data_from_both_sides(tmp_path: Path, name: str, affine: bool) -> None:
    x = np.linspace(-1, 1, 21)
    phi = np.cos(7 * x)
    y = np.cos(7 * x) + 0.5 * np.sin(3 * x)
    frame = np.column_stack([np.ones_like(x), x])
    flat = phi - frame @ np.linalg.lstsq(frame, phi, rcond=None)[0] if affine else phi
    units = np.array(list(itertools.product(np.linspace(-2, 2, 201), np.linspace(-1, 1, 201))))
    features = activation(name).values(np.outer(x, units[:, 0]) - units[:, 1])
    most = np.abs(flat @ features).max() / 21
    best = (flat @ y / 21 - 0.25 * most) / math.sqrt(np.mean(flat**2))
    arrays = {"points": x.tolist(), "values": y.tolist(), "phi": phi.tolist()}
    shape = {"activation": name, "affine": affine, "budget": "1/4"}
    shape["box"] = {"lambda": "2", "beta": "1"}
    below, above = (
        build.dual(None, best * factor, arrays, **shape)  # type: ignore[arg-type]
        for factor in (1 - 2e-2, 1 + 1e-6)
    )
    assert check(tmp_path, below).status == "PROVED"
    assert check(tmp_path, above).status == "REFUTED"


def test_data_that_determine_no_affine_function(tmp_path: Path) -> None:
    rows = {"points": [1.0, 1.0], "values": [1.0, 2.0], "phi": [1.0, -1.0]}
    result = check(tmp_path, build.dual(None, "1/100", rows, affine=True))
    assert result.status == "UNDECIDED"
    # without it both rows are one point: phi is orthogonal to every function of x
    assert check(tmp_path, build.dual(None, "1/100", rows)).status == "REFUTED"
    assert (
        check(tmp_path, build.dual(None, "1/100", rows | {"phi": [-1.0, 1.0]})).status == "PROVED"
    )


def test_what_takes_too_long_is_undecided_at_once(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    n = 40_000
    arrays = {
        "points": rng.uniform(-1, 1, 3 * n).tolist(),
        "values": rng.uniform(0, 1, n).tolist(),
        "phi": rng.uniform(0, 1, n).tolist(),
    }
    shape = {"dimension": 3, "box": {"lambda": "5", "beta": "5"}, "budget": "1*2^-10"}
    certificate = build.dual(None, "1/1000", arrays, folder=tmp_path, **shape)  # type: ignore[arg-type]
    result = check(tmp_path, certificate, seconds=2)
    assert result.status == "UNDECIDED"
    assert "need" in result.reason or "are more than" in result.reason
    assert result.seconds < 4
    wide = small("1/1000", box={"lambda": "1000000", "beta": "1000000"})
    result = check(tmp_path, wide, seconds=2)
    assert result.status == "UNDECIDED"
    assert result.seconds < 4


def test_relu_on_a_cube_is_left_open(tmp_path: Path) -> None:
    cube = {"domain": ["0", "1"] * 3, "degree": 1, "activation": "relu"}
    certificate = build.dual("x1", "1/100", {"coefficients": [0.0, 0.0, 1.0, 0.0]}, **cube)  # type: ignore[arg-type]
    result = check(tmp_path, certificate)
    assert result.status == "UNDECIDED"
    assert "relu" in result.reason


def test_checks_are_quick(tmp_path: Path) -> None:
    result = check(tmp_path, small(best_value() * (1 - 1e-4)))
    assert result.status == "PROVED"
    assert result.seconds < 3
    assert json.loads((tmp_path / "certificate.json").read_text())["kind"] == "lower-dual"
