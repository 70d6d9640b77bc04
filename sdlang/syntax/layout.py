"""How a text falls into statements, before any of them is read.

A statement ends with its line, unless a bracket is open, or the line ends with an operator, or the next line begins
with one. `scenario`, `report`, `component`, `stratify` and a word of no such meaning with a name (`pool clerks {`) open
a block in braces, whose statements are found in the same way. Any other brace is that of a table of elements, in which
the end of a line ends a row: `readable` puts a `;` there for the grammar.

Comments and blank lines are kept as the layout of the statement that follows, those inside a table with the statement.
A bracket or a string that is never closed is reported where it opens, and reading goes on with the next declaration:
one mistake hides no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from sdlang.diagnostics import Diagnostic
from sdlang.limits import limit
from sdlang.source import Source, Span
from sdlang.syntax import errors
from sdlang.syntax.tree import Layout
from sdlang.syntax.words import BLOCKS, CONTEXTUAL, CONTEXTUAL_BLOCKS, DECLARATIONS, INSIDE, USE

TOKEN = re.compile(
    r"(?P<newline>\n)|(?P<space>[^\S\n]+)|(?P<comment>\#[^\n]*)"
    r'|(?P<long>"""(?:.|\n)*?""")|(?P<quotes>""")|(?P<string>"[^"\n]*")|(?P<quote>")'
    r"|(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)"
    r"|(?P<operator>->|\.\.|<=|>=|==|!=|[-+*/^<>=,:~])|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<other>.)",
    re.DOTALL,
)
CONTINUES = re.compile(
    r"(?:[^\S\n]*(?:\#[^\n]*)?\n)*[^\S\n]*"
    r"(?:->|\.\.|[-+*/^<>=,~]|!=|(?:and|or|per|then|else|in|over|where|except)\b)"
)
HEADER_CONTINUES = re.compile(r"(?:[^\S\n]*(?:\#[^\n]*)?\n)*[^\S\n]*(?:from|to|with|returns)\b")
POINT = re.compile(r"(?:[^\S\n]*(?:\#[^\n]*)?\n)*[^\S\n]*\(")
FIRST_WORD = re.compile(r"[^\S\n]*([^\W\d]\w*)")
# What follows a keyword at the start of a declaration, and what follows no name that is an operand.
FOLLOWS = re.compile(r"[^\S\n]+[\w\"]")
FOLLOWS_NO_OPERAND = re.compile(
    r"[^\S\n]+(?!(?:and|or|per|then|else|in|over|where|except|from|at|always)\b)(?:[^\W\d]|\")"
)
# The header of a use of a component, with its brace: `pool clerks[sector] "Clerks" {`.
USE_HEADER = re.compile(r'[^\S\n]*[^\W\d]\w*[^\S\n]+[^\W\d]\w*[^\S\n]*(?:\[[^]\n]*\][^\S\n]*)?(?:"[^"\n]*"[^\S\n]*)?\{')
# A port of a component that is a dimension, on a line of its own: `dim place,`.
DIMENSION_PORT = re.compile(r"[^\S\n]*dim[^\S\n]+\w+[^\S\n]*(?:[,)]|\n\s*\))")
ENDING_WORDS = ("and", "or", "not", "per", "if", "then", "else", "in", "over", "where", "except")
CLOSING = {"(": ")", "[": "]", "{": "}"}
GIVES = re.compile(r"=|<-|->")


