"""How much a model may ask for, so that a typing error or a hostile file does not take all memory and time.

Each limit has its own error, and each can be set by an environment variable: `SDLANG_LIMIT_ELEMENTS=5000000` for one
run. A model cannot change them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Limit:
    """What is counted, how many there may be unless somebody says otherwise, and the code of the error."""

    meaning: str
    default: int
    code: str


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "file": Limit("characters of a model file", 5_000_000, "file-too-large"),
        "data": Limit("bytes of a data file", 50_000_000, "data-too-large"),
        "files": Limit("files that a model uses", 100, "model-too-large"),
        "brackets": Limit("brackets inside one another", 100, "too-deep"),
        "blocks": Limit("blocks inside one another", 20, "too-deep"),
        "components": Limit("components that use one another", 30, "too-deep"),
        "elements": Limit("elements of a variable, of a dimension or of a reduction", 1_000_000, "too-many-elements"),
        "stages": Limit("whole numbers that a component counts over", 1_000, "too-many-elements"),
        "variables": Limit("variables of a model, or of what it expands to", 100_000, "model-too-large"),
        "steps": Limit("steps of a run", 50_000_000, "too-many-steps"),
        "values": Limit("values that a run keeps", 50_000_000, "too-many-steps"),
        "firings": Limit("times that an event happens within one step", 1_000, "numeric-failure"),
        "events": Limit("events that happen in a run", 1_000_000, "numeric-failure"),
        "work": Limit("operations of one step, or of judging what is expected", 50_000_000, "model-too-large"),
    }
)
PREFIX = "SDLANG_LIMIT_"


def limit(name: str) -> int:
    """How many there may be; what is set must be a whole number from 1 on, or it does not count."""
    written = os.environ.get(PREFIX + name.upper(), "")
    return int(written) if written.isdecimal() and int(written) > 0 else LIMITS[name].default
