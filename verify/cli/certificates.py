"""``icebound check`` and ``icebound show``: certificates proved again, and in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from theory.errors import InputError
from verify.cli.command import command, parse_integer
from verify.cli.console import Console

if TYPE_CHECKING:
    from rich.table import Table

    from verify.checker import CheckResult

COLOURS = {"PROVED": "green", "REFUTED": "red", "INVALID": "red", "UNDECIDED": "yellow"}


def register(app: typer.Typer) -> None:
    """Add ``check`` and ``show`` to ``app``."""

    @command(app, "check")
    def check(
        console: Console,
        files: Annotated[list[str], typer.Argument(metavar="FILE...")],
        seconds: Annotated[
            str, typer.Option("--seconds", metavar="S", help="Time budget per file.")
        ] = "120",
    ) -> int:
        """Re-derive certificates with the independent checker."""
        from verify import checker

        budget = parse_integer(seconds, argument="--seconds", low=1, high=10**6)
        results = []
        with console.progress("checking") as progress:
            for position, name in enumerate(files):
                if progress is not None:
                    progress(position, len(files), name)
                results.append(checker.check_file(Path(name), seconds=budget))
        document: dict[str, Any] = {"results": [_entry(result) for result in results]}
        missing = next((result for result in results if not result.readable), None)
        if missing is not None:
            # the verdicts on the other files are not lost: one object holds both
            error = InputError("FILE", missing.file, f"{missing.reason}:", "a readable file")
            document["error"] = error.entry()
        console.result(document)
        console.table(lambda: _table(results))
        if missing is not None:
            console.error(error)
        return checker.exit_status(results)

    @command(app, "show")
    def show(console: Console, file: Annotated[str, typer.Argument(metavar="FILE")]) -> int:
        """A certificate in words (its bound is not checked; see ``check``)."""
        document = _read(Path(file))
        console.result({"certificate": _words(document)})
        console.table(lambda: _words_table(_words(document)))
        return 0


def _read(path: Path) -> dict[str, Any]:
    """The certificate in ``path``; InputError where there is none, or a damaged one."""
    from verify.checker import read_certificate
    from verify.checks.verdicts import Stop

    accepted = "a certificate of schema icebound.certificate/1 is accepted"
    try:
        return read_certificate(path.read_bytes())
    except OSError as error:
        reason = (error.strerror or "not a file").lower()
        raise InputError("FILE", path, f"cannot be read ({reason}):", accepted) from None
    except Stop as stop:
        raise InputError("FILE", path, f"{stop.outcome.reason}:", accepted) from None


def _entry(result: CheckResult) -> dict[str, Any]:
    return {
        "file": result.file,
        "kind": result.kind,
        "status": result.status,
        "reason": result.reason,
        "seconds": round(result.seconds, 3),
    }


def _table(results: list[CheckResult]) -> Table:
    from rich.table import Table

    table = Table("file", "kind", "status", "reason", "seconds")
    for result in results:
        status = f"[{COLOURS[result.status]}]{result.status}[/]"
        table.add_row(
            result.file, result.kind or "", status, result.reason or "", f"{result.seconds:.2f}"
        )
    return table


def _words(document: dict[str, Any]) -> dict[str, str]:
    """The rows a person wants to read."""
    target = document.get("target")
    rows = {
        "claim": document["claim"],
        "kind": document["kind"],
        "bound": f"{document['bound']['direction']} {document['bound']['value']}",
    }
    if isinstance(target, str):
        rows["target"] = target
    elif target:
        rows["target"] = f"{target['expression']} on [{', '.join(target['domain'])}]"
    for key in ("system", "box", "steps", "warm", "input"):
        if key in document and document["kind"] == "trajectory":
            value = document[key]
            rows[key] = ", ".join(value) if isinstance(value, list) else str(value)
    network = document.get("network") or {}
    for key, value in (("width", document.get("width", network.get("width"))), *network.items()):
        if value is not None and key not in rows:
            words = value.values() if isinstance(value, dict) else (value,)
            rows[key] = ", ".join(str(word) for word in words)
    witness = document["witness"]
    arrays = witness.get("arrays") or {}
    layout = witness.get("file", {}).get("layout", [[k, len(v)] for k, v in arrays.items()])
    rows["witness"] = ", ".join(f"{name} ({size})" for name, size in layout) or "none"
    rows["sha256"] = document["sha256"]
    return rows


def _words_table(rows: dict[str, str]) -> Table:
    from rich.table import Table

    table = Table(show_header=False)
    for key, value in rows.items():
        table.add_row(key, value)
    return table
