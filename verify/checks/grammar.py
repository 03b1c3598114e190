"""Target expressions: text to a postfix program (``docs/grammar.md`` is the grammar in EBNF).

The program is a flat tuple, evaluated by a stack machine: a sum of two thousand terms is as
harmless as one term, and only the parser recurses, to a bounded depth.
"""

from __future__ import annotations

import re
from fractions import Fraction
from operator import add, mul, sub, truediv

from verify.checks.verdicts import invalid, quote

FUNCTIONS = frozenset({"sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "abs"})
MAX_CHARACTERS = 10_000
MAX_DEPTH = 100
MAX_NODES = 4_000
MAX_DIGITS = 1_000
MAX_DECIMAL_EXPONENT = 400
MAX_POWER = 1_000
MAX_VARIABLES = 64
MAX_EXPONENT_BITS = 8_000  # of a number inside an exponent: 9**(9**9) ends before it begins

SUM, PRODUCT, SIGN, POWER = 1, 2, 3, 4
BINARY = {
    "+": (SUM, "add"),
    "-": (SUM, "sub"),
    "*": (PRODUCT, "mul"),
    "/": (PRODUCT, "div"),
    "**": (POWER, "pow"),
}
_TOKEN = re.compile(
    r"(?P<number>([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<symbol>\*\*|[-+*/()])"
    r"|(?P<space>[ \t]+)|(?P<unknown>.)",
    re.DOTALL,
)
_VARIABLE = re.compile(r"x(0|[1-9][0-9]?)?")

ARITHMETIC = {"add": add, "sub": sub, "mul": mul, "div": truediv}
NOT_RATIONAL = "the target has an exponent that is not a rational constant"
# A name and its argument: the value of a "number", the index of a "variable", the exponent of
# "pow"; of no meaning for "pi", "neg", "add", "sub", "mul", "div" and the functions.
Operation = tuple[str, Fraction]
# A postfix program.
Expression = tuple[Operation, ...]


def parse(text: str) -> Expression:
    """The program of ``text``; Stop (INVALID) for anything outside the grammar."""
    if len(text) > MAX_CHARACTERS:
        raise invalid(f"the target has more than {MAX_CHARACTERS} characters")
    parser = _Parser(text)
    parser.expression(SUM)
    if parser.peek() != "":
        raise invalid(f"the target cannot continue with {quote(parser.peek())}")
    return tuple(parser.program)


class _Parser:
    """Precedence climbing; operations are appended to ``program`` as they are completed."""

    def __init__(self, text: str) -> None:
        found = [(str(token.lastgroup), token.group()) for token in _TOKEN.finditer(text)]
        self.tokens = [token for token in found if token[0] != "space"] + [("end", "")]
        self.position = 0
        self.depth = 1
        self.nodes = 0
        self.program: list[Operation] = []

    def peek(self) -> str:
        return self.tokens[self.position][1]

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.position]
        self.position += token[0] != "end"
        return token

    def emit(self, name: str, argument: Fraction = Fraction(0)) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise invalid(f"the target has more than {MAX_NODES} nodes")
        self.program.append((name, argument))

    def expression(self, floor: int) -> None:
        """Operators that bind at least as tightly as ``floor``, and their operands."""
        self.operand()
        while self.peek() in BINARY and BINARY[self.peek()][0] >= floor:
            level, name = BINARY[self.take()[1]]
            if name == "pow":
                self.emit("pow", self.exponent())
            else:
                self.expression(level + 1)
                self.emit(name)

    def nested(self, floor: int) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise invalid(f"the target is nested deeper than {MAX_DEPTH} levels")
        self.expression(floor)
        self.depth -= 1

    def operand(self) -> None:
        kind, token = self.take()
        if token in ("+", "-"):
            # A sign binds weaker than ** and stronger than *: -x**2 is -(x**2).
            self.nested(SIGN)
            if token == "-":
                self.emit("neg")
        elif token == "(":
            self.group()
        elif kind == "number":
            self.emit("number", _decimal(token))
        elif token in FUNCTIONS:
            if self.take()[1] != "(":
                raise invalid(f"the target lacks a parenthesis after {token}")
            self.group()
            self.emit(token)
        elif token == "pi":
            self.emit("pi")
        elif kind == "name":
            self.emit("variable", _index(token))
        else:
            raise invalid(f"the target has {quote(token)} where an operand belongs")

    def group(self) -> None:
        self.nested(SUM)
        if self.take()[1] != ")":
            raise invalid("the target lacks a closing parenthesis")

    def exponent(self) -> Fraction:
        """The rational constant after ``**``, whose operations leave the program again."""
        start = len(self.program)
        self.nested(SIGN)
        value = _constant(self.program[start:])
        del self.program[start:]
        if max(abs(value.numerator), value.denominator) > MAX_POWER:
            raise invalid(f"the target has an exponent beyond {MAX_POWER}")
        return value


def _decimal(token: str) -> Fraction:
    """``12``, ``.5`` or ``1e-2`` as an exact rational."""
    digits, _, exponent = token.lower().partition("e")
    whole, _, fractional = digits.partition(".")
    if len(digits) > MAX_DIGITS:
        raise invalid(f"the target has a number of more than {MAX_DIGITS} digits")
    if len(exponent) > 6 or abs(int(exponent or "0")) > MAX_DECIMAL_EXPONENT:
        raise invalid(f"the target has a decimal exponent beyond {MAX_DECIMAL_EXPONENT}")
    return int(whole + fractional) * Fraction(10) ** (int(exponent or "0") - len(fractional))


def _index(name: str) -> Fraction:
    match = _VARIABLE.fullmatch(name)
    if match is None or int(match[1] or "0") >= MAX_VARIABLES:
        raise invalid(f"the target has the unknown name {quote(name)}")
    return Fraction(match[1] or "0")


def _constant(program: list[Operation]) -> Fraction:
    """The value of a program made of numbers, signs, + - * / and integer powers only."""
    stack: list[Fraction] = []
    for name, argument in program:
        if name not in ("number", "neg", "pow", *ARITHMETIC):
            raise invalid(NOT_RATIONAL)
        value = argument if name == "number" else stack.pop()
        if name == "neg":
            value = -value
        elif name in ARITHMETIC:
            if name == "div" and value == 0:
                raise invalid("the target divides by zero in an exponent")
            value = ARITHMETIC[name](stack.pop(), value)
        elif name == "pow":
            if argument.denominator != 1 or (value == 0 and argument < 0):
                raise invalid(NOT_RATIONAL)
            _small(value, abs(argument.numerator))
            value = value**argument.numerator
        _small(value)
        stack.append(value)
    return stack.pop()


def _small(value: Fraction, times: int = 1) -> None:
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits * times > MAX_EXPONENT_BITS:
        raise invalid("the target has too large a number in an exponent")
