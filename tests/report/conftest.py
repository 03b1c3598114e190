"""The command line as tests/cli runs it."""

from __future__ import annotations

from tests.cli.conftest import icebound

__all__ = ["icebound"]
