"""Runs the command line in this process and captures what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from verify.cli.main import main


@dataclass(frozen=True)
class Run:
    """Exit status and both streams of one call."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON object on stdout; fails if there is anything else."""
        parsed: dict[str, Any] = json.loads(self.out)
        return parsed

    @property
    def last_error(self) -> str:
        """The last line of stderr."""
        return self.err.strip().splitlines()[-1] if self.err.strip() else ""


@pytest.fixture
def icebound(capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """``icebound("check", "file.json")``."""

    def call(*arguments: object) -> Run:
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Run(status, captured.out, captured.err)

    return call
