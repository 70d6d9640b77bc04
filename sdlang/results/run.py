"""The Run: what a model did, as named columns over time with units and provenance; read-only.

Columns are kept in the model's own units, exactly as the engine computed them, and are shown in the unit of the
variable. Nothing here depends on which engine made the numbers.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from io import StringIO
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sdlang.diagnostics import did_you_mean
from sdlang.equations.system import Column
from sdlang.extras import MissingExtra
from sdlang.units.dates import DATE, date_of, spoken_time, spoken_value, time_of

if TYPE_CHECKING:
    from pandas import DataFrame

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a run: enough to make it again. `digest` is the SHA-256 of the model's text and its data;
    `parameters` are the values given by the caller, in the unit of the parameter; `is_calendar`: times are dates."""

    title: str
    digest: str
    engine: str
    method: str
    step: float
    time_unit: str
    scenario: str = ""
    seed: int | None = None
    parameters: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_calendar: bool = False

    def as_dict(self) -> dict[str, object]:
        """Plain values, as JSON has them."""
        return {
            "model": self.title,
            "digest": self.digest,
            "engine": self.engine,
            "method": self.method,
            "step": self.step,
            "time_unit": self.time_unit,
            "scenario": self.scenario,
            "seed": self.seed,
            "parameters": dict(self.parameters),
            "versions": dict(self.versions),
        }


@dataclass(frozen=True, slots=True)
class StepError:
    """The estimated error of one variable in its own unit: `absolute` the largest over time, `relative` that divided by
    the largest value. `step` is what would bring it below the tolerance, or `None` where the step is good."""

    name: str
    absolute: float
    relative: float
    step: float | None


