"""Strategies and assertions as users meet them: planted bugs are found, bad bounds are refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from numerics.networks import PermutationNetwork
from numerics.permutation.realise import realise
from theory.errors import InputError
from theory.targets.enclosures import Profile
from theory.targets.target import Target
from verify import pictures, strategies
from verify.claims import claims_table, with_table
from verify.files import atomic_path, output_folder, write_text
from verify.network_files import read_network, write_network
from verify.testing import assert_exceeds, assert_permutation, assert_within

ROOT = Path(__file__).parents[2]


@settings(max_examples=25)
@given(target=strategies.targets(smoothness="smooth"))
def test_smooth_targets_have_bounded_curvature(target: Target) -> None:
    assert Profile(target).curvature.available


@settings(max_examples=20)
@given(target=strategies.targets(smoothness="continuous"))
def test_all_targets_are_finite(target: Target) -> None:
    assert Profile(target).sup.available


def test_kinks_and_roots_do_occur() -> None:
    # the first example will do: shrinking it costs half a minute
    quiet = settings(
        suppress_health_check=list(HealthCheck), max_examples=2000, phases=(Phase.generate,)
    )
    kink = find(
        strategies.targets(smoothness="lipschitz"),
        lambda target: not Profile(target).curvature.available,
        settings=quiet,
    )
    assert "abs" in kink.text
    root = find(
        strategies.targets(smoothness="continuous"),
        lambda target: not Profile(target).slope.available,
        settings=quiet,
    )
    assert "sqrt" in root.text


@given(network=strategies.permutation_networks())
def test_networks_are_permutations(network: PermutationNetwork) -> None:
    assert_permutation(network)
    grid = np.linspace(float(network.locations[0]), float(network.locations[-1]), 7)
    hinges = np.maximum(np.subtract.outer(grid, network.locations), 0) @ network.p
    hinges += np.maximum(-np.subtract.outer(grid, network.locations), 0) @ network.q
    assert np.allclose(network(grid), network.alpha + network.gamma * hinges, atol=1e-9)


@given(kinks=strategies.kink_sequences())
def test_kink_sequences_are_realisable(kinks: Any) -> None:
    found = realise(kinks)
    assert np.array_equal((found.positive - found.negative)[1:-1], kinks)


def test_planted_bug_is_found() -> None:
    """A construction that is off by a tenth of its bound for one sign of the target."""

    def broken(target: Target) -> float:
        return Profile(target).sup.upper * (0.9 if target.text.startswith("(-") else 1.001)

    @settings(derandomize=True, max_examples=200, database=None, report_multiple_bugs=False)
    @given(target=strategies.targets(domain=(Fraction(0), Fraction(1)), max_terms=1))
    def claim(target: Target) -> None:
        zero = PermutationNetwork(
            np.array([0.0, 1.0]), np.zeros(2), np.zeros(2), 0.0, 1.0, np.zeros(4)
        )
        assert_within(zero, target, broken(target), gap=1e-5)

    with pytest.raises(AssertionError, match="refuted"):
        claim()


def _line() -> tuple[PermutationNetwork, Target]:
    """g(x) = relu(x) - 0 = x on [0, 1]."""
    network = PermutationNetwork(
        np.array([0.0, 1.0]), np.array([1.0, 0.0]), np.array([0.0, -1.0]), 1.0, 0.5,
        np.array([0.0, 1.0, 0.0, -1.0]),
    )  # fmt: skip
    return network, Target.parse("x")


def test_assertions_pass_only_on_proof() -> None:
    network, target = _line()
    # g = 1 + (x + (x - 1))/2 = x + 1/2
    assert assert_within(network, target, 0.5 + 1e-9).lower == pytest.approx(0.5)
    assert_exceeds(network, target, 0.5 - 1e-9)
    with pytest.raises(AssertionError, match="refuted"):
        assert_within(network, target, 0.49)
    with pytest.raises(AssertionError, match="not shown"):
        assert_exceeds(network, target, 0.51)
    with pytest.raises(AssertionError, match="not a permutation"):
        assert_permutation(replace(network, p=np.array([1.0, 0.25])))


def test_files_are_whole_or_absent(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "first")

    def interrupted() -> None:
        with atomic_path(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        interrupted()
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(InputError, match="--out"):
        output_folder(path / "below")


@given(network=strategies.permutation_networks(max_width=12))
def test_networks_survive_their_files(
    network: PermutationNetwork, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("net") / "network.npz"
    read = read_network(write_network(path, network))
    assert isinstance(read, PermutationNetwork)
    for name in ("locations", "p", "q", "initial"):
        assert np.array_equal(getattr(read, name), getattr(network, name))
    assert (read.alpha, read.gamma) == (network.alpha, network.gamma)


def test_claims_table_of_the_readme_is_current() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert with_table(text) == text, "run python -m verify.claims"
    assert "| P8 |" in claims_table()
    with pytest.raises(ValueError, match="markers"):
        with_table("no markers here")


def test_pictures_show_every_curve(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    network, target = _line()
    curve = pictures.Curve("constructed", network, 0.5, "a line")
    figure = pictures.target_and_networks(target, [curve], 0.1)
    labels = [text.get_text() for axes in figure.axes for text in axes.get_legend().get_texts()]
    assert labels == [
        "x",
        "a line",
        "a line: sup",
        "certified lower bound, any network of this width",
    ]
    saved = pictures.save(figure, tmp_path / "a.png")
    assert saved.read_bytes().startswith(b"\x89PNG")
    series = pictures.Series("s", {10: 0.1, 20: 0.01}, "#000000", certified=False)
    chart = pictures.error_against_width("t", [series])
    (legend,) = chart.axes[0].get_legend().get_texts()
    assert legend.get_text() == "s (measured)"


def test_every_strategy_is_a_name_of_the_package() -> None:
    for name in strategies.__all__:
        assert callable(getattr(strategies, name))
    assert dir(strategies) == sorted(strategies.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        strategies.nothing  # noqa: B018


@given(weights=strategies.frozen_draws().map(lambda draw: draw.weights(9)), data=st.data())
def test_bias_vectors_are_knots_or_off(weights: Any, data: st.DataObject) -> None:
    W = weights[0][:, 0]
    domain = (Fraction(-2), Fraction(1))
    b = data.draw(strategies.bias_vectors(W, domain=domain))
    knots = -b / W
    off = (W * -2.0 + b < 0) & (W * 1.0 + b < 0)
    # knots lie in twice the domain around it, units without one are off on all of it
    assert (off | ((knots >= -3.6) & (knots <= 2.6))).all()
