"""Certificates as rows where no database says which belong together: by folder and by content.

Certificates of one folder that speak of the same target, norm and class of networks make one row.
Their hashes are verified; their bounds are not proved again here, which is what ``check`` is for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from verify.report.records import Family, Mark, Row, box, number

NUMBERED = re.compile(r"((?:point|band)-\d+)\.")
LOWER = {
    "lower-knots": "B6",
    "lower-spline": "P10-fit",
    "lower-permutation": "P7",
    "lower-turn": "P9-turn",
    "lower-dual": "R4",
}
FORMS: dict[str, Family] = {"permutation": "permutation", "bias": "bias", "ridge": "ridgelet"}
GIVEN = "a lower bound for given weights: whether the network has the same ones is not compared"


@dataclass(frozen=True)
class Sheet:
    """A certificate that was read: its file and its JSON object."""

    path: Path
    document: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The kind of certificate."""
        return str(self.document["kind"])

    @property
    def value(self) -> float:
        """The bound, rounded in the direction that it claims."""
        bound = self.document["bound"]
        return safe_float(bound["value"], bound["direction"])

    @property
    def network(self) -> Mapping[str, Any]:
        """What the certificate says of the network; empty where it has none."""
        return self.document.get("network") or {}

    def about(self, name: str) -> Any:
        """A member of the certificate, or of its network."""
        return self.document.get(name, self.network.get(name))


def safe_float(text: object, direction: str) -> float:
    """The float for an exact number: rounded up for ``upper``, else down; Stop if malformed."""
    from verify.checks.dyadic import rational

    exact = rational(text, "bound.value")
    try:
        value = float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf
    away = math.inf if direction == "upper" else -math.inf
    wrong = Fraction(value) < exact if direction == "upper" else Fraction(value) > exact
    return math.nextafter(value, away) if wrong else value


def rows(sheets: Sequence[Sheet], root: Path) -> list[Row]:
    """The rows of all ``sheets``; ``root`` is the folder that they are named from."""
    groups: dict[tuple[Any, ...], list[Sheet]] = {}
    found: list[Row] = []
    for sheet in sheets:
        single = SINGLE.get(sheet.kind)
        if single is not None:
            found.append(single(sheet, _source(sheet, root)))
        else:
            groups.setdefault(_key(sheet), []).append(sheet)
    return [*(_together(group, _source(group[0], root)) for group in groups.values()), *found]


def _source(sheet: Sheet, root: Path) -> str:
    folder = sheet.path.parent.relative_to(root).as_posix()
    numbered = NUMBERED.match(sheet.path.name)
    stem = numbered.group(1) if numbered else ""
    return "/".join(part for part in (folder if folder != "." else "", stem) if part) or "."


def _key(sheet: Sheet) -> tuple[Any, ...]:
    """What certificates of one row share: the folder, the target and the class of networks."""
    numbered = NUMBERED.match(sheet.path.name)
    where = (sheet.path.parent, numbered.group(1) if numbered else "")
    what = (_target(sheet), _domain(sheet), sheet.about("norm"))
    if sheet.kind == "lower-dual" or sheet.network.get("form") == "ridge":
        limits = sheet.about("box") or {}
        names = ("activation", "dimension", "budget")
        sizes = (
            limits.get("lambda"),
            limits.get("beta"),
            *(str(sheet.about(name)) for name in names),
        )
        return (*where, *what, *sizes, _affine(sheet))
    return (*where, *what, sheet.about("width"))


def _affine(sheet: Sheet) -> bool:
    """Whether networks have a free affine part besides their units."""
    if sheet.kind == "lower-dual":
        return bool(sheet.document.get("affine"))
    slope = (sheet.document["witness"].get("arrays") or {}).get("slope") or ()
    return any(number(str(entry).partition("*")[0]) for entry in slope)