@dataclass(frozen=True, slots=True)
class Firing:
    """An event of a run: what it is called by, when it happened, and what each of its moves moved, all elements
    together, in the unit of the move."""

    event: str
    time: float
    moved: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Run(Mapping[str, Array]):
    """`run["staff"]`: values of a variable at `run.time`, in `run.units["staff"]`. `own` holds own-unit values.

    A variable that is split has an axis for each of its dimensions behind that of time; `run["staff[retail]"]` is one
    of its elements. `accuracy` lists estimated errors of the step, worst first; empty where nobody asked for them;
    `notes` what is to be said of the run beside its numbers; `firings` the events that happened, in their order.
    """

    time: Array
    own: Mapping[str, Array]
    columns: Mapping[str, Column]
    provenance: Provenance
    accuracy: tuple[StepError, ...] = ()
    notes: tuple[str, ...] = ()
    firings: tuple[Firing, ...] = ()

    def __getitem__(self, name: str) -> Array:
        values = self.in_own_units(name)
        scale = self.columns[name.partition("[")[0]].scale
        if scale == 1.0:
            return values
        shown = values / scale
        shown.flags.writeable = False
        return shown

    def in_own_units(self, name: str) -> Array:
        """Values of a variable or of an element as the engine computed them. Raises KeyError for an unknown name."""
        whole, bracket, _ = name.partition("[")
        if whole not in self.own:
            raise KeyError(f"there is no variable `{whole}`{did_you_mean(whole, list(self.own))}")
        if not bracket:
            return self.own[whole]
        column = self.columns[whole]
        if name not in column.elements:
            raise KeyError(f"there is no element `{name}`{did_you_mean(name, column.elements)}")
        flat: Array = self.own[whole].reshape(len(self.time), -1)
        return flat[:, column.elements.index(name)]

    def elements(self, name: str) -> tuple[str, ...]:
        """The elements of a variable, `("staff[north]", "staff[south]")`; its own name where it is not split."""
        return self.columns[name].elements

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)

    def __repr__(self) -> str:
        made = self.provenance
        scenario = f" under {made.scenario}" if made.scenario else ""
        times = f"{self._told(self.time[0])} to {self._told(self.time[-1])}"
        times += "" if made.is_calendar else f" {made.time_unit}"
        return f"<Run of {made.title!r}{scenario}: {len(self)} variables, {times}, {len(self.time)} points>"

    def _repr_html_(self) -> str:
        """A short table for notebooks: each variable's first and last value."""

        units = {element: self.columns[element.partition("[")[0]].unit for element, _ in self._by_element()}
        rows = "".join(
            f"<tr><td>{escape(element)}</td><td>{_number(values[0], units[element])}</td>"
            f"<td>{_number(values[-1], units[element])}</td><td>{escape(units[element])}</td></tr>"
            for element, values in self._by_element()
        )
        head = f"<tr><th></th><th>{self._told(self.time[0])}</th><th>{self._told(self.time[-1])}</th><th></th></tr>"
        return f"<table><caption>{escape(self.provenance.title)}</caption>{head}{rows}</table>"

    @property
    def dates(self) -> tuple[date, ...]:
        """The date of each point of a calendar model, to the nearest day; empty in any other."""
        return tuple(map(date_of, self.time.tolist())) if self.provenance.is_calendar else ()

    def _told(self, time: float) -> str:
        return spoken_time(float(time), self.provenance)

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the variables that the modeller declared; the insides of components are left out."""
        return tuple(name for name in self.own if not self.columns[name].is_inner)

    @property
    def units(self) -> Mapping[str, str]:
        """The unit of each variable, in which `run[name]` is given."""
        return MappingProxyType({name: self.columns[name].unit for name in self.own})

    @property
    def labels(self) -> Mapping[str, str]:
        """The label of each variable, empty where it has none."""
        return MappingProxyType({name: self.columns[name].label for name in self.own})

    def _by_element(self) -> Iterator[tuple[str, Array]]:
        """The shown variables, element by element."""
        for name in self.shown:
            flat = self[name].reshape(len(self.time), -1)
            for place, element in enumerate(self.columns[name].elements):
                yield element, flat[:, place]

    def at(self, name: str, time: float | date) -> float:
        """The value of a variable (or of an element of one) at a time, in its unit; between saved points on the
        straight line. In a calendar model the time may be a date."""
        if isinstance(time, date):
            if not self.provenance.is_calendar:
                raise TypeError(f"time is a number in this model; it is {time!r}")
            time = float(time_of(time.year, time.month, time.day))
        if not self.time[0] <= time <= self.time[-1]:
            first, last = self._told(self.time[0]), self._told(self.time[-1])
            raise ValueError(f"time {self._told(time)} is outside the run, {first} to {last}")
        values = self[name]
        if values.ndim > 1:
            raise ValueError(f"`{name}` is split: ask for one of its elements, as `{self.columns[name].elements[0]}`")
        return float(np.interp(time, self.time, values))

    def to_csv(self) -> str:
        """A header line (`time`, in a calendar model `date`, and the names, a column for each element), then a line a
        saved time. Numbers read back exactly."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        columns = dict(self._by_element())
        dates = ([day.isoformat() for day in self.dates],) if self.provenance.is_calendar else ()
        writer.writerow(["time", *(["date"] if dates else []), *columns])
        numbers = ([repr(value) for value in each.tolist()] for each in columns.values())
        writer.writerows(zip(map(repr, self.time.tolist()), *dates, *numbers, strict=True))
        return text.getvalue()

    def to_json(self) -> str:
        """The whole run with units, labels and provenance. Numbers read back exactly."""
        made = self.provenance
        return json.dumps(
            {
                "schema": 1,
                "provenance": made.as_dict(),
                "time": self.time.tolist(),
                **({"dates": [day.isoformat() for day in self.dates]} if made.is_calendar else {}),
                "variables": {
                    name: {
                        "label": self.columns[name].label,
                        "kind": self.columns[name].kind,
                        "unit": self.columns[name].unit,
                        "dimensions": {dimension: list(names) for dimension, names in self.columns[name].axes},
                        "values": self[name].tolist(),
                    }
                    for name in self.shown
                },
                "events": [
                    {
                        "event": firing.event,
                        "time": firing.time,
                        **({"date": date_of(firing.time).isoformat()} if made.is_calendar else {}),
                        "moved": dict(firing.moved),
                    }
                    for firing in self.firings
                ],
                "step_errors": [
                    {"name": e.name, "absolute": e.absolute, "relative": e.relative, "step": e.step}
                    for e in self.accuracy
                ],
            },
            ensure_ascii=False,
            indent=1,
        )

    def to_pandas(self) -> DataFrame:
        """A DataFrame over time (over dates in a calendar model), a column for each element; `attrs["units"]` has the
        units. Needs `sdlang[data]`."""
        try:
            import pandas
        except ImportError:
            raise MissingExtra("pandas", "data") from None
        columns = dict(self._by_element())
        # Days, not nanoseconds: these end in 2262.
        days = np.array(self.dates, dtype="datetime64[D]")
        is_calendar = self.provenance.is_calendar
        index = pandas.DatetimeIndex(days, name="date") if is_calendar else pandas.Index(self.time, name="time")
        frame = pandas.DataFrame(columns, index=index)
        frame.attrs["units"] = {name: self.columns[name.partition("[")[0]].unit for name in columns}
        return frame


def _number(value: float, unit: str) -> str:
    """A number whose unit stands beside it."""
    return spoken_value(value, unit if unit == DATE else "")
