"""``icebound sweep``: a grid of claims, each computed once, resumed after any stop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from theory.errors import InputError
from verify.cli.command import command, parse_integer
from verify.cli.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.table import Table

    from verify.sweep.config import SweepConfig
    from verify.sweep.engine import SweepResult
    from verify.sweep.pool import Backend

SHOWN_FAILURES = 10


def register(app: typer.Typer) -> None:
    """Add ``sweep`` to ``app``."""

    @command(app, "sweep")
    def sweep_command(
        console: Console,
        config: Annotated[str, typer.Argument(metavar="CONFIG.toml", help="See docs/sweep.md.")],
        resume: Annotated[
            bool, typer.Option("--resume", help="Go on with what the folder holds.")
        ] = False,
        retry_failed: Annotated[
            bool, typer.Option("--retry-failed", help="As --resume, and try failed claims again.")
        ] = False,
        scheduler: Annotated[
            str | None, typer.Option("--scheduler", metavar="ADDRESS", help="A Dask scheduler.")
        ] = None,
        workers: Annotated[
            str | None, typer.Option("--workers", metavar="K", help="Processes; one per core.")
        ] = None,
        out: Annotated[
            str | None, typer.Option("--out", metavar="DIR", help="Default: sweep-CONFIG.")
        ] = None,
        export: Annotated[
            list[str] | None,
            typer.Option("--export", metavar="FILE", help="Also a table, .csv or .parquet."),
        ] = None,
    ) -> int:
        """A grid of claims with their certificates, in a database; nothing is computed twice."""
        from verify.files import shown
        from verify.sweep.config import read_config
        from verify.sweep.engine import sweep
        from verify.sweep.export import export as write
        from verify.sweep.export import require_export
        from verify.sweep.store import NAME

        tables = [Path(name) for name in export or ()]
        for path in tables:
            require_export(path)
        plan = read_config(Path(config))
        folder = Path(out) if out is not None else Path(f"sweep-{Path(config).stem}")
        backend = _backend(plan, scheduler, workers)
        if scheduler is not None and plan.timeout is not None:
            console.note("sweep.timeout is kept by local processes only")
        with console.progress(plan.name) as progress:
            result = sweep(
                plan,
                folder,
                backend,
                resume=resume or retry_failed,
                retry_failed=retry_failed,
                progress=progress,
            )
        written = [write(result.records, path) for path in (folder / "sweep.csv", *tables)]
        document = {
            "name": plan.name,
            "config": shown(plan.path),
            "out": shown(folder),
            "database": shown(folder / NAME),
            "version": result.version,
            "total": result.total,
            "done": result.statuses["done"],
            "failed": result.statuses["failed"],
            "kept": result.kept,
            "seconds": result.seconds,
            "verdicts": dict(sorted(result.verdicts.items())),
            "tables": [shown(path) for path in written],
            "results": [record.entry() for record in result.records],
        }
        console.result(document)
        console.table(lambda: _table(result))
        console.say(f"database: {shown(folder / NAME)}")
        console.say(f"tables: {', '.join(shown(path) for path in written)}")
        _notes(console, result)
        return result.exit_status


def _backend(
    plan: SweepConfig, scheduler: str | None, workers: str | None
) -> Callable[[], Backend]:
    """What makes the workers, once it is known that there is something to do."""
    if scheduler is not None:
        if workers is not None:
            accepted = "leave it out: the cluster has its own workers"
            raise InputError("--workers", workers, "is given beside --scheduler:", accepted)
        from verify.sweep.cluster import Cluster

        return lambda: Cluster(scheduler)
    from verify.sweep.cells import run_cell
    from verify.sweep.pool import Pool

    count = _cores()
    if workers is not None:
        count = parse_integer(workers, argument="--workers", low=1, high=1024)
    return lambda: Pool(run_cell, count, plan.timeout)


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _table(result: SweepResult) -> Table:
    """Rows: families, with how many claims are done, failed, and what their verdicts are."""
    from collections import Counter

    from rich.table import Table

    table = Table(title=f"{result.config.name}: {result.total} claims", title_justify="left")
    for name in ("family", "claims", "done", "failed", "verdicts"):
        table.add_column(name, justify="left" if name in ("family", "verdicts") else "right")
    for family in dict.fromkeys(record.family for record in result.records):
        mine = [record for record in result.records if record.family == family]
        states = Counter(record.status for record in mine)
        words = Counter(record.verdict for record in mine if record.verdict is not None)
        verdicts = ", ".join(f"{count} {word}" for word, count in sorted(words.items()))
        table.add_row(family, str(len(mine)), str(states["done"]), str(states["failed"]), verdicts)
    return table


def _notes(console: Console, result: SweepResult) -> None:
    """What was kept, and why claims failed."""
    if result.kept:
        console.note(f"{result.kept} claims were kept from an earlier run")
    failed = [record for record in result.records if record.status == "failed"]
    for record in failed[:SHOWN_FAILURES]:
        console.note(f"{record.family} {record.key[:12]} failed: {record.reason}")
    if len(failed) > SHOWN_FAILURES:
        console.note(f"{len(failed) - SHOWN_FAILURES} more failed; the database has their reasons")
