"""From text to the syntax tree, statement by statement, with Lark.

The grammar stands in `grammar/sd.lark`; `layout.py` has cut the text into statements. Each is read on its own and its
parse tree rebuilt as the nodes of `tree.py` by `build.py`. Parsing never raises: what is wrong with a text is appended
to `found`, and what could be read is in the result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
from sdlang.limits import limit
from sdlang.source import Source, Span
from sdlang.syntax import errors, tree
from sdlang.syntax.build import Build
from sdlang.syntax.build_expressions import Unreadable
from sdlang.syntax.layout import Statement, readable, rows_of, split
from sdlang.syntax.walk import depth
from sdlang.syntax.words import BLOCKS, CONTEXTUAL, CONTEXTUAL_BLOCKS, DECLARATIONS, EVENTS, INSIDE, PARTS, USE
from sdlang.version import __version__

DEEPEST_TREE = 150
# What layout has found already: the statement is not read again for a second message about the same mistake.
INSTANCE = re.compile(r"[^\W\d]\w*\s*(?:\[[^\]]*\]\s*)?=\s*[^\W\d][\w.]*\s*\(")
BRACKET = re.compile(r'"[^"\n]*"|#[^\n]*|[()]')
KEYWORD = re.compile(r'\w+(?:\s+\w|\s*"|\s*\Z)')
BINDS = re.compile(r"\w+\s*(?:=|<-|->)")
BROKEN = ("unclosed-string", "unclosed-bracket", "stray-bracket", "too-deep")
STARTS = (
    *dict.fromkeys((*DECLARATIONS.values(), *PARTS.values())),
    *("override", "section", "block", "bindings", "instance", "expression"),
)


def parse(source: Source, found: list[Diagnostic]) -> tree.File:
    """The syntax tree of a text; what could not be read is left out of it and reported."""
    text = _plain_text(source, found)
    if text is None:
        return tree.File(Span(source, 0, 0), source, ())
    statements, after = split(source, text, found)
    if not statements and not found:
        found.append(errors.empty_model(source))
    reader = _Reader(text, Build(source, text, found), found)
    with collector_off():
        declarations = tuple(
            declaration for statement in statements if (declaration := reader.declaration(statement, "")) is not None
        )
    return tree.File(Span(source, 0, len(text)), source, declarations, after)


def parse_expression(source: Source, found: list[Diagnostic]) -> tree.Expr | None:
    """The expression that a whole text is, such as `10% / year`."""
    text = _plain_text(source, found)
    if text is None:
        return None
    start = len(text) - len(text.lstrip())
    span = Span(source, start, max(start, len(text.rstrip())))
    rows = rows_of(source, text, start) if "{" in text else ()
    build = Build(source, text, found)
    reader = _Reader(text, build, found)
    parsed = reader.read(Statement(span, "", tree.Layout(), rows=rows), "expression")
    if parsed is None:
        return None
    build.begin(span.start, ())
    try:
        return _checked(build.expression(parsed), found)
    except Unreadable:
        return None
    except RecursionError:
        found.append(errors.too_deep(DEEPEST_TREE, span))
        return None


def _plain_text(source: Source, found: list[Diagnostic]) -> str | None:
    """The text with other line ends, tabs and a byte order mark as blanks, so that offsets stay as they are."""
    text = source.text
    if "\0" in text:
        found.append(errors.not_text(source, "it has zero bytes"))
        return None
    largest = limit("file")
    if len(text) > largest:
        found.append(errors.file_too_large(source, len(text), largest))
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the statements of one text."""

    text: str
    build: Build
    found: list[Diagnostic]

    def declaration(self, statement: Statement, block: str) -> tree.Declaration | None:
        """The declaration that a statement is, in a block or (`block` is empty) at the top of the file."""
        rule = self._rule(statement, block)
        if not rule:
            return None
        kind = statement.word if rule in BLOCKS else USE
        if rule in BLOCKS and statement.block is None:
            if not any(d.span and d.span.start >= statement.span.start for d in self.found):
                self.found.append(errors.missing_block(statement.word, statement.span))
            return None
        if statement.block is not None and rule not in (*BLOCKS, "block"):
            self.found.append(errors.no_block(statement.word, statement.span))
            return None
        items = tuple(item for inner in statement.block or () if (item := self.declaration(inner, kind)) is not None)
        parsed = self.read(statement, rule)
        if parsed is None:
            return None
        try:
            return _checked(self.build.declaration(parsed, statement, items), self.found)
        except Unreadable:
            return None
        except RecursionError:
            self.found.append(errors.too_deep(DEEPEST_TREE, statement.span))
            return None

    def _rule(self, statement: Statement, block: str) -> str:
        """The rule of the grammar that reads a statement; empty, with a message, where it cannot stand."""
        word = statement.word
        text = self.text[statement.span.start : statement.span.end]
        if word not in CONTEXTUAL or _is_keyword(statement, text):
            if word in (INSIDE[block] if block else DECLARATIONS):
                return PARTS.get(word) or DECLARATIONS[word]
            if (word in DECLARATIONS or word in CONTEXTUAL) and not (block == USE and BINDS.match(text)):
                self.found.append(errors.wrong_place(word, block, statement.span))
                return ""
        if statement.block is not None and block in ("", "component", USE):
            return "block"
        if block in ("", "component") and _is_instance(text):
            return "instance"
        if not block and word in PARTS and KEYWORD.match(text):
            self.found.append(errors.wrong_place(word, block, statement.span))
        elif not block:
            self.found.append(_unknown(statement, text))
        elif block in ("component", "claim", *EVENTS) or statement.block is not None:
            self.found.append(errors.wrong_place(word or text[:1], block, statement.span))
        else:
            return {"report": "section", USE: "bindings"}.get(block, "override")
        return ""

    def read(self, statement: Statement, rule: str) -> Tree[Token] | None:
        """The parse tree of one statement, its offsets counted from the start of the statement."""
        start, end = statement.span.start, statement.span.end
        if any(d.span is not None and d.code in BROKEN and start <= d.span.start < end for d in self.found):
            return None
        text = readable(self.text, statement.span, statement.rows)
        try:
            return _lark().parse(text, start=rule)
        except UnexpectedInput as problem:
            self.found.append(_diagnosed(problem, statement.span, text, rule))
        except RecursionError:
            self.found.append(errors.too_deep(DEEPEST_TREE, statement.span))
        return None


