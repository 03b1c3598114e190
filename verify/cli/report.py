"""``icebound report``: one self-contained page from a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verify.cli.command import command
from verify.cli.console import Console

if TYPE_CHECKING:
    from rich.table import Table

    from verify.report.page import Report


def register(app: typer.Typer) -> None:
    """Add ``report`` to ``app``."""

    @command(app, "report")
    def report(
        console: Console,
        folder: Annotated[str, typer.Argument(metavar="DIR", help="--out of earlier commands.")],
        output: Annotated[
            str | None,
            typer.Option("-o", "--output", metavar="FILE.html", help="Default: DIR/report.html."),
        ] = None,
    ) -> int:
        """One self-contained page: what was run, charts, verdicts, certificates, statements."""
        from verify.files import shown
        from verify.report.page import write_report

        place = None if output is None else Path(output)
        with console.progress("reading") as progress:
            made = write_report(Path(folder), place, progress=progress)
        console.result({"file": shown(made.file), "counts": dict(made.counts)})
        console.table(lambda: _table(made))
        console.say(f"page: {shown(made.file)}")
        if made.found.unreadable:
            console.note(f"{len(made.found.unreadable)} unreadable files are listed in the page")
        return 0


def _table(made: Report) -> Table:
    from rich.table import Table

    table = Table("verdict", "results")
    for verdict, number in made.found.by_verdict().items():
        table.add_row(verdict, str(number))
    return table
