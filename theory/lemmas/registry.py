"""All lemmas by id, in the order of the notes; what is on paper only comes last."""

from __future__ import annotations

from difflib import get_close_matches

from theory.errors import InputError
from theory.lemmas import developments, on_paper
from theory.lemmas.bias import bins, kinks, knots, matching, recurrent
from theory.lemmas.bias import feedback as bias_feedback
from theory.lemmas.lemma import Lemma
from theory.lemmas.permutation import (
    constants,
    counting,
    feedback,
    lipschitz_kinks,
    perfect_spline,
    readout_steps,
    realisation,
    steps,
    subset_sums,
)
from theory.lemmas.ridgelet import (
    activations,
    duals,
    kappa,
    line_budget,
    multiplier,
    sampling,
    strips,
)

_ALL: tuple[Lemma, ...] = (
    *steps.LEMMAS,
    *constants.LEMMAS,
    *readout_steps.LEMMAS,
    *lipschitz_kinks.LEMMAS,
    *counting.LEMMAS,
    *feedback.LEMMAS,
    *realisation.LEMMAS,
    *subset_sums.LEMMAS,
    *perfect_spline.LEMMAS,
    *matching.LEMMAS,
    *bias_feedback.LEMMAS,
    *bins.LEMMAS,
    *recurrent.LEMMAS,
    *knots.LEMMAS,
    *kinks.LEMMAS,
    *kappa.LEMMAS,
    *multiplier.LEMMAS,
    *line_budget.LEMMAS,
    *duals.LEMMAS,
    *activations.LEMMAS,
    *sampling.LEMMAS,
    *strips.LEMMAS,
    *developments.LEMMAS,
    *on_paper.LEMMAS,
)
_BY_KEY = {lemma.id.casefold(): lemma for lemma in _ALL}


def all_lemmas() -> tuple[Lemma, ...]:
    """Every lemma."""
    return _ALL


def by_id(name: str) -> Lemma:
    """The lemma with this id; raises InputError with the nearest id otherwise."""
    lemma = _BY_KEY.get(name.strip().casefold())
    if lemma is None:
        near = get_close_matches(name.strip().casefold(), _BY_KEY, n=1, cutoff=0.0)
        hint = f"did you mean {_BY_KEY[near[0]].id!r}? " if near else ""
        raise InputError(
            "LEMMA", name, "unknown:", f"{hint}'icebound prove' without a name shows all ids"
        )
    return lemma
