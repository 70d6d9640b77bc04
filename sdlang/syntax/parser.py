"""From text to the syntax tree, statement by statement, with Lark.

The grammar stands in `grammar/sd.lark`; `layout.py` has cut the text into statements. Each is read on its own and its
parse tree rebuilt as the nodes of `tree.py` by `build.py`. Parsing never raises: what is wrong with a text is appended
to `found`, and what could be read is in the result.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from lark import Lark, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import Token
from platformdirs import user_cache_path

from sdlang.collector import collector_off
from sdlang.diagnostics import Diagnostic
from sdlang.grammar import grammar_file
from sdlang.source import Source, Span
from sdlang.syntax import errors, tree
from sdlang.syntax.build import Build
from sdlang.syntax.layout import Statement, split
from sdlang.syntax.walk import depth
from sdlang.syntax.words import BLOCKS, DECLARATIONS, INSIDE
from sdlang.version import __version__

LARGEST_FILE = 5_000_000
DEEPEST_TREE = 150
# What layout has found already: the statement is not read again for a second message about the same mistake.
BROKEN = ("unclosed-string", "unclosed-bracket", "stray-bracket", "too-deep")
STARTS = (*dict.fromkeys(DECLARATIONS.values()), "override", "prose", "section", "expression")


def parse(source: Source, found: list[Diagnostic]) -> tree.File:
    """The syntax tree of a text; what could not be read is left out of it and reported."""
    text = _plain_text(source, found)
    if text is None:
        return tree.File(Span(source, 0, 0), source, ())
    statements, after = split(source, text, found)
    if not statements and not found:
        found.append(errors.empty_model(source))
    build = Build(source, found)
    with collector_off():
        declarations = tuple(
            declaration
            for statement in statements
            if (declaration := _declaration(statement, build, found)) is not None
        )
    return tree.File(Span(source, 0, len(text)), source, declarations, after)


def parse_expression(source: Source, found: list[Diagnostic]) -> tree.Expr | None:
    """The expression that a whole text is, such as `10% / year`."""
    text = _plain_text(source, found)
    if text is None:
        return None
    start = len(text) - len(text.lstrip())
    statement = Span(source, start, max(start, len(text.rstrip())))
    parsed = _read(statement, "expression", found)
    build = Build(source, found)
    build.offset = statement.start
    return None if parsed is None else _checked(build.expression(parsed), found)


def _plain_text(source: Source, found: list[Diagnostic]) -> str | None:
    """The text with other line ends, tabs and a byte order mark as blanks, so that offsets stay as they are."""
    text = source.text
    if "\0" in text:
        found.append(errors.not_text(source, "it has zero bytes"))
        return None
    if len(text) > LARGEST_FILE:
        found.append(errors.file_too_large(source, len(text), LARGEST_FILE))
        return None
    if text.startswith("\ufeff"):
        text = " " + text[1:]
    return text.replace("\r\n", " \n").replace("\r", "\n")


@cache
def _lark() -> Lark:
    """The parser, from the cache of the user's machine where that can be used."""
    path = grammar_file("sd.lark")
    text = path.read_text(encoding="utf-8")
    for cached in (_cache_file(text), False):
        try:
            return Lark(
                text,
                parser="lalr",
                lexer="contextual",
                start=list(STARTS),
                maybe_placeholders=False,
                cache=cached,
            )
        except OSError:
            continue
    raise AssertionError("without a cache no file is read or written")


def _cache_file(grammar: str) -> str | bool:
    digest = sha256(f"{__version__}\0{grammar}".encode()).hexdigest()[:16]
    folder = Path(user_cache_path("sdlang"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return str(folder / f"grammar-{digest}.pickle")


def _declaration(statement: Statement, build: Build, found: list[Diagnostic]) -> tree.Declaration | None:
    rule = DECLARATIONS.get(statement.word)
    if rule is None:
        found.append(_unknown(statement))
        return None
    if statement.word in BLOCKS and statement.block is None:
        if not any(diagnostic.span and diagnostic.span.start >= statement.span.start for diagnostic in found):
            found.append(errors.missing_block(statement.word, statement.span))
        return None
    items = tuple(
        item for inner in statement.block or () if (item := _item(inner, statement.word, build, found)) is not None
    )
    return _built(statement, rule, items, build, found)


def _built(
    statement: Statement, rule: str, items: tuple[tree.Declaration, ...], build: Build, found: list[Diagnostic]
) -> tree.Declaration | None:
    """The declaration that a statement is, unless it cannot be read or is nested deeper than anyone can follow."""
    parsed = _read(statement.span, rule, found)
    if parsed is None:
        return None
    try:
        return _checked(build.declaration(parsed, statement, items), found)
    except RecursionError:
        found.append(errors.too_deep(DEEPEST_TREE, statement.span))
        return None


def _item(statement: Statement, block: str, build: Build, found: list[Diagnostic]) -> tree.Declaration | None:
    """A statement inside a block."""
    rule = DECLARATIONS.get(statement.word, "")
    if statement.word in INSIDE[block]:
        rule = {"text": "prose"}.get(statement.word, rule)
    elif rule:
        found.append(errors.wrong_place(statement.word, block, statement.span))
        return None
    elif block == "scenario":
        rule = "override"
    elif block == "report":
        rule = "section"
    else:
        found.append(errors.wrong_place(statement.word or statement.span.text[:1], block, statement.span))
        return None
    return _built(statement, rule, (), build, found)


def _unknown(statement: Statement) -> Diagnostic:
    span = statement.span
    word = statement.word or span.text[:1]
    first = Span(span.source, span.start, span.start + len(word))
    if span.text[len(word) :].lstrip().startswith(("=", ":=")):
        return errors.assignment_without_keyword(word, first)
    return errors.unknown_declaration(word, first)


def _read(statement: Span, rule: str, found: list[Diagnostic]) -> Tree[Token] | None:
    """The parse tree of one statement, its offsets counted from the start of the statement."""
    if any(d.span is not None and d.code in BROKEN and statement.start <= d.span.start < statement.end for d in found):
        return None
    text = statement.text.replace("\ufeff", " ")
    try:
        return _lark().parse(text, start=rule)
    except UnexpectedInput as problem:
        found.append(_diagnosed(problem, statement, rule))
    except RecursionError:
        found.append(errors.too_deep(DEEPEST_TREE, statement))
    return None


def _diagnosed(problem: UnexpectedInput, statement: Span, rule: str) -> Diagnostic:
    text = statement.text
    start = end = len(text)
    expected: set[str] = set()
    if isinstance(problem, UnexpectedToken):
        expected = set(problem.accepts or problem.expected)
        if problem.token.type != "$END":
            start, end = int(problem.token.start_pos or 0), int(problem.token.end_pos or 0)
    elif isinstance(problem, UnexpectedCharacters):
        expected = set(problem.allowed or ())
        start = int(problem.pos_in_stream or 0)
        end = start + 1
    at = Span(statement.source, statement.start + start, statement.start + end)
    return errors.unexpected(rule, statement, at, text[:start], expected)


Checked = TypeVar("Checked", bound=tree.Node)


def _checked(node: Checked, found: list[Diagnostic]) -> Checked | None:
    """The node, unless it is nested deeper than later stages can follow."""
    if node.span.end - node.span.start > DEEPEST_TREE and depth(node) > DEEPEST_TREE:
        found.append(errors.too_deep(DEEPEST_TREE, node.span))
        return None
    return node
