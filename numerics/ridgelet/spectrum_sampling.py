"""Random networks drawn from the ridgelet spectrum of a wave packet on the line (note R6).

gamma_f = R[f; rho_k]/((sigma, rho_k)) on V = {|a| <= lam, |b| <= beta}, K = [low, high] with the
uniform probability measure.  Units are drawn i.i.d. by rejection from p ~ |gamma_f| |sigma_(a,b)|
(``weighted``: every term has the same norm) or p ~ |gamma_f| (|c|_1 is then exactly the mass of
gamma_f on V), and c = gamma_f/(n p).  Integrals over V and K are Gauss-Legendre sums in float64:
measured, not certified.  Source: note R6; arXiv 2008.08427.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from numerics.ridgelet.network import RidgeNetwork
from theory.errors import InputError
from theory.ridgelet import transform
from theory.ridgelet.activations import activation
from theory.ridgelet.admissibility import admissibility, require_admissible
from theory.ridgelet.transform import WavePacket
from theory.rigor.balls import float_up

Array = NDArray[np.float64]

PANEL_NODES = 16
DOMAIN_NODES = 48
# Candidates of the rejection sampler come in blocks of a size that fits what is still missing.
PROPOSALS = 1 << 14
PROPOSALS_PER_UNIT = 12
LEAST_PROPOSALS = 64
LARGEST_WIDTH = 10**6
# The envelope of the rejection sampler exceeds the largest density on the grid by this factor.
HEADROOM = 1.1


@dataclass(frozen=True)
class SpectralSample:
    """One sampled network with the prediction of R6 for it; norms in L2(K), measured.

    ``total`` is |c|_1 of the network; ``largest_term`` the largest norm G of a term n c_j sigma_j
    (Gamma itself if weighted); E|g_n - f_V|^2 = ``variance``; ``mean_norm`` is |f_V| and ``bias``
    |f - f_V|.
    """

    network: RidgeNetwork
    total: float
    gamma: float
    largest_term: float
    variance: float
    mean_norm: float
    bias: float

    def deviation(self, delta: float) -> float:
        """A bound of |g_n - f_V| that holds with probability >= 1 - ``delta``.

        sqrt(variance) + G sqrt(2 ln(1/delta)/n).  Raises InputError unless 0 < delta < 1.
        """
        if not 0 < delta < 1:
            accepted = "a probability between 0 and 1 is accepted"
            raise InputError("delta", delta, "is", accepted)
        spread = math.sqrt(2 * math.log(1 / delta) / self.network.width)
        return math.sqrt(self.variance) + self.largest_term * spread


@dataclass(frozen=True)
class SpectralSampler:
    """Everything about one target, activation and box that does not depend on the draw.

    ``order`` is k of rho_k; ``panels`` the Gauss-Legendre panels per axis of V.  Raises InputError
    for d != 1, an empty box or interval, AssumptionViolated for an order that is not admissible.
    """

    packet: WavePacket
    name: str
    order: int
    lam: float
    beta: float
    low: float = 0.0
    high: float = 1.0
    weighted: bool = True
    panels: int = 24

    def __post_init__(self) -> None:
        activation(self.name)
        if self.packet.dimension != 1:
            raise InputError("dimension", self.packet.dimension, "not 1:", "d = 1 is accepted")
        for argument in ("lam", "beta"):
            size = getattr(self, argument)
            if not (math.isfinite(size) and size > 0):
                raise InputError(argument, size, "not positive:", "a number > 0 is accepted")
        if not self.low < self.high:
            value = f"[{self.low}, {self.high}]"
            raise InputError("domain", value, "is empty:", "low < high is accepted")
        require_admissible(self.name, self.order, 1)

    @cached_property
    def constant(self) -> float:
        """((sigma, rho_k)) in float64."""
        return float(admissibility(self.name, self.order, 1))

    @cached_property
    def nodes(self) -> tuple[Array, Array]:
        """Gauss-Legendre points (m, 1) and probability weights (m,) of K."""
        points, weights = np.polynomial.legendre.leggauss(DOMAIN_NODES)
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        return (middle + half * points)[:, None], weights / 2

    def spectrum(self, a: Array, b: Array) -> Array:
        """gamma_f(a, b), elementwise, for ``a`` and ``b`` of shape (m,)."""
        values = transform.values(self.packet, self.order, a[:, None], b)
        return np.asarray(values / self.constant)

    def unit_norms(self, a: Array, b: Array) -> Array:
        """|sigma_(a,b)| in L2(K) for ``a`` and ``b`` of shape (m,)."""
        return np.asarray(np.sqrt(np.square(self._units(a, b)) @ self.nodes[1]))

    def norm(self, values: Array) -> float:
        """|v| in L2(K) of a function given by its values at the nodes of K."""
        return math.sqrt(float(np.square(values) @ self.nodes[1]))

    @cached_property
    def grid(self) -> tuple[Array, Array, Array]:
        """Gauss-Legendre points a, b (m,) of V and weights (m,)."""
        nodes, weights = np.polynomial.legendre.leggauss(PANEL_NODES)
        edges = (2 * np.arange(self.panels) + 1) / self.panels - 1
        line = (edges[:, None] + nodes / self.panels).ravel()
        mass = np.tile(weights / self.panels, self.panels)
        a, b = np.meshgrid(self.lam * line, self.beta * line, indexing="ij")
        area = self.lam * self.beta * np.outer(mass, mass)
        return a.ravel(), b.ravel(), area.ravel()

    @cached_property
    def truncated(self) -> Array:
        """f_V at the nodes of K."""
        a, b, area = self.grid
        weights = area * self.spectrum(a, b)
        total = np.zeros(DOMAIN_NODES)
        for part in _slices(len(a)):
            total += weights[part] @ self._units(a[part], b[part])
        return total

    @cached_property
    def moments(self) -> tuple[float, float, float, float]:
        """int |gamma_f|, int |gamma_f||sigma|, int |gamma_f||sigma|^2 over V, sup |sigma| there."""
        a, b, area = self.grid
        size = area * np.abs(self.spectrum(a, b))
        norms = np.concatenate([self.unit_norms(a[part], b[part]) for part in _slices(len(a))])
        first, second = float(size @ norms), float(size @ np.square(norms))
        return float(size.sum()), first, second, float(norms.max())

    @cached_property
    def envelope(self) -> float:
        """A bound of the unnormalised density on V: HEADROOM times its maximum on the grid."""
        a, b, _ = self.grid
        peaks = [float(self._density(a[part], b[part]).max()) for part in _slices(len(a))]
        return HEADROOM * max(peaks)

    def draw(self, width: int, generator: np.random.Generator) -> SpectralSample:
        """``width`` units, their exact importance weights, and the prediction of R6.

        Raises InputError for a width not in 1..10^6, and RuntimeError if the density exceeds the
        envelope (a grid too coarse for the target).
        """
        if not 1 <= width <= LARGEST_WIDTH:
            accepted = f"1 to {LARGEST_WIDTH} units are accepted"
            raise InputError("width", width, "out of range:", accepted)
        a, b = self._accepted(width, generator)
        mass, gamma, second, largest = self.moments
        whole = gamma if self.weighted else mass
        c = np.sign(self.spectrum(a, b)) * whole / width
        if self.weighted:
            c = c / self.unit_norms(a, b)
        mean = self.norm(self.truncated)
        square = gamma**2 if self.weighted else mass * second
        network = RidgeNetwork(self.name, a[:, None], b, c)
        return SpectralSample(
            network=network,
            total=network.budget,
            gamma=gamma,
            largest_term=gamma if self.weighted else mass * largest,
            variance=max(square - mean**2, 0.0) / width,
            mean_norm=mean,
            bias=self.norm(self.packet.values(self.nodes[0]) - self.truncated),
        )

    def error(self, network: RidgeNetwork) -> float:
        """|g - f_V| in L2(K)."""
        return self.norm(network(self.nodes[0]) - self.truncated)

    def _units(self, a: Array, b: Array) -> Array:
        """sigma(a_j x_i - b_j), shape (m, nodes)."""
        return activation(self.name).values(np.outer(a, self.nodes[0][:, 0]) - b[:, None])

    def _density(self, a: Array, b: Array) -> Array:
        size = np.abs(self.spectrum(a, b))
        return size * self.unit_norms(a, b) if self.weighted else size

    def _accepted(self, width: int, generator: np.random.Generator) -> tuple[Array, Array]:
        found: list[Array] = []
        count = 0
        while count < width:
            # a, b, and a height below the envelope, all uniform
            block = min(PROPOSALS, PROPOSALS_PER_UNIT * (width - count) + LEAST_PROPOSALS)
            u = generator.random((block, 3))
            a, b = self.lam * (2 * u[:, 0] - 1), self.beta * (2 * u[:, 1] - 1)
            density = self._density(a, b)
            if density.max() > self.envelope:
                raise RuntimeError("density above its envelope: more panels are needed")
            keep = u[:, 2] * self.envelope < density
            found.append(np.stack([a[keep], b[keep]], axis=1))
            count += int(keep.sum())
        pairs = np.concatenate(found)[:width]
        return np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])


def _slices(count: int, size: int = 1 << 14) -> list[slice]:
    return [slice(start, start + size) for start in range(0, count, size)]


def multiplier_bias(sampler: SpectralSampler) -> float:
    """|f - f_V| in L2(R) for V = {|a| <= lam} x R, rounded up; certified (R6)."""
    from theory.ridgelet.multiplier import truncation_error

    lam = Fraction(sampler.lam)
    return float_up(truncation_error(sampler.packet, sampler.name, sampler.order, lam))
