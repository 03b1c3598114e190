"""Docstrings of this project for mkdocstrings: formulas such as R[f](x) are no Markdown links."""

from __future__ import annotations

from typing import Any

from griffe import Extension, Object

from verify.site_pages import prose


class Prose(Extension):
    """Hands every docstring over as HTML, in which nothing is left to interpret."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Replace the text of the docstring."""
        if obj.docstring is not None:
            shown = prose(obj.docstring.value)
            obj.docstring.value = f'<div class="docstring" markdown="0">\n{shown}\n</div>'