def _together(group: Sequence[Sheet], source: str) -> Row:
    lowers = [sheet for sheet in group if sheet.document["bound"]["direction"] == "lower"]
    uppers = [sheet for sheet in group if sheet.document["bound"]["direction"] == "upper"]
    lowers = [sheet for sheet in lowers if _same_knots(sheet, uppers)]
    trained = [sheet for sheet in uppers if sheet.path.name == "trained.json"]
    made = [sheet for sheet in uppers if sheet.path.name not in ("trained.json", "fit.json")]
    made = made or [sheet for sheet in uppers if sheet not in trained]
    marks: dict[str, Mark] = {}
    if lowers:
        best = max(lowers, key=lambda sheet: sheet.value)
        theorem = best.document.get("theorem") or LOWER.get(best.kind)
        marks["lower"] = Mark(best.value, "certified", theorem, best.path)
    for name, candidates in (("constructed", made), ("trained", trained)):
        if candidates:
            best = min(candidates, key=lambda sheet: sheet.value)
            marks[name] = Mark(best.value, "certified", None, best.path)
    first = (made or trained or list(group))[0]
    form = str(first.network.get("form") or ("ridge" if first.kind == "lower-dual" else "relu"))
    limits = first.about("box") or {}
    verdict, reason = _verdict(lowers, uppers)
    stem = source.rsplit("/", 1)[-1] if NUMBERED.match(first.path.name) else ""
    swept = stem.startswith("band-")
    draw = first.network.get("draw") or {}
    return Row(
        source=source,
        family=FORMS.get(form, "other"),
        command="band sweep" if swept else "frontier" if stem else "sandwich",
        target=_target(first),
        domain=_domain(first),
        norm=str(first.about("norm") or ""),
        setting=_setting(first, form, swept),
        width=first.about("width"),
        budget=number(first.about("budget")),
        band=number(limits.get("lambda")),
        seed=draw.get("seed"),
        marks=marks,
        verdict=verdict,
        reason=reason,
        certificates=tuple(sheet.path for sheet in group),
    )


def _same_knots(lower: Sheet, uppers: Sequence[Sheet]) -> bool:
    """Bounds for given knots or values count beside networks known to have the same ones."""
    rule = {"rule": "equidistant"}
    if lower.kind in ("lower-permutation", "lower-turn"):
        wanted = {"form": "permutation", "locations": rule, "initial": {"rule": "location"}}
        wanted["readout"] = lower.document.get("readout", False)
        return all(sheet.network.get(k) == v for sheet in uppers for k, v in wanted.items())
    if lower.kind != "lower-spline":
        return True
    theirs = all(sheet.network.get("locations") == rule for sheet in uppers)
    return lower.document["locations"] == rule and theirs


def _verdict(lowers: Sequence[Sheet], uppers: Sequence[Sheet]) -> tuple[str, str]:
    """Bounds for the whole class must lie below every network of the class."""
    if not (lowers and uppers):
        return "certified", ""
    least = min(sheet.value for sheet in uppers)
    for sheet in lowers:
        if sheet.value > least:
            if sheet.kind in LOWER and not any("file" in s.document["witness"] for s in uppers):
                return "REFUTED", "a certified error lies below a certified lower bound"
            return "UNDECIDED", GIVEN
    return "CONSISTENT", "no predicted bound travels with certificates alone"


def _setting(sheet: Sheet, form: str, swept: bool) -> str:
    network, limits = sheet.network, sheet.about("box") or {}
    if form == "ridge":
        shape = f"|b| <= {limits.get('beta')}"
        shape = shape if swept else f"|a_i| <= {limits.get('lambda')}, {shape}"
        budget = f", |c|_1 <= {sheet.about('budget')}" if swept else ""
        affine = ", affine part free" if _affine(sheet) else ""
        return f"{sheet.about('activation')}, {shape}{budget}{affine}"
    if form == "permutation":
        locations = (network.get("locations") or {}).get("rule", "")
        start = (network.get("initial") or {}).get("rule", "")
        readout = "read-out" if network.get("readout") else "no read-out"
        return f"{locations} locations, initial {start}, {readout}"
    if form == "bias":
        exact = network.get("range")
        return "given weights" if exact is None else f"weights in +-{safe_float(exact, 'lower'):g}"
    return "any relu network"


