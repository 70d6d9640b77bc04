"""The words for mistakes in the text itself: each function gives one Diagnostic.

`unexpected` is what the parser calls where it cannot go on; it looks at what stands there, what came before and what
would fit, and finds the mistake that people make in this place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from sdlang.diagnostics import Diagnostic, Edit, Note, did_you_mean, nearest
from sdlang.source import Source, Span
from sdlang.syntax.words import DECLARATIONS, INSIDE, OPERATOR_WORDS, REDUCING_WORDS, RESERVED, USE
from sdlang.units.dates import meant_date

OPERANDS = frozenset(("WORD", "NUMBER", "LPAR", "IF"))
FORMS = {
    "title": 'model "..."',
    "simulate": "simulate 2024 to 2034 years, step 1 month",
    "unit": "unit person = people",
    "param": "param name = value",
    "stock": "stock name = value",
    "flow": "flow name: from_stock -> to_stock = rate",
    "aux": "aux name = value",
    "table": "table name(input) = (0, 0) (1, 1)",
    "series": 'series name = csv("data/file.csv")',
    "expect": "expect staff >= 0 people always",
    "plot": "plot staff, target",
    "scenario": "scenario name { ... }",
    "override": "name = value",
    "report": "report { ... }",
    "component": "component name(input) returns output { ... }",
    "dim": "dim region = north, south",
    "use": "use labor",
    "uncertain": "uncertain clerks.quit_rate ~ normal(10%, 2%) / year",
    "initial": "initial equilibrium",
    "solve": "solve price from 10 USD",
    "when": "when backlog > 500 people { ... }",
    "at": "at 2026 { ... }",
    "every": "every 3 months { ... }",
    "move": "move name: from_stock -> to_stock = amount",
    "claim": 'claim "what is said" from "where" { ... }',
    "table_override": "name = (0, 0) (1, 1)",
    "contest": "share seats proportional within 1 month",
    "stratify": "stratify model by region { ... }",
    "keep": "keep target",
    "entry": "entry held[1]",
    "chain": "chain stage: first -> last",
    "block": "pool clerks { ... }",
    "bindings": "name = value",
    "instance": "name = component(input)",
    "prose": 'text """..."""',
    "section": "diagram",
    "expression": "a value",
}
FOREIGN = {
    "&&": "`and`",
    "&": "`and`",
    "||": "`or`",
    "|": "`or`",
    "!": "`not`",
    "<>": "`!=`",
    "**": "`^`",
    ":=": "`=`",
    ";": "a new line",
    "'": 'quotation marks: `"..."`',
    "%": "`mod(a, b)`",
    "=>": "`>=`",
    "=<": "`<=`",
    "+=": "a flow into the stock",
    "-=": "a flow out of the stock",
    "//": "a comment with `#`",
    "?": "`if a > b then c else d`",
    "$": "the unit behind the number: `5 USD`",
    "\u00d7": "`*`",
    "\u00b7": "`*`",
    "\u00f7": "`/`",
    "\u2212": "`-`",
    "\u2013": "`-`",
    "\u2264": "`<=`",
    "\u2265": "`>=`",
    "\u2260": "`!=`",
    "\u2192": "`->`",
    "\u201c": 'plain quotation marks: `"..."`',
    "\u201e": 'plain quotation marks: `"..."`',
}
# What stands in a block beside the declarations of `INSIDE`.
IN_BLOCKS = {
    "scenario": "`name = value`",
    "stratify": "`name = value`",
    "report": "the name of a section",
    USE: "`name = value`, `name <- stock`, `name -> stock` and `component name { ... }`",
}
# What can stand somewhere: any other character is told as such, whatever could stand in its place.
WRITTEN_DATE = re.compile(r"(?<![\w.-])(\d{4}-\d\d(?:-\d\d)?)\s*\Z")
# `15.04.2026` and `2026-04-15T12:00`, as far as they can be read and from there on.
OTHER_DATES = (
    (re.compile(r"(?<![\w.-])\d{1,2}\.\d{1,2}\Z"), re.compile(r"\.\d{4}\b")),
    (re.compile(r"(?<![\w.-])\d{4}-\d\d-\d\dT\d\d\Z"), re.compile(r"[:\d.]+Z?")),
)
KNOWN_SIGN = re.compile(r"[\w\s\"()\[\]{}+*/^%<>=!,:.~?-]")


def empty_model(source: Source) -> Diagnostic:
    return Diagnostic(
        "empty-model",
        "the file holds no model",
        Span(source, 0, 0),
        hint="`sdrun new model.sd` writes one to start from",
    )


def not_text(source: Source, what: str) -> Diagnostic:
    return Diagnostic(
        "not-text",
        f"`{source.name}` is no text: {what}",
        None,
        hint="a model is plain text in UTF-8, as editors write it",
    )


def file_too_large(source: Source, size: int, limit: int) -> Diagnostic:
    return Diagnostic(
        "file-too-large",
        f"`{source.name}` has {size} characters; the limit is {limit}",
        Span(source, 0, 0),
        hint="keep data in CSV files and read them with `series`",
    )


def too_deep(limit: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "too-deep",
        f"this expression is nested more than {limit} deep",
        span,
        hint="give the inner parts names of their own: `aux part = ...`",
    )


def blocks_too_deep(limit: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "too-deep",
        f"this block is nested more than {limit} deep",
        span,
        hint="give the inner blocks names of their own",
    )


def no_block(word: str, span: Span) -> Diagnostic:
    return Diagnostic("unexpected-text", f"`{word}` has no block in braces", span, hint="remove the braces")


def empty_table(span: Span) -> Diagnostic:
    return Diagnostic("empty-table", "nothing stands in these braces", span, hint="write `{ north: 60%, south: 40% }`")


def no_rows(columns: Sequence[str], span: Span) -> Diagnostic:
    listed = ", ".join(f"`{name}`" for name in columns)
    return Diagnostic(
        "missing-label",
        f"these braces name {listed} and give no values",
        span,
        hint=f"write `{{ {columns[0]}: value }}`, or rows under these columns: `{{ {', '.join(columns)}` and below "
        f"`element: {', '.join('value' for _ in columns)} }}`",
    )


def missing_label(span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-label",
        f"`{span.text[:24]}` does not say for which element it is",
        span,
        hint=f"write the name of the element and a colon before it: `north: {span.text[:24]}`",
    )


def not_an_element(text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "not-an-element",
        f"`{text[:24]}` is not the name of an element",
        span,
        hint="an element is a word, as in `dim region = north, south`; whole numbers are a range, `dim age = 20 .. 64`",
    )


def number_too_large(text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "number-too-large",
        f"the number `{text if len(text) <= 24 else text[:20] + '...'}` is beyond what can be computed with",
        span,
        hint="numbers have at most 40 digits and lie between 1e-300 and 1e300",
    )


def no_such_date(text: str, reason: str, hint: str, span: Span) -> Diagnostic:
    return Diagnostic("no-such-date", f"`{text}` is no date: {reason}", span, hint=hint)


def date_form(text: str, meant: str, span: Span) -> Diagnostic:
    """`meant` is the date in the form of the language, empty where it is not known."""
    return Diagnostic(
        "date-form",
        f"`{text}` is not how a date is written",
        span,
        hint=f"write `{meant}`" if meant else "write the year, then the month, then the day: `2026-04-15`",
    )


def date_with_unit(text: str, word: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "date-with-unit",
        f"`{text}` without blanks is a date, and a date has no unit",
        span,
        hint=f"leave `{word}` out, or write blanks to subtract: `{' - '.join(text.split('-'))} {word}`",
    )


def unit_exponent(exponent: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "number-too-large",
        f"`{exponent}` is no exponent that a unit can have",
        span,
        hint="the exponent of a unit is a whole number of at most two digits",
    )


def unclosed_bracket(bracket: str, span: Span) -> Diagnostic:
    closing = {"(": ")", "[": "]", "{": "}"}[bracket]
    return Diagnostic(
        "unclosed-bracket", f"this `{bracket}` is never closed", span, hint=f"add the `{closing}` that belongs to it"
    )


def wrong_bracket(opened: Span, text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "stray-bracket",
        f"`{text}` does not close the `{opened.text}` that is open",
        span,
        notes=(Note(f"`{opened.text}` opens here", opened),),
        hint="close brackets in the reverse order of opening them",
    )


def stray_bracket(text: str, span: Span) -> Diagnostic:
    return Diagnostic("stray-bracket", f"this `{text}` closes nothing", span, hint="remove it, or open it before")


def unclosed_string(span: Span) -> Diagnostic:
    return Diagnostic(
        "unclosed-string",
        "this text is never closed",
        span,
        hint='add `"` at its end, or use `"""` for a text of several lines',
    )


def unknown_declaration(word: str, span: Span) -> Diagnostic:
    suggestion = did_you_mean(word, DECLARATIONS)
    listed = ", ".join(f"`{keyword}`" for keyword in DECLARATIONS)
    hint = "" if suggestion else f"a line begins with one of {listed}"
    return Diagnostic("unknown-declaration", f"a line cannot begin with `{word}`{suggestion}", span, hint=hint)


def assignment_without_keyword(word: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-declaration",
        f"`{word} = ...` does not say what `{word}` is",
        span,
        hint=f"write `param {word} = ...`, `aux {word} = ...` or `stock {word} = ...`",
    )


def wrong_place(word: str, block: str, span: Span) -> Diagnostic:
    if not block:
        *others, where = [f"`{outer}`" for outer, words in INSIDE.items() if word in words]
        blocks = f"{', '.join(others)} or {where}" if others else where
        hint = f"write it in the block of {'one of them' if others else f'a {where}'}"
        return Diagnostic("wrong-place", f"`{word}` stands inside {blocks} only", span, hint=hint)
    inside = [f"`{keyword} ...`" for keyword in INSIDE[block]]
    listed = ", ".join([other, *inside] if (other := IN_BLOCKS.get(block)) else inside)
    article = "an" if block[:1] in "aeiou" else "a"
    what = "the block of a component" if block == USE else f"{article} `{block}`"
    return Diagnostic(
        "wrong-place", f"`{word}` cannot stand inside {what}", span, hint=f"what can stand there is {listed}"
    )


def missing_block(word: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-block", f"`{word}` needs a block in braces", span, hint=f"write `{FORMS[DECLARATIONS[word]]}`"
    )


def reserved_word(word: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "reserved-word",
        f"`{word}` is a word of the language and cannot be a name",
        span,
        hint=f"choose another name, for example `{word}_1` or `my_{word}`",
    )


def misplaced_word(word: str, is_inside: bool, span: Span) -> Diagnostic:
    """`over`, `where` or `except` where it cannot stand."""
    if word == "where" and is_inside:
        message = "`where` chooses among the elements that a sum runs over, and no `over` stands before it"
        return Diagnostic("missing-over", message, span, hint="write `sum(staff over region where staff > 5 people)`")
    if word == "except":
        message = "`except` stands behind a value that is the whole equation"
        hint = "write `param share[region] = 5% except { north: 8% }`"
        return Diagnostic("unexpected-text", message, span, hint=hint)
    message = f"`{word}` stands inside the parentheses of a sum, behind what is summed"
    return Diagnostic("unexpected-text", message, span, hint="write `sum(staff over region where staff > 5 people)`")


def unknown_word(word: str, known: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-word",
        f"`{word}` cannot stand here{did_you_mean(word, known)}",
        span,
        hint="there are " + ", ".join(f"`{name}`" for name in known),
    )


def word_twice(what: str, span: Span) -> Diagnostic:
    return Diagnostic("word-twice", f"this says a second time {what}", span, hint="keep one of the two")


def words_after_number(text: str, span: Span) -> Diagnostic:
    when = nearest(text.split()[-1], ("always", "at", "after", "before"))
    return Diagnostic(
        "unexpected-text",
        f"`{text}` is more than one unit",
        span,
        hint=f"did you mean `{when}`?"
        if when is not None
        else "join units with `*` and `/`: `8 person*hour`, `8 person/hour`",
    )


def chained_comparison(span: Span) -> Diagnostic:
    return Diagnostic(
        "chained-comparison",
        "a comparison compares two values, not three",
        span,
        hint="join two comparisons with `and`: `a < b and b < c`",
    )


def unexpected(rule: str, statement: Span, at: Span, before: str, expected: Collection[str]) -> Diagnostic:
    """The mistake at `at` (empty at the end of the statement), given what came before and which terminals would fit."""
    text = at.text
    rest = at.source.text[at.start : statement.end]
    last = re.search(r"(\S+)\s*\Z", before)
    last_word = last[1] if last else ""
    form = f"write `{FORMS[rule]}`"
    operand_fits = "NUMBER" in expected
    if told := _about_date(statement, at, before, rest, expected):
        return told
    if text in REDUCING_WORDS and "WORD" not in expected:
        return misplaced_word(text, "(" in _up_to_open_bracket(before), at)
    if text in RESERVED and "WORD" in expected:
        return reserved_word(text, at)
    if last_word.endswith("[") and re.match(r"\d", text) and not operand_fits:
        hint = f"declare one, `dim stage = 1 .. {text}`, and write its name here"
        return Diagnostic("missing-name", f"`{text}` is not the name of a dimension", at, hint=hint)
    if re.match(r"\d+,\d{3}\b", before[-4:].lstrip() + rest) or _is_thousands(before, rest):
        return Diagnostic("comma-in-number", "a comma cannot stand inside a number", at, hint="write `1_000` or `1000`")
    decimals = re.match(r",(\d+)\b", rest)
    if decimals and re.search(r"(?<![\w.,(])\d+\Z", before) and "(" not in before:
        return Diagnostic(
            "comma-in-number",
            "a comma cannot stand inside a number",
            at,
            hint=f"a decimal point is a point: `{last_word}.{decimals[1]}`",
        )
    foreign = next((sign for sign in sorted(FOREIGN, key=len, reverse=True) if _stands_at(sign, before, rest)), "")
    if foreign:
        return Diagnostic(
            "foreign-operator",
            f"`{foreign}` is not an operator of this language",
            at,
            hint=f"write {FOREIGN[foreign]}",
        )
    if text and not KNOWN_SIGN.match(text):
        return Diagnostic("unexpected-text", f"`{text}` is no sign of this language", at, hint=form)
    shouted = next((word for word in (last_word, text) if word.isupper() and word.lower() in OPERATOR_WORDS), "")
    if shouted:
        start = at.start if shouted == text else at.source.text.rindex(shouted, statement.start, at.start)
        return Diagnostic(
            "foreign-operator",
            f"`{shouted}` is not an operator of this language",
            Span(at.source, start, start + len(shouted)),
            hint="write `if a > b then c else d`"
            if shouted in ("IF", "THEN", "ELSE")
            else f"write `{shouted.lower()}`",
        )
    if re.match(r"\.\d", rest) and operand_fits:
        number = re.match(r"\.\d+", rest)[0]  # type: ignore[index]  # it matches
        return Diagnostic("missing-value", f"a 0 is missing before `{number}`", at, hint=f"write `0{number}`")
    if rule in ("flow", "move") and "COLON" in expected and re.match(r"\w", text):
        return Diagnostic("unexpected-text", f"a colon is missing behind the name of the {rule}", at, hint=form)
    has_arrow = "->" in before
    if (
        rule in ("flow", "move")
        and not has_arrow
        and ("_ARROW" in expected or ("COLON" in expected and text in ("=", "", "->")))
    ):
        return Diagnostic(
            "missing-arrow",
            f"a {rule} names where it comes from and where it goes: the `->` is missing",
            at if text else _end_of(statement),
            hint=form + ", with `cloud` for what lies outside",
        )
    if rule in ("flow", "move") and set(expected) <= {"CLOUD", "WORD", "LBRACE"}:
        which = "it goes" if last_word.endswith("->") else "it comes from"
        return Diagnostic(
            "missing-end",
            f"this {rule} does not say where {which}",
            at if text else _end_of(statement),
            hint="write the name of a stock, or `cloud` for what lies outside",
        )
    if rule in ("flow", "bindings") and "COLON" in expected and last_word != "{" and text in (",", "}", ";"):
        hint = f"write its share, or `rest`: `{{ {last_word.lstrip('{')}: 60%, cloud: rest }}`"
        return Diagnostic("missing-value", f"`{last_word.lstrip('{')}` has no share", at, hint=hint)
    if "RSQB" in expected and text in ("+", "-", "*", "/") and not operand_fits and "=" not in before:
        hint = f"write `{last_word}]`, and the neighbour where it is read: `{last_word} {text} 1]`"
        return Diagnostic("unexpected-text", "what is declared is split by dimensions, as they are", at, hint=hint)
    if rule == "dim" and re.search(r"\bmaps\s+\w+\s*\Z", before):
        hint = f"write `{before.strip()} {{ north: hebei, shandong }}`, a row for each of the new elements"
        return _missing("unexpected-end", f"the elements are missing behind `{last_word}`", at, statement, hint)
    if "WORD" in expected and set(expected) <= {"WORD", "STRING"} and not re.match(r"[\w\"]", text):
        hint = form
        if last_word == "over":
            hint = "write the name of a dimension: `sum(staff over region)`"
        elif last_word.endswith("["):
            hint = f"write the name of a dimension: `{last_word}region]`"
        return _missing("missing-name", f"a name is missing after `{last_word}`", at, statement, hint)
    if text == "=" and not operand_fits and rule not in ("title", "plot"):
        hint = "write one `=`" if last_word == "=" else "to compare two values, write `==`"
        return Diagnostic(
            "equals-in-expression", "`=` gives a name its value and cannot compare", at, hint=hint, fix=Edit(at, "==")
        )
    if last_word in OPERATOR_WORDS and not operand_fits:  # it was read as a name: `then else 1`
        start = at.source.text.rindex(last_word, statement.start, at.start)
        return Diagnostic(
            "missing-value",
            f"a value is missing before `{last_word}`",
            Span(at.source, start, start + len(last_word)),
            hint="add it, or remove what is too much",
        )
    if text == "," and re.search(r"\bif\s*\(\Z", _up_to_open_bracket(before)):
        return Diagnostic("missing-then", "an `if` is no function", at, hint="write `if a > b then c else d`")
    if "THEN" in expected and not operand_fits:
        return _missing("missing-then", "this `if` has no `then`", at, statement, "write `if a > b then c else d`")
    if "ELSE" in expected and not operand_fits:
        return _missing(
            "missing-else",
            "this `if` has no `else`",
            at,
            statement,
            "write `if a > b then c else d`; every value needs one",
        )
    if "EQUAL" in expected and "RPAR" not in expected and not operand_fits:
        return _missing("missing-equals", "an `=` and a value are missing here", at, statement, form)
    if (
        operand_fits
        and text
        and re.match(r"[-+*/^<>=,)]|->|per\b|and\b|or\b", rest)
        and re.search(r"[-+*/^<>=(,]\s*\Z", before)
    ):
        if text in (")", ",") or last_word in ("(", ","):
            return Diagnostic(
                "missing-value", f"a value is missing before `{text}`", at, hint="add it, or remove what is too much"
            )
        return Diagnostic(
            "operator-twice",
            f"`{last_word[-1]}` and `{text}` stand next to each other with no value between",
            at,
            hint="remove one of them, or add a value",
        )
    if operand_fits:
        what = f" after `{last_word}`" if last_word else ""
        return _missing("missing-value", f"a value is missing{what}", at, statement, form)
    if re.match(r"[\w(\"]", text) and ({"ADD", "MULTIPLY"} & set(expected)):
        return Diagnostic(
            "missing-operator",
            f"between `{last_word[-24:]}` and `{text[:24]}` an operator or a comma is missing",
            at,
            hint=f"to multiply, write `{last_word[-24:]} * {text[:24]}`",
        )
    if not text:
        return _missing("unexpected-end", f"something is missing after `{last_word}`", at, statement, form)
    return Diagnostic("unexpected-text", f"`{text[:24]}` cannot stand here", at, hint=form)


def _about_date(statement: Span, at: Span, before: str, rest: str, expected: Collection[str]) -> Diagnostic | None:
    """What is wrong with a date that ends or goes on at a place: a unit behind it, another form, a time of day."""
    text = at.text
    written = WRITTEN_DATE.search(before)
    if written and re.match(r"[^\W\d]", text) and not nearest(text, [name.lower() for name in expected]):
        return date_with_unit(written[1], text, Span(at.source, statement.start + written.start(1), at.end))
    for begins, goes_on in OTHER_DATES:
        if (first := begins.search(before)) and (last := goes_on.match(rest)):
            span = Span(at.source, statement.start + first.start(), at.start + last.end())
            return date_form(span.text, meant_date(span.text), span)
    return None


def _missing(code: str, message: str, at: Span, statement: Span, hint: str) -> Diagnostic:
    return Diagnostic(code, message, at if at.text.strip() else _end_of(statement), hint=hint)


def _up_to_open_bracket(before: str) -> str:
    """The text up to and with the innermost round bracket that is open."""
    closed = 0
    for place in range(len(before) - 1, -1, -1):
        closed += {")": 1, "(": -1}.get(before[place], 0)
        if closed < 0:
            return before[: place + 1]
    return ""


def _end_of(statement: Span) -> Span:
    """The last character of a statement: where something is missing behind it."""
    return Span(statement.source, max(statement.start, statement.end - 1), statement.end)


def _is_thousands(before: str, rest: str) -> bool:
    return re.search(r"(?<![\w.])\d{1,3}\Z", before) is not None and re.match(r",\d{3}\b", rest) is not None


def _stands_at(sign: str, before: str, rest: str) -> bool:
    """Whether a foreign operator stands here; the parser may have read its first character already."""
    if sign == "%":
        return rest.startswith("%") and re.match(r"%\s*[\w(]", rest) is not None
    if rest.startswith(sign):
        return sign not in ("!",) or not rest.startswith("!=")
    if sign == "//" and before.endswith("/"):
        return rest.startswith("/")
    return len(sign) == 2 and before.endswith(sign[0]) and rest.startswith(sign[1])
