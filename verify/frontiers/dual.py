"""The residual of a fit made ready for a certificate: a polynomial on a box, or a number per row.

Weak duality accepts every phi, so nothing here has to be exact: a bad phi proves less, never
something false (R4).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.ridgelet.frontier import FrontierFit
from numerics.ridgelet.quadrature import Array, legendre_table
from theory.ridgelet.activations import activation
from theory.ridgelet.legendre import graded
from verify.frontiers.fitting import Fitter
from verify.frontiers.request import FrontierRequest

DEGREES = {
    1: (4, 8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96),
    2: (4, 6, 8, 10, 12, 16, 20, 24, 28, 32, 36, 40),
    3: (4, 6, 8, 10, 12, 14),
}
# the certificate may lose this much of the fit's own lower value
LOSS = 1e-4
# with kinks on a rectangle the price of a polynomial is measured less well than it is enclosed: a
# degree that gains less than this is the last
GAIN = 1e-3
BLOCK = 65_536


@dataclass(frozen=True)
class PolynomialDual:
    """phi = sum_alpha c_alpha P_alpha, |alpha| <= degree, alpha in graded lexicographic order.

    P_alpha is the orthonormal Legendre basis of the box; ``estimate`` is its measured dual value.
    """

    degree: int
    coefficients: Array
    estimate: float


def polynomial_dual(fitter: Fitter, fit: FrontierFit, budget: Fraction) -> PolynomialDual:
    """The projection of the residual of least degree that loses less than LOSS, else the best.

    For relu and step on a rectangle also the first that gains less than GAIN.

    With an affine part the coefficients of degree 0 and 1 are exactly 0.
    """
    target = fitter.request.target
    assert target is not None
    sides = [(float(low), float(high)) for low, high in target.domain]
    measure = fitter.measure
    per_axis = round(measure.size ** (1 / target.dimension))
    kinked = not activation(fitter.request.activation).analytic and target.dimension == 2
    best: PolynomialDual | None = None
    for degree in DEGREES[target.dimension]:
        if degree >= per_axis and best is not None:
            break
        exponents = list(graded(target.dimension, degree))
        table = legendre_table(measure.points, sides, exponents)
        coefficients = table.T @ (measure.weights * fit.dual)
        if fitter.request.affine:
            coefficients[[sum(alpha) <= 1 for alpha in exponents]] = 0.0
        value = fitter.solver.dual_value(table @ coefficients, float(budget))
        gained = best is None or value > best.estimate * (1 + GAIN)
        if best is None or value > best.estimate:
            best = PolynomialDual(degree, coefficients, value)
        if value >= fit.lower * (1 - LOSS) or (kinked and degree >= 12 and not gained):
            break
    assert best is not None
    return best


def row_dual(request: FrontierRequest, fit: FrontierFit) -> Array:
    """phi (m,): the residual of the fit on every row of the data, affine part removed if free."""
    data = request.data
    assert data is not None
    residual = np.empty(data.rows)
    for start in range(0, data.rows, BLOCK):
        part = slice(start, start + BLOCK)
        residual[part] = data.values[part] - fit.proof(data.points[part])
    if request.affine:
        basis, _ = np.linalg.qr(np.column_stack([np.ones(data.rows), data.points]))
        for _ in range(2):
            residual -= basis @ (basis.T @ residual)
    return residual


def row_value(fitter: Fitter, fit: FrontierFit, phi: Array, budget: Fraction) -> float:
    """(<f, phi> - B M)/|phi| over all rows, with M measured at the hills of the small measure."""
    data = fitter.request.data
    assert data is not None
    hills, _ = fitter.solver.pricer.best(fit.dual, np.column_stack([fit.network.a, fit.network.b]))
    features = fitter.solver.pricer.activation.values
    prices = np.zeros(min(len(hills), 64))
    for start in range(0, data.rows, BLOCK):
        part = slice(start, start + BLOCK)
        units = hills[: len(prices)]
        prices += phi[part] @ features(data.points[part] @ units[:, :-1].T - units[:, -1])
    supremum = float(abs(prices).max()) / data.rows
    norm = float(np.sqrt(np.mean(phi * phi)))
    inner = float(np.mean(phi * data.values))
    return max(0.0, (inner - float(budget) * supremum) / norm) if norm > 0 else 0.0


def row_error(request: FrontierRequest, fit: FrontierFit) -> float:
    """The root mean square of f - g over all rows, measured."""
    data = request.data
    assert data is not None
    total = 0.0
    for start in range(0, data.rows, BLOCK):
        part = slice(start, start + BLOCK)
        total += float(np.sum((data.values[part] - fit.network(data.points[part])) ** 2))
    return float(np.sqrt(total / data.rows))
