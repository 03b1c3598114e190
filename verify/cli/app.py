"""The command tree.  Only typer is imported here; commands import what they need when they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

HELP = "Certified bounds for networks whose parameters are mostly frozen."


def build() -> Callable[..., Any]:
    """The command as a callable ``(arguments, standalone_mode=..., prog_name=...)``."""
    from verify.cli import (
        bias,
        budget,
        certificates,
        dynamics,
        frontier,
        knowledge,
        networks,
        optimum,
        permutation,
        prove,
        report,
        response,
        ridge_activations,
        ridgelet,
        sweep,
        trajectory,
        width_bias,
        width_rnn,
    )

    app = typer.Typer(help=HELP, no_args_is_help=True)

    @app.callback(invoke_without_command=True)
    def top(
        version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    ) -> None:
        if version:
            from importlib import metadata

            typer.echo(f"icebound {metadata.version('icebound')}")
            raise typer.Exit

    groups = {
        "sandwich": "Lower bound, construction and trained network side by side.",
        "construct": "A construction only.",
        "width": "The smallest width that a theorem guarantees.",
    }
    for name, about in groups.items():
        group = typer.Typer(help=about, no_args_is_help=True)
        permutation.register(name, group)
        bias.register(name, group)
        width_bias.register(name, group)
        width_rnn.register(name, group)
        ridgelet.register(name, group)
        app.add_typer(group, name=name)
    best = typer.Typer(help="The best of all networks of a class, enclosed.", no_args_is_help=True)
    optimum.register(best)
    app.add_typer(best, name="optimum")
    networks.register(app)
    budget.register(app)
    certificates.register(app)
    knowledge.register(app)
    ridge_activations.register(app)
    frontier.register(app)
    response.register(app)
    sweep.register(app)
    report.register(app)
    dynamics.register(app)
    prove.register(app)
    trajectory.register(app)
    main: Callable[..., Any] = typer.main.get_command(app).main
    return main
