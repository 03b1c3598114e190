"""The command tree.  Only typer is imported here; a command is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from verify.cli.commands import COMMANDS, load
from verify.cli.help import write

HELP = "Certified bounds for networks whose parameters are mostly frozen."


class Commands(TyperGroup):
    """All commands by name; one is built when it runs or shows its own help."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the index."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, or None for a name that is not in the index."""
        if cmd_name not in COMMANDS:
            return None
        group = typer.main.get_group(load(cmd_name))
        if COMMANDS[cmd_name].group:
            group.name = cmd_name
            return group
        return group.commands[cmd_name]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, options, and the index: no command is imported for it."""
        write(self, ctx, formatter, [(name, entry.help) for name, entry in COMMANDS.items()])


def build() -> Callable[..., Any]:
    """The command as a callable ``(arguments, standalone_mode=..., prog_name=...)``."""
    app = typer.Typer(help=HELP, no_args_is_help=True, cls=Commands)

    @app.callback(invoke_without_command=True)
    def top(
        version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    ) -> None:
        if version:
            from importlib import metadata

            typer.echo(f"icebound {metadata.version('icebound')}")
            raise typer.Exit

    main: Callable[..., Any] = typer.main.get_command(app).main
    return main
