"""``icebound theorems``, ``targets`` and ``doctor``: what is known, what works here."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from verify.cli.command import choose, command
from verify.cli.console import Console


def register(app: typer.Typer) -> None:
    """Add ``theorems``, ``targets`` and ``doctor`` to ``app``."""

    @command(app, "theorems")
    def theorems(
        console: Console,
        family: Annotated[
            str | None, typer.Option("--family", metavar="F", help="Only this family.")
        ] = None,
    ) -> int:
        """The statements: direction, status, hypotheses, bound, where proved and tested."""
        from theory.statements.registry import all_statements, families

        if family is not None:
            choose(family, argument="--family", options=tuple(families()))
        items = [entry.as_item() for entry in all_statements() if family in (None, entry.family)]
        console.result({"items": items})
        console.table(lambda: _table(items, ("id", "title", "direction", "status", "bound_text")))
        return 0

    @command(app, "targets")
    def targets(console: Console) -> int:
        """Example targets, the functions of the grammar, and the strongest theorem for each."""
        from theory.targets.catalogue import EXAMPLES
        from theory.targets.grammar import FUNCTIONS

        items = [
            {
                "name": example.name,
                "target": example.expression,
                "domain": [float(example.low), float(example.high)],
                "properties": example.properties,
                "strongest": example.strongest,
            }
            for example in EXAMPLES
        ]
        console.result({"items": items, "functions": list(FUNCTIONS)})
        columns = ("name", "target", "domain", "properties", "strongest")
        console.table(lambda: _table(items, columns))
        console.say(f"Any expression in x with {' '.join(FUNCTIONS)}, pi, + - * / ** is accepted.")
        return 0

    @command(app, "doctor")
    def doctor(console: Console) -> int:
        """Versions, optional packages, and a small claim made, checked and refuted."""
        from verify.doctor import examine

        with console.progress("examining"):
            items = examine()
        console.result({"items": items})
        console.table(lambda: _table(items, ("item", "status", "detail")))
        return 1 if any(item["status"] == "failed" for item in items) else 0


def _table(items: list[dict[str, Any]], columns: tuple[str, ...]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(*(name.removesuffix("_text") for name in columns))
    for item in items:
        table.add_row(*(Text(_cell(item[name])) for name in columns))
    return table


def _cell(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(entry) for entry in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
