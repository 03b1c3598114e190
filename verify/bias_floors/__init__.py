"""Lower bounds for given frozen weights: no biases bring C relu(W x + b) closer to this target.

Sharper than B6, which holds for every network of a width, since W and C are known: their signs
(B6', B7) and the sizes of their kinks (B8).

==================  ===============================================================================
``floors``          ``given_weights_floor``: all of them for one target, with certificates
``segment``         a target and a network along a segment of the domain
``convexity``       the one triple that a convex function cannot follow (B7)
``signs``           disjoint triples that use up the kinks of one sign (B6')
``budget``          intervals whose slopes vary by more than all kinks together (B8)
==================  ===============================================================================

Each floor is found in floating point and proved in balls; its certificate is of kind
``lower-given``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.bias_floors.floors import Floor as Floor
    from verify.bias_floors.floors import given_weights_floor as given_weights_floor

__all__ = ["Floor", "given_weights_floor"]


def __getattr__(name: str) -> object:
    """Imports ``verify.bias_floors.floors`` when one of its names is first asked for."""
    if name not in __all__:
        raise AttributeError(name)
    from verify.bias_floors import floors

    return getattr(floors, name)
