"""Requests of the families, built from the values of a claim by the library's own request records.

So every value is checked before any work.  The ``normal`` functions bring the values into the form
in which equal claims are equal texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from theory.errors import InputError
from theory.rigor.numbers import exact_text
from verify.sweep.keys import Value

if TYPE_CHECKING:
    from theory.targets.box_target import BoxTarget
    from theory.targets.target import Target
    from verify.frontiers.request import FrontierRequest
    from verify.response_curve import Request as ResponseRequest
    from verify.sandwiches.bias_request import BiasRequest
    from verify.sandwiches.request import PermutationRequest
    from verify.sandwiches.ridgelet_request import RidgeletRequest

Request = Mapping[str, Value]
Values = dict[str, Value]
LARGEST_SEED = 2**53


def _choice(values: Request, name: str, options: tuple[str, ...]) -> str:
    value = values[name]
    if value not in options:
        raise InputError(name, value, "unknown:", f"{', '.join(options)} are accepted")
    return str(value)


def _seed(values: Request) -> int:
    seed = int(values["seed"] or 0)
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError("seed", seed, "out of range:", f"0 to {LARGEST_SEED} is accepted")
    return seed


def positive(values: Request, name: str) -> Fraction:
    """The exact number under ``name``; raises InputError unless it is greater than 0."""
    value = Fraction(str(values[name]))
    if value <= 0:
        accepted = "a number greater than 0 is accepted"
        raise InputError(name, exact_text(value), "not positive:", accepted)
    return value


def _target(values: Request) -> Target:
    return _parsed(str(values["target"]), str(values["domain"]))


@lru_cache(maxsize=256)
def _parsed(text: str, domain: str) -> Target:
    """A grid repeats its few targets in most of its claims."""
    from theory.rigor.numbers import parse_interval
    from theory.targets.target import Target

    low, high = parse_interval(domain, argument="domain")
    return Target.parse(text, low, high)


def box_target(values: Request) -> BoxTarget:
    """The target on its box."""
    from theory.targets.box_target import BoxTarget, parse_box

    return BoxTarget.parse(str(values["target"]), parse_box(str(values["domain"])))


def line_normal(values: Values, target: Target) -> Values:
    """Target without spaces, ends of the domain as exact texts."""
    domain = f"{exact_text(Fraction(target.low))},{exact_text(Fraction(target.high))}"
    return values | {"target": _squeezed(target.text), "domain": domain}


def box_normal(values: Values, target: BoxTarget) -> Values:
    """Target without spaces, one exact pair for every axis."""
    ends = ",".join(exact_text(end) for side in target.domain for end in side)
    return values | {"target": _squeezed(target.text), "domain": ends}


def _squeezed(text: str) -> str:
    """A target that was parsed, without its spaces: the grammar never needs them."""
    return "".join(text.split())


def permutation_request(values: Request) -> PermutationRequest:
    """The request of ``icebound sandwich permutation``."""
    from verify.sandwiches.request import PLACEMENTS, STARTS, PermutationRequest

    place = values["locations"] and _choice(values, "locations", PLACEMENTS)
    return PermutationRequest(
        target=_target(values),
        width=int(values["width"] or 0),
        readout=bool(values["readout"]),
        start=_choice(values, "init", STARTS),  # type: ignore[arg-type]
        placement=place or None,  # type: ignore[arg-type]
        seed=_seed(values),
    )


def permutation_normal(values: Values) -> Values:
    """Equal claims as equal texts: no protocol without training."""
    from verify.sandwiches.training import PROTOCOLS

    request = permutation_request(values)
    protocol = _choice(values, "protocol", PROTOCOLS) if values["train"] else None
    return line_normal(values, request.target) | {"protocol": protocol}


def bias_request(values: Request) -> BiasRequest:
    """The request of ``icebound sandwich bias``."""
    from verify.sandwiches.bias_request import BiasRequest

    return BiasRequest(
        target=_target(values),
        width=int(values["width"] or 0),
        weight_range=positive(values, "weight_range"),
        seed=_seed(values),
    )


def bias_normal(values: Values) -> Values:
    """Equal claims as equal texts."""
    return line_normal(values, bias_request(values).target)


def ridgelet_request(values: Request) -> RidgeletRequest:
    """The request of ``icebound sandwich ridgelet``."""
    from theory.ridgelet.activations import activation
    from verify.sandwiches.ridgelet_request import RidgeletRequest

    return RidgeletRequest(
        box_target(values),
        int(values["width"] or 0),
        activation(str(values["activation"])).name,
        positive(values, "lambda"),
        positive(values, "beta"),
        positive(values, "budget"),
        _seed(values),
        positive(values, "delta"),
    )


def ridgelet_normal(values: Values) -> Values:
    """Equal claims as equal texts."""
    return box_normal(values, ridgelet_request(values).target)


def frontier_request(values: Request, data: Path | None = None) -> FrontierRequest:
    """The request of ``icebound frontier`` for one budget, or for ``points`` chosen ones."""
    from theory.ridgelet.activations import activation
    from verify.data_sets import read_csv
    from verify.frontiers.request import FrontierRequest

    budgets = None if values["budget"] is None else (positive(values, "budget"),)
    count = 1 if values["points"] is None else int(values["points"])
    return FrontierRequest(
        box_target(values) if data is None else read_csv(data, argument="data"),
        activation(str(values["activation"])).name,
        positive(values, "lambda"),
        positive(values, "beta"),
        budgets,
        count,
        bool(values["affine"]),
    )


def frontier_normal(values: Values) -> Values:
    """``data`` is a path here and becomes the hash of its content, with the path beside it."""
    _exactly_one(values, ("target", "data"))
    _exactly_one(values, ("budget", "points"))
    if values["data"] is None:
        values = values | {"domain": values["domain"] or "0,1"}
        return box_normal(values, subject_of(frontier_request(values)))
    if values["domain"] is not None:
        accepted = "leave it out: the measure is that of the rows"
        raise InputError("domain", values["domain"], "is given beside data:", accepted)
    path = Path(str(values["data"]))
    request = frontier_request(values, path)
    assert request.data is not None
    return values | {"data": request.data.sha256, "data_path": str(path.resolve())}


def subject_of(request: FrontierRequest) -> BoxTarget:
    """The target of a request that has no data."""
    assert request.target is not None
    return request.target


def _exactly_one(values: Request, names: tuple[str, ...]) -> str:
    given = [name for name in names if values[name] is not None]
    if len(given) != 1:
        accepted = f"exactly one of {', '.join(names)} is accepted"
        shown = ", ".join(given) or "none"
        raise InputError(given[-1] if given else names[0], shown, "given are", accepted)
    return given[0]


SELECTORS = ("mu", "budget", "eps")


def response_request(values: Request) -> ResponseRequest:
    """The request of ``icebound response`` for one value of mu, budget or eps."""
    from theory.ridgelet.activations import activation
    from verify.response_curve import Request as ResponseRequest

    source = _exactly_one(values, ("target", "spectrum"))
    selector = _exactly_one(values, SELECTORS)
    dimension = int(values["dim"] or 0)
    if not 1 <= dimension <= 10:
        raise InputError("dim", dimension, "out of range:", "an integer from 1 to 10 is accepted")
    return ResponseRequest(
        text=_squeezed(str(values[source])),
        source=source,  # type: ignore[arg-type]
        activation=activation(str(values["activation"])).name,
        band=positive(values, "band"),
        dimension=dimension,
        selector=selector,  # type: ignore[arg-type]
        values=(positive(values, selector),),
    )


def response_normal(values: Values) -> Values:
    """Equal claims as equal texts, after target or spectrum was parsed."""
    from theory.ridgelet.spectral_grammar import parse_spectrum, parse_target

    request = response_request(values)
    if request.source == "target":
        parse_target(str(values["target"]), request.dimension)
    else:
        parse_spectrum(str(values["spectrum"]))
    return values | {request.source: request.text}


def budget_normal(values: Values) -> Values:
    """Equal claims as equal texts."""
    from theory.ridgelet.degree import NORMS
    from verify.budget import require_analytic

    require_analytic(str(values["activation"]), argument="activation")
    for name in ("band", "eps"):
        positive(values, name)
    if values["beta"] is not None:
        positive(values, "beta")
    _choice(values, "norm", NORMS)
    return box_normal(values, box_target(values))
