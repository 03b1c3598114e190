"""``python -m verify.checker``: what it imports, prints and returns."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import verify
from tests.checker import build
from verify import checker
from verify.checker import CheckResult, exit_status, main

ROOT = Path(verify.__file__).parent.parent
ARRAYS, OFFSET = build.interpolant(lambda x: x * x, 4)


def run(*arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """The program with nothing but the project's own folder and python-flint importable."""
    command = ["-c", code] if code else ["-m", "verify.checker"]
    return subprocess.run(
        [sys.executable, *command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """One certificate for every outcome."""
    good = build.relu("x**2", "1/64", ARRAYS, offset=OFFSET)
    points = [0.0, 0.5, 1.0, 1.0, 1.5, 2.0]
    made = {
        "proved": good,
        "refuted": good | {"bound": {"direction": "upper", "value": "1/65"}},
        "undecided": build.knots("sin(pi*x)", "1/2", points, domain=("0", "2")),
        "invalid": good | {"kind": "other"},
    }
    paths = {name: str(build.write(tmp_path, c, f"{name}.json")) for name, c in made.items()}
    return paths | {"absent": str(tmp_path / "absent.json")}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["proved"], 0),
        (["proved", "proved"], 0),
        (["refuted"], 1),
        (["invalid"], 1),
        (["undecided"], 3),
        (["absent"], 2),
        (["proved", "undecided"], 3),
        (["undecided", "refuted"], 1),
        (["invalid", "undecided", "absent"], 2),
        (["refuted", "absent", "proved"], 2),
    ],
)
def test_exit_status(files: dict[str, str], names: list[str], expected: int) -> None:
    assert main([files[name] for name in names]) == expected


def test_json_is_one_object(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    names = ["proved", "refuted", "undecided", "invalid", "absent"]
    assert main(["--json", *(files[name] for name in names)]) == 2
    found = json.loads(capsys.readouterr().out)
    assert found.keys() == {"results"}
    for name, result in zip(names, found["results"], strict=True):
        assert list(result) == ["file", "kind", "status", "reason", "seconds"]
        assert result["file"] == files[name]
        expected = "INVALID" if name == "absent" else name.upper()
        assert result["status"] == expected
    assert [r["kind"] for r in found["results"]] == ["upper", "upper", "lower-knots", None, None]


def test_one_line_for_each_file(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(list(files.values()))
    output = capsys.readouterr()
    lines = output.out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "PROVED",
        "REFUTED",
        "UNDECIDED",
        "INVALID",
        "INVALID",
    ]
    assert output.err == ""


def test_as_a_program(files: dict[str, str]) -> None:
    result = run(files["proved"], files["refuted"])
    assert result.returncode == 1
    assert result.stdout.count("\n") == 2
    assert result.stderr == ""
    assert run().returncode == 2
    assert "FILE" in run("--help").stdout


def test_nothing_but_flint_is_imported(files: dict[str, str]) -> None:
    code = """
import sys
from verify.checker import main
status = main(sys.argv[1:])
packages = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names
print(sorted(packages - {"__main__", "flint", "verify"}))
print(sorted(m for m in sys.modules if m.startswith("verify.") and "check" not in m))
"""
    drawn = Path(files["proved"]).parent / "counting.json"
    build.write(drawn.parent, build.counting(9, "0", N=53, readout=True), drawn.name)
    result = run(files["proved"], files["undecided"], str(drawn), code=code)
    lines = result.stdout.splitlines()
    # Editable installs and Cython leave traces of their own.
    foreign = [name for name in eval(lines[-2]) if name != "cython_runtime" and name[0] != "_"]
    assert foreign == []
    assert lines[-1] == "[]"


def test_it_runs_where_nothing_else_is_installed(files: dict[str, str], tmp_path: Path) -> None:
    # Everything outside the standard library, flint and the two trusted places is poisoned.
    code = """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        head = name.partition(".")[0]
        trusted = head == "flint" or name == "verify" or name.startswith("verify.check")
        if not (trusted or head in sys.stdlib_module_names):
            raise ImportError(f"{name} is not to be imported")
sys.meta_path.insert(0, Finder())
import runpy
sys.argv = ["checker", *sys.argv[1:]]
runpy.run_module("verify.checker", run_name="__main__")
"""
    result = run(files["proved"], code=code)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("PROVED")


def test_an_interruption_passes_through(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checker.checks, "check", interrupted)
    with pytest.raises(KeyboardInterrupt):
        checker.check_file(files["proved"])


@pytest.mark.parametrize(
    "error", [MemoryError(), RecursionError(), ValueError("hole"), KeyError(1)]
)
def test_a_hole_in_a_check_is_never_a_pass(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(checker.checks, "check", broken)
    result = checker.check_file(files["proved"])
    assert result.status == "UNDECIDED"
    assert result.readable


def test_exit_status_of_nothing() -> None:
    assert exit_status([]) == 0
    assert exit_status([CheckResult("f", None, "UNDECIDED", "", 0.0)]) == 3


def test_every_kind_has_a_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    folder = ROOT / "verify/schemas"
    assert {path.stem for path in folder.glob("*.json")} == checker.checks.KINDS.keys()
    for path in folder.glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["properties"]["kind"] == {"const": path.stem}
