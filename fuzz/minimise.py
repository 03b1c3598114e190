"""``python -m fuzz.minimise TARGET``: what a run found, the fewest and shortest with its coverage.

Coverage is that of steps from line to line in ``verify``; inputs are taken by length, and one that
adds no step to those before it is left out.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from fuzz.seeds import seeds
from fuzz.store import store, stored
from fuzz.targets import TARGETS

RUNS = Path("build/fuzz")
# Inputs kept for the replay at most.
MOST = 250
Step = tuple[str, int, int]


def steps(call: Callable[[], object]) -> set[Step]:
    """The steps between lines of ``verify`` that a call takes."""
    found: set[Step] = set()
    last: dict[int, int] = {}

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if "/verify/" not in name:
            return None
        key = id(frame)
        if event == "call":
            last[key] = 0
        found.add((name, last[key], frame.f_lineno))
        last[key] = frame.f_lineno
        return trace

    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(None)
    return found


def minimised(target: str, inputs: list[bytes], folder: Path) -> list[bytes]:
    """Those that add a step, by length; ``folder`` receives the side files of the seeds."""
    seen: set[Step] = set()
    for data in seeds(target, folder):
        seen |= steps(lambda data=data: TARGETS[target](data, folder))  # type: ignore[misc]
    kept = []
    for data in sorted(set(inputs), key=lambda data: (len(data), data)):
        new = steps(lambda data=data: TARGETS[target](data, folder)) - seen  # type: ignore[misc]
        if new:
            seen |= new
            kept.append(data)
    return kept[:MOST]


def main() -> None:
    """Minimise a run together with what is stored, and store the result."""
    if sys.argv[1:] not in [[name] for name in TARGETS]:
        sys.exit(f"usage: python -m fuzz.minimise {'|'.join(TARGETS)}")
    target = sys.argv[1]
    inputs = [path.read_bytes() for path in (RUNS / target).glob("*")] + stored(target)
    with tempfile.TemporaryDirectory() as folder:
        kept = minimised(target, inputs, Path(folder))
    print(f"{target}: {len(kept)} of {len(inputs)} inputs, {sum(map(len, kept))} bytes")
    store(target, kept)


if __name__ == "__main__":
    main()
