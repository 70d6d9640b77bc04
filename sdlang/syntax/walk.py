"""Going through a syntax tree without recursion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from sdlang.syntax.tree import Node


def children(node: Node) -> Iterator[Node]:
    """The nodes that stand directly inside a node, in the order of its fields."""
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def depth(node: Node) -> int:
    """How many nodes stand inside one another at the deepest place."""
    deepest = 0
    waiting = [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(current))
    return deepest
