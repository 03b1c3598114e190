"""Certifier and checker share no code: each accepts the other's truth and refuses its opposite."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.networks import Network, PermutationNetwork, ReluNetwork
from theory.targets.target import Target
from verify.certificates import knots_certificate, upper_certificate
from verify.certify import certify_sup
from verify.checker import check_file
from verify.knots import knot_bound
from verify.strategies import permutation_networks, targets

ANY_TARGET = st.one_of(targets(), targets(smoothness="lipschitz"), targets(smoothness="continuous"))


def status(certificate_path: Path) -> str:
    return check_file(certificate_path).status


def agree(network: Network, target: Target, folder: Path) -> None:
    error = certify_sup(network, target)
    above = math.nextafter(error.upper, math.inf)
    assert status(upper_certificate(network, target, above).write(folder / "a.json")) == "PROVED"
    below = error.lower * (1 - 1e-9)
    if below > 1e-12:
        path = upper_certificate(network, target, below).write(folder / "b.json")
        assert status(path) == "REFUTED"


@st.composite
def relu_networks(draw: st.DrawFn) -> ReluNetwork:
    width = draw(st.integers(1, 12))
    weight = st.integers(-24, 24).map(lambda k: k / 8)
    rows = [draw(st.lists(weight, min_size=width, max_size=width)) for _ in range(3)]
    return ReluNetwork(*(np.array(row) for row in rows), offset=draw(weight))


@settings(max_examples=40)
@given(target=ANY_TARGET, network=relu_networks())
def test_relu_networks(
    target: Target, network: ReluNetwork, tmp_path_factory: pytest.TempPathFactory
) -> None:
    agree(network, target, tmp_path_factory.mktemp("relu"))


@settings(max_examples=40)
@given(data=st.data(), target=ANY_TARGET)
def test_permutation_networks(
    data: st.DataObject, target: Target, tmp_path_factory: pytest.TempPathFactory
) -> None:
    network: PermutationNetwork = data.draw(
        permutation_networks(max_width=20, domain=(target.low, target.high))
    )
    agree(network, target, tmp_path_factory.mktemp("permutation"))


@settings(max_examples=25)
@given(target=ANY_TARGET, width=st.integers(1, 40))
def test_knot_bounds(target: Target, width: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("knots")
    found = knot_bound(target, width)
    if found.value <= 0:
        assert found.reason
        return
    honest = knots_certificate(target, width, found.value * (1 - 1e-12), found.points)
    assert status(honest.write(folder / "a.json")) == "PROVED"
    false = knots_certificate(target, width, found.value * (1 + 1e-6), found.points)
    assert status(false.write(folder / "b.json")) == "REFUTED"
