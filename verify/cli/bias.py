"""``sandwich bias`` and ``construct bias``: frozen random weights, learned biases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from theory.errors import AssumptionViolated, InputError
from theory.rigor.numbers import exact_text, parse_positive
from verify.cli.command import command, parse_integer, torch_threads
from verify.cli.console import Console
from verify.cli.options import Domain, Out, Seed, TargetText, target_from

if TYPE_CHECKING:
    from verify.sandwiches.bias_constructions import BuiltBias
    from verify.sandwiches.bias_request import BiasRequest

Width = Annotated[str, typer.Option("--width", metavar="N", help="Number of hidden units.")]
OptionalWidth = Annotated[
    str | None, typer.Option("--width", metavar="N", help="Number of hidden units.")
]
WeightRange = Annotated[
    str | None,
    typer.Option("--weight-range", metavar="R", help="W and C are uniform on [-R, R] (1)."),
]
OptionalSeed = Annotated[
    str | None, typer.Option("--seed", metavar="S", help="Seed of the frozen draw (0).")
]
Weights = Annotated[
    str | None, typer.Option("--weights", metavar="FILE", help="Your own frozen W and C.")
]


def register(name: str, group: typer.Typer) -> None:
    """Add the ``bias`` command of the group ``name``, if it has one here."""
    makers = {"sandwich": _sandwich, "construct": _construct}
    if name in makers:
        makers[name](group)


def _drawn(
    target: str, domain: str, width: str, weight_range: str | None, seed: str | None
) -> BiasRequest:
    from verify.sandwiches.bias_request import LARGEST_WIDTH, SMALLEST_WIDTH, BiasRequest

    return BiasRequest(
        target=target_from(target, domain),
        width=parse_integer(width, argument="--width", low=SMALLEST_WIDTH, high=LARGEST_WIDTH),
        weight_range=parse_positive(weight_range or "1", argument="--weight-range"),
        seed=parse_integer(seed or "0", argument="--seed", low=0, high=2**53),
    )


def _sandwich(group: typer.Typer) -> None:
    @command(group, "bias")
    def sandwich_bias_command(
        console: Console,
        target: TargetText,
        width: Width,
        domain: Domain = "0,1",
        weight_range: WeightRange = None,
        seed: Seed = "0",
        no_train: Annotated[bool, typer.Option("--no-train", help="Skip training.")] = False,
        out: Out = None,
    ) -> int:
        """Certified lower bounds, construction and trained biases on one frozen draw."""
        from verify.cli.bias_tables import sandwich_table
        from verify.files import output_folder
        from verify.sandwiches.bias import sandwich_bias

        request = _drawn(target, domain, width, weight_range, seed)
        folder = None if out is None else output_folder(Path(out))
        if not no_train:
            torch_threads(console.threads)
        with console.progress("sandwich") as progress:
            result = sandwich_bias(request, train=not no_train, out=folder, progress=progress)
        console.result(result.as_json())
        console.table(lambda: sandwich_table(result))
        console.closing(result.verdict.value, folder, (result.picture,), result.notes)
        if result.constructed.reason is not None:
            console.note(result.constructed.reason)
        return result.verdict.exit_status


def _construct(group: typer.Typer) -> None:
    @command(group, "bias")
    def construct_bias(
        console: Console,
        target: TargetText,
        width: OptionalWidth = None,
        domain: Domain = "0,1",
        weight_range: WeightRange = None,
        seed: OptionalSeed = None,
        weights: Weights = None,
        out: Out = None,
    ) -> int:
        """Biases for a frozen draw or for your own frozen weights, certified."""
        from verify.bias_floors.floors import given_weights_floor
        from verify.cli.bias_tables import construction_table
        from verify.files import output_folder
        from verify.results import as_json
        from verify.sandwiches.bias import write_construction, write_floor
        from verify.sandwiches.bias_constructions import construct_biases

        request = _request(target, domain, width, weight_range, seed, weights)
        folder = None if out is None else output_folder(Path(out))
        profile = request.profile()
        with console.progress("constructing") as progress:
            floors = given_weights_floor(request.target, *request.weights, progress=progress)
            figure, built = construct_biases(request, profile, progress=progress)
        if request.given is None and not built.construction.followed:
            if figure.reason is not None:
                console.note(figure.reason)
            raise _cannot_follow(request, built)
        sharpest = max(floors, key=lambda floor: floor.value)
        floor = None
        if folder is not None:
            figure = write_construction(figure, built, request, folder)
            floor = write_floor(sharpest, folder)
        made = built.construction
        document = as_json(figure) | {
            "width": request.width,
            "floor": {
                "value": sharpest.value,
                "theorem": sharpest.theorem,
                "status": sharpest.status,
                "certificate": as_json(floor),
                "reason": sharpest.reason,
            },
            "intervals": made.left.intervals + made.right.intervals,
            "units_off": made.off,
            "units_parked": made.parked,
        }
        console.result(document)
        console.table(lambda: construction_table(request, figure, sharpest))
        if figure.reason is not None:
            console.note(figure.reason)
        return 0


def _cannot_follow(request: BiasRequest, built: BuiltBias) -> AssumptionViolated:
    """B2 demands weights that hold the kink of the target: the smallest width that does."""
    found = f"{request.width} units, which reach an error of {built.error.upper:.3g}"
    beside = f"with --weight-range {exact_text(request.weight_range)}"
    accepted = f"a width of about {built.least} or more is accepted {beside}"
    if built.least is None:
        accepted = f"no width up to 200000 is known to do {beside}: a larger range is accepted"
    more = "icebound sandwich bias shows what this width can do"
    return AssumptionViolated("--width", "of B2 (kinks for f)", found, f"{accepted}; {more}")


def _request(
    target: str,
    domain: str,
    width: str | None,
    weight_range: str | None,
    seed: str | None,
    weights: str | None,
) -> BiasRequest:
    """A drawn request, or one with the weights of a file; exactly one of the two."""
    if (width is None) == (weights is None):
        given = "neither" if width is None else "both"
        raise InputError("--width", given, "and --weights, given are", "give exactly one")
    if weights is None:
        return _drawn(target, domain, str(width), weight_range, seed)
    for option, value in (("--weight-range", weight_range), ("--seed", seed)):
        if value is not None:
            raise InputError(option, value, "has no draw beside --weights:", "leave it out")
    from verify.sandwiches.bias_request import LARGEST_WIDTH, BiasRequest
    from verify.sandwiches.bias_weights import read_weights

    W, C = read_weights(Path(weights))
    if W.size > LARGEST_WIDTH:
        accepted = f"a width of at most {LARGEST_WIDTH} is accepted"
        raise InputError("--weights", f"{W.size} units", "holds", accepted)
    return BiasRequest(target=target_from(target, domain), width=W.size, given=(W, C))
