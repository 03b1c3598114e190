"""``icebound certify``: the certified sup-norm error of a user's own network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verify.cli.command import command
from verify.cli.console import Console
from verify.cli.options import Domain, Out, TargetText, target_from


def register(app: typer.Typer) -> None:
    """Add ``certify`` to ``app``."""

    @command(app, "certify")
    def certify(
        console: Console,
        network: Annotated[
            str, typer.Option("--network", metavar="FILE", help="A .npz or .safetensors network.")
        ],
        target: TargetText,
        domain: Domain = "0,1",
        out: Out = None,
    ) -> int:
        """Certified sup-norm error of your own one-hidden-layer relu network."""
        from verify.certificates import upper_certificate
        from verify.certify.sup import certify_sup
        from verify.display import shown_down, shown_up
        from verify.files import output_folder, shown
        from verify.network_files import read_network
        from verify.results import as_json

        aim = target_from(target, domain)
        folder = None if out is None else output_folder(Path(out))
        read = read_network(Path(network))
        with console.progress("certifying") as progress:
            error = certify_sup(read, aim, progress=progress)
        path = None
        if folder is not None:
            path = upper_certificate(read, aim, error.upper).write(folder / "upper.json")
        document = {
            "value": error.upper,
            "lower_end": error.lower,
            "status": "certified",
            "where": error.where,
            "gap": error.gap,
            "mode": error.mode,
            "width": read.width,
            "target": aim.text,
            "seconds": error.seconds,
            "certificate": path,
        }
        console.result(as_json(document))
        console.say(
            f"certified: sup|f - g| <= {shown_up(error.upper, 10)} (attained: "
            f"{shown_down(error.lower, 10)} near x = {error.where:.6g}; {error.mode} mode, "
            f"{error.seconds:.3f} s)"
        )
        if path is not None:
            console.say(f"certificate: {shown(path)}")
        return 0
