"""What a recurrent network is measured by: R^2, horizon, spectra along the orbit, units off.

R^2 = 1 - sum |y - z|^2 / sum |z - mean z|^2 over all windows and steps after the warm-up.  The
Jacobian of a step of the closed loop at a state with D = [field > 0] is

    J = -alpha I + beta D (W + B C)      (feedback with delay 1; without feedback, or with a longer
                                          delay, where the fed value is no function of r: W alone).

Its largest modulus of eigenvalue tells how one step stretches; the growth rate of the product along
the orbit, by QR steps, is the largest Lyapunov exponent per step (0 on a stable limit cycle).
Everything here is measured.  Source: note B4; arXiv 2407.00957.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.bias.recurrent import RecurrentNetwork
from numerics.dynamics.module import Run
from theory.errors import InputError

Array = NDArray[np.float64]
MOST_SPECTRA = 24


@dataclass(frozen=True)
class Fit:
    """Per seed ``r2`` (S,), ``rmse`` (S,); ``horizons`` (S, P) in steps.

    ``length``: steps judged; a horizon of that length was never exceeded.
    """

    r2: Array
    rmse: Array
    horizons: Array
    length: int


@dataclass(frozen=True)
class Spectrum:
    """Spectra of the Jacobian at sampled states of an orbit.

    ``radius`` and ``largest``: mean and maximum over the states of the largest |eigenvalue|;
    ``eigenvalues`` (K, n); ``lyapunov``: the largest exponent per step, None where undefined.
    """

    radius: float
    largest: float
    eigenvalues: NDArray[np.complex128]
    lyapunov: float | None


def check_threshold(threshold: object, *, argument: str = "--threshold") -> float:
    """``threshold`` as a positive finite float; raises InputError."""
    try:
        value = float(threshold)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise InputError(argument, threshold, "not a threshold:", "a positive number is accepted")
    return value


def fit(outputs: Array, targets: Array, threshold: float) -> Fit:
    """How well ``outputs`` follow ``targets``, both (T, S, P), after the warm-up.

    The first error beyond ``threshold`` ends the horizon of its window.  An output that is not
    finite counts as infinitely wrong.  Raises InputError.
    """
    limit = check_threshold(threshold)
    if outputs.shape != targets.shape or outputs.ndim != 3 or not outputs.size:
        raise InputError("outputs", outputs.shape, "has shape", f"{targets.shape} is accepted")
    with np.errstate(over="ignore", invalid="ignore"):
        error = np.where(np.isfinite(outputs), np.abs(outputs - targets), np.inf)
        squares = (error**2).mean(axis=(0, 2))
        spread = targets.var(axis=(0, 2))
        r2 = 1.0 - squares / spread
    beyond = error > limit
    first = np.where(beyond.any(axis=0), beyond.argmax(axis=0), len(outputs))
    return Fit(r2, np.sqrt(squares), first.astype(np.float64), len(outputs))


def jacobian(network: RecurrentNetwork, on: NDArray[np.bool_], *, closed: bool) -> Array:
    """J at a state whose units in ``on`` (n,) are active; ``closed`` adds the fed-back output."""
    field = network.W + network.B @ network.C if closed else network.W
    return network.beta * on[:, None] * field - network.alpha * np.eye(network.width)


def spectrum(
    network: RecurrentNetwork, on: NDArray[np.bool_], *, closed: bool, most: int = MOST_SPECTRA
) -> Spectrum:
    """Spectra along an orbit with active units ``on`` (T, n); at most ``most`` equidistant states.

    The exponent uses every step, pushing one vector; None when it dies out exactly.
    """
    if on.ndim != 2 or not len(on):
        raise InputError("on", on.shape, "has shape", "(T, n) with T >= 1 is accepted")
    chosen = np.unique(np.linspace(0, len(on) - 1, min(most, len(on))).round().astype(int))
    values = np.stack(
        [np.linalg.eigvals(jacobian(network, on[t], closed=closed)) for t in chosen]
    ).astype(np.complex128)
    radii = np.abs(values).max(axis=1)
    found = growth_rate(network, on, closed=closed)
    return Spectrum(float(radii.mean()), float(radii.max()), values, found)


def growth_rate(network: RecurrentNetwork, on: NDArray[np.bool_], *, closed: bool) -> float | None:
    """The growth per step of a perturbation along an orbit with active units ``on`` (T, n).

    log |J_T ... J_1 v| per step, after the first fourth; None when it dies out exactly.
    """
    field = network.W + network.B @ network.C if closed else network.W
    # a fixed generic vector: its part along the leading direction is what grows
    vector = np.cos(np.arange(network.width) + 1.0)
    vector /= np.linalg.norm(vector)
    total, count, skip = 0.0, 0, len(on) // 4
    for t, active in enumerate(on):
        vector = network.beta * (active * (field @ vector)) - network.alpha * vector
        size = float(np.linalg.norm(vector))
        if size == 0.0 or not math.isfinite(size):
            return None
        vector /= size
        if t >= skip:
            total, count = total + math.log(size), count + 1
    return total / count


def recurrent_lag(network: RecurrentNetwork, on: NDArray[np.bool_], *, most: int = 3) -> float:
    """How much past W adds to a driven state, in steps, for alpha = a - 1 and beta = a.

    An input k + 1 steps old moves the state by J^k a D B, J = (1 - a) I + a D W, D = diag(on).
    Without W that is (1 - a)^k a D B, always along D B, and the network on its own output is the
    one-dimensional map y -> (1 - a) y + a C relu(B y + b), which cannot tell up from down.  What W
    adds, weighted by age, is

        sum (k + 1) (J^k - (1 - a)^k) a D B = ((I - D W)^-2 - I) D B / a;

    the root mean square over ``most`` equidistant patterns of its norm over that of D B.
    Infinite where I - D W is singular; raises InputError for a network of another form.
    """
    leak = network.beta
    if not math.isclose(network.alpha, leak - 1.0, abs_tol=1e-12) or leak == 0:
        pair = (network.alpha, network.beta)
        raise InputError("alpha, beta", pair, "are", "alpha = a - 1, beta = a are accepted")
    chosen = np.unique(np.linspace(0, len(on) - 1, min(most, len(on))).round().astype(int))
    squares = []
    for active in on[chosen]:
        start = active[:, None] * network.B
        inverse = np.eye(network.width) - active[:, None] * network.W
        try:
            added = np.linalg.solve(inverse, np.linalg.solve(inverse, start)) - start
        except np.linalg.LinAlgError:
            return math.inf
        size = float(np.square(start).sum())
        squares.append(float(np.square(added).sum()) / size if size else 0.0)
    return math.sqrt(sum(squares) / len(squares)) / leak


def units_off(run: Run, warm: int) -> Array:
    """Per seed: the share of units that are off at every step after ``warm``, in every window."""
    return np.asarray(1.0 - run.on[warm:].any(dim=3).any(dim=0).double().mean(dim=1).numpy())
