"""Import layers: each contract catches a planted import, and the checker's allow-list is exact."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.layout import PACKAGES, ROOT, modules

LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"
TRUSTED = [
    path
    for path in modules("verify")
    if path == Path("verify/checker.py") or path.parts[:2] == ("verify", "checks")
]
PLANTS = [
    ("layers", "theory/planted.py", "import numerics"),
    ("layers", "theory/permutation/planted.py", "from verify.cli import main"),
    ("layers", "numerics/planted.py", "import verify.certify"),
    ("theory", "theory/planted.py", "import torch"),
    ("theory", "theory/targets/planted.py", "def f():\n    from torch import nn"),
    ("hypothesis", "numerics/planted.py", "import hypothesis"),
    ("hypothesis", "verify/cli/planted.py", "from hypothesis import strategies"),
    ("checker", "verify/checks/planted.py", "import numpy"),
    ("checker", "verify/checks/planted.py", "from theory.errors import InputError"),
    ("checker", "verify/checks/planted.py", "import verify.certify"),
    ("checker", "verify/checker.py", "from numerics import networks"),
    ("checker", "verify/checker.py", "import sympy"),
]
ALLOWED = [
    ("verify/strategies/planted.py", "from hypothesis import strategies"),
    ("verify/testing.py", "import hypothesis, theory.errors, numerics.networks"),
    ("verify/checker.py", "import flint, json\nfrom verify.checks import planted"),
    ("numerics/planted.py", "import torch, theory.errors"),
]


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's modules, emptied: their names and the contracts, none of their imports."""
    root = tmp_path_factory.mktemp("skeleton")
    for package in PACKAGES:
        for path in modules(package):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
    (root / "verify/checks/planted.py").touch()
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-logo", "--no-cache"], cwd=root, capture_output=True, text=True
    )


@pytest.mark.parametrize(("contract", "path", "code"), PLANTS)
def test_a_forbidden_import_is_caught(
    skeleton: Path, tmp_path: Path, contract: str, path: str, code: str
) -> None:
    root = shutil.copytree(skeleton, tmp_path / "planted")
    (root / path).write_text(code, encoding="utf-8")
    result = lint(root)
    names = {
        "layers": "verify -> numerics -> theory, never back",
        "theory": "theory knows neither training nor testing",
        "hypothesis": "hypothesis only in verify.strategies and verify.testing",
        "checker": "the checker stands alone",
    }
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{names[contract]} BROKEN" in " ".join(result.stdout.split())


def test_allowed_imports_pass(skeleton: Path, tmp_path: Path) -> None:
    root = shutil.copytree(skeleton, tmp_path / "allowed")
    for path, code in ALLOWED:
        (root / path).write_text(code, encoding="utf-8")
    result = lint(root)
    assert result.returncode == 0, result.stdout + result.stderr


def strangers(source: str) -> list[str]:
    """Imports of ``source`` outside the standard library, python-flint and the checker."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                imported = [alias.name for alias in names]
            case ast.ImportFrom(module="verify", names=names, level=0):
                imported = [f"verify.{alias.name}" for alias in names]
            case ast.ImportFrom(module=str(module), level=0):
                imported = [module]
            case ast.ImportFrom():
                imported = ["a relative import"]
            case _:
                continue
        for name in imported:
            ours = name.split(".")[:2] in (["verify", "checker"], ["verify", "checks"])
            if not ours and name.split(".")[0] not in {*sys.stdlib_module_names, "flint"}:
                found.append(name)
    return found


@pytest.mark.parametrize("path", TRUSTED, ids=str)
def test_the_checker_imports_no_stranger(path: Path) -> None:
    assert strangers((ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import yaml", ["yaml"]),
        ("def f():\n    import numpy.linalg", ["numpy.linalg"]),
        ("from verify import files", ["verify.files"]),
        ("from verify.certify import fast", ["verify.certify"]),
        ("from . import draws", ["a relative import"]),
        ("import json, flint\nfrom flint import arb\nfrom verify.checks import draws", []),
        ("from verify import checks", []),
    ],
)
def test_strangers_are_seen(source: str, expected: list[str]) -> None:
    assert strangers(source) == expected
