"""The version of the code that results depend on: one hash over its source.

Left out is what no result depends on: the command line, pages, this package but for how a claim is
run, and the tools for tests.  Any other change, however small, makes every claim a new one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import import_module
from pathlib import Path

PACKAGES = ("theory", "numerics", "verify")
SUFFIXES = (".py", ".json")
LEFT_OUT = (
    "verify/cli/",
    "verify/sweep/",
    "verify/schemas/",
    "verify/report/",
    "verify/site_pages",
    "verify/strategies/",
    "verify/testing",
    "verify/doctor",
    "verify/claims",
)
KEPT = tuple(f"verify/sweep/{name}.py" for name in ("cells", "families", "figures", "requests"))


def roots() -> dict[str, Path]:
    """Where the packages lie."""
    found = {}
    for name in PACKAGES:
        source = import_module(name).__file__
        assert source is not None
        found[name] = Path(source).parent
    return found


def counts(name: str) -> bool:
    """Whether results depend on the file ``name``, such as ``theory/errors.py``."""
    if not name.endswith(SUFFIXES):
        return False
    return name in KEPT or not name.startswith(LEFT_OUT)


def digest(folders: dict[str, Path]) -> str:
    """sha256 over names and contents of the files that count, in the order of their names."""
    total = hashlib.sha256()
    for package, root in sorted(folders.items()):
        names = {f"{package}/{path.relative_to(root).as_posix()}": path for path in root.rglob("*")}
        for name, path in sorted(names.items()):
            if "__pycache__" not in name and counts(name) and path.is_file():
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                total.update(f"{name} {content}\n".encode())
    return total.hexdigest()


@cache
def fingerprint() -> str:
    """:func:`digest` of the packages as they were when this process first asked."""
    return digest(roots())
