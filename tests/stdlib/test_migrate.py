"""`migrate`: moving between places, by what draws people there."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

TEXT = """
simulate 0 to STOP years, step 1/4 year, using rk4
use labor
dim region = first, second
param strength = 1.2
param congestion = 0
stock talent[region] = { first: FIRST people, second: 100 people - FIRST people }
aux part[region] = talent / sum(talent over region)
migrate moves {
  place = region
  attraction = part^strength * exp(-congestion * part)
  mobility = 20% / year
  people <- talent
}
"""


def model(first: float, stop: int) -> sdlang.Model:
    return sdlang.compile(TEXT.replace("FIRST", str(first)).replace("STOP", str(stop)))


@pytest.mark.parametrize("engine", ["reference", "fixed", "scipy"])
def test_nobody_is_lost_on_the_way(engine: str) -> None:
    found = model(51, 50)
    (ledger,) = ledgers(found.structure)
    assert ledger.is_closed
    run = found.run(engine=engine)
    assert run["talent"].sum(axis=1) == pytest.approx(np.full(len(run.time), 100), rel=1e-12)


@pytest.mark.parametrize(
    ("strength", "congestion", "end"),
    [
        (0.8, 0.0, 0.5),  # g < 1: the equal state is stable
        (2.0, 2.5, 0.5),  # g - c/2 = 0.75 < 1
    ],
)
def test_places_become_equal_where_the_draw_is_weak(strength: float, congestion: float, end: float) -> None:
    run = model(60, 400).run({"strength": strength, "congestion": congestion})
    assert run["part"][-1, 0] == pytest.approx(end, abs=1e-4)


def test_one_place_draws_ahead_where_the_draw_is_strong() -> None:
    run = model(51, 600).run({"strength": 1.2})
    assert run["part"][-1, 0] > 0.999  # the other end of the pitchfork, where all are in one place
    assert model(51, 600).run({"strength": 2.0, "congestion": 1.5})["part"][-1, 0] > 0.7  # g - c/2 = 1.25 > 1


@pytest.mark.parametrize(("strength", "congestion", "gain"), [(1.2, 0.0, 1.2), (0.8, 0.0, 0.8), (2.0, 1.5, 1.25)])
def test_near_equal_places_move_apart_at_the_rate_of_the_pitchfork(
    strength: float, congestion: float, gain: float
) -> None:
    run = model(50.0001, 20).run({"strength": strength, "congestion": congestion}, engine="scipy")
    ahead = run["part"][:, 0] - 0.5
    # x' = m (P(x) - x); P'(1/2) = g - c/2, so the lead grows at m (g - c/2 - 1).
    assert np.log(ahead[-1] / ahead[0]) / 20 == pytest.approx(0.2 * (gain - 1), abs=1e-4)


def test_more_than_two_places_share_by_their_attraction() -> None:
    run = sdlang.compile(
        "simulate 0 to 200 years, step 1/4 year\nuse labor\ndim town = a, b, c\n"
        "param pull[town] = { a: 1, b: 2, c: 5 }\nstock folk[town] = 80 people\n"
        "migrate moves { place = town, attraction = pull, mobility = 10% / year\n"
        "people <- folk }"
    ).run()
    assert run["folk"][-1] == pytest.approx([30, 60, 150], rel=1e-6)  # 240 in parts of 1 : 2 : 5
