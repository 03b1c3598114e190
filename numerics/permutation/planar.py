"""Permutation networks on the square [-1, 1]^2: hinges along m directions, and their span.

g(x) = alpha + gamma sum_(k,i) p_ki relu(a_k.x - b_ki) + q_ki relu(b_ki - a_k.x),
a_k = (cos, sin)(pi k/m), k < m; b_ki equidistant on the range of a_k.x, i < n; (p, q) a permutation
of +-j/(mn-1), j < mn.  Whatever the coefficients, g is a sum of m ridge functions: with few
directions its error has a floor that neither width nor training moves, and free least squares on
the same units shows it.

Training is the exchange search of ``search``, with the smoothed errors of each direction measured
against the profile that free least squares finds for it.  Measured, no theorem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

from numerics.draws import FrozenDraw
from numerics.permutation import readout
from numerics.permutation.energies import Energy, Hinges
from numerics.permutation.exchange import Exchange
from numerics.permutation.initial import location_initial
from numerics.permutation.protocols import SEARCH, SearchConfig
from numerics.permutation.sampling import target_values
from numerics.permutation.search import DRAWS, LARGEST_WIDTH
from theory.errors import InputError

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]

# Against the mean diagonal of the Gram matrix: the shares of constants and of linear functions
# among the directions are not determined by the fit.
RIDGE = 1e-9


@dataclass(frozen=True)
class PlanarResult:
    """``order`` (2mn,): the permutation; errors: largest |f - g| on the test grid, measured;
    ``free_error``: of the best free coefficients in mean square."""

    directions: int
    width: int
    order: NDArray[np.int64]
    alpha: float
    gamma: float
    error: float
    free_error: float
    moves: int


class Planar:
    """The units of m directions with n locations each, on a grid of side x side points."""

    def __init__(self, directions: int, width: int, side: int = 61) -> None:
        for name, value, least in (("directions", directions, 1), ("width", width, 3)):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise InputError(name, value, "is", f"integers >= {least} are accepted")
        if directions * width > LARGEST_WIDTH:
            accepted = f"at most {LARGEST_WIDTH} locations in all"
            raise InputError("width", directions * width, "is the number of locations:", accepted)
        self.directions, self.width = directions, width
        angles = np.pi * np.arange(directions) / directions
        self.axes = np.stack([np.cos(angles), np.sin(angles)])
        self.reach = np.abs(self.axes).sum(axis=0)
        line = np.linspace(-1.0, 1.0, side)
        self.points = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)

    def hats(self, points: Array) -> sparse.csr_array:
        """The piecewise-linear functions of each direction at ``points`` (N, 2): (N, mn)."""
        places = (points @ self.axes / self.reach + 1.0) / 2.0 * (self.width - 1)
        cells = np.clip(places.astype(np.int64), 0, self.width - 2)
        shares = np.clip(places - cells, 0.0, 1.0)
        columns = cells + self.width * np.arange(self.directions)
        entries = np.stack([1.0 - shares, shares], axis=2)
        starts = np.arange(0, entries.size + 1, 2 * self.directions)
        return sparse.csr_array(
            (entries.ravel(), np.stack([columns, columns + 1], axis=2).ravel(), starts),
            shape=(len(points), self.directions * self.width),
        )

    def hinges(self, k: int) -> Hinges:
        """The hinges of direction k in the coordinate (a_k.x/reach_k + 1)/2 of [0, 1]."""
        at = np.linspace(0.0, 1.0, self.width)
        return Hinges(at, at, readout=True)

    def free_profiles(self, targets: Array) -> Array:
        """Values (m, n) of the ridge functions of the best free coefficients, in mean square."""
        hats = self.hats(self.points)
        gram = (hats.T @ hats).toarray()
        gram[np.diag_indices_from(gram)] += RIDGE * float(np.trace(gram)) / len(gram)
        return np.asarray(
            cho_solve(cho_factor(gram), hats.T @ targets).reshape(self.directions, self.width)
        )


def free_error(target: Callable[[Array], Array], directions: int, width: int) -> float:
    """Largest |f - g| on a grid of 201 x 201 points for the best free coefficients (measured)."""
    planar = Planar(directions, width, side=max(61, 4 * width + 1))
    profiles = planar.free_profiles(target_values(target, planar.points))
    test = Planar(directions, width, side=201)
    return float(
        np.abs(test.hats(test.points) @ profiles.ravel() - target_values(target, test.points)).max()
    )


def search_planar(
    target: Callable[[Array], Array],
    directions: int,
    width: int,
    config: SearchConfig = SEARCH,
    *,
    fill: float = 1.0,
    progress: Progress | None = None,
) -> PlanarResult:
    """Exchange search at ``config``'s lengths from the start of its first seed, at one gamma.

    ``target``: float64 values at points (N, 2) of the square.  ``fill``: the largest kink of the
    free profiles over gamma, in (0, 2]; two values of the vector make kinks up to 2.  Raises
    InputError.
    """
    planar = Planar(directions, width)
    if not 0.0 < fill <= 2.0:
        raise InputError("fill", fill, "is", "a number in (0, 2] is accepted")
    targets = target_values(target, planar.points)
    profiles = planar.free_profiles(targets)
    units = directions * width
    values = location_initial(units)
    slopes = np.diff(profiles, axis=1) * (width - 1)
    # A slope is at most gamma times half of the sum of all values; room for twice that.
    floor = 4.0 * float(np.abs(slopes).max()) / float(np.abs(values).sum())
    gamma = max(float(np.abs(np.diff(slopes, axis=1)).max()) / fill, floor) or 1.0
    draw = FrozenDraw(DRAWS, config.seeds[0])
    exchange = Exchange(values, draw.shuffle(2 * units)[None], np.array([gamma]))
    hats = planar.hats(planar.points)
    grid_fit = _fit(planar, hats, targets)
    lengths = config.lengths(width)
    moves = 0
    for done, length in enumerate(lengths):
        energy = grid_fit if length == 0.0 else _smoothed(planar, grid_fit, profiles, length)
        for _ in range(config.sweeps):
            made = int(exchange.sweep(energy, draw.shuffle(units)).sum())
            moves += made
            if made <= units / 100:
                break
        if progress is not None:
            progress(done + 1, len(lengths), f"length {length:.3g}")
    h = hats @ _knot_values(planar, exchange.weights[0])
    alpha, gamma = readout.minimax(h, targets)
    test = Planar(directions, width, side=201)
    found = alpha + gamma * (test.hats(test.points) @ _knot_values(test, exchange.weights[0]))
    return PlanarResult(
        directions=directions,
        width=width,
        order=exchange.order[0].copy(),
        alpha=alpha,
        gamma=gamma,
        error=float(np.abs(found - target_values(target, test.points)).max()),
        free_error=float(
            np.abs(
                test.hats(test.points) @ profiles.ravel() - target_values(target, test.points)
            ).max()
        ),
        moves=moves,
    )


def _knot_values(planar: Planar, weights: Array) -> Array:
    """The ridge functions of coefficients (2mn,) at their locations, (mn,), in units of reach."""
    features = planar.hinges(0).features
    p, q = weights.reshape(2, planar.directions, planar.width)
    return np.asarray((np.concatenate([p, q], axis=1) @ features.T).ravel())


def _fit(planar: Planar, hats: sparse.csr_array, targets: Array) -> Energy:
    """Mean squared error on the grid with the best alpha, as a form in the 2mn coefficients."""
    m, n = planar.directions, planar.width
    features = planar.hinges(0).features
    mean = hats.mean(axis=0)
    y = targets - targets.mean()
    form = ((hats.T @ hats).toarray() / len(y) - np.outer(mean, mean)).reshape(m, n, m, n)
    moments = (hats.T @ y / len(y)).reshape(m, n)
    # features (n, 2n): both sides of every block, then p of all directions before q of all
    gram = np.einsum("ia,kilj,jb->kalb", features, form, features, optimize=True)
    gram = gram.reshape(m, 2, n, m, 2, n).transpose(1, 0, 2, 4, 3, 5).reshape(2 * m * n, 2 * m * n)
    pulled = (moments @ features).reshape(m, 2, n).transpose(1, 0, 2).reshape(-1)
    return Energy((gram + gram.T) / 2.0, pulled, float(y @ y) / len(y))


def _smoothed(planar: Planar, fit: Energy, profiles: Array, length: float) -> Energy:
    """The fit plus the Sobolev error of every direction against its free profile."""
    m, n = planar.directions, planar.width
    gram, moments, constant = fit.gram.copy(), fit.moments.copy(), fit.constant
    hinges = planar.hinges(0)
    for k in range(m):
        block = hinges.smoothed(profiles[k], length)
        at = np.concatenate([k * n + np.arange(n), (m + k) * n + np.arange(n)])
        gram[np.ix_(at, at)] += block.gram
        moments[at] += block.moments
        constant += block.constant
    return Energy(gram, moments, constant)
