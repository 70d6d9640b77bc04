"""Courses that go one way: `rises`, `falls`, `monotone`."""

from __future__ import annotations

from sdlang.results.run import Array
from sdlang.results.shapes.finding import Finding, Say, plain, rounding_of
from sdlang.results.shapes.turns import Fall, largest_fall


def rises(t: Array, x: Array, say: Say = plain) -> Finding:
    """It ends above its beginning, and no later value lies below an earlier one."""
    return _one_way(t, x, x, ("rises", "falls"), say)


def falls(t: Array, x: Array, say: Say = plain) -> Finding:
    """It ends below its beginning, and no later value lies above an earlier one."""
    return _one_way(t, -x, x, ("falls", "rises"), say)


def monotone(t: Array, x: Array, say: Say = plain) -> Finding:
    """It rises or it falls: the one that it does, or is nearer to."""
    return max(rises(t, x, say), falls(t, x, say), key=lambda found: (found.holds, found.margin))


def _one_way(t: Array, x: Array, shown: Array, words: tuple[str, str], say: Say) -> Finding:
    """Whether x rises; `shown` is the course that people know, `words` what that does on the way up and down of x."""
    back, whole, still = largest_fall(x), float(x[-1] - x[0]), rounding_of(x)
    if back.size > still:
        return Finding(False, -back.size, float(t[back.end]), told_turn(back, t, x, words, say))
    if whole <= still:
        return Finding(False, 0.0, float(t[-1]), f"it does not change: it stays at {shown[0]:.6g}")
    on, off = words
    return Finding(True, whole, float(t[-1]), f"it {on} by {whole:.6g} and never {off}")


def told_turn(back: Fall, t: Array, x: Array, words: tuple[str, str], say: Say) -> str:
    """Where a course turns, and what it did before: `it turns at 4: rises by 12 until then, falls by 3 until 6`."""
    on, off = words
    gone = float(x[back.start] - x[0])
    if gone <= rounding_of(x):
        return f"it {off} by {back.size:.6g} from {say(t[back.start])} to {say(t[back.end])}"
    until = f"{on} by {gone:.6g} until then, {off} by {back.size:.6g} until {say(t[back.end])}"
    return f"it turns at {say(t[back.start])}: {until}"
