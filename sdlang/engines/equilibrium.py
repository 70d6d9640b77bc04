"""The start in equilibrium: values of the stocks at which none of them changes.

Newton's method, from the initial values that are declared. The slopes are those that SymPy derives, where the system is
small and smooth enough for it, else quotients of differences. A set of stocks whose total no flow changes keeps the
total of its declared values: that is one more equation. Where the equations leave directions open, the step is the
shortest one, so stocks that the equilibrium does not determine stay where they were; they are listed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sdlang.equations.analysis import NoAnalysis, linearise
from sdlang.equations.system import System
from sdlang.results.run import Array

# A stock is at rest if it changes by less than this share of itself, or of what flows through it, in a unit of time.
AT_REST = 1e-10
MOST_STEPS = 60
MOST_HALVINGS = 30
WIDTH = 1e-7
# A direction along which rates change by less than this share of the steepest is open.
OPEN = 1e-7
# SymPy derives the slopes of systems up to this many equations; more take longer than the differences do.
MOST_EQUATIONS = 60


class Moving(Exception):
    """No equilibrium was found: at the best values, `left` is what no small change of all stocks takes from their
    rates, as a share of their sizes."""

    def __init__(self, values: Array, left: Array) -> None:
        self.values = values
        self.left = left
        super().__init__("no equilibrium was found")


@dataclass(frozen=True, slots=True, eq=False)
class AtRest:
    """The values of the stocks, and the places of those that the equilibrium does not determine."""

    values: Array
    undetermined: tuple[int, ...]


def at_rest(
    start: Array,
    rates: Callable[[Array], Array],
    through: Callable[[Array], Array],
    slopes: Callable[[Array], Array | None],
    incidence: Array,
) -> AtRest:
    """Values near `start` at which `rates` are 0. `through` gives how much flows through each stock, for its size;
    `slopes` the matrix of derivatives, or nothing; `incidence` has a row a stock and a column a flow (1 in, -1 out).

    Raises Moving where no such values are found.
    """
    totals = _kept(incidence)
    x, sizes = start.copy(), _sizes(start, through(start))
    best = _residual(x, start, rates, totals)
    for _ in range(MOST_STEPS):
        if _is_at_rest(x, best[: len(x)], through(x)):
            break
        matrix = _matrix(x, rates, slopes, sizes)
        step = _step(np.vstack([matrix, totals]), best, sizes)
        moved = _nearer(x, step, best, start, rates, totals, sizes)
        if moved is None:
            break
        x, best = moved
        sizes = np.maximum(sizes, np.abs(x))
    if not _is_at_rest(x, best[: len(x)], through(x)):
        raise Moving(x, _left(x, best, np.vstack([_matrix(x, rates, slopes, sizes), totals]), sizes))
    return AtRest(x, _open(np.vstack([_matrix(x, rates, slopes, sizes), totals]), sizes))


def derived(system: System, point: Callable[[Array], dict[str, float]]) -> Callable[[Array], Array | None]:
    """The slopes that SymPy derives; nothing where it cannot."""
    count = len(system.auxiliaries) + len(system.states)

    def slopes(x: Array) -> Array | None:
        if count > MOST_EQUATIONS:
            return None
        try:
            return linearise(system, point(x)).matrix
        except (NoAnalysis, KeyError, RecursionError):
            return None

    return slopes


def _kept(incidence: Array) -> Array:
    """The totals that no flow changes, a row each: the left null space of the incidence matrix."""
    stocks, flows = incidence.shape
    if not flows:
        return np.eye(stocks)
    _, weights, rows = np.linalg.svd(incidence.T)
    rank = int(np.sum(weights > 1e-9))
    kept: Array = rows[rank:]
    return kept


def _sizes(x: Array, through: Array) -> Array:
    typical = float(max(np.abs(x).max(), np.abs(through).max())) or 1.0
    return np.maximum(np.maximum(np.abs(x), np.abs(through)), 1e-6 * typical)


def _is_at_rest(x: Array, rates: Array, through: Array) -> bool:
    return bool(np.all(np.isfinite(rates)) and np.all(np.abs(rates) <= AT_REST * np.maximum(through, np.abs(x) * 1e-3)))


def _residual(x: Array, start: Array, rates: Callable[[Array], Array], totals: Array) -> Array:
    return np.concatenate([rates(x), totals @ (x - start)])


def _matrix(x: Array, rates: Callable[[Array], Array], slopes: Callable[[Array], Array | None], sizes: Array) -> Array:
    known = slopes(x)
    if known is not None and np.all(np.isfinite(known)):
        return known
    here = rates(x)
    columns = []
    for place in range(len(x)):
        moved = x.copy()
        moved[place] += WIDTH * sizes[place]
        columns.append((rates(moved) - here) / (moved[place] - x[place]))
    return np.array(columns).T


def _step(matrix: Array, residual: Array, sizes: Array) -> Array:
    """The shortest step to where the straight lines meet, in shares of the sizes of the stocks."""
    scaled = matrix * sizes
    found, *_ = np.linalg.lstsq(scaled, -residual, rcond=1e-10)
    step: Array = found * sizes
    return step


def _left(x: Array, residual: Array, matrix: Array, sizes: Array) -> Array:
    """What the straight lines cannot make 0: where it is large, equations contradict one another."""
    left = residual + matrix @ _step(matrix, residual, sizes)
    contradicting = np.abs(left[: len(x)]) / sizes
    moving: Array = np.abs(residual[: len(x)]) / sizes
    return contradicting if contradicting.max() > AT_REST * 10 else moving


def _nearer(
    x: Array,
    step: Array,
    residual: Array,
    start: Array,
    rates: Callable[[Array], Array],
    totals: Array,
    sizes: Array,
) -> tuple[Array, Array] | None:
    """The next values, at which less moves; `None` where no part of the step makes it so."""
    weights = 1 / np.concatenate([sizes, np.ones(len(totals)) * float(sizes.max())])
    before, share = float(np.linalg.norm(residual * weights)), 1.0
    for _ in range(MOST_HALVINGS):
        moved = x + share * step
        try:
            now = _residual(moved, start, rates, totals)
            norm = float(np.linalg.norm(now * weights))
        except (ArithmeticError, ValueError):
            norm = float("inf")
        if norm < before:
            return moved, now
        share /= 2
    return None


def _open(matrix: Array, sizes: Array) -> tuple[int, ...]:
    """The stocks that can move without setting anything in motion."""
    _, weights, rows = np.linalg.svd(matrix * sizes)
    rank = int(np.sum(weights > OPEN * weights[0])) if len(weights) and weights[0] else 0
    free = rows[rank:]
    return tuple(int(place) for place in np.flatnonzero(np.abs(free).max(axis=0) > 1e-6)) if len(free) else ()
