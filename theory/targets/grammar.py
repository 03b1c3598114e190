"""The closed grammar of target expressions and its parser.

Numbers, ``pi``, ``x`` (same as ``x0``), ``x1``..., ``+ - * / **``, parentheses and eight functions;
Python precedence; decimals are exact rationals and exponents are rational constants.  Everything
else is refused with the position of the offending piece.  The checker has a parser of its own; both
pass the published table of examples.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from theory.errors import InputError
from theory.rigor.numbers import parse_decimal

FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "abs")
ACCEPTED = (
    "numbers, pi, x or x0, x1, ..., + - * / **, parentheses and "
    "sin cos tan exp log sqrt tanh abs are accepted"
)
MAX_LENGTH = 10_000
MAX_DEPTH = 100
MAX_NODES = 4_000
MAX_POWER = 1_000
MAX_VARIABLES = 64
LONG_CHAIN = 4

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<operator>\*\*|[-+*/()])"
    r"|(?P<space>[ \t]+)",
    re.ASCII,
)


@dataclass(frozen=True)
class Number:
    """An exact rational constant."""

    value: Fraction


@dataclass(frozen=True)
class Pi:
    """The constant pi."""


@dataclass(frozen=True)
class Variable:
    """The coordinate ``x{index}``."""

    index: int


@dataclass(frozen=True)
class Negative:
    """-operand."""

    operand: Expression


@dataclass(frozen=True)
class Binary:
    """left operator right, with operator one of ``+ - * /``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Power:
    """base ** exponent with a rational exponent."""

    base: Expression
    exponent: Fraction


@dataclass(frozen=True)
class Call:
    """function(argument) with function one of :data:`FUNCTIONS`."""

    function: str
    argument: Expression


Expression = Number | Pi | Variable | Negative | Binary | Power | Call


def parse(text: str, *, argument: str = "--target") -> Expression:
    """The syntax tree of ``text``; raises InputError naming the innermost offending piece."""
    return _Parser(text, argument).parse()


def variables(expression: Expression) -> frozenset[int]:
    """Indices of the coordinates that occur in ``expression``."""
    match expression:
        case Variable(index):
            return frozenset({index})
        case Negative(operand):
            return variables(operand)
        case Binary(_, left, right):
            return variables(left) | variables(right)
        case Power(base, _):
            return variables(base)
        case Call(_, inner):
            return variables(inner)
    return frozenset()


def _pairwise(operator: str, operands: list[Expression]) -> Expression:
    """A tree of depth log2(len(operands)) over one associative operator."""
    while len(operands) > 1:
        pairs = zip(operands[::2], operands[1::2], strict=False)
        odd = operands[len(operands) & ~1 :]
        operands = [*(Binary(operator, left, right) for left, right in pairs), *odd]
    return operands[0]


