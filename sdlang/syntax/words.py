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
        "use": "use",
        "share": "contest",
        "stratify": "stratify",
        "uncertain": "uncertain",
        "initial": "initial",
        "solve": "solve",
        "when": "when",
        "at": "at",
        "every": "every",
        "claim": "claim",
    }
)

EVENTS = ("when", "at", "every")
BLOCKS = ("scenario", "report", "component", "stratify", "claim", *EVENTS)
# What opens a block without a word of the language: `pool clerks { ... }`, a use of the component `pool`.
USE = "block"

# What can stand in a block, beside `NAME = value` in a scenario, a stratification and a use of a component, the name of
# a section in a report, and the uses of other components in a component.
INSIDE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "scenario": ("expect",),
        "report": ("text", "plot", "table"),
        "component": ("dim", "param", "stock", "flow", "aux", "entry", "chain", "share"),
        "stratify": ("keep",),
        "claim": ("expect",),
        "when": ("move",),
        "at": ("move",),
        "every": ("move",),
        USE: (),
    }
)
# What stands inside blocks only, and the rule that reads it.
PARTS: Mapping[str, str] = MappingProxyType(
    {"text": "prose", "entry": "entry", "chain": "chain", "keep": "keep", "move": "move"}
)

# Words that begin a declaration only where another word follows: `share = 8%` in a scenario changes a parameter.
CONTEXTUAL = (
    *("use", "share", "stratify", "entry", "chain", "keep"),
    *("uncertain", "initial", "solve", "claim"),
)
# Those of them that open a block of their own.
CONTEXTUAL_BLOCKS = ("stratify", "claim")

OPERATOR_WORDS = ("and", "or", "not", "per", "if", "then", "else")
REDUCING_WORDS = ("over", "where", "except")
RESERVED = frozenset((*DECLARATIONS, *OPERATOR_WORDS, *REDUCING_WORDS, "cloud", "returns", "in")) - {*CONTEXTUAL}

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
