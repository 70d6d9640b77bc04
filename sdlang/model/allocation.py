"""A supply shared among those who request it, by how urgent their requests are.

Each request is a curve: how much of it is asked for at a price. The supply goes to all at the price at which together
they ask for just what there is. With width 0 a request asks for all of itself below its priority and for nothing above:
strict order. The wider a profile, the more requests of different priority share. Nobody gets more than is requested; if
there is enough for all, everybody gets the whole request.

`allocate_by_priority` is Vensim's ALLOCATE BY PRIORITY and Stella's ALLOCATE (one width, rectangular profiles),
`allocate_available` Vensim's ALLOCATE AVAILABLE, whose profiles are told by a kind: 0 fixed quantity (whatever the
price), 1 rectangular, 2 triangular, 3 normal, 4 exponential (double-sided), 5 constant elasticity of demand. Vensim
Reference Manual, "Allocation of a scarce resource".

A market needs nothing else. A seller who offers at a price and above is one who asks for what is his below it: so where
buyers and sellers stand in one dimension and all that the sellers have is shared, buyers are allocated what they buy,
and sellers what they keep. `clearing_price` is the price: Vensim's FIND MARKET PRICE, DEMAND AT PRICE, SUPPLY AT PRICE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, pi, sqrt

from sdlang.model.no_value import NoValue

STEPS = 2_000


def allocate_by_priority(
    request: Sequence[float], priority: Sequence[float], width: float, supply: float
) -> list[float]:
    """What each gets; equal priorities share in proportion to what they request."""
    kinds = [1.0] * len(request)
    widths = [width] * len(request)
    return allocate_available(request, kinds, priority, widths, [0.0] * len(request), supply)


def allocate_available(
    request: Sequence[float],
    kind: Sequence[float],
    priority: Sequence[float],
    width: Sequence[float],
    extra: Sequence[float],
    supply: float,
) -> list[float]:
    """What each gets. Raises NoValue for a request or a width below 0, or a kind that there is not."""
    _check(request, width)
    if supply >= sum(request):
        return [float(one) for one in request]
    if supply <= 0:
        return [0.0] * len(request)
    curves = _curves(request, kind, priority, width, extra)
    price = _clearing_price(curves, priority, width, supply)
    below, above = ([curve(price, side) for curve in curves] for side in (-1, 1))
    # At the price itself some requests may jump: what is left after the sure ones is shared among those in proportion.
    sure = sum(above)
    jump = [most - least for most, least in zip(below, above, strict=True)]
    jumps = sum(jump)
    part = 0.0 if jumps <= 0 else min(1.0, max(0.0, (supply - sure) / jumps))
    given = [least + part * more for least, more in zip(above, jump, strict=True)]
    return _exactly(given, request, supply)


def clearing_price(
    priority: Sequence[float],
    width: Sequence[float],
    request: Sequence[float],
    kind: Sequence[float],
    extra: Sequence[float],
    supply: float,
) -> list[float]:
    """The highest price at which together they ask for the supply, or for all they request: the same for each."""
    _check(request, width)
    price = _clearing_price(_curves(request, kind, priority, width, extra), priority, width, min(supply, sum(request)))
    return [price] * len(request)


def _check(request: Sequence[float], width: Sequence[float]) -> None:
    least = min((*request, *width), default=0.0)
    if least < 0:
        raise NoValue(f"a request and a width cannot be below 0: {least:g}")


Curve = Callable[[float, int], float]


def _curves(
    request: Sequence[float],
    kind: Sequence[float],
    priority: Sequence[float],
    width: Sequence[float],
    extra: Sequence[float],
) -> list[Curve]:
    rows = zip(request, kind, priority, width, extra, strict=True)
    return [_curve(one, round(of_kind), at, wide, more) for one, of_kind, at, wide, more in rows]


def _curve(request: float, kind: int, priority: float, width: float, extra: float) -> Curve:
    """How much is asked for at a price; where that jumps, just below it (`side` -1) or just above (1)."""
    if kind == 0:
        return lambda price, side: request
    if width == 0 and kind != 5:
        return lambda price, side: request if price < priority or (price == priority and side < 0) else 0.0
    match kind:
        case 1:
            return lambda price, side: request * _between(0.5 + (priority - price) / width)
        case 2:
            return lambda price, side: request * _triangular((price - priority) / width)
        case 3:
            return lambda price, side: request * _normal((price - priority) / width)
        case 4:
            return lambda price, side: request * _two_sided((price - priority) / width)
        case 5:
            return lambda price, side: request * _elastic(price, priority, extra)
        case _:
            raise NoValue(f"there is no profile of priority of kind {kind}; they are 0 to 5")


def _between(share: float) -> float:
    return min(1.0, max(0.0, share))


def _triangular(x: float) -> float:
    """The share above x of a triangle from -1/2 to 1/2."""
    if x <= -0.5:
        return 1.0
    if x >= 0.5:
        return 0.0
    return 1 - 2 * (x + 0.5) ** 2 if x < 0 else 2 * (0.5 - x) ** 2


def _normal(x: float) -> float:
    """The share above x of a normal distribution, to 1e-5, by the formula that Vensim's results agree with to all their
    digits. Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.16."""
    if x < 0:
        return 1 - _normal(-x)
    t = 1 / (1 + 0.33267 * x)
    return exp(-x * x / 2) / sqrt(2 * pi) * t * (0.4361836 + t * (-0.1201676 + t * 0.9372980))


def _two_sided(x: float) -> float:
    return 1 - 0.5 * exp(x) if x < 0 else 0.5 * exp(-x)


def _elastic(price: float, reference: float, elasticity: float) -> float:
    if price <= reference:
        return 1.0
    return float((reference / price) ** elasticity) if reference > 0 else 0.0


def _clearing_price(curves: Sequence[Curve], priority: Sequence[float], width: Sequence[float], supply: float) -> float:
    """The price at which all together ask for the supply, to the last bit of it."""
    widest = max(width, default=0.0)
    low = min(priority) - 40 * widest - 1
    high = max(priority) + 40 * widest + 1
    while sum(curve(high, 1) for curve in curves) > supply and high < 1e300:
        high = high * 2 if high > 0 else 1.0
    for _ in range(STEPS):
        middle = low + (high - low) / 2
        if middle in (low, high):
            break
        asked = sum(curve(middle, -1) for curve in curves)
        if asked >= supply:
            low = middle
        else:
            high = middle
    return low


def _exactly(given: list[float], request: Sequence[float], supply: float) -> list[float]:
    """The allocation with what rounding left over, shared in proportion and within the requests."""
    total = sum(given)
    if total <= 0:
        return given
    factor = supply / total
    return [min(float(most), share * factor) for share, most in zip(given, request, strict=True)]
