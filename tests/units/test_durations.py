"""How long something takes, in the words that are shortest."""

import pytest

from sdlang.units.durations import spoken


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1.5, "years", "1.5 years"),
        (1, "week", "1 week"),
        (1 / 12, "years", "1 month"),
        (0.25, "years", "3 months"),
        (1 / 16, "years", "1/16 year"),  # 22.8 days
        (7 / 365.25, "years", "1 week"),
        (10 / 365.25, "years", "10 days"),
        (1 / 3, "month", "1/3 month"),
        (0.0417, "years", "0.0417 years"),
        (1_000_000 / 3, "years", "3.333e+05 years"),
        (0.5, "decades", "1/2 decade"),  # a unit of the file's own has no shorter ones
        (0, "years", "0 years"),
    ],
)
def test_a_duration_is_said_in_the_shortest_words(value: float, unit: str, said: str) -> None:
    assert spoken(value, unit) == said
