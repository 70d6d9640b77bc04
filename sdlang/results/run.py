"""The Run: what a model did, as named columns over time with units and provenance; read-only.

Columns are kept in the model's own units, exactly as the engine computed them, and are shown in the unit of the
variable. Nothing here depends on which engine made the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from sdlang.equations.system import Column

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a run: enough to make it again. `digest` is the SHA-256 of the model's text and its data;
    `parameters` are the values given by the caller, in the unit of the parameter."""

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


@dataclass(frozen=True, slots=True)
class StepError:
    """The estimated error of one variable in its own unit: `absolute` the largest over time, `relative` that divided by
    the largest value. `step` is what would bring it below the tolerance, or `None` where the step is good."""

    name: str
    absolute: float
    relative: float
    step: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Run(Mapping[str, Array]):
    """`run["staff"]`: values of a variable at `run.time`, in `run.units["staff"]`. `own` holds own-unit values."""

    time: Array
    own: Mapping[str, Array]
    columns: Mapping[str, Column]
    provenance: Provenance
    accuracy: tuple[StepError, ...] = ()

    def __getitem__(self, name: str) -> Array:
        values = self.own[name]
        scale = self.columns[name].scale
        shown = values if scale == 1.0 else values / scale
        shown.flags.writeable = False
        return shown

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)
