"""From Lark's parse tree to the points of a table and the words behind them."""

from __future__ import annotations

from lark.lexer import Token

from sdlang.syntax import errors, tree
from sdlang.syntax.build_expressions import Expressions, Parsed, children_of

METHODS = ("linear", "step", "spline")
OUTSIDE = ("hold", "extrapolate", "error")


def points(build: Expressions, parsed: Parsed) -> tuple[tree.Point, ...]:
    """`(0, 0) (0.2, 0.1) (1, 1)`"""
    return tuple(
        tree.Point(build.span_of(point), *(build.expression(child) for child in point.children))
        for point in children_of(parsed, "point")
    )


def words(build: Expressions, parsed: Parsed) -> tuple[str, str]:
    """`linear, hold` behind a table or a series: the method, and what holds outside."""
    method = outside = ""
    for child in parsed.children:
        if not isinstance(child, Token) or child.type != "WORD":
            continue
        word, span = str(child), build.span_of(child)
        if word in METHODS:
            if method:
                build.found.append(errors.word_twice("how to read between points", span))
            method = word
        elif word in OUTSIDE:
            if outside:
                build.found.append(errors.word_twice("what holds outside the points", span))
            outside = word
        else:
            build.found.append(errors.unknown_word(word, (*METHODS, *OUTSIDE), span))
    return method, outside
