"""Permutation networks for sums of ridge functions in several dimensions (P8-ridge)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.errors import InputError
from theory.permutation.ridge_sums import decompose, polynomial
from theory.rigor.balls import ball, float_up
from theory.rigor.numbers import exact_text, parse_number
from theory.targets.target import Target
from verify.certificates import upper_certificate
from verify.network_files import write_network
from verify.progress import Progress
from verify.results import ConstructedFigure, as_json
from verify.sandwiches.constructions import Built, construct
from verify.sandwiches.request import PermutationRequest

Box = Sequence[tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Ridge:
    """g(a . x): the direction a, and g as a target on the range of a . x over the box."""

    direction: tuple[Fraction, ...]
    target: Target


@dataclass(frozen=True)
class RidgeTerm:
    """A ridge with its network's certified figure; ``built`` is None where nothing applies."""

    ridge: Ridge
    figure: ConstructedFigure
    built: Built | None


@dataclass(frozen=True)
class RidgeSum:
    """sup over the box of |f - g| <= ``value``: the sum of the certified errors, rounded up.

    ``width`` locations per direction; ``predicted`` is the sum of the predictions, None where one
    of them is.
    """

    width: int
    box: tuple[tuple[Fraction, Fraction], ...]
    terms: tuple[RidgeTerm, ...]
    value: float
    predicted: float | None

    def as_json(self) -> dict[str, Any]:
        """The JSON object of ``construct permutation`` with ``--ridge``."""
        rows = [
            {
                "direction": [exact_text(entry) for entry in term.ridge.direction],
                "target": term.ridge.target.text,
                "domain_exact": as_json([term.ridge.target.low, term.ridge.target.high]),
                **as_json(term.figure),
            }
            for term in self.terms
        ]
        document: dict[str, Any] = as_json(
            {
                "width": self.width,
                "domain": [float(end) for side in self.box for end in side],
                "domain_exact": [end for side in self.box for end in side],
                "value": self.value,
                "predicted": self.predicted,
                "theorem": "P8-ridge",
                "status": "certified",
            }
        )
        return {**document, "directions": rows}


def ridge(direction: Sequence[Fraction], text: str, box: Box, *, argument: str) -> Ridge:
    """The ridge on its exact range over ``box``; InputError for a direction that does not fit."""
    if len(direction) != len(box) or not any(direction):
        shown = ",".join(map(exact_text, direction))
        accepted = f"{len(box)} numbers, not all 0, are accepted"
        raise InputError(argument, shown, "is no direction in this box:", accepted)
    ends = [sorted((a * low, a * high)) for a, (low, high) in zip(direction, box, strict=True)]
    low, high = (sum((side[k] for side in ends), Fraction(0)) for k in (0, 1))
    return Ridge(tuple(direction), Target.parse(text, low, high, argument=argument))


def parse_ridge(text: str, box: Box, *, argument: str = "--ridge") -> Ridge:
    """``A0,A1,...:EXPR``: an expression in x along the direction."""
    numbers, colon, expression = text.partition(":")
    if not colon:
        raise InputError(argument, text, "has no colon:", "A0,A1:EXPR is accepted")
    parts = [parse_number(part, argument=argument) for part in numbers.split(",")]
    return ridge(parts, expression, box, argument=argument)


def ridges_of_polynomial(text: str, box: Box, *, argument: str = "--target") -> tuple[Ridge, ...]:
    """A bivariate polynomial as a sum of ridges, exactly (P8-directions)."""
    if len(box) != 2:
        accepted = "two axes, or a sum given with --ridge, are accepted"
        raise InputError(argument, text, f"is on {len(box)} axes:", accepted)
    parts = decompose(polynomial(text, argument=argument))
    found = tuple(ridge(part.direction, part.text, box, argument=argument) for part in parts)
    return found or (ridge((Fraction(1), Fraction(0)), "0*x", box, argument=argument),)


def construct_sum(
    ridges: Sequence[Ridge], width: int, box: Box, *, progress: Progress | None = None
) -> RidgeSum:
    """The best construction for every ridge with ``width`` locations each, and the summed error.

    Raises InputError for a width out of range or without ridges, AssumptionViolated where nothing
    applies to a ridge.
    """
    if not ridges:
        raise InputError("--ridge", "nothing", "given:", "at least one A0,A1:EXPR is accepted")
    terms = []
    for entry in ridges:
        request = PermutationRequest(entry.target, width)
        figure, built = construct(request, request.profile(), progress=progress)
        if figure.value is None:
            accepted = "a larger width or a smoother function is accepted"
            raise InputError("--ridge", entry.target.text, "has no construction:", accepted)
        terms.append(RidgeTerm(entry, figure, built))
    total, promised = ball(0), ball(0)
    for term in terms:
        total += ball(term.figure.value or 0.0)
        promised += ball(term.figure.predicted or 0.0)
    known = all(term.figure.predicted is not None for term in terms)
    return RidgeSum(
        width,
        tuple((low, high) for low, high in box),
        tuple(terms),
        float_up(total),
        float_up(promised) if known else None,
    )


def write_sum(result: RidgeSum, out: Path) -> RidgeSum:
    """``ridge-00.json`` and ``.npz``, ... one per direction; the record with their paths."""
    written = []
    for index, term in enumerate(result.terms):
        figure = term.figure
        if term.built is not None:
            network = term.built.construction.network
            certificate = upper_certificate(network, term.ridge.target, term.built.error.upper)
            path = certificate.write(out / f"ridge-{index:02d}.json")
            write_network(out / f"ridge-{index:02d}.npz", network)
            figure = replace(figure, certificate=path)
        written.append(replace(term, figure=figure))
    return replace(result, terms=tuple(written))
