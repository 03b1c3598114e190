"""Results about learned biases that are listed with their status but not implemented yet.

B4: recurrent networks.
"""

from __future__ import annotations

from typing import Any

from theory.statements.statement import Direction, Statement, Status


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
)
