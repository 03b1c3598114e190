"""The frequency response as asked for: points at mu, budget or accuracy, and certificates.

In a cube (|a|_inf <= lam instead of |a|_2 <= lam) the values are enclosed the same way, but the
kind ``response`` has no cube: no certificate is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from flint import arb

from theory.errors import IceboundError, InputError
from theory.ridgelet.band_limit import SUPPORTS, band_limit_lower
from theory.ridgelet.cube import DIMENSIONS, CubeMass
from theory.ridgelet.cube_factors import cube_factors
from theory.ridgelet.response import SCOPE, Point, Response, mass_of_spectrum, mass_of_target
from theory.ridgelet.spectra import LINES
from theory.ridgelet.spectral_mass import Mass
from theory.rigor.balls import dyadic_text, float_down, float_up
from theory.rigor.numbers import exact_text
from verify.certificates import Certificate
from verify.display import shown_down, shown_up
from verify.files import shown
from verify.results import as_json

Pair = tuple[float, float]
Selector = Literal["mu", "budget", "eps"]
NO_CERTIFICATE = (
    "none: the kind `response` is about |a|_2 <= LAMBDA; these values are enclosed in balls, but "
    "no independent checker has seen them"
)
LINE_SPECTRUM = (
    "the spectrum of this activation is two points, so R1 answers: no budget, width or training "
    "brings the error below the part of f beyond the band"
)


@dataclass(frozen=True)
class Request:
    """What is asked: a target or a spectrum, an activation, a band, and values of one selector."""

    text: str
    source: Literal["target", "spectrum"]
    activation: str
    band: Fraction
    dimension: int
    selector: Selector
    values: tuple[Fraction, ...]
    cube: bool = False


@dataclass(frozen=True)
class CurvePoint:
    """Enclosures as floats rounded outward; ``certificate`` where one was written."""

    mu: Pair | None
    budget: Pair | None
    error: Pair
    reason: str | None = None
    certificate: Path | None = None


@dataclass(frozen=True)
class Curve:
    """All points, the norm of f, and the largest useful budget where it is known."""

    request: Request
    theorem: str
    points: tuple[CurvePoint, ...]
    norm: Pair
    max_budget: Pair | None
    least_error: Pair
    response: Response | None

    def as_json(self) -> dict[str, Any]:
        """The object of ``icebound response --json``; an end beyond the range of floats is null."""
        request = self.request
        reason = "infinite, or not shown to be finite" if self.theorem == "R2" else LINE_SPECTRUM
        return {
            request.source: request.text,
            "activation": request.activation,
            "band": exact_text(request.band),
            **({"band_norm": "inf"} if request.cube else {}),
            "dimension": request.dimension,
            "theorem": self.theorem,
            "status": "certified",
            "points": [
                {
                    "mu": as_json(point.mu),
                    "budget": as_json(point.budget),
                    "error": as_json(point.error),
                    "certificate": None if point.certificate is None else shown(point.certificate),
                    **({} if point.reason is None else {"reason": point.reason}),
                }
                for point in self.points
            ],
            "norm": as_json(self.norm),
            "max_budget": as_json(self.max_budget),
            "least_error": as_json(self.least_error),
            "scope": SCOPE if self.theorem == "R2" else LINE_SPECTRUM,
            **({"certificates": NO_CERTIFICATE} if request.cube else {}),
            **({"reason": reason} if self.max_budget is None else {}),
        }

    def _repr_html_(self) -> str:
        from verify.html_tables import response_html

        return response_html(self)


def curve(request: Request, *, out: Path | None = None) -> Curve:
    """The curve, with ``response-000.json`` ... in ``out`` where it is given.

    Raises InputError for what has no response, Undecided where an enclosure is not tight enough.
    """
    mass = _mass(request)
    if request.activation in LINES:
        from theory.ridgelet.response import square_norm

        assert request.activation in SUPPORTS
        lower = band_limit_lower(mass, request.activation, request.band)
        norm = _pair(square_norm(mass).sqrt())
        point = CurvePoint(None, None, (max(float_down(lower), 0.0), norm[1]), LINE_SPECTRUM)
        return Curve(request, "R1", (point,), norm, None, _pair(lower), None)
    response = Response(mass, request.activation, request.band)
    points = []
    for index, value in enumerate(request.values):
        found = _solve(response, request.selector, value)
        path = None
        if out is not None and not request.cube:
            path = _certify(request, response, found, out / f"response-{index:03d}.json")
        points.append(_rounded(found, path))
    largest = response.largest_budget()
    return Curve(
        request,
        "R2",
        tuple(points),
        _pair(response.norm),
        None if largest is None else _pair(largest),
        _pair(response.least_error()),
        response,
    )


def _mass(request: Request) -> Mass:
    if not request.cube:
        make = mass_of_spectrum if request.source == "spectrum" else mass_of_target
        return make(request.text, request.dimension)
    if request.source == "spectrum":
        accepted = "--target, a product of functions of one coordinate each, is accepted"
        raise InputError("--spectrum", request.text, "is radial, not for a --cube:", accepted)
    if request.dimension not in DIMENSIONS:
        accepted = "2 or 3 is accepted with --cube (for 1 it changes nothing)"
        raise InputError("--dim", request.dimension, "is not for a --cube:", accepted)
    return CubeMass(cube_factors(request.text, request.dimension), argument="--target")


def _solve(response: Response, selector: Selector, value: Fraction) -> Point:
    if selector == "mu":
        return response.at_mu(value)
    return response.at_budget(value) if selector == "budget" else response.at_error(value)


def _pair(value: arb) -> Pair:
    return max(float_down(value), 0.0), float_up(value)


def _rounded(point: Point, certificate: Path | None) -> CurvePoint:
    if point.mu is None:
        reason = "f itself is this small: budget 0 is enough, mu is infinite"
        return CurvePoint(None, (0.0, 0.0), _pair(point.error), reason, certificate)
    return CurvePoint(_pair(point.mu), _pair(point.budget), _pair(point.error), None, certificate)


def _certify(request: Request, response: Response, point: Point, path: Path) -> Path | None:
    """The certificate at an exact mu in the bracket; None where mu is 0, infinite or too small."""
    if point.mu is None or not point.mu > 0:
        return None
    asked = request.values if request.selector == "mu" else ()
    middle = float(point.mu.mid())
    exact = next((value for value in asked if point.mu.contains(_ball(value))), None)
    if exact is None:
        if not 1e-290 < middle < 1e290:
            return None
        exact = Fraction(middle)
        try:
            point = response.at_mu(exact)
        except IceboundError:
            return None
    error, budget = _pair(point.error), _pair(point.budget)
    scalars = dict(
        zip(
            ("error_low", "error_high", "budget_low", "budget_high"),
            (dyadic_text(end) for end in (*error, *budget)),
            strict=True,
        )
    )
    what = "the function with |fhat| = " if request.source == "spectrum" else ""
    claim = (
        f"Over densities with L2 norm at most B on |a| <= {exact_text(request.band)}, activation "
        f"{request.activation}, the smallest L2(R^{request.dimension}) distance to {what}"
        f"{request.text} is E, with B from {shown_down(budget[0], 8)} to {shown_up(budget[1], 8)} "
        f"and E from {shown_down(error[0], 8)} to {shown_up(error[1], 8)}; finite networks and "
        "compact sets are not spoken of."
    )
    inputs = {
        request.source: request.text,
        "activation": request.activation,
        "band": exact_text(request.band),
        "dimension": request.dimension,
        "mu": exact_text(exact),
    }
    return Certificate("response", claim, "lower", error[0], inputs, scalars).write(path)


def _ball(value: Fraction) -> arb:
    from theory.ridgelet.response import exact

    return exact(value)
