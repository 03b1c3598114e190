"""What the checker knows: one file per kind of certificate, and what they share.

===============  ==================================================================================
``upper``        kind ``upper``: a relu network is within a value of a target
``lower_knots``  kind ``lower-knots``: no relu network with n hidden units does better
``counting``     kind ``counting``: no permutation does better over a Lipschitz class
``verdicts``     the four statuses, the time budget, and how a check stops early
``fields``       reading JSON objects of exactly the declared shape
``dyadic``       exact numbers, and arrays of float64 inline or in a side file
``grammar``      target expressions: text to a postfix program
``taylor``       that program over balls: values, and values with two derivatives
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
    "lower-knots": "verify.checks.lower_knots",
    "upper": "verify.checks.upper",
}


def check(kind: str, case: Case) -> Outcome:
    """The verdict on one certificate of a kind in ``KINDS``; may raise ``verdicts.Stop``."""
    outcome: Outcome = import_module(KINDS[kind]).check(case)
    # In the checker's words what was checked: the member ``claim`` is prose.
    bound = case.certificate["bound"]
    return replace(outcome, reason=f"bound {bound['value'][:60]}: {outcome.reason}")
