"""Published training figures, kept as data to stand beside our own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from theory.targets.target import Target


@dataclass(frozen=True)
class Published:
    """Errors of published training at one width: name of the series and sup error on its grid."""

    width: int
    series: tuple[tuple[str, float], ...]
    source: str

    @property
    def best(self) -> tuple[str, float]:
        """The series with the smallest error."""
        return min(self.series, key=lambda entry: entry[1])


@cache
def training_figures() -> dict[str, Any]:
    """The data file: ``widths``, ``series`` by name, ``targets`` by name, ``source``."""
    text = resources.files("verify").joinpath("data/permutation_training.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def published(target: Target, width: int) -> Published | None:
    """Published figures for this very target (as on [-1, 1]) and width, if there are any."""
    data = training_figures()
    if width not in data["widths"]:
        return None
    position = data["widths"].index(width)
    for name, expression in data["targets"].items():
        theirs = Target.parse(expression, -1, 1)
        same_domain = theirs.low == target.low and theirs.high == target.high
        if same_domain and theirs.expression == target.expression:
            series = tuple(
                (key, float(values[position]))
                for key, values in data["series"].items()
                if key.startswith(name)
            )
            return Published(width, series, data["source"])
    return None
