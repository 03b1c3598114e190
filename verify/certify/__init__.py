"""The certifier: sup over the domain of |f - g| for a one-hidden-layer relu network g.

It may use any arithmetic that is fast and proved; ``verify.checker`` re-derives what it claims.

==================  ===============================================================================
``sup``             ``certify_sup`` and its record ``SupError``
``pieces``          bounds of |f - g| on affine pieces, and which pieces to split
``exact``           f - g with the network in integers
``affine``          the network's affine pieces in integers
``fast``            f - g in floating point
==================  ===============================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.certify.sup import SupError as SupError
    from verify.certify.sup import certify_sup as certify_sup

__all__ = ["SupError", "certify_sup"]


def __getattr__(name: str) -> object:
    """Imports ``verify.certify.sup`` when one of its two names is first asked for."""
    if name not in __all__:
        raise AttributeError(name)
    from verify.certify import sup

    return getattr(sup, name)
