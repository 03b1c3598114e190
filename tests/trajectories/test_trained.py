"""The trained network of ``examples``: a hundred steps, its certificate, and random starts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from numerics.dynamics.draws import frozen_matrices
from numerics.dynamics.systems import SYSTEMS, integrate
from tests.house.layout import ROOT
from tests.trajectories.networks import simulated
from verify.checker import check_file
from verify.cli.trajectory import _box
from verify.dynamics.network_file import read_trained
from verify.trajectories.request import TrajectoryRequest
from verify.trajectories.run import trajectory

FILE = ROOT / "examples" / "vanderpol.npz"
HALF = 0.01


def test_its_frozen_matrices_are_drawn() -> None:
    file = read_trained(FILE)
    drawn = frozen_matrices(file.network.width, file.gain, file.seed)
    for name in "WBC":
        # erfinv may differ in the last place between versions of SciPy
        assert np.allclose(getattr(drawn, name), getattr(file.network, name), rtol=1e-13, atol=0)
    assert not np.array_equal(file.network.b, file.initial_b)


@pytest.mark.slow
def test_a_hundred_steps(tmp_path: Path, rng: np.random.Generator) -> None:
    file = read_trained(FILE)
    found = trajectory(
        TrajectoryRequest(file, _box(f"1.99,2.01,-{HALF},{HALF}"), 100), out=tmp_path
    )
    assert found.blow_up_at is None
    assert found.horizon == 100
    worst = np.zeros(100)
    for eps in (*np.array([(a, b) for a in (-1, 1) for b in (-1, 1)]), *rng.uniform(-1, 1, (4, 2))):
        start = np.array([2.0, 0.0]) + HALF * eps
        path = integrate(SYSTEMS["vanderpol"], start, 142, rtol=1e-11, atol=1e-12)
        truth = path[:, 0] / file.scale
        errors = simulated(file.network, truth, warm=40, steps=100, delay=1, mode="free")
        worst = np.maximum(worst, np.abs(errors))
    for seen, bound in zip(worst, found.steps, strict=True):
        assert bound.lower - 1e-8 <= seen <= bound.upper + 1e-8
    assert found.certificate is not None
    assert check_file(found.certificate, seconds=600.0).status == "PROVED"
