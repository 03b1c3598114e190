"""Reconstruction, carried out: S[R[f; rho_k]](x) with an enclosed error, for wave packets in d = 1.

Nothing of the Fourier proof is used: the integral over (a, b) itself is enclosed.

- The b-integral is elementary.  R[f; rho_k](a, .) is (-1)^k times the k-th derivative of one
  Gaussian mixture F_a, so int R[f; rho_k] sigma(ax - b) db is, with R_j = R[f; rho_j](a, ax),
  -R_{k-1} for the step and R_{k-2} for the relu; for the Gaussian and erf it is
  sqrt(2 pi) R_k and -2 R_{k-1} with F_a convolved with a standard normal density.
- The a-integral is a rigorous quadrature over |a| <= A.
- |a| > A is bounded by |R[f; rho_j](a, b)| <= C (s|a|)^-(j+1): it falls like A^-j.

Source: note R0; arXiv 2008.08427.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import acb, arb

from theory.errors import InputError
from theory.ridgelet.admissibility import admissibility, require_admissible
from theory.ridgelet.transform import WavePacket, complex_transform, transform_bound
from theory.rigor.balls import ball


@dataclass(frozen=True)
class _InnerIntegral:
    """int R[f; rho_k](a, b) sigma(ax - b) db = factor R[f; rho_{k-drop}](a, ax)."""

    drop: int
    factor: arb
    variance: int


def _inner(name: str) -> _InnerIntegral | None:
    forms = {
        "step": _InnerIntegral(1, arb(-1), 1),
        "relu": _InnerIntegral(2, arb(1), 1),
        "gaussian": _InnerIntegral(0, (2 * arb.pi()).sqrt(), 2),
        "erf": _InnerIntegral(1, arb(-2), 2),
    }
    return forms.get(name)


SUPPORTED = ("gaussian", "step", "relu", "erf")


@dataclass(frozen=True)
class Reconstruction:
    """``value`` encloses S[R[f; rho_k]](x)/((sigma, rho_k)), ``target`` encloses f(x).

    R0 says they are equal; ``truncation`` is the part of the radius due to |a| > ``reach``.
    """

    value: arb
    target: arb
    truncation: arb
    reach: int


def reconstruct(
    packet: WavePacket, name: str, order: int, x: arb, reach: int, tolerance: float = 1e-9
) -> Reconstruction:
    """S[R[f; rho_k]](x) over all (a, b) in R^2, divided by the admissibility constant.

    ``tolerance`` is the absolute goal of the quadrature.  Raises AssumptionViolated for an order
    that is not admissible, InputError for d != 1 or an activation without this demonstration.
    """
    inner = _inner(name)
    if inner is None:
        accepted = f"{', '.join(SUPPORTED)} are accepted"
        raise InputError("activation", name, "has no enclosed reconstruction:", accepted)
    if packet.dimension != 1 or reach < 1:
        given = f"d = {packet.dimension}, reach = {reach}"
        raise InputError("packet", given, "unsupported:", "d = 1 and a reach >= 1 are accepted")
    require_admissible(name, order, 1)
    rest = order - inner.drop

    def integrand(a: acb, _: bool) -> acb:
        return complex_transform(packet, rest, a, a * x, variance=inner.variance)

    far = arb(reach)
    core = acb.integral(integrand, acb(-far), acb(far), abs_tol=tolerance, rel_tol=0.0).real
    # int_{|a|>A} C (s|a|)^-(rest+1) da = 2 C s^-(rest+1) A^-rest / rest
    tail = 2 * transform_bound(packet, rest) / (ball(packet.scale) ** (rest + 1) * far**rest * rest)
    scale = inner.factor / admissibility(name, order, 1)
    truncation = abs(scale) * tail
    value = scale * core + (-truncation).union(truncation)
    return Reconstruction(value, packet.value((x,)), truncation, reach)


def inner_integral(packet: WavePacket, name: str, order: int, a: arb, x: arb) -> arb:
    """int R[f; rho_k](a, b) sigma(a x - b) db in closed form; raises InputError as above."""
    inner = _inner(name)
    if inner is None:
        accepted = f"{', '.join(SUPPORTED)} are accepted"
        raise InputError("activation", name, "has no closed inner integral:", accepted)
    point = acb(a)
    closed = complex_transform(
        packet, order - inner.drop, point, point * x, variance=inner.variance
    )
    return inner.factor * closed.real
