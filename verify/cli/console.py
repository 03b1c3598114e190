"""What a command may say, and where: JSON or tables on stdout, progress and notes on stderr."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from theory.errors import IceboundError
from verify.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console as RichConsole
    from rich.table import Table


@dataclass(frozen=True)
class Console:
    """The options that every subcommand takes, and the only way commands print."""

    as_json: bool = False
    debug: bool = False
    quiet: bool = False
    threads: int | None = None

    def result(self, document: dict[str, Any]) -> None:
        """Exactly one JSON object on stdout; nothing when people read."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")

    def table(self, make: Callable[[], Table]) -> None:
        """A table on stdout for people; built only when it is shown."""
        if not self.as_json:
            self._rich().print(make())

    def say(self, text: str) -> None:
        """A line on stdout for people."""
        if not self.as_json:
            self._rich().print(text, highlight=False, markup=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """A note on stderr, unless quiet."""
        if not self.quiet:
            sys.stderr.write(f"icebound: note: {text}\n")

    def closing(
        self,
        verdict: str,
        folder: Path | None,
        pictures: Iterable[Path | None] = (),
        notes: Iterable[str] = (),
    ) -> None:
        """The lines under a sandwich: verdict, certificates in ``folder``, pictures, notes."""
        from verify.files import shown

        self.say(f"verdict: {verdict}")
        if folder is not None:
            found = ", ".join(shown(path) for path in sorted(folder.glob("*.json")))
            self.say(f"certificates: {found}")
        for picture in pictures:
            if picture is not None:
                self.say(f"picture: {shown(picture)}")
        for note in notes:
            self.note(note)

    def error(self, error: IceboundError | str) -> None:
        """The one line of an error, last on stderr."""
        sys.stdout.flush()
        sys.stderr.write(f"icebound: error: {error}\n")

    @contextlib.contextmanager
    def progress(self, title: str) -> Iterator[Progress | None]:
        """A progress callback (done, total, message) while stderr is a terminal; else None."""
        if self.quiet or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(),
        )
        with RichProgress(*columns, console=RichConsole(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=None)

            def report(done: float, total: float, message: str = "") -> None:
                bar.update(task, completed=done, total=total, description=message or title)

            yield report

    def _rich(self) -> RichConsole:
        from rich.console import Console as RichConsole

        # a pipe has no width of its own; 80 columns would cut numbers
        return RichConsole(width=None if sys.stdout.isatty() else 120)
