"""``sandwich permutation``, ``construct permutation`` and ``width permutation``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from theory.errors import AssumptionViolated, IceboundError, InputError
from verify.cli.command import choose, command, parse_integer, torch_threads
from verify.cli.console import Console
from verify.cli.options import Domain, Out, Seed, TargetText, Width, target_from

if TYPE_CHECKING:
    from verify.results import ConstructedFigure
    from verify.sandwiches.constructions import Built
    from verify.sandwiches.request import PermutationRequest

NoReadout = Annotated[
    bool, typer.Option("--no-readout", help="No trained read-out: gam = 1, alpha = 0.")
]
Locations = Annotated[
    str | None,
    typer.Option("--locations", metavar="WHERE", help="equidistant or random."),
]
Init = Annotated[
    str | None,
    typer.Option("--init", metavar="VECTOR", help="The vector that is permuted."),
]
OptionalTarget = Annotated[
    str | None, typer.Option("--target", metavar="EXPR", help="The function to approximate.")
]
Ridges = Annotated[
    list[str] | None,
    typer.Option("--ridge", metavar="A0,A1:EXPR", help="A summand g(a.x); may be repeated."),
]
OptionalWidth = Annotated[
    str | None, typer.Option("--width", metavar="N", help="Number of locations.")
]
Weights = Annotated[
    str | None,
    typer.Option("--weights", metavar="FILE", help="Your frozen locations and initial values."),
]

Kappa = Annotated[
    str | None,
    typer.Option("--kappa", metavar="K", help="2: half of P8's unit, kinks up to 3 (conjecture)."),
]


def register(name: str, group: typer.Typer) -> None:
    """Add the ``permutation`` command of the group ``name``."""
    {"sandwich": _sandwich, "construct": _construct, "width": _width}[name](group)


def _request(
    target: str,
    domain: str,
    width: str,
    seed: str,
    no_readout: bool,
    locations: str | None,
    init: str | None,
) -> PermutationRequest:
    from verify.sandwiches.request import (
        LARGEST_WIDTH,
        PLACEMENTS,
        SMALLEST_WIDTH,
        STARTS,
        PermutationRequest,
    )

    aim = target_from(target, domain)
    start = choose(init or "location", argument="--init", options=STARTS)
    place = locations and choose(locations, argument="--locations", options=PLACEMENTS)
    return PermutationRequest(
        target=aim,
        width=parse_integer(width, argument="--width", low=SMALLEST_WIDTH, high=LARGEST_WIDTH),
        readout=not no_readout,
        start=start,  # type: ignore[arg-type]
        placement=place or None,  # type: ignore[arg-type]
        seed=parse_integer(seed, argument="--seed", low=0, high=2**53),
    )


def _sandwich(group: typer.Typer) -> None:
    @command(group, "permutation")
    def sandwich_permutation(
        console: Console,
        target: TargetText,
        width: Width,
        domain: Domain = "0,1",
        no_readout: NoReadout = False,
        locations: Locations = None,
        init: Init = None,
        seed: Seed = "0",
        no_train: Annotated[bool, typer.Option("--no-train", help="Skip training.")] = False,
        protocol: Annotated[
            str | None, typer.Option("--protocol", metavar="P", help="quick, published or search.")
        ] = None,
        out: Out = None,
    ) -> int:
        """Certified lower bound, certified construction and trained network."""
        from verify.cli.tables import sandwich_table
        from verify.files import output_folder
        from verify.sandwiches.permutation import sandwich
        from verify.sandwiches.training import PROTOCOLS

        if no_train:
            _no_training_options(protocol, init, locations)
        request = _request(target, domain, width, seed, no_readout, locations, init)
        chosen = choose(protocol or "quick", argument="--protocol", options=PROTOCOLS)
        folder = None if out is None else output_folder(Path(out))
        if not no_train:
            torch_threads(console.threads)
        with console.progress("sandwich") as progress:
            result = sandwich(
                request,
                protocol=None if no_train else chosen,  # type: ignore[arg-type]
                out=folder,
                progress=progress,
            )
        console.result(result.as_json())
        console.table(lambda: sandwich_table(result))
        console.closing(result.verdict.value, folder, (result.picture,), result.notes)
        return result.verdict.exit_status


def _no_training_options(protocol: str | None, init: str | None, locations: str | None) -> None:
    """Raises InputError for options of training; on random locations --init also constructs."""
    beside = [("--protocol", protocol), ("--init", init if locations != "random" else None)]
    for option, value in beside:
        if value is not None:
            problem = "is a training option beside --no-train:"
            raise InputError(option, value, problem, "leave out one of the two")


def _construct(group: typer.Typer) -> None:
    @command(group, "permutation")
    def construct_permutation(
        console: Console,
        target: OptionalTarget = None,
        width: OptionalWidth = None,
        domain: Domain = "0,1",
        no_readout: NoReadout = False,
        locations: Locations = None,
        init: Init = None,
        seed: Seed = "0",
        weights: Weights = None,
        ridge: Ridges = None,
        kappa: Kappa = None,
        out: Out = None,
    ) -> int:
        """The best construction for the target, certified; in several dimensions for ridges."""
        from verify.cli.tables import construction_table
        from verify.files import output_folder
        from verify.results import as_json
        from verify.sandwiches.constructions import construct
        from verify.sandwiches.permutation import write_construction
        from verify.sandwiches.wide import construct_wide

        several = _several(target, ridge)
        if several:
            given = {"--weights": weights, "--locations": locations, "--init": init}
            given |= {"--no-readout": "given" if no_readout else None, "--kappa": kappa}
            return _ridge_sum(console, target, ridge or [], width, domain, out, given)
        if target is None:
            raise InputError(
                "--target", "nothing", "given:", "give --target, or --ridge A0,A1:EXPR"
            )
        chosen = _width_or_weights(width, weights, target, domain)
        request = _request(target, domain, chosen, seed, no_readout, locations, init)
        folder = None if out is None else output_folder(Path(out))
        profile = request.profile()
        wide = kappa is not None and parse_integer(kappa, argument="--kappa", low=1, high=2) == 2
        built: Built | None
        with console.progress("constructing") as progress:
            if wide:
                figure, built = construct_wide(request, profile, progress=progress)
            else:
                figure, built = construct(request, profile, progress=progress)
        if built is None:
            raise _nothing_applies(request, figure)
        if folder is not None:
            figure = write_construction(figure, built, request, folder)
        console.result(as_json(figure))
        console.table(lambda: construction_table(request, figure))
        return 0


def _several(target: str | None, ridges: list[str] | None) -> bool:
    """Whether the function has several variables: --ridge, or a target that uses x1."""
    from theory.targets.grammar import parse, variables

    if ridges and target is not None:
        raise InputError("--target", target, "is given beside --ridge:", "give one of the two")
    return bool(ridges) or (target is not None and bool(variables(parse(target)) - {0}))


def _ridge_sum(
    console: Console,
    target: str | None,
    ridges: list[str],
    width: str | None,
    domain: str,
    out: str | None,
    unused: dict[str, str | None],
) -> int:
    """One network per direction, and the sum of their certified errors."""
    from theory.targets.box_target import parse_box
    from verify.cli.tables import ridge_table
    from verify.files import output_folder
    from verify.sandwiches.request import LARGEST_WIDTH, SMALLEST_WIDTH
    from verify.sandwiches.ridge_sums import (
        construct_sum,
        parse_ridge,
        ridges_of_polynomial,
        write_sum,
    )

    for option, value in unused.items():
        if value is not None:
            raise InputError(option, value, "is not for sums of ridges:", "leave it out")
    if width is None:
        raise InputError("--width", "nothing", "is required:", "locations per direction")
    number = parse_integer(width, argument="--width", low=SMALLEST_WIDTH, high=LARGEST_WIDTH)
    box = parse_box(domain)
    axes = ridges[0].partition(":")[0].count(",") + 1 if ridges else 2
    box = box * axes if len(box) == 1 else box
    if target is None:
        found = tuple(parse_ridge(text, box) for text in ridges)
    else:
        found = ridges_of_polynomial(target, box)
    folder = None if out is None else output_folder(Path(out))
    with console.progress("constructing") as progress:
        result = construct_sum(found, number, box, progress=progress)
    if folder is not None:
        result = write_sum(result, folder)
    console.result(result.as_json())
    console.table(lambda: ridge_table(result))
    return 0


def _width_or_weights(width: str | None, weights: str | None, target: str, domain: str) -> str:
    """The width as text: given, or that of a file of frozen weights; exactly one of the two."""
    if (width is None) == (weights is None):
        given = "neither" if width is None else "both"
        raise InputError("--width", given, "and --weights, given are", "give exactly one")
    if weights is None:
        return str(width)
    from verify.sandwiches.weights import width_of_weights

    return str(width_of_weights(Path(weights), target_from(target, domain)))


def _nothing_applies(request: PermutationRequest, figure: ConstructedFigure) -> IceboundError:
    """The error for a request that no implemented construction covers."""
    from theory.permutation.bounds import LIPSCHITZ_FORM, NEEDS_READOUT

    if not request.equidistant:
        accepted = f"equidistant is accepted: {figure.reason}"
        return InputError("--locations", "random", "has no construction here:", accepted)
    beside = (LIPSCHITZ_FORM, NEEDS_READOUT)
    first = next(entry for entry in figure.alternatives if entry.reason not in beside)
    claim = f"{request.target.text} at n = {request.width}"
    accepted = "a larger width, a smoother target or the read-out may help"
    return AssumptionViolated(first.theorem, f"({first.reason})", claim, accepted)


def _width(group: typer.Typer) -> None:
    @command(group, "permutation")
    def width_permutation(
        console: Console,
        target: TargetText,
        eps: Annotated[str, typer.Option("--eps", metavar="E", help="Wanted sup-norm error.")],
        domain: Domain = "0,1",
        explain: Annotated[bool, typer.Option("--explain", help="Show the inequalities.")] = False,
    ) -> int:
        """The smallest width at which a theorem guarantees the error."""
        from theory.permutation.width import smallest_width
        from theory.rigor.numbers import parse_positive
        from theory.targets.enclosures import Profile
        from verify.display import shown_up
        from verify.results import as_json

        aim = target_from(target, domain)
        answer = smallest_width(Profile(aim), parse_positive(eps, argument="--eps"))
        document = {
            "width": answer.width,
            "theorem": answer.theorem,
            "bound": answer.bound,
            "status": "theorem",
            "target": aim.text,
            "explain": answer.explain if explain else None,
        }
        console.result(as_json(document))
        console.say(
            f"width {answer.width}: {answer.theorem} guarantees an error of at most "
            f"{shown_up(answer.bound, 6)}"
        )
        for line in answer.explain if explain else ():
            console.say(f"  {line}")
        return 0
