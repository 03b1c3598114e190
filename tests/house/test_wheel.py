"""The built wheel works away from the repository, where no editable path helps."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.layout import PACKAGES, ROOT, project_files, run_python


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network access."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder)]
    result = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents, to be put ahead of the editable installation on the path."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    held = {name for name in names if ".dist-info/" not in name}
    assert held == {path.as_posix() for path in project_files() if path.parts[0] in PACKAGES}
    assert {f"{package}/py.typed" for package in PACKAGES} <= held
    (entry_points,) = (name for name in names if name.endswith("entry_points.txt"))
    with zipfile.ZipFile(wheel) as archive:
        assert "icebound = verify.cli.main:main" in archive.read(entry_points).decode()


def test_the_wheel_imports_elsewhere(unpacked: Path, tmp_path: Path) -> None:
    code = "import theory, numerics, verify; print(verify.__file__)"
    output = run_python("-c", code, cwd=tmp_path, PYTHONPATH=str(unpacked))
    assert Path(output.strip()).is_relative_to(unpacked)


def test_the_checker_runs_elsewhere(unpacked: Path, tmp_path: Path) -> None:
    output = run_python("-m", "verify.checker", "--help", cwd=tmp_path, PYTHONPATH=str(unpacked))
    assert "FILE" in output.upper()
