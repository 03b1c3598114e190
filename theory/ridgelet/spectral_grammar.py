"""The grammar of targets and spectra for the frequency response: the target grammar and windows.

To sin cos tan exp log sqrt tanh abs it adds sech(.) = 1/cosh, sinc(.) = sin(t)/t, box(.), which is
1 on [-1/2, 1/2] and 0 elsewhere, and bspline(m, .), the centred cardinal B-spline of degree m <= 9
(box convolved m times with itself).  In d > 1 the name r is |x|; a spectrum is an expression in
k = |xi|.  EBNF and a table of examples: docs/spectra.md.
"""

from __future__ import annotations

import re

from theory.errors import InputError
from theory.targets import grammar
from theory.targets.grammar import Call, Expression, Variable, variables

WINDOWS = ("sech", "sinc", "box")
RADIUS = -1
_SPLINE = re.compile(r"bspline[ \t]*\([ \t]*([0-9])[ \t]*,", re.ASCII)
_DEGREE = re.compile(r"bspline[0-9]")


def parse_target(text: str, dimension: int, *, argument: str = "--target") -> Expression:
    """The syntax tree of a target; box is ``bspline0`` in it, r the variable of index -1.

    Raises InputError naming the innermost offending piece, also for a coordinate beyond d.
    """
    tree = _Parser(_joined(text, argument), argument, "r").parse()
    beyond = [index for index in variables(tree) if index >= dimension]
    if beyond:
        accepted = f"x0 to x{dimension - 1} are accepted in dimension {dimension}"
        raise InputError(argument, f"x{max(beyond)}", "has the coordinate", accepted)
    return tree


def parse_spectrum(text: str, *, argument: str = "--spectrum") -> Expression:
    """The syntax tree of |fhat| as a function of k >= 0, k the variable of index 0."""
    return _Parser(_joined(text, argument), argument, "k").parse()


def _joined(text: str, argument: str) -> str:
    """bspline(3, x) as bspline3(x), the one form that the parser knows."""
    if _DEGREE.search(text) or len(text) > grammar.MAX_LENGTH:
        if _DEGREE.search(text):
            raise InputError(argument, text, "has the unknown name", "write bspline(3, x)")
        return text
    return _SPLINE.sub(r"bspline\1(", text)


class _Parser(grammar._Parser):
    """The parser of targets with more functions and one more variable."""

    def __init__(self, text: str, argument: str, variable: str) -> None:
        self.variable = variable
        super().__init__(text, argument)

    def name(self, name: str) -> Expression:
        if name in WINDOWS or _DEGREE.fullmatch(name):
            if self.take()[1] != "(":
                raise self.error(name, "lacks parentheses after the function", f"{name}(...)")
            return self.node(Call("bspline0" if name == "box" else name, self.group()))
        if name == self.variable:
            return self.node(Variable(RADIUS if name == "r" else 0))
        if self.variable == "k" and re.fullmatch(r"x[0-9]*", name):
            raise self.error(
                name, "is a spectrum, an expression in k = |xi|, with", "k is accepted"
            )
        if name == "bspline":
            raise self.error(name, "lacks a degree from 0 to 9 after", "write bspline(3, x)")
        return super().name(name)
