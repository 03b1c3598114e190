"""``icebound width bias``: how many random frozen units the matching theorem asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from theory.rigor.numbers import exact_text, parse_number
from verify.cli.command import command
from verify.cli.console import Console
from verify.cli.options import Domain, Out, TargetText, target_from


def register(name: str, group: typer.Typer) -> None:
    """Add ``bias`` to the group ``width``, nothing to others."""
    if name != "width":
        return

    @command(group, "bias")
    def width_bias(
        console: Console,
        target: TargetText,
        eps: Annotated[str, typer.Option("--eps", metavar="E", help="Wanted sup-norm error.")],
        delta: Annotated[
            str, typer.Option("--delta", metavar="D", help="Probability of failure.")
        ] = "0.05",
        weight_range: Annotated[
            str, typer.Option("--weight-range", metavar="R", help="Weights uniform on [-R, R].")
        ] = "1",
        gamma: Annotated[
            str | None,
            typer.Option(
                "--gamma", metavar="G", help="Bound of the matched parameters; default: the best."
            ),
        ] = None,
        domain: Domain = "0,1",
        explain: Annotated[bool, typer.Option("--explain", help="Show the inequalities.")] = False,
        out: Out = None,
    ) -> int:
        """The width at which random frozen weights suffice, whatever biases it takes (B1)."""
        from theory.bias.matching_target import matching_width
        from verify.display import shown_down, shown_up
        from verify.files import output_folder, shown
        from verify.matching import width_certificate
        from verify.results import as_json

        aim = target_from(target, domain)
        wanted = parse_number(eps, argument="--eps")
        failure = parse_number(delta, argument="--delta")
        R = parse_number(weight_range, argument="--weight-range")
        bound = None if gamma is None else parse_number(gamma, argument="--gamma")
        folder = None if out is None else output_folder(Path(out))
        found = matching_width(aim, wanted, failure, R, bound)
        path = None
        if folder is not None:
            with console.progress("certifying") as progress:
                certificate = width_certificate(found, wanted, failure, R, progress=progress)
            path = certificate.write(folder / "width.json")
        document = {
            "log10_width": found.log10_width,
            "width": found.width,
            "m0": found.m0,
            "eta": found.eta,
            "gamma": float(found.gamma),
            "gamma_exact": exact_text(found.gamma),
            "pieces": found.pieces,
            "theorem": "B1",
            "status": "theorem",
            "target": aim.text,
            "explain": found.explain if explain else None,
            "certificate": path,
        }
        console.result(as_json(document))
        console.say(
            f"width 10^{shown_up(found.log10_width[1], 6)}: B1 guarantees biases within "
            f"{exact_text(wanted)} with probability {exact_text(1 - failure)} "
            f"(m0 = {found.m0}, eta = {shown_down(found.eta)})"
        )
        for line in found.explain if explain else ():
            console.say(f"  {line}")
        if path is not None:
            console.say(f"certificate: {shown(path)}")
        return 0
