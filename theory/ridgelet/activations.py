"""The activations sigma of ridge units sigma(a.x - b), with what the theorems need to know of them.

One record per activation: formula, spectrum sigma# off w = 0, kappa(tau) = int_{|w|>=tau}
|sigma#|^2 |w|^-d dw, bounds of the first two derivatives, half-width of the strip of analyticity.
Source: notes R0, R2, R4; arXiv 2008.08427.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType

import numpy as np
from flint import arb
from numpy.typing import ArrayLike, NDArray

from theory.errors import InputError
from theory.ridgelet import activation_values as floats
from theory.rigor.balls import float_up, interval

Array = NDArray[np.float64]
Formula = Callable[[Array], Array]
Constant = Callable[[], arb]

# The commands that take --activation.
COMMANDS = ("response", "frontier", "budget", "sandwich ridgelet")


@dataclass(frozen=True, kw_only=True)
class Activation:
    """One activation sigma.

    ``spectrum`` is sigma#(w) for w != 0 under sigma#(w) = int sigma(t) exp(-i w t) dt; ``kappa``
    and ``lipschitz`` are formulas for people; ``strip`` is the half-width of the widest strip
    |Im t| < y in which sigma is analytic (None: sigma is not analytic on the line);
    ``switches_off`` says whether a bias can make a unit vanish identically on a compact set, which
    is what learning biases needs; ``unsupported`` maps a command to the reason why it has no
    answer for this activation.
    """

    name: str
    formula: str
    spectrum: str
    kappa: str
    lipschitz: str
    strip: str | None
    bounded: bool
    switches_off: bool
    unsupported: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    value_formula: Formula = field(repr=False, compare=False)
    derivative_formula: Formula = field(repr=False, compare=False)
    first: Constant | None = field(repr=False, compare=False)
    second: Constant | None = field(repr=False, compare=False)

    @property
    def analytic(self) -> bool:
        """Whether sigma is real-analytic on the line; none of them is a polynomial."""
        return self.strip is not None

    def as_item(self) -> dict[str, object]:
        """The row of ``icebound activations`` as plain JSON values; bounds rounded up."""
        first, second = self.lipschitz_bound(), self.second_derivative_bound()
        return {
            "name": self.name,
            "formula": self.formula,
            "spectrum": self.spectrum,
            "kappa": self.kappa,
            "lipschitz": self.lipschitz,
            "lipschitz_bound": None if first is None else float_up(first),
            "second_derivative_bound": None if second is None else float_up(second),
            "analytic": self.analytic,
            "strip": self.strip,
            "bounded": self.bounded,
            "switches_off": self.switches_off,
            "commands": list(self.commands),
            "unsupported": dict(self.unsupported),
        }

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that have an answer for this activation."""
        return tuple(name for name in COMMANDS if name not in self.unsupported)

    def lipschitz_bound(self) -> arb | None:
        """An enclosure of sup |sigma'|; None where sigma jumps."""
        return None if self.first is None else self.first()

    def second_derivative_bound(self) -> arb | None:
        """An enclosure of sup |sigma''|; None where sigma' jumps."""
        return None if self.second is None else self.second()

    def values(self, t: ArrayLike) -> Array:
        """sigma(t) elementwise in float64, same shape as ``t``; measured, not certified."""
        return np.asarray(self.value_formula(np.asarray(t, dtype=np.float64)), dtype=np.float64)

    def derivative(self, t: ArrayLike) -> Array:
        """sigma'(t) elementwise in float64; at a jump or kink the slope from the left."""
        t = np.asarray(t, dtype=np.float64)
        return np.asarray(self.derivative_formula(t), dtype=np.float64)


def _integer(value: int) -> Constant:
    return lambda: arb(value)


def _gelu_slope() -> arb:
    """Phi(sqrt 2) + sqrt 2 phi(sqrt 2): sigma'' = (2 - t^2) phi vanishes at sqrt 2."""
    return (1 + arb(1).erf()) / 2 + (-arb(1)).exp() / arb.pi().sqrt()


