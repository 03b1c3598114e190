"""Error against the band lambda at a fixed budget: lower bound, fit, samples, trained draws.

Each band is certified on its own and kept in ``band-sweep.csv`` in the output folder, so that an
interrupted sweep continues; rows of another request are not reused.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.errors import InputError
from theory.rigor.numbers import exact_text
from verify.files import shown, write_text
from verify.progress import Progress
from verify.results import as_json
from verify.sandwiches.ridgelet_request import RidgeletRequest

SEEDS = 5
MOST_BANDS = 100
FILE = "band-sweep.csv"


@dataclass(frozen=True)
class BandPoint:
    """One band: certified bounds (``*_status``), and measured errors of ``SEEDS`` trained draws.

    ``trained`` is the certified error of the best of these draws.
    """

    lam: Fraction
    lower: float
    lower_status: str
    closed_form: float | None
    fit: float
    fit_status: str
    constructed: float | None
    constructed_status: str
    predicted: float | None
    trained_best: float
    trained_median: float
    trained_worst: float
    trained: float
    trained_status: str
    certificate: str | None = None

    def entry(self) -> dict[str, Any]:
        """The JSON object; ``lambda`` as a float beside its exact text."""
        document: dict[str, Any] = as_json(self)
        del document["lam"]
        document["draws_status"] = "measured"
        return {"lambda": float(self.lam), "lambda_exact": as_json(self.lam)} | document


@dataclass(frozen=True)
class BandSweep:
    """All bands in rising order; ``kept`` of them came from an earlier run."""

    request: RidgeletRequest
    points: tuple[BandPoint, ...]
    kept: int = 0
    picture: Path | None = None
    notes: tuple[str, ...] = ()

    def entries(self) -> list[dict[str, Any]]:
        """The member ``sweep`` of the JSON."""
        return [point.entry() for point in self.points]

    @property
    def contradictions(self) -> tuple[str, ...]:
        """Bands at which a certified error lies below a certified lower bound."""
        found = []
        for point in self.points:
            uppers = [(point.fit, point.fit_status), (point.trained, point.trained_status)]
            uppers.append((point.constructed or math.inf, point.constructed_status))
            proved = point.lower_status in ("certified", "theorem")
            if proved and any(v < point.lower and s == "certified" for v, s in uppers):
                found.append(exact_text(point.lam))
        return tuple(found)


def band_sweep(
    request: RidgeletRequest,
    bands: Sequence[Fraction],
    *,
    out: Path | None = None,
    progress: Progress | None = None,
) -> BandSweep:
    """Every band of ``bands``, sorted; beta, budget and width are those of ``request``.

    Raises InputError for a band that cannot be used, before any work.
    """
    if not 1 <= len(set(bands)) <= MOST_BANDS:
        accepted = f"from 1 to {MOST_BANDS} bands are accepted"
        raise InputError("--sweep-band", len(bands), "has a number of bands:", accepted)
    requests = [_of_band(request, lam) for lam in sorted(set(bands))]
    path = None if out is None else out / FILE
    known = {} if path is None else _load(path, request)
    kept = sum(entry.lam in known for entry in requests)
    points: list[BandPoint] = []
    for index, entry in enumerate(requests):
        point = known.get(entry.lam)
        if point is None:
            if progress is not None:
                progress(index, len(requests), f"band {exact_text(entry.lam)}")
            point = _point(entry, out, index)
            known[entry.lam] = point
            if path is not None:
                _save(path, request, sorted(known.values(), key=lambda row: row.lam))
        points.append(point)
    result = BandSweep(request, tuple(points), kept)
    return result if out is None else _draw(result, out)


def _of_band(request: RidgeletRequest, lam: Fraction) -> RidgeletRequest:
    try:
        return request.with_band(lam)
    except InputError as error:
        raise InputError("--sweep-band", exact_text(lam), error.problem, error.accepted) from None


def _point(request: RidgeletRequest, out: Path | None, index: int) -> BandPoint:
    from dataclasses import replace

    from verify.frontiers.fitting import Fitter, inside_box, within_budget
    from verify.frontiers.points import frontier_point
    from verify.sandwiches.ridgelet import lower_figure
    from verify.sandwiches.ridgelet_construction import construct_ridge, enclosed
    from verify.sandwiches.ridgelet_training import draw_error, train_on_ridge_draw

    fitter = Fitter.start(request.frontier())
    found = frontier_point(fitter, request.budget, out=out, name=f"band-{index + 1:03d}")
    lower = lower_figure(found)
    measure, values = fitter.measure, fitter.solver.problem.values
    fit = within_budget(fitter.fit(request.budget).network, request.budget)
    fitted = inside_box(fit, request.lam, request.beta)
    error = enclosed(fitted, request.target, measure, values)
    made = construct_ridge(request, fitted, error, measure, values).figure
    errors = {
        seed: draw_error(replace(request, seed=seed), measure, values)
        for seed in range(request.seed, request.seed + SEEDS)
    }
    best = min(errors, key=errors.__getitem__)
    trained = train_on_ridge_draw(
        replace(request, seed=best), measure, values, gradient=False
    ).figure
    ordered = sorted(errors.values())
    return BandPoint(
        lam=request.lam,
        lower=lower.value,
        lower_status=lower.status,
        closed_form=found.closed_form,
        fit=error.upper,
        fit_status=error.status,
        constructed=made.value,
        constructed_status=made.status,
        predicted=made.predicted,
        trained_best=ordered[0],
        trained_median=ordered[len(ordered) // 2],
        trained_worst=ordered[-1],
        trained=trained.value,
        trained_status=trained.status,
        certificate=None if found.certificate is None else shown(found.certificate),
    )


def _fingerprint(request: RidgeletRequest) -> str:
    ends = [exact_text(end) for side in request.target.domain for end in side]
    words = [request.target.text, *ends, str(request.width), request.activation]
    words += map(exact_text, (request.beta, request.budget, request.delta))
    return hashlib.sha256("\n".join([*words, str(request.seed)]).encode()).hexdigest()


def _save(path: Path, request: RidgeletRequest, points: Sequence[BandPoint]) -> None:
    names = [entry.name for entry in fields(BandPoint)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["request", *names])
    mark = _fingerprint(request)
    for point in points:
        cells = [getattr(point, name) for name in names]
        writer.writerow([mark, *("" if cell is None else cell for cell in cells)])
    write_text(path, text.getvalue())


def _load(path: Path, request: RidgeletRequest) -> dict[Fraction, BandPoint]:
    """Rows of this very request; anything else in the file is ignored."""
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    mark = _fingerprint(request)
    found: dict[Fraction, BandPoint] = {}
    for row in rows:
        if row.pop("request", None) != mark:
            continue
        try:
            point = BandPoint(**{name: _cell(name, text) for name, text in row.items()})
        except (TypeError, ValueError, ZeroDivisionError):
            continue
        found[point.lam] = point
    return found


def _cell(name: str, text: str) -> Any:
    if name == "lam":
        return Fraction(text)
    if name.endswith("_status") or name == "certificate":
        return text or None
    return float(text) if text else None


def _draw(result: BandSweep, out: Path) -> BandSweep:
    from dataclasses import replace

    from verify import pictures

    if not pictures.available():
        note = "no picture: matplotlib is not installed (extra 'plots')"
        return replace(result, notes=(*result.notes, note))
    from verify.ridge_pictures import error_against_band

    return replace(result, picture=pictures.save(error_against_band(result), out / "band.png"))
