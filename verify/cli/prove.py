"""``icebound prove``: the lemmas behind the theorems, proved by machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from verify.cli.command import command
from verify.cli.console import Console

if TYPE_CHECKING:
    from rich.table import Table

    from theory.lemmas.lemma import Lemma
    from verify.proving import ProofResult

COLOURS = {
    "proved": "green",
    "refuted": "red",
    "failed": "red",
    "undecided": "yellow",
    "skipped": "yellow",
}


def register(app: typer.Typer) -> None:
    """Add ``prove`` to ``app``."""

    @command(app, "prove")
    def prove(
        console: Console,
        lemmas: Annotated[list[str] | None, typer.Argument(metavar="[LEMMA]...")] = None,
        full: Annotated[
            bool, typer.Option("--full", help="Finite checks in full, and Coq developments.")
        ] = False,
    ) -> int:
        """Prove the lemmas behind the theorems: all of them, or those named."""
        from theory.lemmas.lemma import Effort
        from theory.lemmas.registry import all_lemmas, by_id
        from verify.proving import exit_status, prove_lemmas

        named = bool(lemmas)
        chosen = tuple(dict.fromkeys(by_id(name) for name in lemmas or ())) or all_lemmas()
        effort = Effort.FULL if full else Effort.QUICK
        with console.progress("proving") as progress:
            results = prove_lemmas(chosen, effort, progress, named=named)
        console.result({"results": [result.as_item() for result in results]})
        console.table(lambda: _table(chosen, results))
        console.say(_closing(results))
        for reason in dict.fromkeys(_reason(row) for row in results if row.status == "skipped"):
            console.note(f"skipped: {reason}")
        return exit_status(chosen, results, named=named)


def _table(lemmas: tuple[Lemma, ...], results: list[ProofResult]) -> Table:
    from rich.table import Table
    from rich.text import Text

    known = {lemma.id: lemma for lemma in lemmas}
    table = Table()
    for name in ("lemma", "behind", "method", "status", "seconds", "evidence"):
        table.add_column(name, no_wrap=name in ("lemma", "method", "status"))
    for result in results:
        table.add_row(
            result.lemma,
            ", ".join(known[result.lemma].used_by),
            result.method,
            Text(result.status, style=COLOURS.get(result.status, "")),
            f"{result.seconds:.2f}",
            # the argument of a step on paper is for docs/proofs.md
            Text(known[result.lemma].name if result.status == "paper" else result.evidence),
        )
    return table


def _closing(results: list[ProofResult]) -> str:
    """How many results have which status, proved first."""
    statuses = [result.status for result in results]
    order = ("proved", "refuted", "failed", "undecided", "skipped", "paper")
    return ", ".join(f"{statuses.count(word)} {word}" for word in order if word in statuses)


def _reason(result: ProofResult) -> str:
    """Why it was skipped, without the name of the theorem."""
    return result.evidence.partition(".v: ")[2] or result.evidence
