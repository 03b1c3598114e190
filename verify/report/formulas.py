"""Statements as cards: what they say, what they assume, and the bound as a formula.

Formulas are MathML, which browsers draw themselves, in the colour of the text and at any size;
screen readers speak it, and the LaTeX travels along as an annotation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from verify.report.markup import Content, Markup, element, slug

if TYPE_CHECKING:
    from theory.statements.statement import Statement


def formula(statement: Statement) -> Markup | None:
    """The bound in MathML; None where the result is not one number."""
    if statement.expression is None:
        return None
    from sympy.printing.mathml import mathml

    drawn = mathml(statement.expression, printer="presentation")
    drawn = drawn.replace("&InvisibleTimes;", "&#8290;").replace("<mo>-</mo>", "<mo>\u2212</mo>")
    latex = statement.latex()
    body = element(
        "semantics",
        Markup(f"<mrow>{drawn}</mrow>"),
        element("annotation", latex, encoding="application/x-tex"),
    )
    return element("math", body, display="block", alttext=latex)


def anchor(theorem: str) -> str | None:
    """The anchor of the statement that ``theorem`` (``P8``, ``P3' (modulus)``) names, or None."""
    known = known_id(theorem)
    return None if known is None else f"statement-{slug(known)}"


def known_id(theorem: str) -> str | None:
    """The id of the statement that a result names; None where the registry does not know it."""
    from theory.errors import InputError
    from theory.statements.registry import by_id

    for name in (theorem, theorem.replace(" (", "-").replace(")", ""), theorem.split(" ")[0]):
        try:
            return by_id(name).id
        except InputError:
            continue
    return None


def cards(used: set[str]) -> list[Markup]:
    """One card per statement: those the results rest on first."""
    from theory.statements.registry import all_statements

    first: Callable[[Statement], bool] = lambda statement: statement.id not in used  # noqa: E731
    return [_card(entry, entry.id in used) for entry in sorted(all_statements(), key=first)]


def _card(statement: Statement, used: bool) -> Markup:
    shown = formula(statement)
    facts: list[Content] = []
    if statement.symbols and shown is not None:
        needed = {str(symbol) for symbol in statement.expression.free_symbols}
        meanings = [(n, m) for n, m in statement.symbols.items() if n in needed]
        facts.append([(element("dt", n), element("dd", m)) for n, m in meanings])
    if statement.hypotheses:
        facts.append(element("dt", "assumes"))
        facts.append([element("dd", hypothesis.text) for hypothesis in statement.hypotheses])
    status = statement.status.value + ("" if statement.implemented else ", not implemented yet")
    return element(
        "article",
        element("h3", f"{statement.id}: {statement.title}"),
        element("p", statement.claim),
        None if shown is None else element(
            "div", shown, class_="formula", tabindex="0", role="group",
            aria_label=f"bound of {statement.id}",
        ),
        element("dl", facts) if facts else None,
        element(
            "p",
            f"{status}; {statement.direction.value} bound; {statement.source}",
            "; used by the results above" if used else None,
            class_="fine",
        ),
        id=f"statement-{slug(statement.id)}",
        class_="card used" if used else "card",
        data_family=statement.family,
    )  # fmt: skip
