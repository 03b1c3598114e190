"""What a user asks of the frontier: target or data, activation, V, budgets; checked first."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from fractions import Fraction

from theory.errors import InputError
from theory.ridgelet.activations import activation
from theory.ridgelet.density import require_budget
from theory.rigor.numbers import exact_text
from theory.targets.box_target import BoxTarget
from verify.data_sets import Array, DataSet

MOST_POINTS = 200
LARGEST_DIMENSION = 3
LARGEST_SIDE = Fraction(1000)
LARGEST_BUDGET = Fraction(10) ** 9
DEFAULT_POINTS = 8


@dataclass(frozen=True)
class FrontierRequest:
    """min |f - g|_L2 over |c|_1 <= B, hidden parameters in V = {|a_i| <= lam, |b| <= beta}.

    ``subject`` is a BoxTarget (uniform probability on its box) or a DataSet (empirical measure);
    ``budgets`` are increasing, or None with ``count`` budgets to be chosen.  ``affine``: a free
    affine part.  Raises InputError naming the option that cannot be used.
    """

    subject: BoxTarget | DataSet
    activation: str
    lam: Fraction
    beta: Fraction
    budgets: tuple[Fraction, ...] | None = None
    count: int = DEFAULT_POINTS
    affine: bool = False

    def __post_init__(self) -> None:
        reason = activation(self.activation).unsupported.get("frontier")
        if reason is not None:
            accepted = f"another activation is accepted: {reason}"
            raise InputError("--activation", self.activation, "has no frontier:", accepted)
        for name, side in (("LAMBDA", self.lam), ("BETA", self.beta)):
            if not 0 < side <= LARGEST_SIDE:
                problem = f"has a {name} out of range:"
                accepted = f"a number above 0, at most {LARGEST_SIDE}, is accepted"
                raise InputError("--box", exact_text(side), problem, accepted)
        if not 1 <= self.count <= MOST_POINTS:
            accepted = f"an integer from 1 to {MOST_POINTS} is accepted"
            raise InputError("--points", self.count, "out of range:", accepted)
        if self.budgets is not None:
            object.__setattr__(self, "budgets", _increasing(self.activation, self.budgets))

    @property
    def dimension(self) -> int:
        """Number d of inputs."""
        return self.subject.dimension

    @property
    def target(self) -> BoxTarget | None:
        """The expression on its box; None for data."""
        return self.subject if isinstance(self.subject, BoxTarget) else None

    @property
    def data(self) -> DataSet | None:
        """The data set; None for an expression."""
        return self.subject if isinstance(self.subject, DataSet) else None

    @property
    def subject_name(self) -> str:
        """The expression, or the file's name, for people."""
        subject = self.subject
        return subject.text if isinstance(subject, BoxTarget) else subject.name

    @property
    def measured_only(self) -> str | None:
        """Why no certificate is attempted, or None."""
        if self.dimension > LARGEST_DIMENSION:
            return f"the supremum over V is enclosed for d <= {LARGEST_DIMENSION} only"
        return None

    @property
    def fingerprint(self) -> str:
        """sha256 of all that determines the points; another request's are never reused."""
        subject = self.subject
        if isinstance(subject, BoxTarget):
            words = [subject.text, *(exact_text(end) for side in subject.domain for end in side)]
        else:
            words = [subject.sha256, str(subject.dimension)]
        words += [self.activation, exact_text(self.lam), exact_text(self.beta), str(self.affine)]
        words += [str(self.count)] if self.budgets is None else map(exact_text, self.budgets)
        return hashlib.sha256("\n".join(words).encode()).hexdigest()


def rows_of(request: FrontierRequest) -> BoxTarget | tuple[Array, Array]:
    """The subject as the certifying functions take it: a BoxTarget, or (points, values)."""
    subject = request.subject
    return subject if isinstance(subject, BoxTarget) else (subject.points, subject.values)


def _increasing(name: str, budgets: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    if not 1 <= len(budgets) <= MOST_POINTS:
        accepted = f"from 1 to {MOST_POINTS} budgets are accepted"
        raise InputError(
            "--budget", len(budgets), "has a number of budgets out of range:", accepted
        )
    for budget in budgets:
        if budget is None or budget == math.inf:
            require_budget(name, None, theorem="R4")
        if not 0 < budget <= LARGEST_BUDGET:
            accepted = f"a number above 0, at most {int(LARGEST_BUDGET)}, is accepted"
            raise InputError("--budget", exact_text(budget), "out of range:", accepted)
    return tuple(sorted(set(budgets)))
