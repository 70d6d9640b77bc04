"""Numbers as people write them: `1.2 million`, `8 % per year`, `0.25`; and round values for the ticks of an axis."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10

from sdlang.units.dates import DATE, spoken_moment

SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
MINUS = "−"
TINY = 1e-300
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def readable(value: float, digits: int = 4) -> str:
    """A number in about four digits: grouped by thousands, with a word from a million on."""
    if not isfinite(value):
        return "not a number" if value != value else (f"{MINUS}∞" if value < 0 else "∞")
    size = abs(value)
    if size == 0:
        return "0"
    for scale, word in SCALES:
        if size >= scale * (1 - 0.5 * 10.0**-digits):
            return f"{readable(value / scale, digits)} {word}" if size < 1e16 else _scientific(value)
    if size < 1e-4:
        return _scientific(value)
    places = max(0, digits - 1 - floor(log10(size)))
    text = f"{value:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("-", MINUS).replace(",", "\u202f")


def _scientific(value: float) -> str:
    mantissa, exponent = f"{value:.2e}".split("e")
    power = str(int(exponent)).translate(SUPERSCRIPTS)
    return f"{mantissa.rstrip('0').rstrip('.')}·10{power}".replace("-", MINUS)


def with_unit(value: float, unit: str) -> str:
    """`1.2 million people`, `8 % per year` for rates, `25 %` for what is in percent; a date where that is the unit."""
    if unit == DATE:
        return spoken_moment(value)
    if unit == "1":
        return readable(value)
    if unit == "percent":
        return f"{readable(value)} %"
    if unit.startswith("1/"):
        return f"{readable(value * 100)} % per {unit[2:]}"
    return f"{readable(value)} {unit}"


def without_unit(value: float, unit: str) -> str:
    """A number whose unit stands beside it; a date has none."""
    return spoken_moment(value) if unit == DATE else readable(value)


def difference(value: float, unit: str) -> str:
    """A difference of two values with its unit: that of two percentages is told in percentage points, that of two dates
    in years."""
    return f"{readable(value)} pp" if unit == "percent" else with_unit(value, "years" if unit == DATE else unit)


def percentage(share: float) -> str:
    """A share in two or three digits: `12 %`, `0.002 %`; what is tiny is `< 0.0001 %`."""
    percent = share * 100
    if not isfinite(percent):
        return "–"
    if 0 < abs(percent) < 1e-4:
        return "< 0.0001 %"
    return f"{readable(percent, 3 if abs(percent) >= 1 else 2)} %"


def change(before: float, after: float) -> str:
    """By how much a value changed, as a share of what it was: `+20 %`, `−3.4 %`, `±0 %`; empty where it was 0."""
    if before == 0 or not isfinite(before) or not isfinite(after):
        return ""
    share = (after - before) / abs(before)
    if abs(share) < 5e-5:
        return "±0 %"
    if abs(share) >= 100:
        return f"×{readable(after / before, 3)}"
    return f"{'+' if share > 0 else ''}{percentage(share)}"


def axis_unit(largest: float) -> tuple[float, str]:
    """By what to divide the numbers of an axis, and the word that stands for it."""
    for scale, word in SCALES:
        if largest >= scale:
            return scale, word
    return 1.0, ""


def ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Round values (1, 2 or 5 times a power of ten apart) from at or below `low` to at or above `high`."""
    if not (isfinite(low) and isfinite(high)) or high < low:
        return (0.0, 1.0)
    if high - low <= max(1e-12 * max(abs(low), abs(high)), TINY):
        middle = (low + high) / 2
        spread = abs(middle) * 0.1 if abs(middle) > TINY else 1.0
        low, high = min(low, middle - spread), max(high, middle + spread)
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    places = 2 - floor(log10(step))
    return tuple(round(count * step, places) for count in range(first, last + 1))


def times(start: float, stop: float, about: int = 6) -> tuple[float, ...]:
    """Round times within a run."""
    return tuple(time for time in ticks(start, stop, about) if start <= time <= stop)


def tick_text(value: float, step: float) -> str:
    """A tick with as many decimals as its distance to the next one needs."""
    places = max(0, -floor(log10(step) + 1e-9)) if step else 0
    text = f"{value:,.{min(places, 10)}f}"
    return "0" if float(value) == 0 else text.replace("-", MINUS).replace(",", "\u202f")


def year_text(value: float, step: float) -> str:
    """A time on an axis: years are not grouped by thousands."""
    return tick_text(value, step).replace("\u202f", "")
