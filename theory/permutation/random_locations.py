"""P5: on random locations kinks are dealt, not prescribed; the rate is a conjecture.

On drawn locations b_1 < ... < b_n with the values +-b_i no difference of two values is a round
number, so the kinks that a target asks for are met approximately: each by the closest difference
among a window of unused values, the mismatch fed back into the next demand.  What is proved is each
network: its error is certified after the fact.  What is measured is the rate: about n^-2 up to
powers of log n where f has equal slopes at both ends, n^-1 where not, which is then necessary
(``paired_turn``).
"""

from __future__ import annotations

from theory.statements.statement import Direction, Statement, Status

STATEMENT = Statement(
    id="P5",
    family="permutation",
    title="random locations",
    claim=(
        "On n locations drawn at random, with paired values and for targets with equal slopes at "
        "both ends, kinks dealt to the nearest pairs of values and a damped feedback reach an "
        "error of order n^-2 log^2 n (rate conjectured; each network certified)."
    ),
    direction=Direction.UPPER,
    status=Status.CONJECTURE,
    paper="2407.01033",
    proof_sketch="None for the rate: an algorithm, whose result is certified after the fact.",
    symbols={"n": "number of locations"},
    proved_in="theory/permutation/random_locations.py",
    tests=("tests/permutation/test_dealt_kinks.py", "tests/sandwich/test_random_locations.py"),
    falsified_by="tests/adversary/test_false_theorems.py::test_a_false_variant_is_refuted[P5]",
)