def _is_keyword(statement: Statement, text: str) -> bool:
    """Whether a word that can also be a name is a keyword here: a word or a text follows it, and no brace opens."""
    is_use = statement.block is not None and statement.word not in ("use", *CONTEXTUAL_BLOCKS)
    return not is_use and KEYWORD.match(text) is not None


def _is_instance(text: str) -> bool:
    """Whether a statement is `name = call(...)`, to the end."""
    match = INSTANCE.match(text)
    if match is None:
        return False
    is_open = 0
    for token in BRACKET.finditer(text, match.end() - 1):
        is_open += {"(": 1, ")": -1}.get(token[0], 0)
        if not is_open:
            return not text[token.end() :].strip()
    return False


def _unknown(statement: Statement, text: str) -> Diagnostic:
    span = statement.span
    word = statement.word or text[:1]
    first = Span(span.source, span.start, span.start + len(word))
    if text[len(word) :].lstrip().startswith(("=", ":=")):
        return errors.assignment_without_keyword(word, first)
    return errors.unknown_declaration(word, first)


def _diagnosed(problem: UnexpectedInput, statement: Span, text: str, rule: str) -> Diagnostic:
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
    if text[start:end] == ";" != at.text:  # the end of a row: what is missing is missing behind it
        statement = at = Span(statement.source, statement.start, at.start)
        at = Span(statement.source, statement.end, statement.end)
    return errors.unexpected(rule, statement, at, text[:start], expected)


Checked = TypeVar("Checked", bound=tree.Node)


def _checked(node: Checked, found: list[Diagnostic]) -> Checked | None:
    """The node, unless it is nested deeper than later stages can follow."""
    if node.span.end - node.span.start > DEEPEST_TREE and depth(node) > DEEPEST_TREE:
        found.append(errors.too_deep(DEEPEST_TREE, node.span))
        return None
    return node
