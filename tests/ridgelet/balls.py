"""Units and test functions in complex balls, written apart from the library, for quadrature.

``TAILS`` are the parts of <sigma, phi#> that finite ranges leave out: beyond |t| = REACH the test
functions are below 1e-60.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb

REACH = 20
Function = Callable[[acb, bool], acb]


def _logistic(t: acb) -> acb:
    return 1 / (1 + (-t).exp())


def _phi(t: acb) -> acb:
    return (1 + (t / arb(2).sqrt()).erf()) / 2


ANALYTIC: dict[str, Function] = {
    "gaussian": lambda t, _: (-t * t / 2).exp(),
    "tanh": lambda t, _: t.tanh(),
    "logistic": lambda t, _: _logistic(t),
    "softplus": lambda t, analytic: (1 + t.exp()).log(analytic=analytic),
    "erf": lambda t, _: (t / arb(2).sqrt()).erf(),
    "gelu": lambda t, _: t * _phi(t),
    "cos": lambda t, _: t.cos(),
    "sin": lambda t, _: t.sin(),
    "sinc": lambda t, _: t.sinc(),
}
# one formula on t > 0, nothing on t < 0
ONE_SIDED: dict[str, Function] = {"relu": lambda t, _: t, "step": lambda t, _: acb(1)}

# sigma#(w) for w > 0, copied from the note and not from the library; odd rows change sign at -w
SPECTRA: dict[str, Function] = {
    "gaussian": lambda w, _: acb(2 * arb.pi()).sqrt() * (-w * w / 2).exp(),
    "tanh": lambda w, _: acb(0, -arb.pi()) / (arb.pi() * w / 2).sinh(),
    "logistic": lambda w, _: acb(0, -arb.pi()) / (arb.pi() * w).sinh(),
    "softplus": lambda w, _: -arb.pi() / (w * (arb.pi() * w).sinh()),
    "erf": lambda w, _: acb(0, -2) * (-w * w / 2).exp() / w,
    "gelu": lambda w, _: -(1 + w * w) * (-w * w / 2).exp() / (w * w),
    "relu": lambda w, _: -1 / (w * w),
    "step": lambda w, _: acb(0, -1) / w,
}
ODD = ("tanh", "logistic", "erf", "step", "sin")


def hermite(order: int, t: acb) -> acb:
    """He_m by its explicit sum."""
    total = acb(0)
    for j in range(order // 2 + 1):
        size = arb(order).fac() / (arb(j).fac() * arb(order - 2 * j).fac() * 2**j)
        total += (-1) ** j * size * t ** (order - 2 * j)
    return total


def pair_in_time(name: str, order: int) -> acb:
    """<sigma, phi#>, phi = w^m exp(-w^2/2), phi# = sqrt(2 pi) (-i)^m He_m exp(-t^2/2)."""
    sigma = ANALYTIC.get(name) or ONE_SIDED[name]
    low = 0 if name in ONE_SIDED else -REACH

    def integrand(t: acb, analytic: bool) -> acb:
        return sigma(t, analytic) * hermite(order, t) * (-t * t / 2).exp()

    # panels keep the trial ellipses of softplus away from its branch points
    total = acb(0)
    for left in range(low, REACH):
        total += acb.integral(integrand, acb(left), acb(left + 1))
    return (2 * arb.pi()).sqrt() * acb(0, -1) ** order * total


def pair_in_frequency(name: str, order: int) -> acb:
    """<sigma#, phi> over w != 0 for phi = w^m exp(-w^2/2), m >= 2; the rest is below EPS."""
    if name == "sinc":
        whole = acb.integral(lambda w, _: w**order * (-w * w / 2).exp(), acb(-1), acb(1))
        return arb.pi() * whole
    if name in ("cos", "sin"):
        # point masses at 1 and -1
        mass = {"cos": (1, 1), "sin": (acb(0, -1), acb(0, 1))}[name]
        return arb.pi() * (-arb(1) / 2).exp() * (mass[0] + (-1) ** order * mass[1])
    spectrum = SPECTRA[name]

    def integrand(w: acb, analytic: bool) -> acb:
        return spectrum(w, analytic) * w**order * (-w * w / 2).exp()

    half = acb.integral(integrand, acb(EPS), acb(REACH)) + head()
    sign = (-1) ** order * (-1 if name in ODD else 1)
    return half * (1 + sign)


EPS = arb(2) ** -44


def head() -> acb:
    """What [0, EPS] adds: every spectrum times w^2 is at most 3 there in absolute value."""
    size = 3 * EPS
    return acb((-size).union(size), (-size).union(size))
