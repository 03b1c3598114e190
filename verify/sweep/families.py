"""The families of a sweep: their keys, and how one claim is computed.

A request is a mapping from keys to canonical values (texts, integers, flags; exact numbers as
``p/q``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from theory.errors import InputError
from verify.sweep import figures
from verify.sweep.figures import Figure
from verify.sweep.keys import Key
from verify.sweep.requests import (
    SELECTORS,
    Request,
    Values,
    bias_normal,
    bias_request,
    box_target,
    budget_normal,
    frontier_normal,
    frontier_request,
    permutation_normal,
    permutation_request,
    positive,
    response_normal,
    response_request,
    ridgelet_normal,
    ridgelet_request,
)

# the note of a command that draws nothing, which is what a sweep wants
NO_PICTURE = "no picture"


@dataclass(frozen=True)
class Answer:
    """What a family says of one request: a verdict word, the JSON of the command, its figures."""

    verdict: str
    result: dict[str, Any]
    figures: dict[str, Figure]
    reason: str | None = None


@dataclass(frozen=True)
class Family:
    """``normal`` checks a request and brings it into the form in which equal claims are equal."""

    name: str
    keys: tuple[Key, ...]
    normal: Callable[[Values], Values]
    answer: Callable[[Request, Path], Answer]


def _permutation(values: Request, out: Path) -> Answer:
    from verify.sandwiches.permutation import sandwich

    request = permutation_request(values)
    protocol = values["protocol"] if values["train"] else None
    found = sandwich(request, protocol=protocol, out=out)  # type: ignore[arg-type]
    return _sandwiched(found.verdict.value, found.as_json(), found.constructed.reason)


def _bias(values: Request, out: Path) -> Answer:
    from verify.sandwiches.bias import sandwich_bias

    found = sandwich_bias(bias_request(values), train=bool(values["train"]), out=out)
    return _sandwiched(found.verdict.value, found.as_json(), found.constructed.reason)


def _ridgelet(values: Request, out: Path) -> Answer:
    from verify.sandwiches.ridgelet import sandwich_ridgelet

    found = sandwich_ridgelet(ridgelet_request(values), train=bool(values["train"]), out=out)
    return _sandwiched(found.verdict.value, found.as_json(), found.constructed.reason)


def _sandwiched(verdict: str, result: dict[str, Any], reason: str | None) -> Answer:
    return Answer(verdict, result, figures.sandwich_figures(result), reason)


def _frontier(values: Request, out: Path) -> Answer:
    from verify.frontiers.curve import frontier

    path = values.get("data_path")
    request = frontier_request(values, None if path is None else Path(str(path)))
    if request.data is not None and request.data.sha256 != values["data"]:
        raise InputError("data", path, "has changed since the sweep began:", "start it again")
    found = frontier(request, out=out)
    result = found.as_json()
    reason = "; ".join(note for note in found.notes if not note.startswith(NO_PICTURE)) or None
    return Answer(found.verdict.value, result, figures.frontier_figures(result), reason)


def _response(values: Request, out: Path) -> Answer:
    from verify.response_curve import curve

    result = curve(response_request(values), out=out).as_json()
    return Answer("PROVED", result, figures.response_figures(result))


def _budget(values: Request, out: Path) -> Answer:
    from verify.budget import budget_points

    beta = None if values["beta"] is None else positive(values, "beta")
    [point] = budget_points(
        box_target(values),
        str(values["activation"]),
        positive(values, "band"),
        [positive(values, "eps")],
        norm=str(values["norm"]),  # type: ignore[arg-type]
        beta=beta,
        out=out,
    )
    result, reason = point.as_item(), point.needed.reason
    verdict = "PROVED" if point.needed.log10 is not None else "CONSISTENT"
    return Answer(verdict, result, figures.budget_figures(result), reason)


def _target_keys() -> tuple[Key, ...]:
    return Key("target", "text"), Key("domain", "text", "0,1")


SEED = Key("seed", "integer", 0)
TRAIN = Key("train", "flag", True)
RIDGE = (Key("activation", "text"), Key("lambda", "number"), Key("beta", "number"))

FAMILIES = {
    family.name: family
    for family in (
        Family(
            "permutation",
            (
                *_target_keys(),
                Key("width", "integer"),
                Key("readout", "flag", True),
                Key("locations", "text", None),
                Key("init", "text", "location"),
                SEED,
                TRAIN,
                Key("protocol", "text", "quick"),
            ),
            permutation_normal,
            _permutation,
        ),
        Family(
            "bias",
            (
                *_target_keys(),
                Key("width", "integer"),
                Key("weight_range", "number", "1"),
                SEED,
                TRAIN,
            ),
            bias_normal,
            _bias,
        ),
        Family(
            "ridgelet",
            (
                *_target_keys(),
                Key("width", "integer"),
                *RIDGE,
                Key("budget", "number"),
                SEED,
                Key("delta", "number", "1/20"),
                TRAIN,
            ),
            ridgelet_normal,
            _ridgelet,
        ),
        Family(
            "frontier",
            (
                Key("target", "text", None),
                Key("data", "text", None),
                Key("domain", "text", None),
                *RIDGE,
                Key("budget", "number", None),
                Key("points", "integer", None),
                Key("affine", "flag", False),
            ),
            frontier_normal,
            _frontier,
        ),
        Family(
            "response",
            (
                Key("target", "text", None),
                Key("spectrum", "text", None),
                Key("activation", "text"),
                Key("band", "number"),
                Key("dim", "integer", 1),
                *(Key(name, "number", None) for name in SELECTORS),
            ),
            response_normal,
            _response,
        ),
        Family(
            "budget",
            (
                *_target_keys(),
                Key("activation", "text"),
                Key("band", "number"),
                Key("beta", "number", None),
                Key("eps", "number"),
                Key("norm", "text", "L2"),
            ),
            budget_normal,
            _budget,
        ),
    )
}
