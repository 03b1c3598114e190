"""First inputs: one certificate of every form, and expressions of both grammars."""

from __future__ import annotations

import json
from pathlib import Path

from tests.checker import build

EXPRESSIONS = (
    "x", "x**2-1/3", "-sin(2*pi*x)", "exp(-x**2/2)*cos(6*x)", "abs(x-.5)+1e-3", "tanh(3*x0)*x1",
    "sqrt(1+x**2)/(2+cos(x))", "log(2+tan(x)/9)", "x**(3/2)", "+-x",
)  # fmt: skip
SPECTRA = (
    "exp(-x**2/2)*cos(6*x)", "sech(x)", "sinc(x)*cos(3*x)", "bspline(3,2*x-1)",
    "box(x-1)*cos(2*x)+bspline(1,x)/2", "(x**2-1)*exp(-x**2)", "exp(-r**2/2)*cos(3*x0)",
    "exp(-k)", "1/(1+k**2)**3", "exp(-sqrt(1+k**2))", "box(k/4)",
)  # fmt: skip


def seeds(target: str, folder: Path) -> list[bytes]:
    """The seeds of a target; side files of certificates go into ``folder``."""
    if target == "expression":
        return [text.encode() for text in EXPRESSIONS]
    if target == "spectrum":
        return [text.encode() for text in SPECTRA]
    return [json.dumps(build.sealed(c)).encode() for c in build.examples(folder)]
