"""Courses made by hand or from a formula, with a name that says what makes them have a shape or miss it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sdlang.results.run import Array
from sdlang.results.shapes import SHAPES, Finding

# What a judge is told: times, values, other arguments in the order of its row.
Told = tuple[Any, ...]
T: Array = np.linspace(0.0, 40.0, 401)


@dataclass(frozen=True)
class Example:
    shape: str
    said: str
    told: Told
    has_it: bool

    def __str__(self) -> str:
        return f"{'' if self.has_it else 'not '}{self.shape}: {self.said}"

    def found(self) -> Finding:
        return SHAPES[self.shape](*self.told)


def having(shape: str, told: Mapping[str, Told]) -> list[Example]:
    return [Example(shape, said, each, True) for said, each in told.items()]


def missing(shape: str, told: Mapping[str, Told]) -> list[Example]:
    return [Example(shape, said, each, False) for said, each in told.items()]


def assert_seen(example: Example) -> None:
    """The verdict is right, and the margin has its sign."""
    found = example.found()
    assert found.holds is example.has_it, found
    assert found.margin >= 0 if found.holds else found.margin <= 0, found
    assert found.detail


def course(*values: float) -> Told:
    """Values at the times 0, 1, 2, ..."""
    return np.arange(float(len(values))), np.array(values, dtype=np.float64)


def at(times: list[float], values: list[float]) -> Told:
    return np.array(times, dtype=np.float64), np.array(values, dtype=np.float64)


def of(formula: Callable[[Any], Any]) -> Told:
    """The values of a formula at the times 0, 0.1, ... 40."""
    return T, np.asarray(formula(T), dtype=np.float64) + 0 * T


def until(end: float, told: Told) -> Told:
    """The beginning of a course."""
    t, x = told
    return t[t <= end], x[t <= end]


def with_slopes(*slopes: float) -> Told:
    """A course from 0 on with these slopes, each for a time of 1."""
    return course(0, *np.cumsum(slopes))


def mirrored(told: Mapping[str, Told]) -> dict[str, Told]:
    return {f"{said}, upside down": (t, -x) for said, (t, x) in told.items()}


def noise(size: float, seed: int = 1) -> Array:
    drawn: Array = size * np.random.default_rng(seed).uniform(-1, 1, len(T))
    return drawn


def logistic(t: Any, middle: float = 20.0, pace: float = 0.5) -> Any:
    return 100 / (1 + np.exp(-pace * (t - middle)))


def wave(t: Any, period: float = 8.0, damping: float = 0.0) -> Any:
    return np.exp(-damping * t) * np.sin(2 * np.pi * t / period)


def bell(t: Any, middle: float = 20.0, width: float = 6.0) -> Any:
    return np.exp(-(((t - middle) / width) ** 2))
