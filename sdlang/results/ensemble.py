"""An ensemble: many runs of one model that differ by what is drawn, told by how their values spread.

The runs themselves are not kept, only the values of what is shown, from which quantiles are taken at every saved time.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO

import numpy as np

from sdlang.results.run import Array, Run

# What a table and a file give of an ensemble.
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """`values[name]` has an axis of runs before those of time and elements, in the unit of the variable. `drawn` are
    the values that parameters had in each run, in their units. `base` is the run with the declared values."""

    base: Run
    values: Mapping[str, Array]
    drawn: Mapping[str, Array]
    seed: int

    @property
    def runs(self) -> int:
        return len(next(iter(self.values.values())))

    @property
    def time(self) -> Array:
        return self.base.time

    def quantile(self, name: str, level: float) -> Array:
        """At each time the value below which a share of the runs lies: `level` between 0 and 1; of an element, too."""
        whole, bracket, _ = name.partition("[")
        values = self.values[whole]
        if bracket:
            place = self.base.columns[whole].elements.index(name)
            values = values.reshape(*values.shape[:2], -1)[:, :, place]
        found: Array = np.quantile(values, level, axis=0)
        return found

    def to_csv(self) -> str:
        """A line for each time: for each element its value in the base run, its mean, the levels, least and largest."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        elements = [element for name in self.values for element in self.base.elements(name)]
        names = ["base", "mean", *(f"{100 * level:g}%" for level in LEVELS), "least", "largest"]
        writer.writerow(["time", *(f"{element} {name}" for element in elements for name in names)])
        columns = [column for element in elements for column in self._columns(element)]
        for place, time in enumerate(self.time.tolist()):
            writer.writerow([repr(time), *(repr(float(column[place])) for column in columns)])
        return text.getvalue()

    def _columns(self, element: str) -> list[Array]:
        whole, bracket, _ = element.partition("[")
        values = self.values[whole].reshape(self.runs, len(self.time), -1)
        place = self.base.columns[whole].elements.index(element) if bracket else 0
        own = values[:, :, place]
        quantiles = [np.quantile(own, level, axis=0) for level in LEVELS]
        return [self.base[element], own.mean(axis=0), *quantiles, own.min(axis=0), own.max(axis=0)]
