"""The lower bound B6: points that no relu network of a given width can follow.

A network with n hidden units has at most n knots on the line, so among n+1 intervals with disjoint
interiors one has none; if f bends there by 2E between three points, the network errs by E.

==================  ===============================================================================
``bound``           ``knot_bound``: find the points, then prove what they show
``density``         how f bends: where the knots of a good approximation would lie
``balance``         n+1 intervals of equal bend, vectorised; any n
``sweep``           the greedy sweep with the minimax line, for small n
``proof``           what a list of points proves, in balls
==================  ===============================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.knots.bound import KnotBound as KnotBound
    from verify.knots.bound import knot_bound as knot_bound

__all__ = ["KnotBound", "knot_bound"]


def __getattr__(name: str) -> object:
    """Imports ``verify.knots.bound`` when one of its two names is first asked for."""
    if name not in __all__:
        raise AttributeError(name)
    from verify.knots import bound

    return getattr(bound, name)
