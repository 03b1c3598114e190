"""How long a user waits before anything happens: fresh interpreters, in CPU seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.goals import Goal, once, record

HEAVY = ("torch", "sympy", "scipy", "matplotlib")


def cpu(arguments: list[str], cache: Path) -> float:
    """User and system seconds of a fresh interpreter with its byte code cached in ``cache``."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(cache)
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


@pytest.mark.parametrize(
    ("arguments", "limit"),
    [(("--help",), 10.0), (("check", "--help"), 20.0)],
    ids=["help", "check-help"],
)
def test_help(
    benchmark: BenchmarkFixture, tmp_path: Path, arguments: tuple[str, ...], limit: float
) -> None:
    words = " ".join(("icebound", *arguments))
    goal = Goal(words, "times the start of the interpreter", limit)
    command = ["-m", "verify", *arguments]
    once(benchmark, lambda: cpu(command, tmp_path))
    rounds = [(cpu(command, tmp_path), cpu(["-c", "pass"], tmp_path)) for _ in range(12)]
    ours, bare = min(a for a, _ in rounds), min(b for _, b in rounds)
    floor = min(cpu(["-c", "import typer"], tmp_path) for _ in range(6))
    record(benchmark, goal, ours / bare, ours=ours, interpreter=bare, typer_alone=floor / bare)


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"]])
def test_nothing_heavy_is_imported(benchmark: BenchmarkFixture, arguments: list[str]) -> None:
    code = (
        "import sys; from verify.cli.main import main\n"
        f"main({arguments!r})\n"
        f"sys.exit(sum(name in sys.modules for name in {HEAVY!r}))"
    )
    command = [sys.executable, "-c", code]
    once(benchmark, lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
