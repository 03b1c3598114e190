"""Plain help pages: typer's drawn ones import Markdown, syntax colours and tracebacks first."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

from typer.core import TyperCommand, TyperGroup

Rows = Sequence[tuple[str, str]]


class Command(TyperCommand):
    """A command with a plain help page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, what it does, arguments and options."""
        write(self, ctx, formatter)


class Group(TyperGroup):
    """A group of commands with a plain help page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, what it does, options and commands."""
        rows = [(name, command.get_short_help_str(200)) for name, command in self.commands.items()]
        write(self, ctx, formatter, rows)


def write(command: Any, ctx: Any, formatter: Any, commands: Rows = ()) -> None:
    """The page of ``command``; ``commands``: names and lines of what it holds."""
    command.format_usage(ctx, formatter)
    for paragraph in cleandoc(command.help or "").split("\n\n"):
        formatter.write_paragraph()
        formatter.write_text(paragraph)
    parts: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None:
            kind = "Arguments" if parameter.param_type_name == "argument" else "Options"
            parts[kind].append(record)
    for title, rows in (*parts.items(), ("Commands", commands)):
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)
