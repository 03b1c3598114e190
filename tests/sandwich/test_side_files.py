"""Witnesses too large for the certificate itself go to a side file, which the checker reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from numerics.bias.construction import build_biases
from numerics.bias.draw import BiasDraw
from numerics.networks import Network, ReluNetwork
from theory.targets.target import Target
from verify.certificates import INLINE_LIMIT, upper_certificate
from verify.certify.sup import certify_sup
from verify.checker import check_file
from verify.sandwiches.constructions import construct
from verify.sandwiches.request import PermutationRequest

SINE = Target.parse("sin(2*pi*x)")


def interpolant(width: int) -> ReluNetwork:
    knots = np.arange(width) / width
    slopes = np.diff(np.sin(2 * np.pi * np.append(knots, 1.0))) * width
    return ReluNetwork(np.ones(width), -knots, np.diff(slopes, prepend=0.0))


def permutation(width: int) -> Network:
    request = PermutationRequest(SINE, width)
    _, built = construct(request, request.profile())
    assert built is not None
    return built.construction.network


def biases(width: int) -> Network:
    W, C = BiasDraw(1.0, 0).weights(width)
    return build_biases(SINE, W[:, 0], C[0], draw=BiasDraw(1.0, 0)).network.relu()


@pytest.mark.parametrize("made", [interpolant, permutation, biases])
@pytest.mark.parametrize("arrays", [INLINE_LIMIT // 4, INLINE_LIMIT])
def test_small_and_large_witnesses_are_proved(made: object, arrays: int, tmp_path: Path) -> None:
    width = arrays // 2 if made is biases else arrays
    network = made(width)  # type: ignore[operator]
    path = tmp_path / "upper.json"
    upper_certificate(network, SINE, certify_sup(network, SINE).upper).write(path)
    beside = list(tmp_path.glob("*.bin"))
    assert bool(beside) == (3 * width > INLINE_LIMIT)
    assert check_file(path).status == "PROVED"
