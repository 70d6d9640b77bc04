"""Quantiles of an ensemble and its table: against NumPy, over all runs and elements."""

import csv
from io import StringIO

import numpy as np
import pytest

import sdlang
from sdlang.results.ensemble import LEVELS, Ensemble

SPLIT = """\
simulate 0 to 4 years, step 1/4 year, save every 1 year, seed 7
dim g = a, b
param r[g] = ? in 5% .. 15% per year
stock s[g] = 100 people
flow f[g]: s -> cloud = s * r
aux all = sum(s over g)
"""


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return sdlang.compile(SPLIT).ensemble(30)


def test_values_have_an_axis_of_runs_before_those_of_time_and_elements(ensemble: Ensemble) -> None:
    assert (ensemble.runs, ensemble.seed) == (30, 7)
    assert ensemble.values["s"].shape == (30, 5, 2)
    assert ensemble.values["all"].shape == (30, 5)
    assert "r" not in ensemble.values
    assert ensemble.drawn["r[b]"].shape == (30,)
    assert ensemble.time.tolist() == [0, 1, 2, 3, 4]
    assert np.allclose(ensemble.values["s"].sum(axis=2), ensemble.values["all"], rtol=1e-14)


def test_a_quantile_is_that_of_all_runs_at_each_time(ensemble: Ensemble) -> None:
    """By hand: the sorted values, with straight lines between them."""
    for level in (0, 0.1, 0.5, 0.95, 1):
        ordered = np.sort(ensemble.values["all"], axis=0)
        place = level * 29
        below, above = int(np.floor(place)), int(np.ceil(place))
        by_hand = ordered[below] + (place - below) * (ordered[above] - ordered[below])
        assert np.allclose(ensemble.quantile("all", level), by_hand, rtol=1e-14)
    assert ensemble.quantile("s", 0.5).shape == (5, 2)
    for place, name in enumerate(("s[a]", "s[b]")):
        assert np.array_equal(ensemble.quantile(name, 0.25), ensemble.quantile("s", 0.25)[:, place])


def test_what_an_ensemble_does_not_have_is_a_key_error(ensemble: Ensemble) -> None:
    with pytest.raises(KeyError):
        ensemble.quantile("nothing", 0.5)


def test_the_table_has_a_line_for_each_time_and_columns_for_each_element(ensemble: Ensemble) -> None:
    rows = list(csv.DictReader(StringIO(ensemble.to_csv())))
    assert [float(row["time"]) for row in rows] == [0, 1, 2, 3, 4]
    assert {name.partition(" ")[2] for name in rows[0] if name != "time"} == {
        "base", "mean", "5%", "25%", "50%", "75%", "95%", "least", "largest",
    }  # fmt: skip
    values = ensemble.values["s"][:, :, 1]

    def column(name: str) -> list[float]:
        return [float(row[f"s[b] {name}"]) for row in rows]

    assert column("base") == ensemble.base["s[b]"].tolist()
    assert column("mean") == values.mean(axis=0).tolist()
    assert column("least") == values.min(axis=0).tolist()
    assert column("largest") == values.max(axis=0).tolist()
    for level in LEVELS:
        assert column(f"{100 * level:g}%") == np.quantile(values, level, axis=0).tolist()
    assert column("base")[0] == 100
