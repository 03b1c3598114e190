"""A page as a tree: well-formed or an error, with what tests ask about."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "input", "link", "img"}


@dataclass
class Node:
    """An element with its attributes, children and own text."""

    name: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    own: str = ""

    def all(self, *names: str) -> list[Node]:
        """Every element below with one of these names."""
        found = [child for child in self.children if child.name in names]
        return found + [node for child in self.children for node in child.all(*names)]

    def everything(self) -> list[Node]:
        """Every element below."""
        return self.children + [node for child in self.children for node in child.everything()]

    @property
    def text(self) -> str:
        """All text below."""
        return self.own + " ".join(child.text for child in self.children)

    def get(self, name: str) -> str:
        """An attribute that has to be there."""
        value = self.attributes[name]
        assert value is not None, name
        return value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute occurs twice in <{tag}>: {names}"
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].own += data


def parse(text: str) -> Node:
    """The tree of ``text``; AssertionError where elements do not nest."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1, f"not closed: {[node.name for node in reader.open[1:]]}"
    return reader.root
