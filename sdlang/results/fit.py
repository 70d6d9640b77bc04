"""How well a simulated series fits a measured one.

MAPE and R^2 as usual; Theil's inequality statistics split the mean square error into shares: bias (unequal means),
variation (unequal spreads) and covariation (the rest, point by point). Theil, Applied Economic Forecasting (1966);
Sterman, Business Dynamics (2000), ch. 21.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdlang.results.run import Array


@dataclass(frozen=True, slots=True)
class Fit:
    """`rmse` is in the unit of the data; `mape` and `r2` are shares; `bias + variation + covariation` is 1.

    `mape` is `None` where a measured value is 0, `r2` where the data do not vary.
    """

    points: int
    rmse: float
    mape: float | None
    r2: float | None
    bias: float
    variation: float
    covariation: float


def fit(simulated: Array, measured: Array) -> Fit:
    """Statistics of two series of the same length (at least 2)."""
    if simulated.shape != measured.shape or simulated.size < 2:
        raise ValueError(f"two series of one length are needed, got {simulated.shape} and {measured.shape}")
    error = simulated - measured
    mse = float(np.mean(error**2))
    spread = float(np.sum((measured - measured.mean()) ** 2))
    mape = float(np.mean(np.abs(error / measured))) if np.all(measured != 0) else None
    r2 = 1 - float(np.sum(error**2)) / spread if spread else None
    bias = (float(simulated.mean()) - float(measured.mean())) ** 2
    variation = (float(simulated.std()) - float(measured.std())) ** 2
    if not mse:
        return Fit(simulated.size, 0.0, mape, r2, 0.0, 0.0, 1.0)
    return Fit(simulated.size, mse**0.5, mape, r2, bias / mse, variation / mse, (mse - bias - variation) / mse)
