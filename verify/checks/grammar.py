"""Target expressions: text to a postfix program (``docs/grammar.md`` is the grammar in EBNF).

The program is a flat tuple, evaluated by a stack machine: a sum of two thousand terms is as
harmless as one term, and only the parser recurses, to a bounded depth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from verify.checks.verdicts import invalid, quote

FUNCTIONS = frozenset({"sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "abs"})
MAX_CHARACTERS = 10_000
MAX_DEPTH = 100
MAX_NODES = 4_000
MAX_DIGITS = 1_000
MAX_DECIMAL_EXPONENT = 400
MAX_POWER = 1_000
MAX_VARIABLES = 64
# Bits of a number inside an exponent, so that 9**(9**9) ends before it begins.
MAX_EXPONENT_BITS = 8_000

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
    r"|(?P<space>[ \t]+)"
)
_VARIABLE = re.compile(r"x(0|[1-9][0-9]?)?")

# (name, argument): "number" with its value, "variable" with its index, "pow" with its exponent;
# "pi", "neg", "add", "sub", "mul", "div" and the functions with None.
Operation = tuple[str, Fraction | int | None]


@dataclass(frozen=True)
class Expression:
    """A postfix program, and the number of coordinates it needs (1 + the largest index)."""

    program: tuple[Operation, ...]
    variables: int


def parse(text: str) -> Expression:
    """The program of ``text``; Stop (INVALID) for anything outside the grammar."""
    if len(text) > MAX_CHARACTERS:
        raise invalid(f"the target has more than {MAX_CHARACTERS} characters")
    parser = _Parser(_tokens(text))
    parser.expression(SUM)
    if parser.peek() != "":
        raise invalid(f"the target cannot continue with {quote(parser.peek())}")
    indices = [arg for name, arg in parser.program if name == "variable" and isinstance(arg, int)]
    return Expression(tuple(parser.program), max(indices, default=-1) + 1)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, start = [], 0
    while start < len(text):
        match = _TOKEN.match(text, start)
        if match is None:
            raise invalid(f"the target has the unknown character {quote(text[start])}")
        if match.lastgroup != "space":
            tokens.append((str(match.lastgroup), match.group()))
        start = match.end()
    return tokens


class _Parser:
    """Precedence climbing; operations are appended to ``program`` as they are completed."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = [*tokens, ("end", "")]
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

    def emit(self, name: str, argument: Fraction | int | None = None) -> None:
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


def _index(name: str) -> int:
    match = _VARIABLE.fullmatch(name)
    index = int(match[1] or "0") if match else MAX_VARIABLES
    if index >= MAX_VARIABLES:
        raise invalid(f"the target has the unknown name {quote(name)}")
    return index


def _constant(program: list[Operation]) -> Fraction:
    """The value of a program made of numbers, signs, + - * / and integer powers only."""
    stack: list[Fraction] = []
    for name, argument in program:
        if name == "number":
            stack.append(Fraction(argument or 0))
        elif name == "neg":
            stack.append(-stack.pop())
        elif name == "pow":
            stack.append(_power(stack.pop(), Fraction(argument or 0)))
        elif name in ("add", "sub", "mul", "div"):
            right, left = stack.pop(), stack.pop()
            if name == "div" and right == 0:
                raise invalid("the target divides by zero in an exponent")
            stack.append(
                left + right
                if name == "add"
                else left - right
                if name == "sub"
                else left * right
                if name == "mul"
                else left / right
            )
        else:
            raise invalid("the target has an exponent that is not a rational constant")
        if _bits(stack[-1]) > MAX_EXPONENT_BITS:
            raise invalid("the target has too large a number in an exponent")
    return stack.pop()


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or (base == 0 and exponent < 0):
        raise invalid("the target has an exponent that is not a rational constant")
    if _bits(base) * abs(exponent.numerator) > MAX_EXPONENT_BITS:
        raise invalid("the target has too large a number in an exponent")
    return base**exponent.numerator


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())
