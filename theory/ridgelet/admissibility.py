"""The admissibility constant ((sigma, rho_k)) of an activation and a Gaussian derivative, in balls.

rho_k = k-th derivative of the standard normal density, rho_k#(w) = (i w)^k exp(-w^2/2), and

    ((sigma, rho_k)) = (2 pi)^(d-1) int_{w != 0} sigma#(w) conj(rho_k#(w)) |w|^-d dw .

rho_k is admissible where k > d + q (|sigma(t)| <= C(1+|t|)^q) and k has the parity of sigma#; with
the other parity the constant is 0 and nothing is reconstructed.  Restricting the integral to |w| >=
tau gives the part that weights |a| <= |xi|/tau contribute at the frequency xi; its ratio to the
whole is the truncation multiplier of R6.

Source: notes R0 and R6; arXiv 2008.08427.
"""

from __future__ import annotations

from flint import acb, arb, ctx

from theory.errors import InputError
from theory.ridgelet.reconstruction_statement import STATEMENT
from theory.ridgelet.unit_spectrum import sinh_ratio, spectral_class
from theory.rigor.balls import Truth, less

LARGEST_ORDER = 64


def require_admissible(name: str, order: int, dimension: int) -> None:
    """Raises AssumptionViolated (R0) unless rho_k, k = ``order``, is admissible in dimension d.

    Raises InputError for an unknown activation or an order beyond 64.
    """
    kind = spectral_class(name)
    if order > LARGEST_ORDER:
        raise InputError("order", order, "too large:", f"at most {LARGEST_ORDER} is accepted")
    values = {"k": order, "d": dimension, "q": kind.growth, "parity": kind.parity}
    STATEMENT.require(values)


def smallest_order(name: str, dimension: int) -> int:
    """The smallest admissible k: the first of the right parity beyond d + q.

    Raises InputError for an unknown activation, AssumptionViolated for d < 1.
    """
    kind = spectral_class(name)
    order = max(dimension + kind.growth + 1, 0)
    order += (order - kind.parity) % 2
    require_admissible(name, order, dimension)
    return order


def admissibility(name: str, order: int, dimension: int) -> arb:
    """((sigma, rho_k)) in R^d as a ball at the working precision, never 0.

    Raises AssumptionViolated for an order that is not admissible (see :func:`smallest_order`).
    """
    return partial_constant(name, order, dimension, arb(0))


def partial_constant(name: str, order: int, dimension: int, tau: arb) -> arb:
    """(2 pi)^(d-1) int_{|w| >= tau} sigma# conj(rho_k#) |w|^-d dw; of one sign, |.| falling in tau.

    Raises AssumptionViolated as :func:`admissibility`, InputError for tau that is not finite and
    >= 0 (a ball that reaches below 0 is cut at 0, where the range of integration ends).
    """
    require_admissible(name, order, dimension)
    if not tau.is_finite() or less(tau, arb(0)) is Truth.YES:
        raise InputError("tau", tau, "not a finite number >= 0:", "tau >= 0 is accepted")
    kind = spectral_class(name)
    # (-i)^k times 1 or -i from sigma#, and the sign of the table
    sign = (-1) ** ((order + kind.parity) // 2)
    scale: arb = sign * (2 * arb.pi()) ** (dimension - 1)
    low, high = arb(max(tau.lower(), arb(0))), tau.upper()
    at_low = _positive_part(name, order, dimension, low)
    if low == high:
        return scale * at_low
    return scale * at_low.union(_positive_part(name, order, dimension, high))


def _positive_part(name: str, k: int, d: int, tau: arb) -> arb:
    """The integral over |w| >= tau without sign and (2 pi)^(d-1); ``tau`` exact, >= 0."""
    # int_tau^inf w^m exp(-w^2) dw = Gamma((m+1)/2, tau^2)/2, with exp(-w^2/2) 2^((m-1)/2) Gamma
    full, half = tau * tau, tau * tau / 2
    if name == "gaussian":
        return (2 * arb.pi()).sqrt() * _gamma(k - d + 1, full)
    if name == "erf":
        return 2 * _gamma(k - d, full)
    if name == "gelu":
        return -(_gamma(k - d - 1, full) + _gamma(k - d + 1, full))
    if name == "step":
        return _root_of_two(k - d) * _gamma(k - d, half)
    if name == "relu":
        return -_root_of_two(k - d - 1) * _gamma(k - d - 1, half)
    if name == "tanh":
        return 2 * arb.pi() * _sinh_integral(k - d, arb.pi() / 2, tau)
    if name == "logistic":
        return 2 * arb.pi() * _sinh_integral(k - d, arb.pi(), tau)
    if name == "softplus":
        return -2 * arb.pi() * _sinh_integral(k - d - 1, arb.pi(), tau)
    if name == "sinc":
        if tau >= 1:
            return arb(0)
        m = k - d + 1
        return arb.pi() * _root_of_two(m) * (_gamma(m, half) - _gamma(m, arb(1) / 2))
    # cos and sin: point masses at |w| = 1
    return 2 * arb.pi() * (-arb(1) / 2).exp() if tau <= 1 else arb(0)


def _gamma(twice: int, x: arb) -> arb:
    """Gamma(twice/2, x), complete at x = 0."""
    order = arb(twice) / 2
    return order.gamma() if x == 0 else x.gamma_upper(order)


def _root_of_two(power: int) -> arb:
    return (arb(2) ** (power // 2)) * (arb(2).sqrt() if power % 2 else 1)


def _sinh_integral(p: int, rate: arb, tau: arb) -> arb:
    """int_tau^inf w^p exp(-w^2/2)/sinh(rate w) dw for p >= 1: a finite core and a bounded tail."""
    # beyond `end` the factor exp(-w^2/2) is below 2^-prec
    end = tau.max(arb(int((1.4 * ctx.prec + 4 * p) ** 0.5) + 2))
    tail = _root_of_two(p - 1) * _gamma(p + 1, end * end / 2) / (rate * end).sinh()
    rest = tail.union(arb(0))
    if tau == end:
        return rest

    def integrand(w: acb, _: bool) -> acb:
        return w ** (p - 1) * (-w * w / 2).exp() * sinh_ratio(w, rate)

    return acb.integral(integrand, acb(tau), acb(end)).real + rest
