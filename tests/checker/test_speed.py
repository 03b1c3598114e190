"""Large certificates in little time and memory.  The limits are about ten times what is needed."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checker import build

PROGRAM = """
import resource, sys
from pathlib import Path
from verify.checker import main
status = main(sys.argv[1:])
kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
# a process that was forked from a large one inherits that peak; VmHWM starts anew with exec
proc = Path("/proc/self/status")
for line in proc.read_text().splitlines() if proc.exists() else ():
    if line.startswith("VmHWM:"):
        kilobytes = int(line.split()[1])
print(kilobytes / 1024)
sys.exit(status)
"""


def relu(folder: Path, n: int) -> build.Certificate:
    """Chords of a sine, within a thousandth of the true error."""
    arrays, offset = build.interpolant(lambda x: math.sin(2 * math.pi * x), n)
    value = 1.001 * 4 * math.pi**2 / 8 / n**2
    return build.relu("sin(2*pi*x)", value, arrays, offset=offset, folder=folder)


def mixed(folder: Path, n: int) -> build.Certificate:
    """Units of all signs at drawn places, which have to be sorted as fractions."""
    rng = random.Random(n)
    arrays = {name: [rng.uniform(-1, 1) for _ in range(n)] for name in ("W", "C", "b")}
    return build.relu("exp(-x**2)", str(n), arrays, folder=folder)


def permutation(folder: Path, n: int) -> build.Certificate:
    """A random permutation."""
    unit = build.unit(n)
    values = [*unit, *(-v + 0.0 for v in unit)]
    random.Random(n).shuffle(values)
    arrays = {"locations": unit, "p": values[:n], "q": values[n:]}
    return build.permutation("sin(2*pi*x)", str(n), arrays, gamma=1 / n, folder=folder)


def knots(folder: Path, n: int) -> build.Certificate:
    points = build.touching_triples(n)
    return build.knots("exp(x)", 0.99 / 16 / (n + 1) ** 2, points, folder=folder)


def spend(folder: Path, certificate: build.Certificate) -> tuple[float, float]:
    """Seconds and megabytes, in a fresh process."""
    path = build.write(folder, certificate)
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--json", str(path)], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
    report, memory = result.stdout.splitlines()
    seconds = float(report.rpartition('"seconds": ')[2].rstrip("}]"))
    return seconds, float(memory)


MAKERS = [relu, mixed, permutation, knots]


@pytest.mark.parametrize("make", MAKERS)
def test_a_hundred_thousand(tmp_path: Path, make: object) -> None:
    assert callable(make)
    seconds, megabytes = spend(tmp_path, make(tmp_path, 100_000))
    assert seconds < 5
    assert megabytes < 400


@pytest.mark.slow
@pytest.mark.parametrize("make", MAKERS)
def test_a_million(tmp_path: Path, make: object) -> None:
    assert callable(make)
    seconds, megabytes = spend(tmp_path, make(tmp_path, 1_000_000))
    print(f"{seconds:.1f} s, {megabytes:.0f} MB")
    assert seconds < 60
    assert megabytes < 2000
