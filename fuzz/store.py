"""The stored inputs of every target: a JSON list of texts, each byte one character of Latin-1."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"


def stored(target: str) -> list[bytes]:
    """The inputs of ``corpus/TARGET.json``; none where there is no such file."""
    path = FOLDER / f"{target}.json"
    if not path.is_file():
        return []
    return [text.encode("latin-1") for text in json.loads(path.read_text(encoding="utf-8"))]


def store(target: str, inputs: list[bytes]) -> None:
    """Write them, sorted by length."""
    texts = [content.decode("latin-1") for content in sorted(inputs, key=lambda b: (len(b), b))]
    (FOLDER / f"{target}.json").write_text(json.dumps(texts, indent=0) + "\n", encoding="utf-8")
