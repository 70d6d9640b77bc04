"""What an engine is: something that turns a System into a Program, and a Program into Runs.

The table of engines is the one place to add one. An engine gives the same numbers as `reference` wherever both can run
a system; the tests run every engine of the table on every reference model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from sdlang.equations.system import System
from sdlang.model.random_numbers import Chance
from sdlang.results.run import Run
from sdlang.source import Span

ENGINES: Mapping[str, str] = MappingProxyType(
    {
        "reference": "sdlang.engines.reference:ReferenceEngine",
        "fixed": "sdlang.engines.fixed:FixedEngine",
        "scipy": "sdlang.engines.scipy:ScipyEngine",
    }
)

# Which engine runs a method when nobody chose one.
METHODS: Mapping[str, str] = MappingProxyType(
    {
        "euler": "fixed",
        "rk4": "fixed",
        "rk45": "scipy",
        "dop853": "scipy",
        "lsoda": "scipy",
        "bdf": "scipy",
        "radau": "scipy",
    }
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run, where it differs from the model's clock: `method` by name, `step` in the model's unit of time,
    tolerances of the adaptive methods."""

    method: str
    relative_tolerance: float = 1e-8
    absolute_tolerance: float = 1e-10


class Program(Protocol):
    """A System made ready to run many times."""

    def run(self, parameters: Mapping[str, float], chance: Chance | None = None) -> Run:
        """One run. `parameters` override those of the system by name, in the model's own units. `chance` says which
        random numbers are drawn: those of the model's own seed and run 0 by default.

        Raises NumericFailure where a value is not a number, and KeyError for a name that is no parameter.
        """
        ...


class Engine(Protocol):
    """`methods` are those it offers."""

    methods: tuple[str, ...]

    def compile(self, system: System, settings: Settings) -> Program: ...


class NumericFailure(Exception):
    """A run that cannot go on: which variable, when, why, its equation and the values it read.

    `when` is the date in a calendar model; `operands` are (name, value shown, unit); `forbidden_by` is the text of an
    `expect` that the run broke, or empty.
    """

    def __init__(
        self,
        variable: str,
        time: float,
        cause: str,
        *,
        equation: str = "",
        span: Span | None = None,
        operands: tuple[tuple[str, float, str], ...] = (),
        forbidden_by: str = "",
        when: str = "",
    ) -> None:
        self.variable = variable
        self.time = time
        self.cause = cause
        self.equation = equation
        self.span = span
        self.operands = operands
        self.forbidden_by = forbidden_by
        self.when = when
        super().__init__(f"`{variable}` at {when or f'time {time:g}'}: {cause}")

    def because(self, cause: str) -> NumericFailure:
        """The same failure with another cause."""
        return NumericFailure(
            self.variable,
            self.time,
            cause,
            equation=self.equation,
            span=self.span,
            operands=self.operands,
            forbidden_by=self.forbidden_by,
            when=self.when,
        )
