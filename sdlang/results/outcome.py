"""The Outcome: a model with all that was run of it, which is what a report shows and a test suite judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sdlang.diagnostics import Diagnostic
from sdlang.equations.system import System
from sdlang.model.conservation import Ledger
from sdlang.model.model import Model
from sdlang.model.scenario import BASE, under_scenario
from sdlang.results.ensemble import Ensemble
from sdlang.results.expectations import Verdict
from sdlang.results.run import Run


@dataclass(frozen=True, slots=True)
class Outcome:
    """`runs` and `systems` by scenario, in the order asked for; the run without a scenario is called `base`.

    `warnings` are what the compiler said without stopping; `ledgers` the conservation statements.
    `ensembles` are the same scenarios run many times, where something is uncertain.
    """

    model: Model
    systems: Mapping[str, System]
    runs: Mapping[str, Run]
    verdicts: tuple[Verdict, ...]
    ledgers: tuple[Ledger, ...]
    warnings: tuple[Diagnostic, ...] = ()
    ensembles: Mapping[str, Ensemble] = field(default_factory=lambda: MappingProxyType({}))

    def model_of(self, name: str) -> Model:
        """The model as one of the runs has it."""
        return self.model if name == BASE else under_scenario(self.model, name)

    @property
    def first(self) -> Model:
        """The model as the first run has it, which is the one that a report shows most of."""
        return self.model_of(next(iter(self.runs)))