@dataclass(frozen=True, slots=True)
class Statement:
    """The characters `start` to `end` of one statement (the header, if it opens a block), and its layout.

    `block` holds the statements inside and `after` the comments behind the last of them; `None` where there is none.
    `rows` are the places where a row of a table ends with its line (the end of the row and the end of the line), and
    `comments` the comments between rows, with their places.
    """

    span: Span
    word: str
    layout: Layout
    block: tuple[Statement, ...] | None = None
    after: tuple[str, ...] = ()
    rows: tuple[tuple[int, int], ...] = ()
    comments: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class _Extent:
    """How far a statement goes: its end, the brace of its block, and what was passed inside brackets."""

    end: int
    brace: Span | None = None
    rows: list[tuple[int, int]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    row_comments: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Scanner:
    source: Source
    text: str
    found: list[Diagnostic]
    position: int = 0
    depth: int = 0
    before: list[str] = field(default_factory=list)
    documentation: list[str] = field(default_factory=list)

    # Statements ------------------------------------------------------------------------------------------------------

    def statements(self, block: str, opened: Span | None) -> tuple[Statement, ...]:
        """Statements up to the end of the text, or of the block, whose closing brace is passed."""
        found: list[Statement] = []
        while self._skip_to_statement():
            if self.text[self.position] == "}":
                if opened is None:
                    self.found.append(errors.stray_bracket("}", self._here(1)))
                    self.position += 1
                    continue
                self.position += 1
                return tuple(found)
            if opened is not None and self._belongs_outside(block) and self._indent(opened.start) >= self._indent():
                self.found.append(errors.unclosed_bracket("{", opened))
                return tuple(found)
            found.append(self._statement(block))
        if opened is not None:
            self.found.append(errors.unclosed_bracket("{", opened))
        return tuple(found)

    def take_comments(self) -> tuple[str, ...]:
        """Comments and blank lines that no statement has taken; documentation without a declaration is a comment."""
        lines = [*self.before, *(f"## {line}".rstrip() for line in self.documentation)]
        self.before, self.documentation = [], []
        while lines and not lines[-1]:
            lines.pop()
        return tuple(lines)

    def _here(self, length: int) -> Span:
        return Span(self.source, self.position, self.position + length)

    def _skip_to_statement(self) -> bool:
        """Pass white space and comments, keeping them as layout; False at the end of the text."""
        line_is_empty = self.position == 0 or self.text[self.position - 1] == "\n"
        while self.position < len(self.text):
            match = TOKEN.match(self.text, self.position)
            assert match is not None
            match match.lastgroup:
                case "space":
                    pass
                case "newline":
                    if line_is_empty and (self.before or self.documentation or self.position) and not self._blank():
                        self.before.append("")
                    line_is_empty = True
                case "comment":
                    self._comment(match[0])
                    line_is_empty = False
                case _:
                    return True
            self.position = match.end()
        return False

    def _blank(self) -> bool:
        """Whether a blank line has been noted already; of several, one is kept."""
        return bool(self.documentation) or bool(self.before and self.before[-1] == "")

    def _comment(self, text: str) -> None:
        if text.startswith("##") and not text.startswith("###"):
            self.documentation.append(text[2:].removeprefix(" ").rstrip())
        else:
            self.before.extend(f"## {line}".rstrip() for line in self.documentation)
            self.documentation = []
            self.before.append(text.rstrip())

    def _belongs_outside(self, block: str) -> bool:
        """Whether the next statement is one that cannot stand in a block: then the block was never closed."""
        return self._keyword(self.position) not in ("", *INSIDE[block])

    def _keyword(self, position: int) -> str:
        """The word at the start of a line, if it begins a declaration of the file."""
        match = FIRST_WORD.match(self.text, position)
        if match is None or match[1] not in DECLARATIONS:
            return ""
        if match[1] in CONTEXTUAL and FOLLOWS_NO_OPERAND.match(self.text, match.end()) is None:
            return ""
        return match[1]

    def _indent(self, position: int | None = None) -> int:
        """How far the line of a position (by default, the current one) is set in."""
        position = self.position if position is None else position
        start = self.text.rfind("\n", 0, position) + 1
        return len(re.compile(r"[^\S\n]*").match(self.text, start)[0])  # type: ignore[index]  # it always matches

    def _statement(self, block: str) -> Statement:
        start = self.position
        word_match = FIRST_WORD.match(self.text, start)
        word = word_match[1] if word_match else ""
        extent = self._extent(word, block)
        before = [*self.before, *extent.comments]
        documentation = tuple(self.documentation)
        self.before, self.documentation = [], []
        span = Span(self.source, start, extent.end)
        layout = Layout(tuple(before), documentation, self._comment_at_end_of_line())
        statement = Statement(span, word, layout, rows=tuple(extent.rows), comments=tuple(extent.row_comments))
        if extent.brace is None:
            return statement
        self.depth += 1
        inside = self.statements(word if not block and word in BLOCKS else USE, extent.brace)
        self.depth -= 1
        left_over = self.take_comments()
        if not layout.after and "\n" not in self.text[extent.end : self.position]:
            layout = replace(layout, after=self._comment_at_end_of_line())
        return replace(statement, layout=layout, block=inside, after=left_over)

    def _comment_at_end_of_line(self) -> str:
        match = re.compile(r"[^\S\n]*(#[^\n]*)").match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match[1].rstrip()

    # The end of a statement ------------------------------------------------------------------------------------------

    def _extent(self, word: str, block: str) -> _Extent:
        """How far the statement goes that begins here; the position is left behind it, and behind its brace."""
        start = self.position
        open_brackets: list[Span] = []
        last = ""
        extent = _Extent(start)
        while self.position < len(self.text):
            match = TOKEN.match(self.text, self.position)
            assert match is not None
            kind, text = match.lastgroup, match[0]
            if kind == "newline":
                begins = self._declaration_begins(match.end(), bool(open_brackets))
                if open_brackets and begins:
                    break
                if not open_brackets:
                    if begins or not self._goes_on(last, word):
                        return extent
                elif open_brackets[-1].text == "{" and last not in ("{", ";") and not self._goes_on(last, ""):
                    self._end_row(extent)
            elif kind == "comment":
                if not open_brackets and not self._goes_on(last, word, match.end()):
                    return extent
                if open_brackets and open_brackets[-1].text == "{":
                    extent.row_comments.append((self.position, text.rstrip()))
                else:
                    extent.comments.append(text.rstrip())
            elif kind in ("quote", "quotes"):
                self.found.append(errors.unclosed_string(self._here(len(text))))
                self.position = len(self.text) if kind == "quotes" else self._end_of_line()
                extent.end = self.position
                return extent
            elif kind == "open":
                if text == "{" and not open_brackets and self._opens_block(start, word, block):
                    if self.depth >= limit("blocks"):
                        self.found.append(errors.blocks_too_deep(limit("blocks"), self._here(1)))
                        self._skip_block()
                        extent.end = self.position
                        return extent
                    extent.brace = self._here(1)
                    self.position = match.end()
                    return extent
                open_brackets.append(self._here(1))
                if len(open_brackets) == limit("brackets") + 1:
                    self.found.append(errors.too_deep(limit("brackets"), self._here(1)))
            elif kind == "close":
                if not open_brackets:
                    if text == "}":
                        return extent
                    self.found.append(errors.stray_bracket(text, self._here(1)))
                elif CLOSING[open_brackets[-1].text] == text:
                    open_brackets.pop()
                elif text == "}" and self.depth and all(opened.text != "{" for opened in open_brackets):
                    break  # it closes the block
                else:
                    self.found.append(errors.wrong_bracket(open_brackets[-1], text, self._here(1)))
                    open_brackets.pop()
            if kind not in ("space", "newline", "comment"):
                last, extent.end = text, match.end()
            self.position = match.end()
        if open_brackets:
            self.found.append(errors.unclosed_bracket(open_brackets[-1].text, open_brackets[-1]))
        return extent

    def _end_row(self, extent: _Extent) -> None:
        """Notes that a row of a table ends with the line that ends here, unless it ended with a line before."""
        if not extent.rows or extent.rows[-1][0] != extent.end:
            extent.rows.append((extent.end, self.position))

    def _opens_block(self, start: int, word: str, block: str) -> bool:
        """Whether the brace that is reached opens a block: behind a word for one, or behind words that give nothing."""
        if not block and word in BLOCKS and word not in CONTEXTUAL:
            return True
        if not word or ((word in DECLARATIONS or word in INSIDE.get(block, ())) and word not in CONTEXTUAL):
            return False
        if word in CONTEXTUAL and word not in CONTEXTUAL_BLOCKS:
            return USE_HEADER.match(self.text, start) is not None
        return GIVES.search(re.sub(r'"[^"\n]*"', "", self.text[start : self.position])) is None

    def _skip_block(self) -> None:
        """Passes a block that is nested too deep, up to and with its closing brace."""
        is_open = 0
        while self.position < len(self.text):
            match = TOKEN.match(self.text, self.position)
            assert match is not None
            is_open += {"{": 1, "}": -1}.get(match[0], 0)
            self.position = match.end()
            if not is_open:
                return

    def _end_of_line(self) -> int:
        newline = self.text.find("\n", self.position)
        return len(self.text) if newline < 0 else newline

    def _declaration_begins(self, position: int, in_brackets: bool) -> bool:
        keyword = self._keyword(position)
        if not keyword:
            # In an open bracket, two words and a brace can be nothing but a block.
            return in_brackets and USE_HEADER.match(self.text, position) is not None
        if in_brackets and DIMENSION_PORT.match(self.text, position):
            return False
        # A keyword at the start of a line, followed by a word or a string, is no part of an argument list.
        match = FIRST_WORD.match(self.text, position)
        return match is not None and FOLLOWS.match(self.text, match.end()) is not None

    def _goes_on(self, last: str, word: str, position: int | None = None) -> bool:
        """Whether the statement goes on behind a newline: the line ends, or the next begins, with an operator."""
        if last in ENDING_WORDS or (last and last[-1] in "-+*/^<>=,.:!~"):
            return True
        if position is not None:  # behind a comment
            position = self.text.find("\n", position)
            if position < 0:
                return False
        following = self.position + 1 if position is None else position + 1
        if CONTINUES.match(self.text, following):
            return True
        if word == "component" and HEADER_CONTINUES.match(self.text, following):
            return True
        # A point of a table; no statement begins with a bracket.
        return (word == "table" or last == ")") and POINT.match(self.text, following) is not None


def split(source: Source, text: str, found: list[Diagnostic]) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """The statements of a text, and the comments behind the last one."""
    scanner = _Scanner(source, text, found)
    statements = scanner.statements("", None)
    return statements, scanner.take_comments()


def rows_of(source: Source, text: str, start: int) -> tuple[tuple[int, int], ...]:
    """Where rows of tables end with their line in the expression that begins at `start`."""
    scanner = _Scanner(source, text, [], start)
    return tuple(scanner._extent("", "").rows)


def readable(text: str, span: Span, rows: tuple[tuple[int, int], ...]) -> str:
    """The text of a statement for the grammar, of the same length, with a `;` where a row ends with its line."""
    if not rows:
        return text[span.start : span.end]
    pieces: list[str] = []
    position = span.start
    for end, newline in rows:
        if newline >= span.end:
            break
        pieces += (text[position:end], ";", " " * (newline - end))
        position = newline + 1
    pieces.append(text[position : span.end])
    return "".join(pieces)
