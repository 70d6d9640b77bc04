"""Equations that hold at the same time: values u for which u = f(u), found by Newton's method.

`f` computes a group of variables that read one another in a round: given values of the unknowns, it computes all others
of the group, and from them what the equations of the unknowns make of it. The slopes of f are quotients of differences,
so that every function of the language will do. The search begins at the last solution, and goes on until both sides
agree to 1e-12, so that the way to a solution leaves no trace in it. A step that does not bring the two sides nearer is
halved (Dennis and Schnabel, Numerical Methods for Unconstrained Optimization, 1983, ch. 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sdlang.model.no_value import NoValue

AGREES = 1e-12
# Where rounding lets the two sides come no nearer, this is near enough.
NEARLY = 1e-10
MOST_STEPS = 100
MOST_HALVINGS = 30
WIDTH = 1e-7
# A value that is this small beside the others counts like one of this size.
SMALL = 1e-6

Image = Callable[[list[float]], Sequence[float]]


def solved(guess: Sequence[float], image: Image) -> list[float]:
    """The values for which both sides agree. Raises NoValue where none are found, and what `image` raises at the
    guess."""
    u = [float(value) for value in guess]
    floor = SMALL * max((abs(value) for value in u), default=0.0)
    f = [float(value) for value in image(u)]
    apart = _apart(u, f, floor)
    for _ in range(MOST_STEPS):
        if apart <= AGREES:
            return f
        step = _step(u, f, image, floor)
        better = _better(u, f, step, image)
        if better is None:
            break
        u, f = better
        apart = _apart(u, f, floor)
    if apart <= NEARLY:
        return f
    worst = max(range(len(u)), key=lambda place: abs(f[place] - u[place]))
    raise NoValue(
        f"no value was found for which its equations agree: at {u[worst]:.6g} they make {f[worst]:.6g} of it; "
        "a solution may not exist, or the search has to begin elsewhere"
    )


def _apart(u: Sequence[float], f: Sequence[float], floor: float) -> float:
    """How far the two sides are apart, relative to their size."""
    sizes = [max(abs(a), abs(b), floor) or 1.0 for a, b in zip(u, f, strict=True)]
    largest = max(sizes)
    return max(abs(b - a) / max(size, SMALL * largest) for a, b, size in zip(u, f, sizes, strict=True))


def _step(u: list[float], f: Sequence[float], image: Image, floor: float) -> list[float]:
    """Newton's step."""
    columns = []
    for place, value in enumerate(u):
        width = WIDTH * max(abs(value), abs(f[place]), floor, 1e-12)
        moved = [*u[:place], value + width, *u[place + 1 :]]
        width = moved[place] - value
        try:
            columns.append([(after - before) / width for after, before in zip(image(moved), f, strict=True)])
        except (ArithmeticError, ValueError):
            moved[place] = value - width
            columns.append([(before - after) / width for after, before in zip(image(moved), f, strict=True)])
    slopes = np.array(columns).T - np.eye(len(u))
    residual = np.array(f) - np.array(u)
    try:
        step: list[float] = (-np.linalg.solve(slopes, residual)).tolist()
    except np.linalg.LinAlgError:
        step = residual.tolist()
    return step


def _better(
    u: list[float], f: Sequence[float], step: list[float], image: Image
) -> tuple[list[float], list[float]] | None:
    """The next values, whose sides are nearer; `None` where no part of the step brings them nearer. Distances are
    measured by the sizes that the values have here, so that one on its way to 0 is not held up."""
    sizes = [max(abs(a), abs(b)) or 1.0 for a, b in zip(u, f, strict=True)]
    before, share = _distance(u, f, sizes), 1.0
    for _ in range(MOST_HALVINGS):
        moved = [value + share * change for value, change in zip(u, step, strict=True)]
        try:
            made = [float(value) for value in image(moved)]
            now = _distance(moved, made, sizes)
        except (ArithmeticError, ValueError):
            now = float("inf")
        if now < before:
            return moved, made
        share /= 2
    return None


def _distance(u: Sequence[float], f: Sequence[float], sizes: Sequence[float]) -> float:
    return max(abs(b - a) / size for a, b, size in zip(u, f, sizes, strict=True))
