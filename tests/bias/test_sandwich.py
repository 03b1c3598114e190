"""The bias sandwich as a whole: lower <= constructed <= predicted, files that check."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numerics.bias.draw import BiasDraw
from numerics.networks import Array
from theory.errors import InputError
from theory.targets.target import Target
from verify.checker import check_file
from verify.results import Verdict
from verify.sandwiches.bias import BiasSandwich, sandwich_bias
from verify.sandwiches.bias_constructions import construct_biases, guaranteed
from verify.sandwiches.bias_request import BiasRequest
from verify.sandwiches.bias_weights import read_weights

SINE = Target.parse("sin(2*pi*x)+0.3")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[BiasSandwich, Path]:
    folder = tmp_path_factory.mktemp("sandwich")
    return sandwich_bias(BiasRequest(SINE, 300), train=False, out=folder), folder


def test_the_figures_are_in_order(result: tuple[BiasSandwich, Path]) -> None:
    made, _ = result
    assert made.verdict is Verdict.PROVED
    assert made.constructed.value is not None
    assert made.constructed.predicted is not None
    assert 0 < made.lower.value <= made.constructed.value <= made.constructed.predicted
    assert made.lower.value >= max(floor.value for floor in made.floors)
    assert made.constructed.value < 2e-3
    assert made.matching_log10_width is not None
    # matching unit by unit asks for a width out of all proportion
    assert made.matching_log10_width[0] > 10


def test_every_certificate_checks(result: tuple[BiasSandwich, Path]) -> None:
    made, folder = result
    names = sorted(path.name for path in folder.glob("*.json"))
    assert {"upper.json", "lower-knots.json"} <= set(names)
    for name in names:
        assert check_file(folder / name).status == "PROVED", name
    assert made.constructed.certificate == folder / "upper.json"
    assert made.lower.certificate is not None


def test_the_network_file_holds_the_frozen_draw(result: tuple[BiasSandwich, Path]) -> None:
    _, folder = result
    W, C = BiasDraw(1.0, 0).weights(300)
    with np.load(folder / "network.npz", allow_pickle=False) as stored:
        assert sorted(stored.files) == ["C", "W", "b"]
        assert stored["W"].tobytes() == W.tobytes()
        assert stored["C"].tobytes() == C.tobytes()
        assert (stored["W"].shape, stored["C"].shape) == ((300, 1), (1, 300))
    read = read_weights(folder / "network.npz")
    assert read[0].tobytes() == W.tobytes()


def test_the_document(result: tuple[BiasSandwich, Path]) -> None:
    made, _ = result
    document = made.as_json()
    assert document["family"] == "bias"
    assert document["trained"] is None
    assert document["weight_range"] == "1"
    wanted = {"lower", "class_lower", "constructed", "matching_log10_width", "verdict", "seed"}
    assert wanted <= set(document)
    assert set(document["class_lower"]) >= {"value", "theorem"}


def test_given_weights_are_named_in_the_certificate(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    given: tuple[Array, Array] = (rng.normal(size=150) * 5, rng.normal(size=150) * 2)
    made = sandwich_bias(BiasRequest(SINE, 150, given=given), train=False, out=tmp_path)
    assert made.verdict is Verdict.PROVED
    assert check_file(tmp_path / "upper.json").status == "PROVED"


def test_one_sign_cannot_follow(tmp_path: Path) -> None:
    W, C = (array.reshape(-1) for array in BiasDraw(1.0, 0).weights(300))
    request = BiasRequest(SINE, 300, given=(W, np.abs(C)))
    made = sandwich_bias(request, train=False, out=tmp_path)
    # convex functions stay away from a sine by half its largest chord excess (B7)
    assert made.lower.theorem in ("B6'", "B7")
    assert made.lower.value > 0.4
    assert made.constructed.value is not None
    assert made.constructed.value >= made.lower.value
    assert made.constructed.reason is not None
    assert "kink" in made.constructed.reason
    for path in tmp_path.glob("*.json"):
        assert check_file(path).status == "PROVED"


def test_a_short_draw_names_a_width_that_does() -> None:
    request = BiasRequest(SINE, 300, weight_range=Fraction(3, 10))
    figure, built = construct_biases(request, request.profile())
    assert built.construction.shortage is not None
    assert figure.reason is not None
    assert "a width of about" in figure.reason
    enough = int(figure.reason.split("about ")[1].split()[0])
    assert (built.least, built.construction.followed) == (enough, False)
    # 1/R^2 times the width that range 1 asks for, which is 200 to 350
    assert 1000 < enough < 6000
    wide = BiasRequest(SINE, enough, weight_range=Fraction(3, 10))
    _, built = construct_biases(wide, wide.profile())
    assert built.construction.followed
    assert built.least is None


@pytest.mark.parametrize(
    ("text", "width", "low", "high"),
    [("sin(2*pi*x)+0.3", 30, 180, 350), ("abs(x-1/3)", 3, 8, 60), ("sqrt(x)", 6, 10, 80),
     ("x", 1, 4, 40), ("5+0*x", 1, 2, 20)],
)  # fmt: skip
def test_the_smallest_width_is_named(text: str, width: int, low: int, high: int) -> None:
    request = BiasRequest(Target.parse(text), width)
    _, built = construct_biases(request, request.profile())
    assert not built.construction.followed
    assert built.least is not None
    assert low <= built.least <= high
    enough = BiasRequest(request.target, built.least)
    assert construct_biases(enough, enough.profile())[1].construction.followed


def test_no_width_is_named_where_none_is_near() -> None:
    request = BiasRequest(SINE, 20, weight_range=Fraction(1, 1000))
    figure, built = construct_biases(request, request.profile())
    assert built.least is None
    assert "a width of 200000 does not work either" in (figure.reason or "")
    # about a constant is what is left
    assert 0.99 < built.error.upper < 1.32


def test_b2b_of_a_wide_draw() -> None:
    target = Target.parse("x**2")
    request = BiasRequest(target, 4000)
    entry = guaranteed(request, request.profile())
    assert entry.theorem == "B2b"
    assert entry.predicted is not None
    assert 0 < entry.predicted < 1e-3
    narrow = BiasRequest(target, 100)
    assert guaranteed(narrow, narrow.profile()).predicted is None
    rough = BiasRequest(Target.parse("abs(x-1/3)"), 4000)
    entry = guaranteed(rough, rough.profile())
    assert (entry.predicted, entry.value) == (None, None)
    assert "f''" in (entry.reason or "")


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"width": 0}, "--width"),
        ({"width": 10**7}, "--width"),
        ({"weight_range": Fraction(0)}, "--weight-range"),
        ({"weight_range": Fraction(-1)}, "--weight-range"),
        ({"weight_range": Fraction(2) ** 400}, "--weight-range"),
        ({"seed": -1}, "--seed"),
        ({"given": (np.array([1e200]), np.array([1.0]))}, "--weights"),
        ({"given": (np.array([1.0]), np.array([-1e200]))}, "--weights"),
    ],
)
def test_bad_requests(change: dict[str, object], argument: str) -> None:
    with pytest.raises(InputError) as caught:
        BiasRequest(**{"target": SINE, "width": 10, **change})  # type: ignore[arg-type]
    assert caught.value.argument == argument


def test_trained_biases_stay_above_every_floor() -> None:
    pytest.importorskip("torch")
    from verify.bias_floors.floors import given_weights_floor
    from verify.sandwiches.bias_training import train_on_draw

    request = BiasRequest(SINE, 40)
    trained = train_on_draw(request, seconds=1.0)
    floor = max(found.value for found in given_weights_floor(SINE, *request.weights))
    assert floor <= trained.figure.lower_end <= trained.figure.value < 2.0
    assert trained.figure.status == "certified"
    assert trained.figure.grid_value <= trained.figure.value
    assert trained.network.W.tobytes() == request.weights[0].tobytes()
    assert trained.network.draw == BiasDraw(1.0, 0)
