"""How long work reports itself: one type for finders, certifier, sandwiches and the console."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, float, str], None]
"""``progress(done, total, stage)``."""
