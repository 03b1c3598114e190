"""One point of the frontier: the fit, a certificate from each side, the closed form beside them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from numerics.ridgelet.frontier import FrontierFit
from numerics.ridgelet.network import RidgeNetwork
from theory.errors import AssumptionViolated, Undecided
from theory.ridgelet.activations import activation
from theory.ridgelet.degree import closed_form_lower
from theory.ridgelet.density import require_budget
from verify.certificates import Certificate
from verify.frontiers.dual import polynomial_dual, row_dual, row_error, row_value
from verify.frontiers.fitting import Fitter, inside_box, within_budget
from verify.frontiers.request import FrontierRequest, rows_of
from verify.frontiers.results import FrontierPoint
from verify.ridge_certificates import upper_l2_certificate
from verify.ridge_error import certified_l2

SECONDS = 100.0
# rows times units that one certificate encloses in about SECONDS
MOST_ROWS = 100_000


@dataclass(frozen=True)
class _Side:
    """One bound with its status; ``certificate`` is ready to be written."""

    value: float
    status: str
    certificate: Certificate | None = None
    reason: str | None = None


def frontier_point(
    fitter: Fitter,
    budget: Fraction,
    *,
    out: Path | None = None,
    name: str = "point",
    seconds: float = SECONDS,
) -> FrontierPoint:
    """Fit at ``budget`` and certify both sides; files ``NAME.lower.json``, ``NAME.upper.json``.

    A side that cannot be decided in ``seconds`` keeps its estimate, measured, with a reason.
    Raises AssumptionViolated without a budget (None or infinite): there is no bound then (R5).
    """
    start = time.perf_counter()
    request = fitter.request
    budget = require_budget(request.activation, budget, theorem="R4", argument="budget")
    fit = fitter.fit(budget)
    network = inside_box(within_budget(fit.network, budget), request.lam, request.beta)
    upper = _upper(request, network, fit, budget, seconds)
    lower, degree = _lower(fitter, fit, budget, seconds)
    closed, closed_reason = _closed_form(request, budget)
    paths: list[Path | None] = []
    for kind, side in (("lower", lower), ("upper", upper)):
        path = None
        if out is not None:
            path = out / f"{name}.{kind}.json"
            if side.certificate is None:
                path.unlink(missing_ok=True)
                path = None
            else:
                side.certificate.write(path)
        paths.append(path)
    reasons = [f"{kind}: {side.reason}" for kind, side in (("lower", lower), ("upper", upper))
               if side.reason]  # fmt: skip
    return FrontierPoint(
        budget=budget,
        lower=lower.value,
        upper=upper.value,
        lower_status=lower.status,
        upper_status=upper.status,
        closed_form=closed,
        width=network.width,
        estimate=_measured_error(request, fit),
        gap=1 - lower.value / upper.value if upper.value > 0 else None,
        fit=fit.status,
        degree=degree,
        certificate=paths[0],
        certificate_upper=paths[1],
        reason="; ".join(reasons) or None,
        closed_form_reason=closed_reason,
        seconds=time.perf_counter() - start,
    )


def _upper(
    request: FrontierRequest,
    network: RidgeNetwork,
    fit: FrontierFit,
    budget: Fraction,
    seconds: float,
) -> _Side:
    """The fitted network's own error, enclosed; measured where that takes too long."""
    subject, measured = rows_of(request), _measured_error(request, fit)
    reason = _too_long(request)
    if reason is None:
        try:
            _, value = certified_l2(network, subject, seconds=seconds)
        except Undecided as undecided:
            reason = str(undecided)
        else:
            box = (request.lam, request.beta)
            certificate = upper_l2_certificate(network, subject, value, box, budget)
            return _Side(value, "certified", certificate)
    return _Side(measured, "measured", None, reason)


def _measured_error(request: FrontierRequest, fit: FrontierFit) -> float:
    return fit.upper if request.data is None else row_error(request, fit)


def _lower(
    fitter: Fitter, fit: FrontierFit, budget: Fraction, seconds: float
) -> tuple[_Side, int | None]:
    """The dual certificate of the residual, and the degree of its polynomial."""
    from verify.dual import certified_dual

    request = fitter.request
    reason = request.measured_only or _too_long(request)
    degree = None
    if request.data is None:
        dual = polynomial_dual(fitter, fit, budget)
        degree, phi, estimate = dual.degree, dual.coefficients, max(dual.estimate, 0.0)
    else:
        phi = row_dual(request, fit)
        whole = fitter.measure.size == request.data.rows
        estimate = fit.lower if whole else row_value(fitter, fit, phi, budget)
    if fit.lower <= 0.0:
        why = _why_nothing(request, fit)
        return _Side(0.0, "certified", None, why), degree
    if reason is None:
        try:
            found = certified_dual(
                rows_of(request),
                request.activation,
                request.lam,
                request.beta,
                budget,
                phi,
                affine=request.affine,
                seconds=seconds,
            )
        except Undecided as undecided:
            reason = str(undecided)
        else:
            if found.value > 0:
                late = f"the supremum over V is open after {seconds:g} s"
                note = None if found.reached else late
                return _Side(found.value, "certified", found.certificate, note), degree
            reason = "the certified value is not positive at this accuracy"
            if estimate <= 0:
                return _Side(0.0, "certified", None, reason), degree
    return _Side(estimate, "measured", None, reason), degree


def _why_nothing(request: FrontierRequest, fit: FrontierFit) -> str:
    """Why the residual of a fit proves no positive bound."""
    if fit.status != "floor":
        return "the fit is lost in rounding: its residual proves no positive bound at this budget"
    if request.data is None and not activation(request.activation).analytic:
        return (
            "the fit is as good as exact on the points that stand for the domain: no positive "
            "bound follows, though between them the network errs"
        )
    return "the fit is exact up to rounding: no positive bound at this budget"


def _closed_form(request: FrontierRequest, budget: Fraction) -> tuple[float | None, str | None]:
    """R8 at this budget, or why it has nothing to say."""
    if request.target is None:
        return None, "R8 is about the uniform measure on a box, not about data"
    try:
        found = closed_form_lower(
            request.target, request.activation, request.lam, request.beta, budget
        )
    except (AssumptionViolated, Undecided) as error:
        return None, str(error)
    if request.affine and found.degree < 1:
        return 0.0, "the best degree is 0, which does not cover a free affine part"
    return found.value, None


def _too_long(request: FrontierRequest) -> str | None:
    if request.data is not None and request.data.rows > MOST_ROWS:
        return f"{request.data.rows} rows are more than the {MOST_ROWS} that are enclosed"
    return None
