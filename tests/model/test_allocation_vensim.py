"""Allocation against Vensim's own results.

They are those of the models `allocate_ptype` and `allocate_price` in the tests of SDEverywhere (MIT licence), which
Vensim DSS wrote with six digits.
"""

import pytest

import sdlang
from sdlang.model.allocation import allocate_available, allocate_by_priority, clearing_price

# Priorities 0.1 and 0.9, width 0.5, 100 available: by request, what kinds 0 to 4 of profile give to each.
PROFILES: dict[tuple[int, int], list[tuple[float, float]]] = {
    (20, 30): [(20, 30)] * 5,
    (40, 60): [(40, 60)] * 5,
    (200, 300): [(40, 60), (0, 100), (0, 99.9998), (3.87908, 96.1207), (11.863, 88.1368)],
    (200, 50): [(80, 20), (50, 50), (49.9999, 50), (57.4714, 42.5285), (58.6115, 41.3884)],
}

# Two buyers (priorities 1 and 2) and three sellers (1, 2 and 3; capacities 200, 300 and 450), all of width 1. By kind
# and time: demanded, supplied, price. The buyers want 500 and 300 at time 12, and in proportion before.
MARKETS = [
    (1, 1.5, (38.6905, 37.5), (76.1905, 0.0, 0.0), 0.880952),
    (1, 6.0, (27.7778, 150.0), (177.778, 0.0, 0.0), 1.38889),
    (1, 12.0, (0.0, 250.0), (200.0, 50.0001, 0.0), 1.66667),
    (2, 1.5, (38.6907, 37.5), (76.1898, 0.0, 0.0), 0.936434),
    (2, 6.0, (27.7775, 150.0), (177.778, 0.0, 0.0), 1.2643),
    (2, 12.0, (0.0, 250.0), (200.0, 49.9997, 0.0), 1.78867),
    (3, 1.5, (44.1931, 35.2059), (58.5821, 18.3531, 2.46356), 0.455065),
    (3, 6.0, (97.4177, 114.626), (122.066, 70.7471, 19.2304), 1.28018),
    (3, 12.0, (122.009, 186.12), (151.196, 113.88, 43.0536), 1.69346),
    (4, 1.5, (48.5355, 34.4177), (44.6863, 24.6588, 13.6072), 0.194498),
    (4, 6.0, (103.642, 116.723), (117.086, 66.5534, 36.7255), 1.18737),
    (4, 12.0, (126.831, 191.229), (149.268, 108.771, 60.0217), 1.67861),
]


@pytest.mark.parametrize("request_", PROFILES)
@pytest.mark.parametrize("kind", range(5))
def test_allocate_available(request_: tuple[int, int], kind: int) -> None:
    given = allocate_available(request_, [kind] * 2, [0.1, 0.9], [0.5] * 2, [0] * 2, 100)
    # Vensim stops when the sum is within 5e-6 of what is available; here it is all of it.
    assert given == pytest.approx(PROFILES[request_][kind], abs=3e-4)
    assert sum(given) == pytest.approx(min(100, sum(request_)), rel=1e-12)


@pytest.mark.parametrize(("kind", "time", "demanded", "supplied", "price"), MARKETS)
def test_a_market_is_an_allocation_of_all_that_sellers_have(
    kind: int, time: float, demanded: tuple[float, ...], supplied: tuple[float, ...], price: float
) -> None:
    capacity = [200.0, 300.0, 450.0]
    wanted = [500 * time / 12, 300 * time / 12, *capacity]
    kinds, priority, width, extra = [kind] * 5, [1, 2, 1, 2, 3], [1] * 5, [0] * 5
    given = allocate_available(wanted, kinds, priority, width, extra, sum(capacity))
    assert given[:2] == pytest.approx(demanded, abs=1e-3)
    sold = [has - keeps for has, keeps in zip(capacity, given[2:], strict=True)]
    assert sold == pytest.approx(supplied, abs=1e-3)
    found = clearing_price(priority, width, wanted, kinds, extra, sum(capacity))
    assert found == pytest.approx([price] * 5, abs=2e-5)


def test_allocate_by_priority() -> None:
    # PySD's documentation of Vensim's function: requests 3, 2, 4 by priority 1, 2, 3, of 6 there are: 0, 2, 4.
    assert allocate_by_priority([3, 2, 4], [1, 2, 3], 1, 6) == pytest.approx([0, 2, 4], rel=1e-12)


def test_a_market_in_a_model() -> None:
    run = sdlang.compile(
        "simulate 0 to 12 years, step 1 year\n"
        "dim trader = b1, b2, s1, s2, s3\n"
        "param most[trader] = { b1: 500 tasks, b2: 300 tasks, s1: 200 tasks, s2: 300 tasks, s3: 450 tasks }\n"
        "param worth[trader] = { b1: 1 USD/task, b2: 2 USD/task, s1: 1 USD/task, s2: 2 USD/task, s3: 3 USD/task }\n"
        "param grown = 50%\n"
        "aux wanted[trader] = if trader == b1 or trader == b2 then most * grown else most\n"
        "aux has[trader] = allocate_available(wanted, 3, worth, 1 USD/task, 0, 950 tasks over trader)\n"
        "aux price[trader] = clearing_price(worth, 1 USD/task, wanted, 3, 0, 950 tasks over trader)\n"
        "aux sold = most[s1] - has[s1]\n"
    ).run()
    assert run["has"][0, :2] == pytest.approx([97.4177, 114.626], abs=1e-3)  # as above, at time 6
    assert run["sold"][0] == pytest.approx(122.066, abs=1e-3)
    assert run["price"][0, 0] == pytest.approx(1.28018, abs=2e-5)
