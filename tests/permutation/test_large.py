"""A million locations: time, memory, and the bound against extended precision."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from numerics.networks import Array
from numerics.permutation.kinks import build_kinks
from tests.permutation.problems import SMOOTH, UNIT, p8_bound

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, resource, sys, time
from tests.permutation.problems import SMOOTH, UNIT
from numerics.permutation import kinks, pseudo_copies, steps

sine = SMOOTH[0]
name, constants = sys.argv[1], json.loads(sys.argv[2])
build = {**vars(kinks), **vars(steps), **vars(pseudo_copies)}[name]
start = time.perf_counter()
built = build(sine.sampler(), 10**6, UNIT, **constants)
seconds = time.perf_counter() - start
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, memory / 1e6, built.rounding, built.network.is_permutation()]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "constants", "bound"),
    [
        ("build_kinks", {"curvature": SMOOTH[0].curvature}, 2.5e-11),
        ("build_kinks_lipschitz", {"lipschitz": SMOOTH[0].lipschitz}, 9.5e-6),
        ("build_steps", {"lipschitz": SMOOTH[0].lipschitz}, 2.6e-5),
        ("build_pseudo_copies", {"lipschitz": SMOOTH[0].lipschitz, "variation": 4.0}, 0.05),
    ],
)
def test_a_million_in_seconds(name: str, constants: dict[str, float], bound: float) -> None:
    """Under 10 s and 1 GB (about 0.5 s and 0.3 GB), the rounding far below the bound."""
    command = [sys.executable, "-c", PROGRAM, name, json.dumps(constants)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    seconds, gigabytes, rounding, permuted = json.loads(output)
    assert permuted
    assert seconds < 10
    assert gigabytes < 1
    assert rounding < 0.01 * bound


def extended(t: Array, places: Array, p: Array, q: Array) -> np.ndarray:
    """sum p relu(t - places) + q relu(places - t) for t between neighbours, in long double."""
    where, right, left = (x.astype(np.longdouble) for x in (places, p, q))
    slopes = np.concatenate([[-left.sum()], right + left]).cumsum()
    knots = np.concatenate([[left @ (where - where[0])], slopes[1:-1] * np.diff(where)]).cumsum()
    index = np.searchsorted(places, t, side="right")
    return np.asarray(knots[index - 1] + slopes[index] * (t - where[index - 1]))


@pytest.mark.slow
@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 63, reason="no extended precision here")
def test_a_million_within_the_bound() -> None:
    sine, n = SMOOTH[0], 10**6
    built = build_kinks(sine.sampler(), n, UNIT, curvature=sine.curvature)
    net = built.network
    t = (net.locations[:-1] + net.locations[1:]) / 2
    t = np.concatenate([net.locations, t])
    value = net.alpha + net.gamma * extended(t, net.locations, net.p, net.q)
    tau = 2 * np.longdouble("3.14159265358979323846264338327950288")
    error = float(np.abs(value - np.sin(tau * t)).max())
    bound = p8_bound(built, sine.curvature)
    assert 0.8 * bound < error <= bound + built.rounding + 1e-15
