"""The library in three calls: ``from verify import sandwich, check, frontier``.

    result = sandwich("sin(2*pi*x)", width=100, train=False, out="figures")
    check("figures").proved

They read text exactly as the command line does, call the family's own function and return its
record, which shows itself as a table in a notebook.

Numbers are exact: ``"0.1"``, ``"1/10"``, ``Fraction(1, 10)`` and integers are accepted, floats are
not, because the float 0.1 is not 1/10.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from theory.errors import InputError
from verify.checker import SECONDS, CheckResult, check_file

if TYPE_CHECKING:
    from theory.targets.box_target import BoxTarget
    from theory.targets.target import Target
    from verify.data_sets import DataSet
    from verify.frontiers.results import Frontier
    from verify.progress import Progress
    from verify.sandwiches.bias import BiasSandwich
    from verify.sandwiches.permutation import Sandwich
    from verify.sandwiches.ridgelet import RidgeletSandwich

__all__ = ["Checks", "check", "frontier", "sandwich"]

Number = int | str | Fraction
PathLike = str | os.PathLike[str]
Family = Literal["permutation", "bias", "ridgelet"]
OPTIONS: dict[str, frozenset[str]] = {
    "permutation": frozenset({"readout", "start", "placement", "protocol"}),
    "bias": frozenset({"weight_range"}),
    "ridgelet": frozenset({"activation", "box", "budget", "delta"}),
}


class Checks(tuple[CheckResult, ...]):
    """Verdicts, one per file; a plain tuple that knows whether everything was proved."""

    __slots__ = ()

    @property
    def proved(self) -> bool:
        """Whether there is a verdict and every one is PROVED."""
        return bool(self) and all(entry.status == "PROVED" for entry in self)

    def _repr_html_(self) -> str:
        from verify.html_tables import checks_html

        return checks_html(self)


def check(files: PathLike | Iterable[PathLike], *, seconds: float = SECONDS) -> Checks:
    """Re-derive certificates with the independent checker, ``seconds`` for each.

    ``files``: one path or several; a folder stands for the certificates in it, by name.  What is
    wrong with a file is its verdict, never an exception; InputError for a folder without
    certificates or a budget that is not positive.
    """
    if not seconds > 0:
        raise InputError("seconds", seconds, "not positive:", "a number above 0 is accepted")
    paths = [files] if isinstance(files, (str, os.PathLike)) else list(files)
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(path.glob("*.json"))
            if not inside:
                accepted = "a folder with certificates (*.json) is accepted"
                raise InputError("files", path, "holds no certificate:", accepted)
            found += inside
        else:
            found.append(path)
    return Checks(check_file(path, seconds=seconds) for path in found)


@overload
def sandwich(
    target: str | Target,
    *,
    width: int,
    family: Literal["permutation"] = "permutation",
    domain: str | None = None,
    seed: int = 0,
    train: bool = True,
    out: PathLike | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Sandwich: ...
@overload
def sandwich(
    target: str | Target,
    *,
    width: int,
    family: Literal["bias"],
    domain: str | None = None,
    seed: int = 0,
    train: bool = True,
    out: PathLike | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> BiasSandwich: ...
@overload
def sandwich(
    target: str | Target | BoxTarget,
    *,
    width: int,
    family: Literal["ridgelet"],
    domain: str | None = None,
    seed: int = 0,
    train: bool = True,
    out: PathLike | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> RidgeletSandwich: ...
def sandwich(
    target: str | Target | BoxTarget,
    *,
    width: int,
    family: Family = "permutation",
    domain: str | None = None,
    seed: int = 0,
    train: bool = True,
    out: PathLike | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Sandwich | BiasSandwich | RidgeletSandwich:
    """Certified lower bound <= constructed error <= predicted error, beside training.

    ``domain`` is text, ``"0,1"`` by default; it belongs to the target where that is not text.
    Permutation and bias measure in the sup norm, ridgelet in L2 of the uniform probability.
    ``out`` is a folder for certificates, networks and the picture; ``train=False`` needs no torch.
    Options: permutation ``readout, start, placement, protocol``; bias ``weight_range``; ridgelet
    ``activation``, ``box=(lambda, beta)``, ``budget`` (all three needed) and ``delta``.
    Raises InputError for anything that cannot be used.
    """
    if family not in OPTIONS:
        raise InputError("family", family, "unknown:", f"{', '.join(OPTIONS)} are accepted")
    for name in options:
        if name not in OPTIONS[family]:
            accepted = f"{', '.join(sorted(OPTIONS[family]))} are accepted for {family}"
            raise InputError("options", name, "unknown:", accepted)
    for name, number in (("width", width), ("seed", seed)):
        if isinstance(number, bool) or not isinstance(number, int):
            raise InputError(name, repr(number), "not an integer:", "an integer is accepted")
    folder = _folder(out)
    if family == "ridgelet":
        from verify.sandwiches.ridgelet import sandwich_ridgelet
        from verify.sandwiches.ridgelet_request import RidgeletRequest

        for name in ("activation", "box", "budget"):
            if name not in options:
                raise InputError(name, "nothing", "is required, got", "see help(sandwich)")
        lam, beta = _box(options["box"])
        ridges = RidgeletRequest(
            _box_target(target, domain),
            width,
            _activation(options["activation"]),
            lam,
            beta,
            _exact(options["budget"], "budget"),
            seed,
            _exact(options.get("delta", "1/20"), "delta"),
        )
        return sandwich_ridgelet(ridges, train=train, out=folder, progress=progress)
    line = _line_target(target, domain)
    if family == "bias":
        from verify.sandwiches.bias import sandwich_bias
        from verify.sandwiches.bias_request import BiasRequest

        weight_range = _exact(options.get("weight_range", 1), "weight_range")
        biases = BiasRequest(line, width, weight_range, seed)
        return sandwich_bias(biases, train=train, out=folder, progress=progress)
    from verify.sandwiches import permutation
    from verify.sandwiches.request import PLACEMENTS, STARTS, PermutationRequest
    from verify.sandwiches.training import PROTOCOLS

    for name, known in (("start", STARTS), ("placement", PLACEMENTS), ("protocol", PROTOCOLS)):
        if options.get(name) is not None and options[name] not in known:
            raise InputError(name, options[name], "unknown:", f"{', '.join(known)} are accepted")
    protocol = options.pop("protocol", "quick")
    request = PermutationRequest(line, width, seed=seed, **options)
    return permutation.sandwich(
        request, protocol=protocol if train else None, out=folder, progress=progress
    )


def frontier(
    target: str | Target | BoxTarget | DataSet,
    *,
    activation: str,
    box: tuple[Number, Number],
    budgets: Sequence[Number] | None = None,
    points: int | None = None,
    affine: bool = False,
    domain: str | None = None,
    out: PathLike | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """Certified error against budget: min |f - g|_L2 over |c|_1 <= B, |a_i| <= lambda, |b| <= beta.

    ``box`` is (lambda, beta); ``budgets``, or a number of ``points`` to be chosen (8).  ``target``
    may be a DataSet, whose rows are the measure.  With ``out`` certificates are written there, and
    points that an earlier call finished are kept.  Raises InputError for what cannot be used.
    """
    from verify.data_sets import DataSet
    from verify.frontiers import curve
    from verify.frontiers.request import DEFAULT_POINTS, FrontierRequest

    if budgets is not None and points is not None:
        raise InputError("points", points, "is given beside budgets:", "leave out one of them")
    subject = target if isinstance(target, DataSet) else _box_target(target, domain)
    if subject is target and domain is not None:
        raise InputError("domain", domain, "belongs to the target:", "leave it out")
    request = FrontierRequest(
        subject,
        _activation(activation),
        *_box(box),
        None if budgets is None else tuple(_exact(budget, "budgets") for budget in budgets),
        DEFAULT_POINTS if points is None else points,
        affine,
    )
    return curve.frontier(request, out=_folder(out), progress=progress)


def _line_target(target: str | Target | BoxTarget, domain: str | None) -> Target:
    from theory.rigor.numbers import parse_interval
    from theory.targets.target import Target

    if isinstance(target, str):
        low, high = parse_interval("0,1" if domain is None else domain, argument="domain")
        return Target.parse(target, low, high, argument="target")
    if domain is not None:
        raise InputError("domain", domain, "belongs to the target:", "leave it out")
    if isinstance(target, Target):
        return target
    raise InputError("target", target, "not on the line:", "text or a Target is accepted")


def _box_target(target: str | Target | BoxTarget, domain: str | None) -> BoxTarget:
    from theory.targets.box_target import BoxTarget, parse_box
    from theory.targets.target import Target

    if isinstance(target, str):
        sides = parse_box("0,1" if domain is None else domain, argument="domain")
        return BoxTarget.parse(target, sides, argument="target")
    if domain is not None:
        raise InputError("domain", domain, "belongs to the target:", "leave it out")
    if isinstance(target, Target):
        return BoxTarget.parse(target.text, ((target.low, target.high),))
    if isinstance(target, BoxTarget):
        return target
    raise InputError("target", target, "not a target:", "text, Target or BoxTarget is accepted")


def _box(box: tuple[Number, Number]) -> tuple[Fraction, Fraction]:
    if isinstance(box, str) or len(box) != 2:
        raise InputError("box", box, "not a pair:", "(lambda, beta) is accepted")
    return _exact(box[0], "box"), _exact(box[1], "box")


def _exact(value: Number, argument: str) -> Fraction:
    """A positive rational; floats are refused."""
    from theory.rigor.numbers import parse_positive

    if isinstance(value, bool) or not isinstance(value, (int, str, Fraction)):
        accepted = "an integer, a Fraction, or text such as '0.1' or '1/3' is accepted"
        raise InputError(argument, repr(value), "not exact:", accepted)
    return parse_positive(str(value), argument=argument)


def _activation(name: str) -> str:
    from theory.ridgelet.activations import activation

    return activation(name, argument="activation").name


def _folder(out: PathLike | None) -> Path | None:
    from verify.files import output_folder

    return None if out is None else output_folder(Path(out))
