"""What a certificate may cost: bounded bytes, depth, digits, memory and time; and no code of it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adversary.hostile import HOSTILE, write_all
from tests.checker import build
from tests.house.layout import ROOT
from verify.checker import MAX_INTEGER_DIGITS, check_file
from verify.checks import dyadic, fields, grammar, trajectory
from verify.checks.verdicts import Limits

# Address space of the process that checks what is hostile: beyond it, MemoryError.
MEMORY = 1 << 30
SECONDS = 0.3
# What a check may take beyond its budget between two looks at the clock, on a busy machine.
GRACE = 30.0

CHECK = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
from verify.checker import main
sys.exit(main(["--json", "--seconds", "{SECONDS}", *sys.argv[1:]]))
"""


def test_hostile_certificates_cost_little_time_and_less_than_a_gigabyte(tmp_path: Path) -> None:
    paths = write_all(tmp_path)
    found = subprocess.run(
        [sys.executable, "-c", CHECK, *map(str, paths.values())],
        cwd=ROOT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert found.stderr == ""
    results = json.loads(found.stdout)["results"]
    assert len(results) == len(HOSTILE)
    for name, result in zip(HOSTILE, results, strict=True):
        assert "checker failed" not in result["reason"], (name, result["reason"])
        assert result["seconds"] < SECONDS + GRACE, (name, result)
        assert len(result["reason"]) < 300
    # Some had to be stopped by the clock: the set is as hard as it claims.
    assert sum("time budget" in result["reason"] for result in results) >= 3


SQUARE, OFFSET = build.interpolant(lambda x: x * x, 4)


def relu(text: str = "x**2", value: str = "9") -> build.Certificate:
    return build.relu(text, value, SQUARE, offset=OFFSET)


POWER = f"x**{grammar.MAX_POWER}"
AT_THE_LIMIT = [
    # what is accepted at a limit, and what is refused one beyond it
    (relu(value="9" * dyadic.MAX_DIGITS), relu(value="9" * (dyadic.MAX_DIGITS + 1))),
    (relu(value=f"1*2^{dyadic.MAX_BINARY_EXPONENT}"), relu(value="1*2^20001")),
    (relu(f"x**2+0*{POWER}"), relu(f"x**2+0*x**{grammar.MAX_POWER + 1}")),
    (relu("(" * 98 + "x**2" + ")" * 98), relu("(" * 99 + "x**2" + ")" * 99)),
    (relu("x**2" + " " * (grammar.MAX_CHARACTERS - 4)), relu("x**2" + " " * 9997)),
    (relu("x**2" + "+0" * 1998), relu("x**2" + "+0" * 1999)),
    (relu("x**2+0*." + "1" * 999), relu("x**2+0*." + "1" * 1001)),
    (relu("x**2+0*1e400"), relu("x**2+0*1e401")),
]


@pytest.mark.parametrize(("accepted", "refused"), AT_THE_LIMIT, ids=range(len(AT_THE_LIMIT)))
def test_limits_of_numbers_and_expressions(
    tmp_path: Path, accepted: build.Certificate, refused: build.Certificate
) -> None:
    assert check_file(build.write(tmp_path, accepted)).status == "PROVED"
    found = check_file(build.write(tmp_path, refused))
    assert found.status == "INVALID", found


def test_limits_of_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    for digits, said in ((MAX_INTEGER_DIGITS, "schema"), (MAX_INTEGER_DIGITS + 1, "digits")):
        path.write_text('{"a": ' + "7" * digits + "}")
        assert said in check_file(path).reason
    room = Limits().json_bytes
    for size, said in ((room, "schema"), (room + 1, "longer")):
        path.write_bytes(b"{}" + b" " * (size - 2))
        assert said in check_file(path).reason
    for depth in (100, 500, 900, 950, 990, 1000, 5000, 100_000):
        path.write_text('{"a": ' + "[" * depth + "]" * depth + "}")
        found = check_file(path)
        assert found.status == "INVALID"
        assert "checker failed" not in found.reason


def test_limits_of_sizes(tmp_path: Path) -> None:
    wide = build.counting(fields.MAX_WIDTH + 1, "1/9", N=9, readout=True)
    assert check_file(build.write(tmp_path, wide)).status == "INVALID"
    cells = build.trajectory([2.5], split=[1, trajectory.MOST_CELLS + 1])
    assert check_file(build.write(tmp_path, cells)).status == "INVALID"
    many = build.trajectory([2.5], split=[1000, 101])
    assert "cells" in check_file(build.write(tmp_path, many)).reason


@pytest.mark.parametrize("seconds", [0.0, 0.05, 1.0])
def test_the_time_budget_is_kept(tmp_path: Path, seconds: float) -> None:
    certificate = relu("sin(1e300*x)", "1/2")
    found = check_file(build.write(tmp_path, certificate), seconds=seconds)
    assert found.status == "UNDECIDED"
    assert "time budget" in found.reason
    assert found.seconds < seconds + GRACE


# A certificate is data.

BUILTINS = {"eval", "exec", "compile", "__import__", "open", "input", "setattr", "globals", "vars"}
METHODS = {"system", "popen", "Popen", "load", "loads", "unlink", "rename", "write_text", "mkdir"}
# json.loads of the reader, and the one place where files are opened: for reading.
ALLOWED = {("checker.py", "loads"), ("dyadic.py", "open")}
# Where the second argument of getattr is no literal it comes from a fixed list: functions of the
# closed grammar, and the fields of a result that are printed.
NAMED = {"checker.py", "spectral.py", "spectrum.py", "taylor.py"}
MODULES = [ROOT / "verify" / "checker.py", *sorted((ROOT / "verify" / "checks").glob("*.py"))]


def _calls(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            name, refused = node.func.id, BUILTINS
            if name == "getattr" and not isinstance(node.args[1], ast.Constant):
                assert path.name in NAMED, path
        else:
            name, refused = getattr(node.func, "attr", ""), METHODS | {"open"}
        if name in refused:
            yield path.name, name


def test_the_checker_calls_nothing_that_runs_or_writes() -> None:
    assert {call for path in MODULES for call in _calls(path)} == ALLOWED


AUDIT = """
import sys
from pathlib import Path
from verify.checker import check_file
folders = [Path(name) for name in sys.argv[1:]]
for path in folders[0].glob("*.json"):
    check_file(path)  # now every module is imported
seen = set()
def hook(event, arguments):
    if event == "open":
        seen.add(("open", arguments[2] & 3))
    elif event not in ("array.__new__", "pathlib.Path.glob", "os.listdir", "os.scandir"):
        seen.add((event,))
sys.addaudithook(hook)
for folder in folders:
    for path in folder.glob("*.json"):
        check_file(path, seconds=1)
for item in sorted(seen, key=str):
    print(*item)
"""


def test_checking_opens_files_for_reading_and_does_nothing_else(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    for folder in (good, bad):
        folder.mkdir()
    for number, certificate in enumerate(build.examples(good)):
        build.write(good, certificate, f"{number}.json")
    attacks = ("__import__('os').system('true')", "eval('x')", "open('x','w')", "x.__class__")
    for number, text in enumerate(attacks):
        build.write(bad, relu(text), f"{number}.json")
        build.write(bad, build.response(text), f"r{number}.json")
    found = subprocess.run(
        [sys.executable, "-c", AUDIT, str(good), str(bad)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    # One kind of event, O_RDONLY.
    assert found.stdout.splitlines() == ["open 0"]
