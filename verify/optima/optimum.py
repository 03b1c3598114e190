"""``optimum``: the smallest error over all permutations, between a lower and an upper end (P7)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from numerics.permutation.initial import equidistant_locations
from theory.permutation.exact_optima import STATEMENT as P7
from theory.rigor.balls import ball, float_up
from verify import certificates, pictures
from verify.network_files import write_network
from verify.optima.bounds import Beside, beside
from verify.optima.l2 import l2_optimum
from verify.optima.milp import milp_optimum
from verify.optima.network import Stored
from verify.optima.request import OptimumRequest
from verify.optima.sup import sup_optimum
from verify.optima.witness import LARGEST_WIDTH, witness
from verify.progress import Progress
from verify.results import Verdict, as_json


@dataclass(frozen=True)
class Optimum:
    """``lower`` <= min over all permutations of the error <= ``upper``.

    ``upper`` is certified: the error of ``best``, a network with exactly these values, and its
    stored form.  ``lower`` has ``lower_status``: certified by enumeration and by the bounds
    beside, measured for the bound of a mixed-integer program.  ``functions`` counts networks that
    were looked at, 0 for ``milp``.
    """

    request: OptimumRequest
    lower: float
    lower_status: str
    upper: float
    best: Stored
    functions: int
    beside: Beside
    seconds: float
    dual: float | None = None
    certificate: Path | None = None
    lower_certificate: Path | None = None
    picture: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """REFUTED if an end contradicts a bound beside it, else PROVED or CONSISTENT."""
        made, stored = self.beside.constructed, self.best.error.upper
        if any(stored < entry.value for entry in self.beside.lowers):
            return Verdict.REFUTED
        if made is not None and made.value is not None and made.value < self.lower:
            return Verdict.REFUTED
        return Verdict.PROVED if self.lower_status == "certified" else Verdict.CONSISTENT

    @property
    def constraint_price(self) -> float | None:
        """``upper`` over the certified error of any coefficients on these knots; rounded up."""
        fits = [entry.value for entry in self.beside.lowers if entry.theorem == "P10-fit"]
        return float_up(ball(self.upper) / fits[0]) if fits and fits[0] > 0 else None

    def as_json(self) -> dict[str, Any]:
        """The JSON object of ``icebound optimum permutation``."""
        ask, network = self.request, self.best.network
        document = {
            "family": "permutation",
            "target": ask.target.text,
            "domain": [float(ask.target.low), float(ask.target.high)],
            "domain_exact": [ask.target.low, ask.target.high],
            "width": ask.width,
            "norm": ask.norm,
            "readout": ask.readout,
            "method": ask.method,
            "theorem": P7.id,
            "optimum": {
                "lower": self.lower,
                "lower_status": self.lower_status,
                "upper": self.upper,
                "status": "certified",
                "certificate": self.certificate,
                "lower_certificate": self.lower_certificate,
            },
            "dual_bound": self.dual,
            "functions": self.functions,
            "network": {
                "p": network.p.tolist(),
                "q": network.q.tolist(),
                "alpha": network.alpha,
                "gamma": network.gamma,
            },
            "lower": list(self.beside.lowers),
            "constructed": self.beside.constructed,
            "constraint_price": self.constraint_price,
            "verdict": self.verdict,
            "seconds": self.seconds,
            "picture": self.picture,
        }
        result: dict[str, Any] = as_json(document)
        return result


def optimum(
    request: OptimumRequest,
    *,
    out: Path | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Optimum:
    """The optimum of a request, with the bounds beside it; files into ``out``.

    Raises InputError for a target that is not finite, Undecided where a program found nothing in
    its time.  Source: note P7.
    """
    started = time.perf_counter()
    request.profile()
    target, width, readout = request.target, request.width, request.readout
    dual: float | None = None
    status, functions = "certified", 0
    near = beside(request, progress=progress)
    best: Stored
    if request.method == "milp":
        program = milp_optimum(
            target, width, readout=readout, seconds=request.seconds, progress=progress
        )
        lower, upper, best, dual = program.dual, program.upper, program.best, program.dual
        status = "measured"
    elif request.norm == "sup":
        found = sup_optimum(target, width, readout=readout, progress=progress, stop=stop)
        lower, upper, best, functions = found.lower, found.upper, found.best, found.functions
    else:
        square = l2_optimum(target, width, readout=readout, progress=progress, stop=stop)
        lower, upper, best, functions = square.lower, square.upper, square.best, square.functions
    floors = [entry.value for entry in near.lowers if entry.theorem == "B6" or _exact(request)]
    if floors and max(floors) >= lower:
        # Every network on these knots obeys the floors, so they count for the optimum too.
        lower, status = max(floors), "certified"
    result = Optimum(
        request=request,
        lower=lower,
        lower_status=status,
        upper=upper,
        best=best,
        functions=functions,
        beside=near,
        seconds=time.perf_counter() - started,
        dual=dual,
    )
    return result if out is None else _write(result, out)


def _write_lower(result: Optimum, out: Path) -> Optimum:
    """``lower-permutation.json``: nearly the lower end, from which a checker enumerates itself."""
    ask = result.request
    # Below this the optimum is 0 up to rounding, and there is nothing to show.
    tiny = result.lower < 1e-12 * max(1.0, result.upper)
    if ask.method != "enumerate" or ask.width > LARGEST_WIDTH or tiny:
        return result
    found = witness(ask.target, ask.width, result.lower, readout=ask.readout)
    certificate = certificates.permutation_certificate(
        ask.target, ask.width, found.bound, found.points, found.triples, readout=ask.readout
    )
    path = certificate.write(out / "lower-permutation.json")
    return replace(result, lower_certificate=path)


def _exact(request: OptimumRequest) -> bool:
    """Whether the stored locations are a + (b-a) i/(n-1) exactly, as the optimum's are."""
    low, length, cells = request.target.low, request.target.length, request.width - 1
    places = equidistant_locations((low, low + length), request.width).tolist()
    return all(Fraction(x) == low + length * Fraction(i, cells) for i, x in enumerate(places))


def _write(result: Optimum, out: Path) -> Optimum:
    """``network.npz``, ``upper.json`` (sup norm) and a picture of the best network."""
    target, stored = result.request.target, result.best
    write_network(out / "network.npz", stored.network)
    if result.request.norm == "sup":
        certificate = certificates.upper_certificate(stored.network, target, stored.error.upper)
        result = replace(result, certificate=certificate.write(out / "upper.json"))
        result = _write_lower(result, out)
    if not pictures.available():
        note = "no picture: matplotlib is not installed (extra 'plots')"
        return replace(result, notes=(note,))
    label = f"best permutation, {result.request.norm} error {result.upper:.4g}"
    curve = pictures.Curve("constructed", stored.network, stored.error.upper, label)
    floor = next((entry.value for entry in result.beside.lowers), 0.0)
    figure = pictures.target_and_networks(target, [curve], floor)
    return replace(result, picture=pictures.save(figure, out / "optimum.png"))