class _Parser:
    """Recursive descent with bounded depth; one instance parses one text."""

    def __init__(self, text: str, argument: str) -> None:
        self.text = text
        self.argument = argument
        self.depth = 0
        self.nodes = 0
        self.position = 0
        if len(text) > MAX_LENGTH:
            raise self.error(text, f"longer than {MAX_LENGTH} characters:")
        self.tokens = self.tokenise()

    def error(self, value: str, problem: str, accepted: str = ACCEPTED) -> InputError:
        return InputError(self.argument, value, problem, accepted)

    def tokenise(self) -> list[tuple[str, str]]:
        tokens, start = [], 0
        while start < len(self.text):
            match = _TOKEN.match(self.text, start)
            if match is None:
                where = f"has at position {start + 1} the unknown character"
                raise self.error(self.text[start], where)
            if match.lastgroup != "space":
                tokens.append((str(match.lastgroup), match.group()))
            start = match.end()
        return tokens

    def peek(self) -> str:
        return self.tokens[self.position][1] if self.position < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.position] if self.position < len(self.tokens) else ("end", "")
        self.position += 1
        return token

    def parse(self) -> Expression:
        if not self.tokens:
            raise self.error(self.text, "is empty:")
        result = self.sum()
        if self.position < len(self.tokens):
            raise self.error(self.peek(), f"cannot continue after token {self.position} with")
        return result

    def count(self) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.error(self.text, f"has more than {MAX_NODES} operations:")

    def node(self, made: Expression) -> Expression:
        self.count()
        return made

    def sum(self) -> Expression:
        return self.chain(self.product, "+", "-")

    def product(self) -> Expression:
        return self.chain(self.unary, "*", "/")

    def chain(self, operand: Callable[[], Expression], join: str, inverse: str) -> Expression:
        """Operands joined by ``join`` and ``inverse``, from the left; long ones as a flat tree.

        A sum of a thousand terms must not be a tree a thousand levels deep, or every walk over it
        would exhaust the stack: terms are added pairwise, then those to subtract are subtracted.
        """
        first = operand()
        rest: list[tuple[str, Expression]] = []
        while self.peek() in (join, inverse):
            operator = self.take()[1]
            rest.append((operator, operand()))
            self.count()
        if len(rest) < LONG_CHAIN:
            for operator, right in rest:
                first = Binary(operator, first, right)
            return first
        plain = _pairwise(join, [first, *(right for symbol, right in rest if symbol == join)])
        inverted = [right for symbol, right in rest if symbol == inverse]
        return Binary(inverse, plain, _pairwise(join, inverted)) if inverted else plain

    def unary(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(self.text, f"nested deeper than {MAX_DEPTH} levels:")
        try:
            if self.peek() == "-":
                self.take()
                return self.node(Negative(self.unary()))
            if self.peek() == "+":
                self.take()
                return self.unary()
            return self.power()
        finally:
            self.depth -= 1

    def power(self) -> Expression:
        base = self.atom()
        if self.peek() != "**":
            return base
        self.take()
        exponent = self.constant(self.unary())
        if max(abs(exponent.numerator), exponent.denominator) > MAX_POWER:
            raise self.error(
                str(exponent),
                "has the exponent",
                f"numerator and denominator of an exponent are at most {MAX_POWER}",
            )
        return self.node(Power(base, exponent))

    def constant(self, expression: Expression) -> Fraction:
        """The rational value of an exponent, which must be made of numbers only."""
        accepted = "a rational constant such as 2, -1 or 1/2 is accepted as an exponent"
        match expression:
            case Number(value):
                return value
            case Negative(operand):
                return -self.constant(operand)
            case Binary(operator, left, right):
                a, b = self.constant(left), self.constant(right)
                if operator == "/" and b == 0:
                    raise self.error(self.text, "divides by zero in an exponent of", accepted)
                combined = {"+": a + b, "-": a - b, "*": a * b}.get(operator)
                return self.small(a / b if combined is None else combined)
            case Power(base, exponent):
                inner = self.constant(base)
                if exponent.denominator != 1 or (inner == 0 and exponent < 0):
                    raise self.error(self.text, "has an irrational exponent in", accepted)
                bits = max(inner.numerator.bit_length(), inner.denominator.bit_length())
                if bits * abs(exponent.numerator) > 4 * MAX_POWER:
                    raise self.error(self.text, "has too large an exponent in", accepted)
                return self.small(inner**exponent.numerator)
        raise self.error(self.text, "has an exponent that is not a number in", accepted)

    def small(self, value: Fraction) -> Fraction:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > 8 * MAX_POWER:
            raise self.error(self.text, "has too large an exponent in", "smaller exponents")
        return value

    def atom(self) -> Expression:
        kind, token = self.take()
        if kind == "number":
            try:
                return self.node(Number(parse_decimal(token)))
            except ValueError as error:
                raise self.error(token, f"has a number with {error}:") from None
        if token == "(":
            return self.group()
        if kind == "name":
            return self.name(token)
        if kind == "end":
            raise self.error(self.text, "ends too early:")
        raise self.error(token, f"has at token {self.position} the unexpected")

    def group(self) -> Expression:
        inner = self.sum()
        if self.take()[1] != ")":
            raise self.error(self.text, "has an open parenthesis in")
        return inner

    def name(self, name: str) -> Expression:
        if name in FUNCTIONS:
            if self.take()[1] != "(":
                raise self.error(name, "lacks parentheses after the function", f"write {name}(...)")
            return self.node(Call(name, self.group()))
        if name == "pi":
            return self.node(Pi())
        if name == "x":
            return self.node(Variable(0))
        # x007 is refused: one name for one variable
        index = re.fullmatch(r"x(0|[1-9][0-9]?)", name)
        if index is not None and int(index[1]) < MAX_VARIABLES:
            return self.node(Variable(int(index[1])))
        near = difflib.get_close_matches(name, [*FUNCTIONS, "pi", "x"], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise self.error(name, "has the unknown name", ACCEPTED + hint)
