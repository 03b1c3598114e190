"""Looking for a counterexample: drawn targets and widths, certified errors, then shrinking.

The seed decides the cases, for one version of hypothesis and the same modules loaded: hypothesis
takes some numbers from the constants of the code it finds.  ``shrink_seconds`` limits the shrinking
alone; what is returned is a counterexample however far it was shrunk.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException, NoSuchExample

from theory.errors import AssumptionViolated, InputError
from theory.targets.enclosures import Profile
from theory.targets.target import Target
from verify.strategies.permutation import targets as default_targets
from verify.strategies.permutation import widths as default_widths
from verify.testing.constraints import Constraint
from verify.testing.counterexample import Counterexample
from verify.testing.judging import claimed_number, judged
from verify.testing.networks import Aim, Made, as_network, enclosed_error

__all__ = ["find_counterexample"]

EXAMPLES = 50
SHRINK_SECONDS = 20.0
# The upper end of the narrower error is what the wider one is held against.
NARROW_GAP = 1e-4


@dataclass(frozen=True)
class Claim:
    """What a construction is tested for; see :func:`find_counterexample`."""

    construction: Callable[..., object]
    bound: Callable[..., object] | None = None
    constraint: Constraint | Callable[..., str | None] | None = None
    monotone: float | None = None
    slack: float = 0.0

    def __post_init__(self) -> None:
        if self.bound is None and self.constraint is None and self.monotone is None:
            accepted = "a bound, a constraint or an allowance for monotone is accepted"
            raise InputError("claim", "nothing", "tests", accepted)
        for name, value in (("monotone", self.monotone), ("slack", self.slack)):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise InputError(name, value, "is", "a finite number >= 0 is accepted")

    @property
    def name(self) -> str:
        """The construction's own name."""
        return getattr(self.construction, "__name__", type(self.construction).__name__)


