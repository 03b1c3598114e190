"""Kind ``response``: error and budget at mu, tight claims, mutations, hostile expressions."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb

import verify
from tests.checker import build
from theory.ridgelet.response import Response, mass_of_spectrum, mass_of_target
from theory.ridgelet.spectra import kappa
from theory.rigor.balls import float_down, float_up, working_precision
from verify.checker import check_file
from verify.checks import line_energy
from verify.checks.kappa import ACTIVATIONS, Kappa
from verify.checks.response import ORDER, _length
from verify.checks.spectral import parse, terms
from verify.checks.verdicts import Clock, precision


def made(text: str, name: str, *, d: int = 1, mu: str = "1/100", band: str = "2",
         source: str = "target") -> build.Certificate:  # fmt: skip
    """A certificate with the ends that the library encloses."""
    mass = (mass_of_spectrum if source == "spectrum" else mass_of_target)(text, d)
    point = Response(mass, name, Fraction(band)).at_mu(Fraction(mu))
    ends = {
        "error_low": float_down(point.error),
        "error_high": float_up(point.error),
        "budget_low": float_down(point.budget),
        "budget_high": float_up(point.budget),
    }
    return build.common("response", "lower", ends["error_low"]) | {
        source: text,
        "activation": name,
        "band": band,
        "dimension": d,
        "mu": mu,
        "witness": build.inline({}, **ends),
    }


def status(folder: Path, certificate: build.Certificate) -> str:
    return check_file(build.write(folder, certificate)).status


def moved(certificate: build.Certificate, name: str, factor: float) -> build.Certificate:
    """The same with one end moved, and bound.value kept in step."""
    scalars = dict(certificate["witness"]["scalars"])
    mantissa, exponent = scalars[name].split("*2^")
    exact = int(mantissa) * Fraction(2) ** int(exponent) * Fraction(factor)
    scalars[name] = str(exact)
    changed = certificate | {"witness": certificate["witness"] | {"scalars": scalars}}
    if name == "error_low":
        changed |= {"bound": {"direction": "lower", "value": str(exact)}}
    return changed


PACKET = "exp(-x**2/2)*cos(6*x)"
ROWS: list[tuple[str, dict[str, Any]]] = [
    *((PACKET, {"name": name, "mu": "1/100000000"}) for name in ACTIVATIONS),
    ("sech(x)", {"name": "tanh"}),
    ("sinc(x)*cos(3*x)", {"name": "tanh"}),
    ("bspline(3,2*x-1)", {"name": "tanh"}),
    ("box(x)", {"name": "tanh"}),
    ("box(x-1)*cos(2*x)+bspline(1,x)/2", {"name": "gaussian"}),
    ("bspline(1,x)+exp(-x**2)-sech(x+1)", {"name": "sinc"}),
    ("(x**2-1)*exp(-x**2)+sech(2*x)*cos(3*x)", {"name": "relu", "band": "1/3"}),
    ("exp(-r**2/2)*cos(3*x0)", {"name": "tanh", "d": 2}),
    ("exp(-r**2/2)*sin(x0-x2)", {"name": "gelu", "d": 3}),
    ("exp(-k)", {"name": "tanh", "source": "spectrum"}),
    ("1/(1+k**2)**3", {"name": "relu", "source": "spectrum"}),
    ("exp(-sqrt(1+k**2))", {"name": "step", "source": "spectrum", "d": 3}),
    ("box(k/4)", {"name": "softplus", "source": "spectrum", "d": 2}),
]


@pytest.mark.parametrize(("text", "options"), ROWS, ids=str)
def test_what_the_library_encloses_is_proved(
    tmp_path: Path, text: str, options: dict[str, Any]
) -> None:
    assert status(tmp_path, made(text, **options)) == "PROVED"


@pytest.fixture(scope="module")
def good() -> build.Certificate:
    return made(PACKET, "tanh")


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("error_low", 1 + 1e-6),
        ("error_high", 1 - 1e-6),
        ("budget_low", 1 + 1e-6),
        ("budget_high", 1 - 1e-6),
    ],
)
def test_an_end_moved_by_1e_6_is_refuted(
    tmp_path: Path, good: build.Certificate, name: str, factor: float
) -> None:
    other = name.replace("low", "?").replace("high", "low").replace("?", "high")
    # keep the interval in order, so that the claim is false and not malformed
    both = moved(moved(good, name, factor), other, factor if "low" in name else factor - 1e-7)
    both = moved(both, other, 1.0) if other not in both["witness"]["scalars"] else both
    assert status(tmp_path, both) in {"REFUTED", "INVALID"}
    widened = moved(moved(good, name, factor), other, 1 + 2e-6 if "low" in name else 1 - 2e-6)
    assert status(tmp_path, widened) == "REFUTED"


@pytest.mark.parametrize(
    "change",
    [
        {"band": "2000001/1000000"},
        {"band": "1"},
        {"mu": "10001/1000000"},
        {"mu": "1/1000000"},
        {"activation": "logistic"},
        {"target": "exp(-x**2/2)*cos(6001*x/1000)"},
        {"target": "exp(-x**2/2)*cos(6*x)*1.00001"},
        {"target": "exp(-x**2/2)*sin(5*x)"},
    ],
    ids=str,
)
def test_another_case_is_refuted(
    tmp_path: Path, good: build.Certificate, change: dict[str, str]
) -> None:
    assert status(tmp_path, good | change) == "REFUTED"


@pytest.mark.parametrize(
    "change",
    [
        {"band": "0"},
        {"band": "-2"},
        {"band": "inf"},
        {"mu": "0"},
        {"mu": "1" * 1001},
        {"mu": "1*2^-20000"},
        {"dimension": 0},
        {"dimension": 11},
        {"dimension": True},
        {"dimension": "1"},
        {"activation": "cos"},
        {"activation": "swish"},
        {"activation": None},
        {"spectrum": "exp(-k)"},
        {"norm": "L2"},
        {"bound": {"direction": "upper", "value": "1"}},
        {"bound": {"direction": "lower", "value": "1"}},
        {"target": None},
        {"target": {"expression": "exp(-x**2)", "domain": ["0", "1"]}},
    ],
    ids=lambda change: str(change)[:40],
)
def test_malformed_certificates_are_invalid(
    tmp_path: Path, good: build.Certificate, change: dict[str, Any]
) -> None:
    assert status(tmp_path, good | change) == "INVALID"


HOSTILE = [
    "", "1", "x", "cos(x)", "exp(x**2)", "exp(-x**2)+1", "x-x", "exp(-x**4)", "tanh(x)",
    "1/(1+x**2)", "x*sech(x)", "sech(x)**2", "exp(-r)", "r", "bspline(x)", "bspline3(x)",
    "bspline(10,x)", "exp(-x1**2)", "__import__", "exp(-x**2)/0", "exp(-x**2)/(1-1)",
    "exp(-x**2)*log(0)", "exp(-x**2)*log(-1)", "(" * 200 + "x" + ")" * 200, "x" * 20_000,
    "exp(-x**2)**9**9", "9**9**9*exp(-x**2)", "exp(-x**2" + "+x" * 3000 + ")",
    "*".join(["(cos(x)+sin(x))"] * 40) + "*exp(-x**2)", "exp(-x**2)*(x+1)**13", "sinc(0*x)",
    "box(x)*sinc(x)", "exp(-x**2/2)\n", "exp(-x²)", "k", "exp(-k)",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:24])
def test_hostile_targets_end_quickly_and_prove_nothing(
    tmp_path: Path, good: build.Certificate, text: str
) -> None:
    result = check_file(build.write(tmp_path, good | {"target": text}), seconds=5)
    assert result.status in {"INVALID", "UNDECIDED", "REFUTED"}
    assert "checker failed" not in result.reason
    assert result.seconds < 8


@pytest.mark.parametrize(("name", "factor"), [("error_low", 1 + 1e-6), ("error_high", 1 - 1e-6)])
def test_false_errors_of_a_box_are_refuted(tmp_path: Path, name: str, factor: float) -> None:
    """Its error is |f|^2 less an integral: a slip there would move the error, not its radius."""
    box = made("box(x)", "relu", mu="1/10")
    other, apart = ("error_high", 1 + 2e-6) if "low" in name else ("error_low", 1 - 2e-6)
    assert status(tmp_path, moved(moved(box, name, factor), other, apart)) == "REFUTED"


@pytest.mark.parametrize(
    ("text", "square"),
    [
        ("box(x)", Fraction(1)),
        ("box(2*x-1)-3*box(x+5)", Fraction(19, 2)),
        ("bspline(1,x)", Fraction(2, 3)),
        ("box(x)+box(x-1/2)", Fraction(3)),
        ("bspline(2,x/2)", Fraction(11, 10)),
    ],
)
def test_energy_in_x_by_hand(text: str, square: Fraction) -> None:
    with precision(112), _length(ORDER):
        found = terms(parse(text, "r"), 1)
        assert line_energy.slow(found)
        for room in (1e-6, 1e-20):
            energy = line_energy.energy(found, room, Clock(60))
            assert energy.contains(arb(square.numerator) / square.denominator)
            assert float(energy.rad()) <= room


def test_energy_of_mixed_terms_against_quadrature() -> None:
    text = "box(x)*cos(5*x)+x*exp(-2*x**2+x)-sech(3*x-1)"
    grid = np.linspace(-12, 12, 4_800_001)
    grid = (grid[1:] + grid[:-1]) / 2
    f = np.where(abs(grid) <= 0.5, np.cos(5 * grid), 0) + grid * np.exp(-2 * grid**2 + grid)
    f -= 1 / np.cosh(3 * grid - 1)
    with precision(112), _length(ORDER):
        energy = line_energy.energy(terms(parse(text, "r"), 1), 1e-12, Clock(60))
    assert float(energy.mid()) == pytest.approx(float((f * f).sum() * (grid[1] - grid[0])), 1e-8)


SPECTRA = ["1", "1/k", "exp(k)", "sin(k)", "x", "r", "1/(1+k)**(1/2)", "log(k)", "abs(k**2)",
           "box(exp(k))", "k**1000", "exp(-k)**65", "1/(k-1)", "", "exp(-1/k)"]  # fmt: skip


@pytest.mark.parametrize("text", SPECTRA)
def test_hostile_spectra_prove_nothing(tmp_path: Path, good: build.Certificate, text: str) -> None:
    changed = {key: value for key, value in good.items() if key != "target"}
    result = check_file(build.write(tmp_path, changed | {"spectrum": text}), seconds=5)
    assert result.status in {"INVALID", "UNDECIDED", "REFUTED"}
    assert "checker failed" not in result.reason


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("d", [1, 2, 5, 10])
def test_two_programs_for_kappa_agree(name: str, d: int) -> None:
    """The ladder of the checker against the closed forms of the library."""
    with precision(112), _length(ORDER):
        ladder = Kappa(name, d, arb(2) ** -200, Clock(60))
        for tau in (1e-3, 0.3, 0.99, 1.5, 4.0):
            found = ladder.value(arb(tau))
            with working_precision(112):
                known = kappa(name, d, arb(tau))
            assert found.overlaps(known)
            assert found.is_zero() or float(found.rad()) <= 1e-9 * float(found.mid())


def test_a_tight_interval_is_undecided_not_proved(tmp_path: Path, good: build.Certificate) -> None:
    value = good["witness"]["scalars"]["error_low"]
    scalars = good["witness"]["scalars"] | {"error_high": value}
    point = good | {"witness": {"scalars": scalars, "arrays": {}}}
    result = check_file(build.write(tmp_path, point), seconds=3)
    assert result.status in {"UNDECIDED", "REFUTED"}


def test_the_schema_accepts_what_the_checker_accepts(good: build.Certificate) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    path = Path(verify.__file__).parent / "schemas" / "response.json"
    validator = jsonschema.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
    assert validator.is_valid(build.sealed(good))
    for change in ({"spectrum": "exp(-k)"}, {"dimension": 11}, {"activation": "cos"}, {"mu": "-1"}):
        assert not validator.is_valid(build.sealed(good | change)), change
