"""B5: residual networks x + g(x) are the same problem with h(x) - x as the target.

sup |h - (x + g)| = sup |(h - x) - g|, so every bound of B1, B2, B6-B8 for the target h(x) - x is
one for residual networks and h, where input and output have one dimension.
"""

from __future__ import annotations

from theory.statements.statement import Direction, Statement, Status
from theory.targets.target import Target


def residual_target(target: Target) -> Target:
    """h(x) - x on the same domain: what g has to approximate when x + g(x) shall be h(x)."""
    return Target.parse(f"({target.text}) - x", target.low, target.high)


STATEMENT = Statement(
    id="B5",
    family="bias",
    title="residual networks",
    claim=(
        "If inputs and outputs have one dimension, B1 and B2 hold for x + g(x) with h(x) - x as "
        "the target."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch="Subtract x from the target.",
    symbols={},
    proved_in="theory/bias/residual.py",
    tests=("tests/bias/test_construction.py",),
    falsified_by="tests/adversary/test_false_theorems.py::test_a_false_variant_is_refuted[B5]",
)