def _response(sheet: Sheet, source: str) -> Row:
    inside = sheet.document["witness"]["scalars"]
    low, high = (safe_float(inside[name], side) for name, side in
                 (("error_low", "lower"), ("error_high", "upper")))  # fmt: skip
    text = sheet.document.get("target")
    spectrum = "" if text else f"spectrum {sheet.document.get('spectrum')}"
    return Row(
        source=source,
        family="ridgelet",
        command="response",
        target=_target(sheet) or spectrum,
        domain=f"R^{sheet.document['dimension']}",
        norm="L2",
        setting=f"{sheet.document['activation']}, |a| <= {sheet.document['band']}",
        budget=safe_float(inside["budget_high"], "upper"),
        band=number(sheet.document["band"]),
        marks={
            "lower": Mark(low, "certified", "R2", sheet.path),
            "constructed": Mark(high, "certified", "R2", sheet.path),
        },
        certificates=(sheet.path,),
    )


def _degree(sheet: Sheet, source: str) -> Row:
    return Row(
        source=source,
        family="ridgelet",
        command="budget",
        target=_target(sheet),
        domain=_domain(sheet),
        norm=str(sheet.document["norm"]),
        setting=f"{sheet.document['activation']}, |a_i| <= {sheet.document['band']}, any width",
        budget=safe_float(sheet.document["budget"], "lower"),
        band=number(sheet.document["band"]),
        marks={"lower": Mark(sheet.value, "certified", "R8", sheet.path)},
        certificates=(sheet.path,),
    )


def _counting(sheet: Sheet, source: str) -> Row:
    slope = safe_float(sheet.document["lipschitz"], "upper")
    readout = "read-out" if sheet.document.get("readout") else "no read-out"
    return Row(
        source=source,
        family="permutation",
        command="class bound",
        target=f"some function with Lipschitz constant {slope:.6g}",
        domain="[0, 1]",
        norm="sup",
        setting=readout,
        width=sheet.document["width"],
        marks={"lower": Mark(sheet.value, "certified", "P6-counting", sheet.path)},
        certificates=(sheet.path,),
    )


def _width(sheet: Sheet, source: str) -> Row:
    exact = sheet.document["bound"]["value"]
    document = sheet.document
    return Row(
        source=source,
        family="bias",
        command="width",
        target=_target(sheet),
        domain=_domain(sheet),
        norm="sup",
        setting=f"weights in +-{document['range']}, probability at least 1 - {document['delta']}",
        width=int(exact) if re.fullmatch(r"\d{1,300}", str(exact)) else None,
        marks={
            "predicted": Mark(
                safe_float(document["eps"], "upper"),
                "theorem",
                str(document["theorem"]),
                sheet.path,
            )
        },
        certificates=(sheet.path,),
    )


def _trajectory(sheet: Sheet, source: str) -> Row:
    document = sheet.document
    fed = {"output": "its own output", "zero": "0", "truth": "the true samples"}[document["input"]]
    return Row(
        source=source,
        family="bias",
        command="trajectory",
        target=str(document["system"]),
        domain=box(document["box"]),
        norm="sup",
        setting=f"{document['steps']} steps on {fed} after {document['warm']} true samples",
        width=document["units"],
        marks={"trained": Mark(sheet.value, "certified", "B4'", sheet.path)},
        certificates=(sheet.path,),
    )


SINGLE = {
    "response": _response,
    "lower-degree": _degree,
    "counting": _counting,
    "width": _width,
    "trajectory": _trajectory,
}


def _target(sheet: Sheet) -> str:
    target = sheet.document.get("target")
    if isinstance(target, str):
        return target
    return str(target["expression"]) if isinstance(target, Mapping) else ""


def _domain(sheet: Sheet) -> str:
    target = sheet.document.get("target")
    if isinstance(target, Mapping):
        return box(target["domain"])
    return "data" if sheet.document.get("target", ...) is None else ""
