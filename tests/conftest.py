"""What every test shares: hypothesis profiles, a seed that failures show, flint left as found."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator

# Before numpy or torch load: one thread each, so that parallel workers do not fight over cores and
# sums are taken in the same order everywhere.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import flint
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

# Timings differ tenfold between machines: no deadlines, the suite's own length is the measure.
# Where the variable CI is set hypothesis fixes its seeds by default; only "ci" is meant to.
settings.register_profile("dev", deadline=None, derandomize=False)
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50, print_blob=True)
settings.register_profile(
    "nightly",
    deadline=None,
    derandomize=False,
    max_examples=2000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--seed``, which replays the ``rng`` of a reported failure or tries another one."""
    parser.addoption("--seed", type=int, help="seed of the rng fixture; default: from the test id")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded by the test's id; pytest shows the seed with a failure."""
    seed = request.config.getoption("--seed")
    if seed is None:
        seed = zlib.crc32(request.node.nodeid.encode())
    print(f"rng seed: {seed} (replay with --seed={seed})")
    return np.random.default_rng(seed)


@pytest.fixture(autouse=True)
def flint_context() -> Iterator[None]:
    """Fails a test that leaks flint's process-wide precision or series length into the next."""
    flint.ctx.default()
    expected = (flint.ctx.prec, flint.ctx.cap)
    yield
    found = (flint.ctx.prec, flint.ctx.cap)
    flint.ctx.default()
    assert found == expected, f"flint.ctx (prec, cap) left at {found}, was {expected}"
