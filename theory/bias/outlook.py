"""Results about learned biases that are listed with their status but not implemented yet.

B1, B2: matching width and bias freedom on the line.  B3: masks.  B4, B5: recurrent and residual
networks.  B6': B6 for given signs.  B7: signs.  B8: kink budget of a given draw.
"""

from __future__ import annotations

from typing import Any

from theory.statements.statement import Direction, Statement, Status


def _matching_width() -> Any:
    import sympy

    m0, delta, eta, R, d, outputs = sympy.symbols("m0 delta eta R d l", positive=True)
    p = (eta / R) ** (d + outputs)
    return m0 * sympy.ceiling(sympy.log(m0 / delta) / -sympy.log(1 - p))


def _feedback_bound() -> Any:
    import sympy

    M2, h, start, theta = sympy.symbols("M2 h delta0 theta", nonnegative=True)
    return M2 * h**2 / 8 + sympy.Max(start, h * theta)


def _recurrent_width() -> Any:
    import sympy

    m0, delta, eta, R, inputs, outputs = sympy.symbols("m0 delta eta R dx l", positive=True)
    p = (eta / R) ** (m0**2 + m0 * inputs + m0 * outputs)
    return m0 * sympy.ceiling(sympy.log(1 / delta) / -sympy.log(1 - p))


def _listed(
    name: str, title: str, claim: str, sketch: str, direction: Direction, **more: Any
) -> Statement:
    return Statement(
        id=name,
        family="bias",
        title=title,
        claim=claim,
        direction=direction,
        status=Status.THEOREM,
        paper="2407.00957",
        proof_sketch=sketch,
        implemented=False,
        **more,
    )


BEFORE_KNOTS = (
    _listed(
        "B1",
        "matching width",
        "With n >= m0 ceil(ln(m0/delta)/-ln(1-p)) frozen units, weights uniform on [-R, R], "
        "p = (eta/R)^(d+l), biases alone reproduce any relu network of m0 units with parameters in "
        "[-gamma, gamma], eta <= R - gamma, within m0 eta (2 gamma X1 + gamma + eta X1), with "
        "probability at least 1 - delta.",
        "Split the units into m0 groups; each holds a unit within eta of its partner; the rest "
        "off.",
        Direction.UPPER,
        symbols={
            "m0": "units of the network to match",
            "delta": "probability of failure",
            "eta": "distance in parameters, at most R - gamma",
            "R": "range of the frozen weights",
            "d": "inputs",
            "l": "outputs",
        },
        sharp=False,
        sharp_note="the bound shown is a width, astronomically large; not an error",
        build=_matching_width,
    ),
    _listed(
        "B2a",
        "bias freedom on the line, by feedback",
        "On N intervals of length h, kinks that are met up to mismatches theta_k give an error of "
        "at most M2 h^2/8 + max(|g(0)-f(0)|, h max|theta_k|).",
        "Feedback: g(x_{k+1}) = f(x_{k+1}) + h theta_k whatever happened before.",
        Direction.UPPER,
        symbols={
            "M2": "sup |f''|",
            "h": "length of an interval",
            "delta0": "|g(0) - f(0)|",
            "theta": "max |theta_k|, the mismatch of slopes",
        },
        build=_feedback_bound,
    ),
    _listed(
        "B2b",
        "bias freedom on the line, for a draw",
        "If every bin of width G of the frozen kink sizes holds enough kinks of both signs, pairs "
        "of units meet every needed kink within G and the error is at most M2 h^2/8 + h G; such a "
        "draw has high probability and gives (2146 M2 + 4192 R^2 ln(2n^2))/n^2 (1 + o(1)).",
        "Pigeonhole over bins; the density of |c w|/R^2 is at least 1 on [0, 1/e].",
        Direction.UPPER,
        sharp=False,
        sharp_note="the constants are far from what the greedy algorithm measures",
    ),
    _listed(
        "B3",
        "masks are special biases",
        "A hard 0/1 mask is a bias vector, so upper bounds for masks hold for biases and lower "
        "bounds for biases hold for masks.",
        "A masked unit is one whose bias switches it off on the domain.",
        Direction.EXACT,
    ),
    _listed(
        "B4",
        "matching width of recurrent networks",
        "With n >= m0 ceil(ln(1/delta)/-ln(1-p)) frozen units, p = (eta/R)^(m0^2+m0 dx+m0 l), "
        "biases alone track a recurrent relu network of m0 units over a finite horizon, with "
        "probability at least 1 - delta and an error that an explicit recursion bounds.",
        "Some block of m0 units matches within eta; the others are held at 0; Gronwall for the "
        "rest.",
        Direction.UPPER,
        symbols={
            "m0": "units of the network to match",
            "delta": "probability of failure",
            "eta": "distance in parameters, at most R - gamma",
            "R": "range of the frozen weights",
            "dx": "inputs",
            "l": "outputs",
        },
        sharp=False,
        sharp_note="the bound shown is a width, not an error",
        build=_recurrent_width,
    ),
    _listed(
        "B5",
        "residual networks",
        "If inputs and outputs have one dimension, B1 and B2 hold for x + g(x) with h(x) - x as "
        "the target.",
        "Subtract x from the target.",
        Direction.UPPER,
    ),
)

AFTER_KNOTS = (
    _listed(
        "B6'",
        "knots of one sign",
        "If m of the output weights c_k are negative and m + 1 interior-disjoint triples have "
        "f(x2) - chord(x2) > 2E, every choice of biases has error above E; mirrored for positive "
        "ones.",
        "One interval holds no concave kink; g is convex there.",
        Direction.LOWER,
    ),
    _listed(
        "B7",
        "signs matter",
        "If all output weights with w_k != 0 have one sign, g is convex (or concave) for every "
        "bias vector; a draw is of that kind with probability 2^(1-n), and one triple then bounds "
        "the error from below.",
        "A sum of convex functions is convex; the distance to them is half the largest chord "
        "excess.",
        Direction.LOWER,
    ),
    _listed(
        "B8",
        "kink budget of a given draw",
        "With S = sum|c_k w_k| every choice of biases has error at least "
        "(sum|s_i - s_{i-1}| - S)/sum(2/h_i + 2/h_{i-1}), s_i the secant slopes of f on any "
        "partition with steps h_i.",
        "The slopes of g vary by at most S; each secant slope errs by at most 2E/h_i.",
        Direction.LOWER,
    ),
)
