"""Where the house stands, and what belongs to it."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("theory", "numerics", "verify")


@cache
def project_files() -> tuple[Path, ...]:
    """Files of the project, relative to ROOT: what git tracks or would track, else what lies here.

    An unpacked source archive has no git; it has no caches and builds either.
    """
    try:
        listing = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        names = [Path(name) for name in listing.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        names = [name for name in names if not any(p.startswith(".") for p in name.parts)]
        names = [name for name in names if "__pycache__" not in name.parts]
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def modules(package: str) -> list[Path]:
    """The Python files of ``package``, relative to ROOT."""
    return [path for path in project_files() if path.suffix == ".py" and path.parts[0] == package]


def run_python(*arguments: str, cwd: Path = ROOT, **environment: str) -> str:
    """Standard output of a fresh interpreter; a failure shows its standard error."""
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, f"exit {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result.stdout
