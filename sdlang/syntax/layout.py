"""How a text falls into statements, before any of them is read.

A statement ends with its line, unless a bracket is open, or the line ends with an operator, or the next line begins
with one. `scenario`, `report` and `component` open a block in braces, whose statements are found in the same way.
Comments and blank lines are kept as the layout of the statement that follows. A bracket or a string that is never
closed is reported where it opens, and reading goes on with the next declaration: one mistake hides no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source, Span
from sdlang.syntax import errors
from sdlang.syntax.tree import Layout
from sdlang.syntax.words import BLOCKS, DECLARATIONS, INSIDE

DEEPEST_NESTING = 100

TOKEN = re.compile(
    r"(?P<newline>\n)|(?P<space>[^\S\n]+)|(?P<comment>\#[^\n]*)"
    r'|(?P<long>"""(?:.|\n)*?""")|(?P<quotes>""")|(?P<string>"[^"\n]*")|(?P<quote>")'
    r"|(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)"
    r"|(?P<operator>->|\.\.|<=|>=|==|!=|[-+*/^<>=,:])|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<other>.)",
    re.DOTALL,
)
CONTINUES = re.compile(r"(?:[^\S\n]*(?:\#[^\n]*)?\n)*[^\S\n]*(?:->|\.\.|[-+*/^<>=,]|!=|(?:and|or|per|then|else|in)\b)")
POINT = re.compile(r"(?:[^\S\n]*(?:\#[^\n]*)?\n)*[^\S\n]*\(")
FIRST_WORD = re.compile(r"[^\S\n]*([^\W\d]\w*)")
ENDING_WORDS = ("and", "or", "not", "per", "if", "then", "else", "in")
CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Statement:
    """The characters `start` to `end` of one statement (the header, if it opens a block), and its layout.

    `block` holds the statements inside and `after` the comments behind the last of them; `None` where there is none.
    """

    span: Span
    word: str
    layout: Layout
    block: tuple[Statement, ...] | None = None
    after: tuple[str, ...] = ()


@dataclass(slots=True)
class _Scanner:
    source: Source
    text: str
    found: list[Diagnostic]
    position: int = 0
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
            self.documentation.append(text[2:].strip())
        else:
            self.before.extend(f"## {line}".rstrip() for line in self.documentation)
            self.documentation = []
            self.before.append(text.rstrip())

    def _belongs_outside(self, block: str) -> bool:
        """Whether the next statement is one that cannot stand in a block: then the block was never closed."""
        match = FIRST_WORD.match(self.text, self.position)
        return match is not None and match[1] in DECLARATIONS and match[1] not in INSIDE[block] and match[1] != "dim"

    def _indent(self, position: int | None = None) -> int:
        """How far the line of a position (by default, the current one) is set in."""
        position = self.position if position is None else position
        start = self.text.rfind("\n", 0, position) + 1
        return len(re.compile(r"[^\S\n]*").match(self.text, start)[0])  # type: ignore[index]  # it always matches

    def _statement(self, block: str) -> Statement:
        start = self.position
        word_match = FIRST_WORD.match(self.text, start)
        word = word_match[1] if word_match else ""
        opens_block = not block and word in BLOCKS
        comments: list[str] = []
        end, brace = self._end_of_statement(word, opens_block, comments)
        before = [*self.before, *comments]
        documentation = tuple(self.documentation)
        self.before, self.documentation = [], []
        span = Span(self.source, start, end)
        if brace is None:
            after = self._comment_at_end_of_line()
            return Statement(span, word, Layout(tuple(before), documentation, after))
        after = self._comment_at_end_of_line()
        inside = self.statements(word, brace)
        left_over = self.take_comments()
        return Statement(span, word, Layout(tuple(before), documentation, after), inside, left_over)

    def _comment_at_end_of_line(self) -> str:
        match = re.compile(r"[^\S\n]*(#[^\n]*)").match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match[1].rstrip()

    # The end of a statement ------------------------------------------------------------------------------------------

    def _end_of_statement(self, word: str, opens_block: bool, comments: list[str]) -> tuple[int, Span | None]:
        """Where the statement ends, and the brace of its block; the position is left behind both."""
        open_brackets: list[Span] = []
        last, end = "", self.position
        while self.position < len(self.text):
            match = TOKEN.match(self.text, self.position)
            assert match is not None
            kind, text = match.lastgroup, match[0]
            if kind == "newline":
                begins = self._declaration_begins(match.end())
                if open_brackets and begins:
                    break
                if not open_brackets and (begins or not self._goes_on(last, word)):
                    return end, None
            elif kind == "comment":
                if not open_brackets and not self._goes_on(last, word, match.end()):
                    return end, None
                comments.append(text.rstrip())
            elif kind in ("quote", "quotes"):
                self.found.append(errors.unclosed_string(self._here(len(text))))
                self.position = len(self.text) if kind == "quotes" else self._end_of_line()
                return self.position, None
            elif kind == "open":
                if text == "{" and opens_block and not open_brackets:
                    brace = self._here(1)
                    self.position = match.end()
                    return end, brace
                open_brackets.append(self._here(1))
                if len(open_brackets) == DEEPEST_NESTING + 1:
                    self.found.append(errors.too_deep(DEEPEST_NESTING, self._here(1)))
            elif kind == "close":
                if not open_brackets:
                    if text == "}":
                        return end, None
                    self.found.append(errors.stray_bracket(text, self._here(1)))
                elif CLOSING[open_brackets[-1].text] != text:
                    self.found.append(errors.wrong_bracket(open_brackets[-1], text, self._here(1)))
                    open_brackets.pop()
                else:
                    open_brackets.pop()
            if kind not in ("space", "newline", "comment"):
                last, end = text, match.end()
            self.position = match.end()
        if open_brackets:
            self.found.append(errors.unclosed_bracket(open_brackets[-1].text, open_brackets[-1]))
        return end, None

    def _end_of_line(self) -> int:
        newline = self.text.find("\n", self.position)
        return len(self.text) if newline < 0 else newline

    def _declaration_begins(self, position: int) -> bool:
        match = FIRST_WORD.match(self.text, position)
        if match is None or match[1] not in DECLARATIONS:
            return False
        # A keyword at the start of a line, followed by a word or a string, is no part of an argument list.
        return re.match(r"[^\S\n]+[\w\"]", self.text[match.end() : match.end() + 40]) is not None

    def _goes_on(self, last: str, word: str, position: int | None = None) -> bool:
        """Whether the statement goes on behind a newline: the line ends, or the next begins, with an operator."""
        if last in ENDING_WORDS or (last and last[-1] in "-+*/^<>=,.:!"):
            return True
        if position is not None:  # behind a comment
            position = self.text.find("\n", position)
            if position < 0:
                return False
        following = self.position + 1 if position is None else position + 1
        if CONTINUES.match(self.text, following):
            return True
        return word == "table" and POINT.match(self.text, following) is not None


def split(source: Source, text: str, found: list[Diagnostic]) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """The statements of a text, and the comments behind the last one."""
    scanner = _Scanner(source, text, found)
    statements = scanner.statements("", None)
    return statements, scanner.take_comments()
