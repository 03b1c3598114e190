"""One way to compile: at the first call, and kept for the next process where that can be stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function compiled, without a cache where no folder for one can be written."""
    try:
        return njit(cache=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:
        return njit(function)  # type: ignore[no-any-return]
