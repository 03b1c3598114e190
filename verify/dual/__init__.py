"""Dual certificates: from a floating-point phi to a proved lower bound (note R4).

Weak duality takes any phi: every network with hidden parameters in V and |c|_1 <= B errs by at
least (<f, phi> - B M(phi))/|phi|.  Only M, a supremum over V, is work; the enclosures are those of
``verify.checks``, so that the checker finds again what is promised here.

==================  ===============================================================================
``bound``           ``certified_dual``: the bound, with its certificate
``floats``          activations in float64 with every rounding bounded
``line_supremum``   the supremum on the line by them, in milliseconds
``search``          the supremum over V, by branch and bound, to a gap
==================  ===============================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.dual.bound import DualBound as DualBound
    from verify.dual.bound import certified_dual as certified_dual

__all__ = ["DualBound", "certified_dual"]


def __getattr__(name: str) -> object:
    """Imports ``verify.dual.bound`` when one of its two names is first asked for."""
    if name not in __all__:
        raise AttributeError(name)
    from verify.dual import bound

    return getattr(bound, name)
