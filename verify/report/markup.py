"""HTML elements.  Everything that reaches a page passes :func:`element`, which escapes it.

Text becomes markup only through :class:`Markup`, which is made here, by the chart, and from the
package's own style sheet and script; a target named ``<script>`` stays text.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

VOID = frozenset({"meta", "br", "hr", "input", "link", "img"})


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


Content = str | Iterable["Content"] | None


def element(name: str, /, *content: Content, **attributes: str | bool | None) -> Markup:
    """``<name ...>content</name>``: content and attributes escaped, unless content is Markup.

    Attribute names take ``_`` for ``-``, and a trailing ``_`` for Python's own words; None and
    False leave an attribute out, True writes it without a value.
    """
    opened = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        shown = key.rstrip("_").replace("_", "-")
        if value is True:
            opened.append(shown)
        else:
            opened.append(f'{shown}="{html.escape(_printable(value), quote=True)}"')
    start = f"<{' '.join(opened)}>"
    return Markup(start) if name in VOID else Markup(f"{start}{joined(content)}</{name}>")


def joined(content: Content) -> Markup:
    """Content as markup: text escaped, None left out."""
    if content is None:
        return Markup("")
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return Markup(html.escape(_printable(content), quote=False))
    return Markup("".join(joined(entry) for entry in content))


def _printable(text: str) -> str:
    """Control characters and halves of surrogate pairs, which no page may hold, as U+FFFD."""
    return "".join(
        "\ufffd"
        if (ord(letter) < 32 and letter not in "\t\n") or 0xD800 <= ord(letter) <= 0xDFFF
        else letter
        for letter in text
    )


def link_to(path: Path, page: Path) -> str:
    """The relative address of ``path`` for a page at ``page``; nothing in it can be a scheme."""
    import os

    relative = os.path.relpath(path, page.parent)
    return quote(Path(relative).as_posix().encode("utf-8", "surrogateescape"), safe="/")


def slug(text: str) -> str:
    """A name for an anchor: letters and digits stay, the rest becomes ``-`` or ``p`` (a prime)."""
    plain = text.replace("'", "p")
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in plain)
