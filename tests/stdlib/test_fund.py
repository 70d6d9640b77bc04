"""`fund`: a budget that cannot be overspent."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

ENGINES = ("reference", "fixed", "scipy")
TEXT = """
simulate 2024 to 2044 years, step 1/32 year, using rk4
use labor
param income = 30 USD/year
fund training { start = 10 USD, income = income, demand = 20 people/year, unit_cost = 2 USD/person, cover = 3 months }
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("income", [0.0, 30.0, 40.0, 60.0])
def test_what_came_is_spent_or_there(engine: str, income: float) -> None:
    run = sdlang.compile(TEXT).run({"income": income}, engine=engine)
    owed = 10 + run["training.received"] - run["training.spent"] - run["training.balance"]
    assert np.max(np.abs(owed)) <= 1e-12 * max(10.0, float(run["training.received"][-1]))
    assert np.min(run["training.balance"]) >= 0
    assert np.all(run["training.paying"] <= run["training.balance"] / 0.25 * (1 + 1e-12))


def test_with_too_little_the_income_decides() -> None:
    run = sdlang.compile(TEXT).run({"income": 30.0})
    assert run["training.granted"][-1] == pytest.approx(15, rel=1e-9)  # 30 a year at 2 each
    assert run["training.balance"][-1] == pytest.approx(30 * 0.25, rel=1e-9)  # income * cover


def test_with_enough_the_demand_decides_and_more_changes_nothing() -> None:
    for income in (50.0, 100.0):
        run = sdlang.compile(TEXT).run({"income": income})
        assert run["training.granted"] == pytest.approx(20, rel=1e-12)
        # 10 + (income - 2 * 20) * 20 years
        assert run["training.balance"][-1] == pytest.approx(10 + (income - 40) * 20, rel=1e-9)


def test_without_income_it_runs_dry_but_not_below() -> None:
    run = sdlang.compile(TEXT).run({"income": 0.0}, engine="scipy")
    # Demand takes 40 a year until 40 = balance / cover, at the start already (10 / 0.25): from then on exponential.
    assert run["training.balance"] == pytest.approx(10 * np.exp(-(run.time - 2024) / 0.25), abs=1e-6)


def test_one_fund_may_feed_another() -> None:
    model = sdlang.compile(
        "simulate 2024 to 2034 years, step 1/32 year\nuse labor\nstock treasury = 1000 USD\nstock wages = 0 USD\n"
        "fund training { start = 10 USD, income = 30 USD/year, demand = 20 people/year, unit_cost = 2 USD/person\n"
        "source <- treasury, payees -> wages }"
    )
    money = next(ledger for ledger in ledgers(model.structure) if "treasury" in ledger.stocks)
    assert money.is_closed
    run = model.run()
    total = run["treasury"] + run["training.balance"] + run["wages"]
    assert total == pytest.approx(np.full(len(run.time), 1010), rel=1e-12)