def _sinc_slope() -> arb:
    """sup |sinc'|, taken where t^2 sinc'' = 2 sin t/t - 2 cos t - t sin t = 0, near t = 2.0816."""

    def bend(t: arb) -> arb:
        return (2 - t * t) * t.sin() - 2 * t * t.cos()

    low, high = arb("2.08"), arb("2.09")
    for _ in range(40):
        middle = ((low + high) / 2).mid()
        if bend(middle) > 0:
            high = middle
        elif bend(middle) < 0:
            low = middle
        else:
            break
    t = interval(low, high)
    return abs((t * t.cos() - t.sin()) / (t * t))


_NOT_ANALYTIC = "R8 needs an activation that is analytic in a strip around the line"

_GAUSSIAN = Activation(
    name="gaussian",
    formula="exp(-t^2/2)",
    spectrum="sqrt(2 pi) exp(-w^2/2)",
    kappa="2 pi Gamma((1-d)/2, tau^2)",
    lipschitz="exp(-1/2)",
    strip="infinite",
    bounded=True,
    switches_off=False,
    value_formula=floats.gaussian,
    derivative_formula=floats.gaussian_derivative,
    first=lambda: (-arb(1) / 2).exp(),
    second=_integer(1),
)
_TANH = Activation(
    name="tanh",
    formula="tanh(t)",
    spectrum="-i pi/sinh(pi w/2)",
    kappa="8 pi^2 sum_{j>=1} j tau^(1-d) E_d(pi j tau)",
    lipschitz="1",
    strip="pi/2",
    bounded=True,
    switches_off=False,
    value_formula=floats.tanh,
    derivative_formula=floats.tanh_derivative,
    first=_integer(1),
    second=lambda: 4 / (3 * arb(3).sqrt()),
)
_LOGISTIC = Activation(
    name="logistic",
    formula="1/(1 + exp(-t))",
    spectrum="-i pi/sinh(pi w)",
    kappa="8 pi^2 sum_{j>=1} j tau^(1-d) E_d(2 pi j tau)",
    lipschitz="1/4",
    strip="pi",
    bounded=True,
    switches_off=False,
    value_formula=floats.logistic,
    derivative_formula=floats.logistic_derivative,
    first=lambda: arb(1) / 4,
    second=lambda: 1 / (6 * arb(3).sqrt()),
)
_SOFTPLUS = Activation(
    name="softplus",
    formula="ln(1 + exp(t))",
    spectrum="-pi/(w sinh(pi w))",
    kappa="8 pi^2 sum_{j>=1} j tau^(-1-d) E_{d+2}(2 pi j tau)",
    lipschitz="1",
    strip="pi",
    bounded=False,
    switches_off=False,
    value_formula=floats.softplus,
    derivative_formula=floats.logistic,
    first=_integer(1),
    second=lambda: arb(1) / 4,
)
_ERF = Activation(
    name="erf",
    formula="erf(t/sqrt(2))",
    spectrum="-2 i exp(-w^2/2)/w",
    kappa="4 Gamma(-(d+1)/2, tau^2)",
    lipschitz="sqrt(2/pi)",
    strip="infinite",
    bounded=True,
    switches_off=False,
    value_formula=floats.erf,
    derivative_formula=floats.erf_derivative,
    first=lambda: (2 / arb.pi()).sqrt(),
    second=lambda: (2 / arb.pi()).sqrt() * (-arb(1) / 2).exp(),
)
_GELU = Activation(
    name="gelu",
    formula="t Phi(t), Phi(t) = (1 + erf(t/sqrt(2)))/2",
    spectrum="-(1 + w^2) exp(-w^2/2)/w^2",
    kappa="Gamma(-(d+3)/2, tau^2) + 2 Gamma(-(d+1)/2, tau^2) + Gamma((1-d)/2, tau^2)",
    lipschitz="Phi(sqrt(2)) + exp(-1)/sqrt(pi)",
    strip="infinite",
    bounded=False,
    switches_off=False,
    value_formula=floats.gelu,
    derivative_formula=floats.gelu_derivative,
    first=_gelu_slope,
    second=lambda: (2 / arb.pi()).sqrt(),
)
_RELU = Activation(
    name="relu",
    formula="max(t, 0)",
    spectrum="-1/w^2",
    kappa="2 tau^-(d+3)/(d+3)",
    lipschitz="1",
    strip=None,
    bounded=False,
    switches_off=True,
    unsupported=MappingProxyType({"budget": _NOT_ANALYTIC}),
    value_formula=floats.relu,
    derivative_formula=floats.relu_derivative,
    first=_integer(1),
    second=None,
)
_STEP = Activation(
    name="step",
    formula="1 for t >= 0, else 0",
    spectrum="-i/w",
    kappa="2 tau^-(d+1)/(d+1)",
    lipschitz="none (jumps at 0)",
    strip=None,
    bounded=True,
    switches_off=True,
    unsupported=MappingProxyType({"budget": _NOT_ANALYTIC}),
    value_formula=floats.step,
    derivative_formula=floats.step_derivative,
    first=None,
    second=None,
)
_LINES = "infinite for tau <= 1, 0 beyond (R2 does not apply, R1 does)"
_COS = Activation(
    name="cos",
    formula="cos(t)",
    spectrum="pi times point masses at w = -1, 1",
    kappa=_LINES,
    lipschitz="1",
    strip="infinite",
    bounded=True,
    switches_off=False,
    value_formula=floats.cos,
    derivative_formula=floats.cos_derivative,
    first=_integer(1),
    second=_integer(1),
)
_SIN = Activation(
    name="sin",
    formula="sin(t)",
    spectrum="i pi and -i pi times point masses at w = -1 and 1",
    kappa=_LINES,
    lipschitz="1",
    strip="infinite",
    bounded=True,
    switches_off=False,
    value_formula=floats.sin,
    derivative_formula=floats.cos,
    first=_integer(1),
    second=_integer(1),
)
_SINC = Activation(
    name="sinc",
    formula="sin(t)/t",
    spectrum="pi for |w| < 1, 0 beyond",
    kappa="0 for tau > 1, else 2 pi^2 (1 - tau^(1-d))/(1-d) (d = 1: 2 pi^2 ln(1/tau))",
    lipschitz="|sinc'(2.0816)| = 0.43618",
    strip="infinite",
    bounded=True,
    switches_off=False,
    value_formula=floats.sinc,
    derivative_formula=floats.sinc_derivative,
    first=_sinc_slope,
    second=lambda: arb(1) / 3,
)

ACTIVATIONS: tuple[Activation, ...] = (
    _GAUSSIAN,
    _TANH,
    _LOGISTIC,
    _SOFTPLUS,
    _ERF,
    _GELU,
    _RELU,
    _STEP,
    _COS,
    _SIN,
    _SINC,
)
_BY_NAME = {entry.name: entry for entry in ACTIVATIONS}
_ALIASES = {
    "sigmoid": "logistic",
    "heaviside": "step",
    "normal": "gaussian",
    "gauss": "gaussian",
    "rbf": "gaussian",
    "cosine": "cos",
    "sine": "sin",
    "rectifier": "relu",
}


def activation(name: str, *, argument: str = "--activation") -> Activation:
    """The activation with this name; raises InputError with the nearest known name."""
    found = _BY_NAME.get(name)
    if found is None:
        key = str(name).strip().casefold()
        near = [_ALIASES[key]] if key in _ALIASES else get_close_matches(key, _BY_NAME, 1, 0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InputError(argument, name, "unknown:", f"{', '.join(_BY_NAME)} are accepted{hint}")
    return found
