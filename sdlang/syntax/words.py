"""Words with a meaning of their own: those that begin a declaration, and those that can never be names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# What a line of a file can begin with, and the rule of the grammar that reads it.
DECLARATIONS: Mapping[str, str] = MappingProxyType(
    {
        "model": "title",
        "simulate": "simulate",
        "unit": "unit",
        "param": "param",
        "stock": "stock",
        "flow": "flow",
        "aux": "aux",
        "table": "table",
        "series": "series",
        "expect": "expect",
        "plot": "plot",
        "scenario": "scenario",
        "report": "report",
        "component": "component",
        "dim": "dim",
    }
)

BLOCKS = ("scenario", "report", "component")

# What can stand in a block, beside `NAME = value` in a scenario and the name of a section in a report.
INSIDE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "scenario": ("expect",),
        "report": ("text", "plot", "table"),
        "component": ("dim", "param", "stock", "flow", "aux"),
    }
)

OPERATOR_WORDS = ("and", "or", "not", "per", "if", "then", "else")
RESERVED = frozenset((*DECLARATIONS, *OPERATOR_WORDS, "cloud", "returns", "in"))

# How tightly an operator holds its operands: the higher, the tighter. `^` groups to the right, all others to the left,
# and comparisons do not chain.
PRECEDENCE: Mapping[str, int] = MappingProxyType(
    {
        "or": 1,
        "and": 2,
        "<": 4,
        "<=": 4,
        ">": 4,
        ">=": 4,
        "==": 4,
        "!=": 4,
        "+": 5,
        "-": 5,
        "*": 6,
        "/": 6,
        "per": 6,
        "^": 8,
    }
)
# In front of one operand: `not a > b` is `not (a > b)`, and `-a^2` is `-(a^2)`.
PREFIX_PRECEDENCE: Mapping[str, int] = MappingProxyType({"not": 3, "-": 7, "+": 7})
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
