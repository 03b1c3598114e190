"""Float64 values and derivatives of the activations, elementwise and stable; never certified.

Each function maps an array of any shape to an array of the same shape; nan stays nan.  scipy is
imported when a function that needs it is first called.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ROOT_TWO = math.sqrt(2)
ROOT_TWO_PI = math.sqrt(2 * math.pi)
# Below this, sin(t)/t and its derivative come from their series: 6 terms leave less than 1e-17.
SERIES_BELOW = 0.5
SERIES_TERMS = 8


def gaussian(t: Array) -> Array:
    """exp(-t^2/2)."""
    return np.exp(-0.5 * np.square(t))


def gaussian_derivative(t: Array) -> Array:
    """-t exp(-t^2/2)."""
    return -t * gaussian(t)


def tanh(t: Array) -> Array:
    """tanh t."""
    return np.tanh(t)


def tanh_derivative(t: Array) -> Array:
    """1/cosh(t)^2 = 4 q/(1+q)^2 with q = exp(-2|t|), which neither overflows nor cancels."""
    q = np.exp(-2 * np.abs(t))
    return np.asarray(4 * q / np.square(1 + q))


def logistic(t: Array) -> Array:
    """1/(1 + exp(-t))."""
    from scipy.special import expit

    return np.asarray(expit(t))


def logistic_derivative(t: Array) -> Array:
    """q/(1+q)^2 with q = exp(-|t|)."""
    q = np.exp(-np.abs(t))
    return np.asarray(q / np.square(1 + q))


def softplus(t: Array) -> Array:
    """ln(1 + exp t) = max(t, 0) + ln(1 + exp(-|t|)), which does not overflow."""
    return np.asarray(np.maximum(t, 0.0) + np.log1p(np.exp(-np.abs(t))))


def erf(t: Array) -> Array:
    """erf(t/sqrt 2)."""
    from scipy.special import erf as error_function

    return np.asarray(error_function(t / ROOT_TWO))


def erf_derivative(t: Array) -> Array:
    """sqrt(2/pi) exp(-t^2/2)."""
    return 2 / ROOT_TWO_PI * gaussian(t)


def gelu(t: Array) -> Array:
    """t Phi(t), Phi the standard normal distribution function."""
    from scipy.special import ndtr

    return np.asarray(t * ndtr(t))


def gelu_derivative(t: Array) -> Array:
    """Phi(t) + t phi(t)."""
    from scipy.special import ndtr

    return np.asarray(ndtr(t) + t * gaussian(t) / ROOT_TWO_PI)


def relu(t: Array) -> Array:
    """max(t, 0)."""
    return np.maximum(t, 0.0)


def relu_derivative(t: Array) -> Array:
    """1 for t > 0, else 0 (at the kink: 0)."""
    return np.heaviside(t, 0.0)


def step(t: Array) -> Array:
    """1 for t >= 0, else 0."""
    return np.heaviside(t, 1.0)


def step_derivative(t: Array) -> Array:
    """0 off the jump, and by convention at it."""
    return np.where(np.isnan(t), t, 0.0)


def cos(t: Array) -> Array:
    """cos t."""
    return np.cos(t)


def cos_derivative(t: Array) -> Array:
    """-sin t."""
    return -np.sin(t)


def sin(t: Array) -> Array:
    """sin t."""
    return np.sin(t)


def sinc(t: Array) -> Array:
    """sin(t)/t, and 1 at 0."""
    safe = np.where(t == 0, 1.0, t)
    return np.where(t == 0, 1.0, np.sin(safe) / safe)


def sinc_derivative(t: Array) -> Array:
    """(t cos t - sin t)/t^2, near 0 from its series, where the formula would cancel."""
    near = np.abs(t) < SERIES_BELOW
    small, large = np.where(near, t, 0.0), np.where(near, 1.0, t)
    series = np.zeros_like(small)
    for k in range(SERIES_TERMS, 0, -1):
        # sinc = sum (-1)^k t^2k/(2k+1)!
        series += (-1) ** k * 2 * k * small ** (2 * k - 1) / math.factorial(2 * k + 1)
    return np.where(near, series, (large * np.cos(large) - np.sin(large)) / np.square(large))
