"""Options that several commands share, and how their texts become values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from theory.rigor.numbers import parse_interval

if TYPE_CHECKING:
    from theory.targets.target import Target

TargetText = Annotated[
    str, typer.Option("--target", metavar="EXPR", help="The function of x to approximate.")
]
Domain = Annotated[
    str, typer.Option("--domain", metavar="A,B", help="Its domain, such as --domain=-1,1.")
]
Width = Annotated[str, typer.Option("--width", metavar="N", help="Number of locations.")]
Out = Annotated[
    str | None, typer.Option("--out", metavar="DIR", help="Folder for certificates and pictures.")
]
Seed = Annotated[str, typer.Option("--seed", metavar="S", help="Seed of every random draw.")]


def target_from(text: str, domain: str) -> Target:
    """The target of the two texts; raises InputError naming the bad piece."""
    from theory.targets.target import Target

    low, high = parse_interval(domain, argument="--domain")
    return Target.parse(text, low, high)
