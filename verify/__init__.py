"""Certificates: making them, checking them, and the command line around both.

==================  ===============================================================================
``checker``         the independent checker, ``python -m verify.checker FILE``
``checks``          one file per kind of certificate; part of the checker
``certify``         certified sup-norm error of a network
``knots``           the points behind the lower bound B6
``free_fit``        the best free coefficients on given knots, from below (P10)
``optima``          the optimum over all permutations of a small width (P7)
``bias_certificates``  networks with frozen weights and learned biases as certificates
``bias_floors``     lower bounds for given frozen weights: B6', B7, B8
``matching``        the matching width B1 as a certificate
``budget``          the output weights that no network of a band can do without (R8)
``budget_picture``  what ``icebound budget`` draws
``dual``            dual certificates: what a floating-point phi proves (R4)
``degree_certificates``  R8 as certificates
``certificates``    results as certificates
``api``             the library in three calls: ``sandwich``, ``check``, ``frontier``
``html_tables``     results as tables in notebooks
``network_files``   networks as ``.npz`` and ``.safetensors``
``files``           files written whole or not at all
``results``         result records of every family, and their JSON
``reference``       published training figures, to stand beside our own
``sandwiches``      lower bound, construction and training put side by side
``cli``             the command ``icebound``, also ``python -m verify``
``pictures``        what the command draws
``frontiers``       the error of ridge networks against their budget, from both sides
``ridge_error``     the certified L2 error of a ridge network
``ridge_certificates``  ridge networks and duals as certificates
``ridge_pictures``  what ``icebound sandwich ridgelet`` draws
``data_sets``       data in CSV files
``response_curve``  the frequency response as asked for, and its certificates
``sweep``           grids of claims, each computed once, with database, processes and clusters
``response_picture``  error against budget, and the filter
``report``          one self-contained page from a folder of results
``dynamics``        recurrent networks on dynamical systems, measured
``trajectories``    such a network beside the true solution, certified (B4')
``progress``        how long work reports itself
``display``         certified numbers in few digits, rounded in the safe direction
``doctor``          the self-test of ``icebound doctor``
``coq``             the Coq developments of ``proofs/``, checked by ``make proofs``
``proving``         lemmas proved by machine, one result per lemma and method
``proof_table``     the page ``docs/proofs.md``, from the lemmas
``claims``          the claims table of the README, from the registry
``readme``          the commands of the README, run again and compared
``site_pages``      the pages of ``make docs``, from the registry and the docstrings
``strategies``      hypothesis strategies: targets, draws, networks, data, certificates
``testing``         property tests of your own constructions, and assertions on proof
==================  ===============================================================================

The checker is the trusted base: ``checker`` and ``checks`` import nothing but the standard library
and python-flint, which is why this file imports nothing until one of the three calls of ``api`` is
asked for: ``from verify import sandwich, check, frontier``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.api import check as check
    from verify.api import frontier as frontier
    from verify.api import sandwich as sandwich

__all__ = ["check", "frontier", "sandwich"]


def __getattr__(name: str) -> object:
    """The three calls of :mod:`verify.api`, imported when first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'verify' has no attribute {name!r}")
    from verify import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
