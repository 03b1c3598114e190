"""Property tests of your own constructions: what they claim, held against certified errors.

==================  ===============================================================================
``construction``    ``check_construction`` for a function, ``ConstructionTests`` to subclass
``search``          ``find_counterexample``, the same as a plain call
``counterexample``  what is found: shrunk, readable, as a picture
``constraints``     what must not be touched: permutations, frozen entries, budgets
``judging``         one network against one claim, decided by enclosures
``networks``        what a construction may return
``assertions``      ``assert_within``, ``assert_exceeds``, ``assert_permutation``
==================  ===============================================================================

All public ones are names of this package.  A claim passes on proof only: an error that is not
decided counts as a failure.  Example, in a file that pytest collects::

    from verify.testing import check_construction, permutation

    @check_construction(bound=lambda profile, n: profile.slope.upper / (n - 1),
                        constraint=permutation())
    def test_my_construction(target, width):
        return my_network(target, width)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.testing.assertions import assert_exceeds as assert_exceeds
    from verify.testing.assertions import assert_permutation as assert_permutation
    from verify.testing.assertions import assert_within as assert_within
    from verify.testing.constraints import all_of as all_of
    from verify.testing.constraints import budget as budget
    from verify.testing.constraints import frozen as frozen
    from verify.testing.constraints import permutation as permutation
    from verify.testing.construction import ConstructionTests as ConstructionTests
    from verify.testing.construction import check_construction as check_construction
    from verify.testing.counterexample import Counterexample as Counterexample
    from verify.testing.counterexample import plot as plot
    from verify.testing.search import find_counterexample as find_counterexample

__all__ = [
    "ConstructionTests",
    "Counterexample",
    "all_of",
    "assert_exceeds",
    "assert_permutation",
    "assert_within",
    "budget",
    "check_construction",
    "find_counterexample",
    "frozen",
    "permutation",
    "plot",
]
_MODULES = {
    "assertions": ("assert_exceeds", "assert_permutation", "assert_within"),
    "constraints": ("all_of", "budget", "frozen", "permutation"),
    "construction": ("ConstructionTests", "check_construction"),
    "counterexample": ("Counterexample", "plot"),
    "search": ("find_counterexample",),
}


def __getattr__(name: str) -> object:
    """Imports a module when one of its names is first asked for."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"verify.testing.{module}"), name)
    raise AttributeError(name)


def __dir__() -> list[str]:
    return __all__
