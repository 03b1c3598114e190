"""What the checker knows: one file per kind of certificate, and what they share.

===============  ==================================================================================
``upper``        kind ``upper``: a network is within a value of a target, in the sup norm
``upper_l2``     the same in L2, for networks of ridge units
``bias``         networks with frozen weights and learned biases, and their draw
``lower_knots``  kind ``lower-knots``: no relu network with n hidden units does better
``lower_spline``  kind ``lower-spline``: no coefficients on given knots do better
``lower_permutation``  kind ``lower-permutation``: no order of a few frozen values does better
``lower_given``  kind ``lower-given``: with given W and C no biases do better
``lower_turn``   kind ``lower-turn``: no permutation without read-out follows such a turn
``lower_degree``  kind ``lower-degree``: no ridge network within a band and a budget does better
``width``        kind ``width``: a random frozen width that suffices with high probability
``lower_dual``   kind ``lower-dual``: no ridge network in a box of hidden parameters and an l1
                 budget does better
``duals``        phi on a box or on data: inner product, norm, and the units it meets
``moments``      moments of phi on a box
``dual_analytic``  int phi sigma(a.x - b) over tiles of (a, b), sigma analytic
``dual_line``    the same on the line for relu and step
``dual_plane``   the same on a rectangle for relu and step
``half_planes``  integrals of a polynomial over half-planes of a square
``plane_sizes``  where a polynomial on a rectangle is large
``plane_error``  the error of such networks on a rectangle, exactly
``dual_rows``    the same on data, row by row, sigma analytic
``taylor_tiles``  polynomials in the hidden parameters on a tile
``dual_cells``   the same on data in several dimensions for relu and step
``quadratic``    upper bounds of quadratics over cubes
``tiles``        branch and bound over tiles of hidden parameters
``sigma``        activations over balls: values and Taylor coefficients
``response``     kind ``response``: smallest error and budget of densities on a band, at mu
``spectral``     its targets: text to the density of |fhat|^2 over |xi|
``separable``    the same for polynomials times Gaussians in several variables
``line_energy``  |f|^2 in x, where such a spectrum decays slowly
``spectrum``     the same for |fhat| as an expression in k = |xi|
``kappa``        the multiplier of a band, from the spectrum of an activation
``trajectory``   kind ``trajectory``: a recurrent network stays near the true solution
``flows``        its solutions, sample by sample, as forms in the start
``recurrent``    its network on such forms, in integers
``counting``     kind ``counting``: no permutation does better over a Lipschitz class
``ridge``        reading networks of ridge units, and their box, budget and draw
``approximands``  such a network as something to integrate: values, ranges, bounds
``gauss``        Gauss-Legendre rules on boxes with a proved remainder
``squared_error``  the mean of (f - g)^2 over a box or over data
``verdicts``     the four statuses, the time budget, and how a check stops early
``fields``       reading JSON objects of exactly the declared shape
``dyadic``       exact numbers, and arrays of float64 inline or in a side file
``grammar``      target expressions: text to a postfix program
``holomorphic``  that program over complex balls: a proof that the target is analytic there
``taylor``       that program over balls: values, and values with two derivatives
``integrals``    Legendre moments and the mean square of a target on a box
``strips``       bounds of analytic activations in a strip
``draws``        the declared locations and initial values, regenerated from rule and seed
``pieces``       a relu network on the line as exact linear pieces
``suprema``      deciding sup |f - g| <= value over those pieces
===============  ==================================================================================

Standard library and python-flint only, nothing from the rest of the project: whoever reads these
files and ``verify.checker`` has read everything a verdict rests on.  A new kind is one module with
``check(case) -> Outcome`` and one line in ``KINDS``.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.checks.verdicts import Case, Outcome

KINDS = {
    "counting": "verify.checks.counting",
    "lower-degree": "verify.checks.lower_degree",
    "lower-dual": "verify.checks.lower_dual",
    "lower-knots": "verify.checks.lower_knots",
    "lower-spline": "verify.checks.lower_spline",
    "lower-permutation": "verify.checks.lower_permutation",
    "lower-given": "verify.checks.lower_given",
    "lower-turn": "verify.checks.lower_turn",
    "response": "verify.checks.response",
    "trajectory": "verify.checks.trajectory",
    "upper": "verify.checks.upper",
    "width": "verify.checks.width",
}


def check(kind: str, case: Case) -> Outcome:
    """The verdict on one certificate of a kind in ``KINDS``; may raise ``verdicts.Stop``."""
    outcome: Outcome = import_module(KINDS[kind]).check(case)
    # In the checker's words what was checked: the member ``claim`` is prose.
    bound = case.certificate["bound"]
    return replace(outcome, reason=f"bound {bound['value'][:60]}: {outcome.reason}")
