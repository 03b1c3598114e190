"""``icebound activations``: the activations of ridge units and the commands that take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from verify.cli.command import command
from verify.cli.console import Console

if TYPE_CHECKING:
    from rich.table import Table

FOURIER = {
    "name": "name",
    "formula": "formula",
    "spectrum": "spectrum for w != 0",
    "kappa": "kappa(tau)",
}
FACTS = {
    "name": "name",
    "lipschitz": "Lipschitz constant",
    "strip": "strip",
    "bounded": "bounded",
    "switches_off": "switches off",
    "commands": "commands",
}


def register(app: typer.Typer) -> None:
    """Add ``activations`` to ``app``."""

    @command(app, "activations")
    def activations(console: Console) -> int:
        """The activations: spectrum, kappa, Lipschitz constant, analyticity, supported commands."""
        from theory.ridgelet.activations import ACTIVATIONS

        items = [entry.as_item() for entry in ACTIVATIONS]
        console.result({"items": items})
        console.table(lambda: _table(items, FOURIER))
        console.table(lambda: _table(items, FACTS))
        console.say(
            "strip: half-width of the strip around the line where sigma is analytic; "
            "switches off: a bias can make a unit vanish on a compact set"
        )
        for entry in ACTIVATIONS:
            for name, reason in entry.unsupported.items():
                console.say(f"{entry.name}: {name} is not supported: {reason}")
        return 0


def _table(items: list[dict[str, Any]], columns: dict[str, str]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for title in columns.values():
        table.add_column(title, overflow="fold")
    for item in items:
        table.add_row(*(Text(_cell(item[key])) for key in columns))
    return table


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    return "none" if value is None else str(value)
