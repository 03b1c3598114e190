"""B1 as a certificate: the network to match, stored, certified and offered to the checker."""

from __future__ import annotations

from fractions import Fraction

from numerics.networks import ReluNetwork
from theory.bias.matching import matching_error
from theory.bias.matching_target import MatchingWidth
from theory.errors import Undecided
from theory.rigor.balls import dyadic_text
from theory.rigor.numbers import exact_text
from verify.certificates import Certificate, domain_text, target_input
from verify.certify.sup import certify_sup
from verify.progress import Progress

# Above this the witness exceeds what the checker reads (64 MiB, three float64 per unit).
MOST_UNITS = 2_500_000


def width_certificate(
    found: MatchingWidth,
    eps: Fraction,
    delta: Fraction,
    weight_range: Fraction,
    *,
    progress: Progress | None = None,
) -> Certificate:
    """Kind ``width``: ``found.width`` random frozen units suffice, with probability 1 - delta.

    The network to match is written out, and its error against f certified: with the error of
    matching it must stay within eps.  Raises Undecided where rounding of the stored network does
    not leave that room, InputError where there are too many pieces to write out.
    """
    target = found.interpolant.target
    if found.m0 > MOST_UNITS:
        raise Undecided("--eps", found.m0, "units to match are too many to store:", "a larger eps")
    W, b, C = found.interpolant.network(found.gamma)
    error = certify_sup(ReluNetwork(W, b, C), target, progress=progress)
    eta = Fraction(found.eta)
    reach = max(abs(target.low), abs(target.high))
    total = Fraction(error.upper) + matching_error(found.m0, eta, found.gamma, reach)
    if total > eps or W.size != found.m0:
        problem = "is not met by the stored network of"
        raise Undecided("--eps", f"{W.size} units", problem, "a larger eps is accepted")
    percent = exact_text(1 - delta)
    claim = (
        f"With {found.width} relu units, weights frozen, independent and uniform on "
        f"[-{exact_text(weight_range)}, {exact_text(weight_range)}], some biases approximate "
        f"{target.text} on {domain_text(target)} within {exact_text(eps)} in the sup norm, with "
        f"probability at least {percent}."
    )
    inputs = {
        "target": target_input(target),
        "norm": "sup",
        "theorem": "B1",
        "eps": exact_text(eps),
        "delta": exact_text(delta),
        "range": exact_text(weight_range),
        "gamma": exact_text(found.gamma),
        "units": found.m0,
    }
    return Certificate(
        "width",
        claim,
        "upper",
        Fraction(found.width),
        inputs,
        {"eta": dyadic_text(found.eta)},
        {"W": W, "C": C, "b": b},
    )
