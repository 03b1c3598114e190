"""m(r) = (2 pi)^(d-1) kappa(r/lam), kappa(tau) = int_{|w| >= tau} |sigma#|^2 |w|^-d dw, in balls.

Powers and the sinc in closed form.  The others need no special function: from a far T, where kappa
is bounded by its integrand over its rate of decay, kappa is carried down a ladder of knots, each
step a positive integral of a power series.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, arb_series, ctx

from verify.checks.verdicts import Clock

POWERS = {"relu": 4, "step": 2}
GAUSSIAN = ("gaussian", "erf", "gelu")
HYPERBOLIC = ("tanh", "logistic", "softplus")
ACTIVATIONS = (*GAUSSIAN, *HYPERBOLIC, *POWERS, "sinc")


def power_integral(series: Callable[[arb, arb], arb_series], low: arb, high: arb) -> arb:
    """The integral over [low, high] of an analytic function given by its Taylor coefficients.

    The coefficients at the middle, the last one over the whole: enclosed by Taylor's theorem.
    """
    order = (ctx.cap - 1) & ~1
    middle, half = (low + high) / 2, (high - low) / 2
    inner, outer = series(middle, middle), series(low.union(high), middle)
    total, width = arb(0), 2 * half
    for index in range(0, order, 2):
        total += inner[index] * width / (index + 1)
        width = width * half * half
    return total + outer[order] * width / (order + 1)


def density(name: str, d: int, w: arb_series) -> arb_series:
    """|sigma#(w)|^2 w^-d around w > 0."""
    inverse = quotient(arb_series([1]), w)
    power = arb_series([1])
    for _ in range(d):
        power = power * inverse
    square = inverse * inverse
    if name in GAUSSIAN:
        front = {"gaussian": 2 * arb.pi() + 0 * w, "erf": 4 * square, "gelu": (1 + square)}[name]
        return power * (-w * w).exp() * (front * front if name == "gelu" else front)
    if name == "sinc":
        return power * arb.pi() ** 2
    if name in POWERS:
        return power * (square if name == "step" else square * square)
    decay = ((-1 if name == "tanh" else -2) * arb.pi() * w).exp()
    # 1/sinh(u)^2 = 4 e^(-2u)/(1 - e^(-2u))^2
    root = quotient(arb_series([1]), 1 - decay)
    value = power * 4 * arb.pi() ** 2 * decay * root * root
    return value * square if name == "softplus" else value


def quotient(x: arb_series, y: arb_series) -> arb_series:
    """x/y, not finite where y may vanish."""
    return arb_series([arb.nan()] * ctx.cap) if y[0].contains(0) else x / y


class Kappa:
    """kappa of one activation and dimension; values below ``negligible`` need not be tight."""

    def __init__(self, name: str, d: int, negligible: arb, clock: Clock) -> None:
        self.name, self.d, self.clock = name, d, clock
        self.negligible = negligible
        self.knots: list[tuple[arb, arb]] = []

    def value(self, tau: arb) -> arb:
        """kappa at an exact or nearly exact tau > 0; it decreases in tau."""
        name, d = self.name, self.d
        if name in POWERS:
            power = d + POWERS[name] - 1
            return 2 / (power * tau**power)
        if name == "sinc":
            if tau >= 1:
                return arb(0)
            front = 2 * arb.pi() ** 2
            return -front * tau.log() if d == 1 else front * (1 - tau ** (1 - d)) / (1 - d)
        if not tau > 0:
            return arb.nan()
        beyond = self._beyond(tau)
        if tau > 1 and beyond < self.negligible:
            return arb(0).union(beyond)
        if not self.knots:
            T = arb(2)
            while not self._beyond(T) < self.negligible:
                T += 1
            self.knots.append((T, arb(0).union(self._beyond(T))))
        while not self.knots[-1][0] <= tau:
            self.clock.tick()
            high, known = self.knots[-1]
            step = (high / 8).min(arb(0.1875))
            low = (high - step).mid()
            self.knots.append((low, known + 2 * self._integral(low, high)))
        start, known = next(knot for knot in reversed(self.knots) if knot[0] >= tau)
        return known + 2 * self._integral(tau, start)

    def _integral(self, low: arb, high: arb) -> arb:
        return power_integral(
            lambda w, _: density(self.name, self.d, arb_series([w, 1])), low, high
        )

    def _beyond(self, tau: arb) -> arb:
        """2 (integrand)/(rate of decay), the rate at least 2 tau, pi or 2 pi beyond tau."""
        rate = 2 * tau if self.name in GAUSSIAN else arb.pi() * (1 if self.name == "tanh" else 2)
        return 2 * density(self.name, self.d, arb_series([tau]))[0] / rate
