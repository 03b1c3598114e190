"""Certificates of kind ``lower-degree`` (R8): a network of a band and a budget is a polynomial."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from theory.ridgelet.degree import Norm, Witness
from theory.rigor.numbers import exact_text
from theory.targets.box_target import BoxTarget
from verify.certificates import Certificate
from verify.display import shown_down

SHORT = 10**30


def degree_certificate(
    target: BoxTarget,
    activation: str,
    band: Fraction,
    budget: Fraction,
    bound: float | Fraction,
    witness: Witness,
    *,
    norm: Norm = "L2",
    beta: Fraction | None = None,
) -> Certificate:
    """``lower-degree``: with |a_i| <= band and |c|_1 <= budget no width is closer than ``bound``.

    ``witness`` is that of ``closed_form_lower`` (bound = its value) or of ``needed_budget`` (bound
    = eps, budget = its budget); ``beta`` only restates a bound of |b|.
    """
    sides = " x ".join(f"[{exact_text(low)}, {exact_text(high)}]" for low, high in target.domain)
    measured = "in the sup norm" if norm == "sup" else "in L2 of the uniform probability measure"
    claim = (
        f"Every network of {activation} units, of any width, with hidden weights of at most "
        f"{_shown(band)} in absolute value and output weights of l1 norm at most "
        f"{_shown(budget)} is at least {shown_down(float(bound), 6)} away from {target.text} on "
        f"{sides} {measured}."
    )
    inputs = {
        "target": {
            "expression": target.text,
            "domain": [exact_text(end) for side in target.domain for end in side],
        },
        "norm": norm,
        "activation": activation,
        "band": number_text(band),
        "beta": None if beta is None else number_text(beta),
        "budget": number_text(budget),
    }
    scalars = {"N": str(witness.degree), "y0": number_text(witness.y0)}
    arrays = {}
    if witness.top is None:
        scalars["axis"] = str(witness.axis)
        arrays = {"base": np.array(witness.base), "points": np.array(witness.points)}
    else:
        scalars["top"] = str(witness.top)
    return Certificate("lower-degree", claim, "lower", bound, inputs, scalars, arrays)


def number_text(value: Fraction) -> str:
    """``p``, ``p/q``, or ``m*2^e`` for long dyadic numbers."""
    top, bottom = value.numerator, value.denominator
    if max(abs(top), bottom) < SHORT or bottom & (bottom - 1):
        return exact_text(value)
    twos = (top & -top).bit_length() - 1
    return f"{top >> twos}*2^{twos - (bottom.bit_length() - 1)}"


def _shown(value: Fraction) -> str:
    """The number in few digits where it is long; hypotheses are rounded down."""
    text = exact_text(value)
    if len(text) <= 12:
        return text
    try:
        return shown_down(float(value), 6)
    except OverflowError:
        return number_text(value)
