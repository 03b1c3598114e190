"""``python -m fuzz TARGET [libFuzzer options]``: fuzz one target with atheris.

Inputs that reach something new go to build/fuzz/TARGET, a find to build/fuzz/TARGET-find-*.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["verify"]):
    import verify.checker  # noqa: F401
    from verify import checks

    for module in checks.KINDS.values():
        __import__(module)
    from fuzz import mutator, targets

from fuzz.seeds import seeds
from fuzz.store import stored

ROOT = Path("build/fuzz")
# Memory of the whole process and seconds of one input; more of either is a find.
DEFAULTS = ("-rss_limit_mb=1024", "-timeout=20", "-max_len=16384", "-print_final_stats=1")


def main(arguments: list[str]) -> None:
    """Set the target up and hand over to libFuzzer, which ends the process."""
    if not arguments or arguments[0] not in targets.TARGETS:
        sys.exit(f"usage: python -m fuzz {'|'.join(targets.TARGETS)} [libFuzzer options]")
    name, *options = arguments
    folder, side = ROOT / name, ROOT / "side"
    for path in (folder, side):
        path.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds(name, side)):
        (folder / f"seed-{number:02}").write_bytes(content)
    for number, content in enumerate(stored(name)):
        (folder / f"stored-{number:03}").write_bytes(content)
    call = targets.TARGETS[name]
    is_text = name in ("expression", "spectrum")
    alter = mutator.alter_expression if is_text else mutator.alter_certificate

    def one(data: bytes) -> None:
        call(data, side)

    def mutate(data: bytes, limit: int, seed: int) -> bytes:
        return alter(data, limit, seed, atheris.Mutate)

    finds = f"-artifact_prefix={ROOT / name}-find-"
    atheris.Setup(
        [sys.argv[0], *DEFAULTS, finds, *options, str(folder)], one, custom_mutator=mutate
    )
    atheris.Fuzz()


main(sys.argv[1:])
