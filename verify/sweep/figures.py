"""The figures of a claim as one flat record, for tables: names, numbers, words.

Every name is that of the family's JSON, joined by underscores; ``_low`` and ``_high`` are the ends
of an enclosure.  What a claim does not have is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Figure = float | int | str | None


def sandwich_figures(result: Mapping[str, Any]) -> dict[str, Figure]:
    """Lower bounds, construction and training of a sandwich of any family."""
    found: dict[str, Figure] = {}
    for name, fields in (
        ("lower", ("value", "theorem", "status")),
        ("class_lower", ("value", "theorem")),
        ("constructed", ("value", "predicted", "theorem", "status")),
        ("trained", ("value", "status", "grid_value", "seconds", "geometric_mean")),
        ("fit", ("value", "width", "gap", "status")),
        ("tikhonov", ("value", "norm", "mass")),
    ):
        entry = result.get(name) or {}
        for field in fields:
            if field in entry:
                found[name if field == "value" else f"{name}_{field}"] = entry[field]
    found.update(
        {
            name: result[name]
            for name in ("training_gap", "units_off", "units_parked")
            if name in result
        }
    )
    found |= _ends("matching_log10_width", result.get("matching_log10_width"))
    series = result.get("published")
    if series:
        found["published_best"] = min(series.values())
    return found


def frontier_figures(result: Mapping[str, Any]) -> dict[str, Figure]:
    """Both sides at the budget; for several budgets their number and the largest gap."""
    points = result["points"]
    if len(points) != 1:
        return {"points_found": len(points), "gap": result["gap"]}
    point = points[0]
    return {
        "lower": point["lower"],
        "lower_status": point["lower_status"],
        "upper": point["upper"],
        "upper_status": point["upper_status"],
        "closed_form": point["closed_form"],
        "units": point["width"],
        "gap": point["gap"],
    }


def response_figures(result: Mapping[str, Any]) -> dict[str, Figure]:
    """Enclosures of error, budget and mu, of the norm of f, of the largest useful budget."""
    point = result["points"][0]
    found: dict[str, Figure] = {"theorem": result["theorem"]}
    for name in ("error", "budget", "mu"):
        found |= _ends(name, point[name])
    for name in ("norm", "max_budget", "least_error"):
        found |= _ends(name, result[name])
    return found


def budget_figures(result: Mapping[str, Any]) -> dict[str, Figure]:
    """The certified log10 of |c|_1 and the degree behind it."""
    return {"log10_budget": result["log10_budget"], "degree": result["degree"]}


def _ends(name: str, pair: Any) -> dict[str, Figure]:
    return {} if pair is None else {f"{name}_low": pair[0], f"{name}_high": pair[1]}
