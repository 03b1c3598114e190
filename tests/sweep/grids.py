"""Small sweeps for tests."""

from __future__ import annotations

from pathlib import Path

from verify.sweep.config import SweepConfig, parse_config


def text(first: int, last: int) -> str:
    """A grid of one claim per width."""
    return (
        '[[claims]]\nfamily = "permutation"\ntarget = "exp(x)"\ntrain = false\n'
        f"width = {{ from = {first}, to = {last} }}\n"
    )


def widths(first: int, last: int) -> SweepConfig:
    """The same, read."""
    return parse_config(text(first, last), Path("grid.toml"))
