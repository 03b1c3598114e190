"""Kind ``trajectory``: known distances to the last digits, and every false or malformed claim."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.checker import build
from verify.checker import CheckResult, check_file

STEPS = 6
# y_t = x_{t-1} + 2 is 2 + cos((t-1)/10) - cos(t/10) away from x_t
EXACT = [2 + math.cos(t / 10) - math.cos((t + 1) / 10) for t in range(1, STEPS + 1)]
SMALL = 1e-9
# two units, one of which changes its sign along the way
PAIR = {
    "W": [0.25, -0.5, 0.5, 0.125], "B": [0.5, -1.0], "C": [0.5, -0.25], "b": [0.25, 0.125],
    "start": [0.0, 0.5],
}  # fmt: skip
LEAK = {"alpha": -0.5, "beta": 0.5}
BOX = ["199/100", "201/100", "-1/100", "1/100"]
# |error| of PAIR on van der Pol from the middle of BOX: simulated below, in floats
LORENZ = {"sigma": "10", "rho": "28", "beta": "8/3"}


def check(folder: Path, certificate: build.Certificate) -> CheckResult:
    return check_file(build.write(folder, certificate))


def pair(errors: list[float], **change: Any) -> build.Certificate:
    stated: dict[str, Any] = {
        "system": "vanderpol", "parameters": {"mu": "1"}, "scale": "14417/10000", "box": BOX,
        "input": "output", "warm": 3,
    }  # fmt: skip
    return build.trajectory(errors, PAIR, scalars=LEAK, **(stated | change))


def simulated(steps: int, warm: int, start: tuple[float, float], mu: float = 1.0) -> list[float]:
    """|error| of PAIR by Runge-Kutta and floats."""
    x, v = start
    samples = []
    for _ in range(warm + steps + 1):
        samples.append(x / 1.4417)
        for _ in range(20):
            x, v = _runge_kutta(x, v, 0.005, mu)
    r, y, errors = [0.0, 0.5], 0.0, []
    for t in range(warm + steps):
        fed = samples[t] if t < warm else y
        field = [
            PAIR["W"][2 * i] * r[0]
            + PAIR["W"][2 * i + 1] * r[1]
            + PAIR["B"][i] * fed
            + PAIR["b"][i]
            for i in range(2)
        ]
        r = [0.5 * r[i] + 0.5 * max(field[i], 0.0) for i in range(2)]
        y = 0.5 * r[0] - 0.25 * r[1]
        if t >= warm:
            errors.append(abs(y - samples[t + 1]))
    return errors


def _runge_kutta(x: float, v: float, h: float, mu: float) -> tuple[float, float]:
    def f(x: float, v: float) -> tuple[float, float]:
        return v, mu * (1 - x * x) * v - x

    a = f(x, v)
    b = f(x + h / 2 * a[0], v + h / 2 * a[1])
    c = f(x + h / 2 * b[0], v + h / 2 * b[1])
    d = f(x + h * c[0], v + h * c[1])
    return (
        x + h / 6 * (a[0] + 2 * b[0] + 2 * c[0] + d[0]),
        v + h / 6 * (a[1] + 2 * b[1] + 2 * c[1] + d[1]),
    )


CORNERS = [(a, b) for a in (1.99, 2.01) for b in (-0.01, 0.01)]
WORST = [max(column) for column in zip(*(simulated(4, 3, c) for c in CORNERS), strict=True)]


def test_the_exact_distance_and_a_little_less(tmp_path: Path) -> None:
    above = [value + SMALL for value in EXACT]
    result = check(tmp_path, build.trajectory(above))
    assert (result.status, "6 steps, 1 cell" in result.reason) == ("PROVED", True)
    assert check(tmp_path, build.trajectory(above, folder=tmp_path)).status == "PROVED"
    for t in range(STEPS):
        below = [value - 2 * SMALL * (k == t) for k, value in enumerate(above)]
        result = check(tmp_path, build.trajectory(below))
        assert (result.status, f"step {t + 1} " in result.reason) == ("REFUTED", True)


def test_a_box_and_its_corners(tmp_path: Path) -> None:
    assert check(tmp_path, pair([value + 0.02 for value in WORST])).status == "PROVED"
    # what some start in the box exceeds is refuted
    assert check(tmp_path, pair([value - 1e-4 for value in WORST])).status == "REFUTED"
    # what none exceeds is never refuted, and is proved once the cells are small enough
    tight = [value + 2e-5 for value in WORST]
    assert check(tmp_path, pair(tight)).status == "UNDECIDED"
    assert check(tmp_path, pair(tight, split=[3, 2])).status == "PROVED"


# x_{t+1} = 2 cos(1/10) x_t - x_{t-1} along x'' = -x: three units foretell it to rounding errors,
# r = (x_t + 4, x_{t-1} + 4, 1), whatever the start
TWICE = 2 * math.cos(0.1)
PERFECT = {
    "W": [0.0] * 3 + [1.0, 0.0, 0.0] + [0.0] * 3, "B": [1.0, 0.0, 0.0],
    "C": [TWICE, -1.0, 4 - 4 * TWICE], "b": [4.0, 0.0, 1.0], "start": [0.0] * 3,
}  # fmt: skip


def perfect(arrays: dict[str, list[float]] | None = None, **change: Any) -> build.Certificate:
    stated: dict[str, Any] = {"input": "output", "warm": 2, "box": ["1/2", "3/2", "-1", "1"]}
    return build.trajectory([SMALL] * STEPS, arrays or PERFECT, **(stated | change))


@pytest.mark.parametrize("source", ["output", "truth"])
def test_a_perfect_network(tmp_path: Path, source: str) -> None:
    """The distance of two wide sets is tiny, since it is taken start by start."""
    result = check(tmp_path, perfect(input=source))
    assert result.status == "PROVED", result.reason
    assert check(tmp_path, perfect(input=source, scale="2")).status == "PROVED"


@pytest.mark.parametrize(
    "change",
    [
        {"system": "vanderpol", "parameters": {"mu": "1/1000"}, "box": ["1", "1", "0", "0"]},
        {"step": "100001/1000000"},
        {"warm": 1},
        {"delay": 2},
        {"input": "zero"},
        {"scalars": {"alpha": 2.0**-20}},
        {"scalars": {"beta": 1 + 2.0**-20}},
        {"box": ["-9", "9", "-1", "1"]},
    ],
)
def test_false_claims(tmp_path: Path, change: build.Certificate) -> None:
    result = check(tmp_path, perfect(**change))
    expected = {"REFUTED", "UNDECIDED"} if "-9" in change.get("box", ()) else {"REFUTED"}
    assert result.status in expected, result.reason


@pytest.mark.parametrize("name", ["W", "B", "C", "b"])
def test_every_weight_counts(tmp_path: Path, name: str) -> None:
    for k, value in enumerate(PERFECT[name]):
        changed = [v + 2.0**-20 * (i == k) for i, v in enumerate(PERFECT[name])]
        result = check(tmp_path, perfect(PERFECT | {name: changed}))
        # another weight of a unit that is 0 or beside 0 would change nothing: there is none here
        assert result.status == "REFUTED", (name, k, value)


@pytest.mark.parametrize("name", ["W", "B", "C"])
def test_frozen_matrices_are_those_declared(tmp_path: Path, name: str) -> None:
    certificate = build.trajectory([2.5])
    digits = certificate["frozen"][name]
    certificate["frozen"] |= {name: digits[::-1]}
    result = check(tmp_path, certificate)
    assert (result.status, f"{name} is not" in result.reason) == ("REFUTED", True)


@pytest.mark.parametrize(
    "change",
    [
        {"system": "pendulum"},
        {"parameters": {"mu": "1"}},
        {"system": "vanderpol"},
        {"system": "lorenz", "parameters": LORENZ},
        {"step": "0"},
        {"scale": "-1"},
        {"delay": 0},
        {"input": "noise"},
        {"input": "output", "warm": 0},
        {"warm": -1},
        {"steps": 0},
        {"steps": 3},
        {"box": ["1", "0", "0", "0"]},
        {"box": ["1", "1"]},
        {"box": ["nan", "1", "0", "0"]},
        {"split": [0, 1]},
        {"split": [1]},
        {"split": [100_000, 100_000]},
        {"units": 2},
        {"frozen": {"W": "", "B": "", "C": ""}},
        {"norm": "sup"},
        {"bound": {"direction": "lower", "value": "5/2"}},
        {"bound": {"direction": "upper", "value": "3"}},
    ],
)
def test_malformed(tmp_path: Path, change: build.Certificate) -> None:
    result = check(tmp_path, build.trajectory([2.5, 2.5]) | change)
    assert result.status == "INVALID", result.reason
    assert "\n" not in result.reason


@pytest.mark.parametrize("scalars", [{"beta": -1.0}, {"bits": 0.0}, {"bits": 65.0}, {"bits": -3.0}])
def test_scalars_out_of_range(tmp_path: Path, scalars: dict[str, float]) -> None:
    assert check(tmp_path, build.trajectory([2.5], scalars=scalars)).status == "INVALID"


def test_negative_errors_and_side_files(tmp_path: Path) -> None:
    assert check(tmp_path, build.trajectory([2.5, -2.5])).status == "INVALID"
    certificate = build.trajectory([2.5], folder=tmp_path)
    path = tmp_path / certificate["witness"]["file"]["name"]
    content = path.read_bytes()
    path.write_bytes(content[:-8])
    assert check(tmp_path, certificate).status == "INVALID"
    path.write_bytes(content[:-1] + b"\x7f")
    assert check(tmp_path, certificate).status == "INVALID"
    path.unlink()
    assert check(tmp_path, certificate).status == "INVALID"


def test_lorenz_and_a_blow_up(tmp_path: Path) -> None:
    change: dict[str, Any] = {
        "system": "lorenz", "parameters": LORENZ, "step": "1/100", "scale": "8", "delay": 5,
        "box": ["1", "1", "2", "2", "20", "20"], "split": [1, 1, 1],
    }  # fmt: skip
    assert check(tmp_path, build.trajectory([3.0, 3.0], **change)).status == "PROVED"
    assert check(tmp_path, build.trajectory([1.0, 1.0], **change)).status == "REFUTED"
    wide = change | {"box": ["-20", "20"] * 3, "step": "1"}
    result = check(tmp_path, build.trajectory([3.0, 3.0], **wide))
    assert (result.status, "not enclosed" in result.reason) == ("UNDECIDED", True)


def test_the_time_budget(tmp_path: Path) -> None:
    path = build.write(tmp_path, build.trajectory([2.5] * 4000))
    result = check_file(path, seconds=0.5)
    assert (result.status, "time budget" in result.reason) == ("UNDECIDED", True)
    assert result.seconds < 5
