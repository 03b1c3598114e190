"""Lemmas proved by machine: one result per lemma and method.

A lemma counts as proved if a proof holds and its false variant is refuted by the same method.  A
Coq development in ``proofs/`` is one more method where there is one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from theory.lemmas.lemma import Effort, Lemma, Method, Outcome, Verdict, undecided
from verify import coq
from verify.progress import Progress

# Methods that a run of all lemmas may leave out without failing.
ELSEWHERE = (Method.COQ, Method.PAPER)
NOT_RUN = "coqc runs with --full, or where such a lemma is named"


@dataclass(frozen=True)
class ProofResult:
    """What one method says of one lemma; ``control`` is the false variant that it refuted."""

    lemma: str
    method: str
    status: str
    seconds: float
    evidence: str
    control: str | None = None

    def as_item(self) -> dict[str, object]:
        """The row of ``icebound prove`` as plain JSON values."""
        return {
            "lemma": self.lemma,
            "method": self.method,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "evidence": self.evidence,
            "control": self.control,
        }


def prove_lemmas(
    lemmas: Sequence[Lemma],
    effort: Effort,
    progress: Progress | None = None,
    *,
    named: bool = False,
) -> list[ProofResult]:
    """The results for ``lemmas``, in their order.

    In full, a lemma that has a Coq development, too, gives two results; quickly, coqc runs for
    lemmas that have no other proof, and only if they were ``named``.
    """
    developed = {theorem.lemma: theorem for theorem in coq.theorems()}
    chosen = [
        lemma.id
        for lemma in lemmas
        if lemma.id in developed
        and (effort is Effort.FULL or (named and lemma.method is Method.COQ))
    ]
    by_coq = _by_coq(chosen, developed, progress)
    results = []
    for done, lemma in enumerate(lemmas):
        if progress is not None:
            progress(done, len(lemmas), f"proving {lemma.id}")
        if lemma.method is not Method.COQ:
            results.append(_by_machine(lemma, effort))
        if lemma.id in by_coq:
            results.append(by_coq[lemma.id])
        elif lemma.method is Method.COQ:
            results.append(_skipped(lemma.id, developed, NOT_RUN))
    return results


def exit_status(lemmas: Sequence[Lemma], results: Sequence[ProofResult], *, named: bool) -> int:
    """0 if all are proved, 1 if one is refuted or its Coq development fails, 3 else.

    Where no lemma was named, those that live on paper or in Coq only need not be proved here.
    """
    statuses: dict[str, set[str]] = {lemma.id: set() for lemma in lemmas}
    for result in results:
        statuses[result.lemma].add(result.status)
    if any(found & {"refuted", "failed"} for found in statuses.values()):
        return 1
    wanted = [lemma.id for lemma in lemmas if named or lemma.method not in ELSEWHERE]
    return 0 if all("proved" in statuses[name] for name in wanted) else 3


def decided(lemma: Lemma, effort: Effort) -> Outcome:
    """The proof and its control together: PROVED only if the control is REFUTED."""
    if lemma.prove is None or lemma.control is None:
        return Outcome(Verdict.PAPER, lemma.argument)
    outcome = lemma.prove(effort)
    if outcome.verdict is not Verdict.PROVED:
        return outcome
    control = lemma.control.prove(effort)
    if control.verdict is not Verdict.REFUTED:
        return undecided(f"the false variant is not refuted: {lemma.control.statement}")
    return outcome


def _by_machine(lemma: Lemma, effort: Effort) -> ProofResult:
    start = time.perf_counter()
    outcome = decided(lemma, effort)
    seconds = time.perf_counter() - start
    control = lemma.control.statement if lemma.control is not None else None
    return ProofResult(
        lemma=lemma.id,
        method=lemma.method.value,
        status=outcome.verdict.value,
        seconds=seconds,
        evidence=outcome.evidence,
        control=control if outcome.verdict is Verdict.PROVED else None,
    )


def _by_coq(
    names: Sequence[str], developed: dict[str, coq.Theorem], progress: Progress | None
) -> dict[str, ProofResult]:
    """One check of all developments that ``names`` need; ``seconds`` are shares of its time."""

    def compiling(file: str) -> None:
        if progress is not None:
            progress(0, 1, f"coqc {file}")

    if not names:
        return {}
    start = time.perf_counter()
    try:
        coq.check(progress=compiling, lemmas=names)
    except coq.CoqMissing as missing:
        reason = f"not checked here: {missing}"
        return {name: _skipped(name, developed, reason) for name in names}
    except coq.Refused as refused:
        status, wrong = "failed", f": {refused}"
    else:
        status, wrong = "proved", ""
    share = (time.perf_counter() - start) / len(names)
    return {
        name: ProofResult(name, "coq", status, share, _where(developed[name]) + wrong)
        for name in names
    }


def _skipped(name: str, developed: dict[str, coq.Theorem], reason: str) -> ProofResult:
    # An installed wheel has no proofs/.
    where = _where(developed[name]) if name in developed else "proofs/ of the source archive"
    return ProofResult(name, "coq", "skipped", 0.0, f"{where}: {reason}")


def _where(theorem: coq.Theorem) -> str:
    return f"{theorem.name} in proofs/{theorem.file}"
