"""Tests of a construction for pytest: a decorator, and a class to subclass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from unittest import SkipTest

from hypothesis import strategies as st

from verify.testing.constraints import Constraint
from verify.testing.search import (
    EXAMPLES,
    SHRINK_SECONDS,
    Claim,
    find_counterexample,
)

__all__ = ["ConstructionTests", "check_construction"]

Construction = Callable[..., object]
Constraints = Constraint | Callable[..., str | None]


def check_construction(
    *,
    bound: Callable[..., object] | None = None,
    constraint: Constraints | None = None,
    monotone: float | None = None,
    targets: st.SearchStrategy[Any] | None = None,
    widths: st.SearchStrategy[int] | None = None,
    inputs: Mapping[str, st.SearchStrategy[Any]] | None = None,
    slack: float = 0.0,
    examples: int = EXAMPLES,
    shrink_seconds: float = SHRINK_SECONDS,
    seed: int = 0,
) -> Callable[[Construction], Callable[[], None]]:
    """Make a test of a construction: a function of (target, width, **inputs) to a network.

    What is tested, and the arguments: :func:`verify.testing.find_counterexample`.  The test has no
    arguments, so pytest runs it; it raises AssertionError with the shrunk counterexample.  The
    construction stays at hand as its attribute ``construction``.  Example::

        @check_construction(bound=lambda profile, n: profile.curvature.upper / (n - 1) ** 2,
                            constraint=permutation(), slack=1e-12)
        def test_mine(target, width):
            return my_network(target, width)

        test_yours = check_construction(bound=your_bound)(your_construction)
    """
    # what is wrong with the claim itself is said where it is written
    Claim(lambda: None, bound, constraint, monotone, slack)

    def made(construction: Construction) -> Callable[[], None]:
        def test() -> None:
            _require(
                construction,
                bound=bound,
                constraint=constraint,
                monotone=monotone,
                targets=targets,
                widths=widths,
                inputs=inputs,
                slack=slack,
                examples=examples,
                shrink_seconds=shrink_seconds,
                seed=seed,
            )

        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            if hasattr(construction, name):
                setattr(test, name, getattr(construction, name))
        # not __wrapped__: pytest would ask for the construction's arguments as fixtures
        test.__dict__["construction"] = construction
        return test

    return made


def _require(construction: Construction, **claim: Any) -> None:
    found = find_counterexample(construction, **claim)
    if found is not None:
        raise AssertionError(f"\n{found}") from found.raised


class ConstructionTests:
    """Tests of a construction, one for each claim; subclass it and say what is claimed.

    Override ``construction`` and whatever else applies; the other tests are skipped.  Example::

        class TestMine(ConstructionTests):
            targets = strategies.targets(smoothness="lipschitz")
            constraint = permutation()
            monotone = 1.5

            def construction(self, target, width):
                return my_network(target, width)

            def bound(self, profile, width):
                return 4 * profile.slope.upper / (width - 1)
    """

    targets: ClassVar[st.SearchStrategy[Any] | None] = None
    widths: ClassVar[st.SearchStrategy[int] | None] = None
    inputs: ClassVar[Mapping[str, st.SearchStrategy[Any]]] = {}
    bound: ClassVar[Callable[..., object] | None] = None
    constraint: ClassVar[Constraints | None] = None
    monotone: ClassVar[float | None] = None
    slack: ClassVar[float] = 0.0
    examples: ClassVar[int] = EXAMPLES
    shrink_seconds: ClassVar[float] = SHRINK_SECONDS
    seed: ClassVar[int] = 0

    def construction(self, target: Any, width: int, **inputs: Any) -> object:
        """The network for ``target`` at ``width``."""
        raise NotImplementedError(f"{type(self).__name__} has no construction(target, width)")

    def test_constraint(self) -> None:
        """What is frozen stays as it is."""
        self._require("constraint", constraint=self.constraint)

    def test_bound(self) -> None:
        """The certified error keeps the claimed bound."""
        self._require("bound", bound=self.bound)

    def test_monotone(self) -> None:
        """More units are not worse, up to the allowance."""
        self._require("monotone", monotone=self.monotone)

    def _require(self, name: str, **claim: Any) -> None:
        if claim[name] is None:
            raise SkipTest(f"no {name} is claimed")

        def construction(target: Any, width: int, **inputs: Any) -> object:
            return self.construction(target, width, **inputs)

        construction.__name__ = type(self).__name__
        options = ("targets", "widths", "inputs", "slack", "examples", "shrink_seconds", "seed")
        _require(construction, **claim, **{option: getattr(self, option) for option in options})