@dataclass(frozen=True)
class Case:
    """One drawn case; ``wider`` is the second width where monotonicity is claimed."""

    target: Aim
    width: int
    wider: int
    inputs: Mapping[str, Any]

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal cases have equal keys."""
        with np.printoptions(threshold=2**31, floatmode="unique"):
            return (self.target, self.width, self.wider, repr(dict(self.inputs)))


def find_counterexample(
    construction: Callable[..., object],
    *,
    bound: Callable[..., object] | None = None,
    constraint: Constraint | Callable[..., str | None] | None = None,
    monotone: float | None = None,
    targets: st.SearchStrategy[Any] | None = None,
    widths: st.SearchStrategy[int] | None = None,
    inputs: Mapping[str, st.SearchStrategy[Any]] | None = None,
    slack: float = 0.0,
    examples: int = EXAMPLES,
    shrink_seconds: float = SHRINK_SECONDS,
    seed: int = 0,
) -> Counterexample | None:
    """A shrunk case in which the construction breaks a claim, or None among ``examples`` cases.

    ``construction(target, width, **inputs)`` returns a network of any family, a record with one, or
    arrays (W, C, b); it must be deterministic.  ``bound(profile, width, **inputs)`` is what
    the error may not exceed (sup norm; L2 for ridge networks); it gets the target's certified
    constants, a :class:`~theory.targets.enclosures.Profile` (on boxes the target itself).  Either
    may raise AssumptionViolated: nothing is claimed there.  ``slack`` is added to what is claimed:
    what rounding of the stored numbers may cost.  ``constraint``: see
    :mod:`verify.testing.constraints`.
    ``monotone``: with more units the certified error is at most this factor times that of fewer.
    ``targets``, ``widths``, ``inputs``: strategies of :mod:`verify.strategies`, by default smooth
    targets and widths from 17 to 200.

    Raises InputError for a claim that tests nothing, and when no drawn case met the hypotheses.
    """
    claim = Claim(construction, bound, constraint, monotone, slack)
    if isinstance(examples, bool) or not isinstance(examples, int) or examples < 1:
        raise InputError("examples", examples, "is", "an integer >= 1 is accepted")
    widths = default_widths() if widths is None else widths
    cases = st.builds(
        Case,
        default_targets() if targets is None else targets,
        widths,
        widths if monotone is not None else st.just(0),
        st.fixed_dictionaries(dict(inputs or {})),
    )
    search = _Search(claim, shrink_seconds)
    options = settings(
        max_examples=examples,
        derandomize=False,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        case = find(cases, search.fails, settings=options, random=Random(seed))
    except NoSuchExample:
        search.require_tested()
        return None
    found = search.known[case.key]
    assert found is not None
    return replace(found, seed=seed, examples=search.examples)


@dataclass
class _Search:
    """Verdicts by case: shrinking meets the same case often, and must see the same verdict."""

    claim: Claim
    shrink_seconds: float
    known: dict[tuple[Any, ...], Counterexample | None] = field(default_factory=dict)
    kind: str | None = None
    deadline: float = math.inf
    examples: int = 0
    tested: int = 0

    def fails(self, case: Case) -> bool:
        """Whether the case is a counterexample of the kind that was found first."""
        if case.key not in self.known:
            if time.monotonic() > self.deadline:
                return False
            self.known[case.key] = examined(self.claim, case, self.count)
        found = self.known[case.key]
        if self.kind is None:
            self.examples += 1
        if found is not None and self.kind is None:
            self.kind, self.deadline = found.kind, time.monotonic() + self.shrink_seconds
        return found is not None and found.kind == self.kind

    def count(self) -> None:
        self.tested += 1

    def require_tested(self) -> None:
        """A claim whose hypotheses no case met was not tested."""
        if self.tested:
            return
        accepted = "targets and widths that meet the hypotheses are accepted"
        shown = f"{self.examples} of {self.examples} cases"
        raise InputError(self.claim.name, shown, "claims nothing in", accepted)


def examined(claim: Claim, case: Case, count: Callable[[], None]) -> Counterexample | None:
    """The first claim that the case breaks; ``count`` is called when a claim is put to the test."""
    target, width, inputs = case.target, case.width, case.inputs
    blank = Counterexample("raised", claim.name, target, width, inputs=inputs)
    network = _built(claim, blank, width)
    if isinstance(network, Counterexample) or network is None:
        return network
    blank = replace(blank, network=network)
    if network.width > width:
        reason = f"{network.width} units, {width} were asked for"
        return replace(blank, kind="constraint", reason=reason)
    if claim.constraint is not None:
        count()
        reason_or_none = claim.constraint(network, target, width, **inputs)
        if reason_or_none is not None:
            return replace(blank, kind="constraint", reason=reason_or_none)
    claimed = _claimed(claim, target, width, inputs)
    if claimed is not None:
        count()
        verdict, error = judged(network, target, claimed)
        if verdict != "holds":
            return replace(blank, kind=verdict, claimed=claimed, error=error)
    if claim.monotone is not None and case.wider > width:
        return _wider(claim, case, blank, count)
    return None


def _built(claim: Claim, blank: Counterexample, width: int) -> Made | Counterexample | None:
    """The network, None where the construction says that it does not apply, or what it raised."""
    try:
        return as_network(claim.construction(blank.target, width, **blank.inputs))
    except AssumptionViolated:
        return None
    except HypothesisException:
        # its own control flow, never a finding
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return replace(blank, width=width, reason=reason, raised=error)


def _claimed(claim: Claim, target: Aim, width: int, inputs: Mapping[str, Any]) -> Fraction | None:
    """The bound with its slack, None where nothing is claimed."""
    if claim.bound is None:
        return None
    subject = Profile(target) if isinstance(target, Target) else target
    try:
        stated = claim.bound(subject, width, **inputs)
    except AssumptionViolated:
        return None
    return claimed_number(stated) + Fraction(claim.slack)


def _wider(
    claim: Claim, case: Case, blank: Counterexample, count: Callable[[], None]
) -> Counterexample | None:
    wide = _built(claim, blank, case.wider)
    if isinstance(wide, Counterexample) or wide is None:
        return wide
    assert blank.network is not None
    assert claim.monotone is not None
    count()
    narrow = enclosed_error(blank.network, case.target, NARROW_GAP)
    if not math.isfinite(narrow.upper):
        return None
    # refuted: above the allowance times any error that the narrower network can have
    claimed = Fraction(claim.monotone) * Fraction(narrow.upper) + Fraction(claim.slack)
    verdict, error = judged(wide, case.target, claimed)
    if verdict != "refuted":
        return None
    return replace(
        blank,
        kind="monotonicity",
        width=case.wider,
        network=wide,
        claimed=claimed,
        error=error,
        narrower=(case.width, narrow),
    )
