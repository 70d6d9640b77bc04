"""What differs between the declarations of two models, as a reviewer would list it.

Declarations that have a name are matched by it; one whose name is gone and another that is new and otherwise the same
are one that was renamed. Expectations, plots and all else without a name are matched by their text. How a text is laid
out makes no difference, and what is only said (labels, documentation, sources) is told apart from what counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sdlang.model.constants import Values, constant_values
from sdlang.model.model import Model, Override, Parameter, Scenario, Stock
from sdlang.model.scenario import BASE
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.syntax.printer import print_declaration, print_expression
from sdlang.units.dates import DATE


class Kind(StrEnum):
    """How a declaration differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    SAID = "said otherwise"


@dataclass(frozen=True, slots=True)
class Difference:
    """One declaration that differs: `word` is its keyword, `before` and `after` what is told of it (empty where it is
    not there), `span` where it stands, in the new text unless it was removed; `share` by how much a number changed."""

    kind: Kind
    word: str
    name: str
    before: str
    after: str
    span: Span
    share: float | None = None

    @property
    def counts(self) -> bool:
        """Whether it can change a run."""
        return self.kind not in (Kind.SAID, Kind.RENAMED) and self.word not in LOOKED_AT


Named = (
    tree.Parameter
    | tree.Stock
    | tree.Flow
    | tree.Auxiliary
    | tree.Table
    | tree.Series
    | tree.Scenario
    | tree.Dimension
    | tree.Component
    | tree.Block
    | tree.Instance
)
Labelled = tree.Stock | tree.Flow | tree.Auxiliary | tree.Table | tree.Series | tree.Scenario | tree.Block
WORDS: Mapping[type[tree.Declaration], str] = {
    tree.Parameter: "param",
    tree.Stock: "stock",
    tree.Flow: "flow",
    tree.Auxiliary: "aux",
    tree.Table: "table",
    tree.Series: "series",
    tree.Scenario: "scenario",
    tree.Dimension: "dim",
    tree.Component: "component",
    tree.Block: "use",
    tree.Instance: "use",
    tree.Expect: "expect",
    tree.Claim: "claim",
    tree.Plot: "plot",
    tree.TableRequest: "table of the report",
    tree.Report: "report",
    tree.Simulate: "simulate",
    tree.Title: "model",
    tree.UnitDeclaration: "unit",
    tree.Use: "use",
    tree.Contest: "share",
    tree.Stratify: "stratify",
    tree.Uncertain: "uncertain",
    tree.InitialEquilibrium: "initial",
    tree.Solve: "solve",
    tree.When: "when",
    tree.At: "at",
    tree.Every: "every",
}
# The field that holds what a variable is given.
VALUES: Mapping[type[tree.Declaration], str] = {
    tree.Parameter: "value",
    tree.Stock: "initial",
    tree.Auxiliary: "value",
    tree.Flow: "rate",
}
VARIABLES = ("param", "stock", "flow", "aux", "table", "series")
# Of these only the lines that differ are told.
Blocks = tree.Scenario | tree.Block | tree.Claim
# What cannot change a run.
LOOKED_AT = ("expect", "claim", "plot", "table of the report", "report")


def of_files(old: tree.File, new: tree.File, before: Model, after: Model) -> tuple[Difference, ...]:
    """The differences between two texts, in the order of the new one; what was removed comes last."""
    was, now = _by_key(old), _by_key(new)
    renamed = dict(_renamed(was, now))
    values = (constant_values(before.variables), constant_values(after.variables))
    found: list[Difference] = []
    for key, declaration in now.items():
        if key in renamed:
            found.append(_difference(Kind.RENAMED, was[renamed[key]], declaration))
        elif key not in was:
            found.append(_difference(Kind.ADDED, None, declaration))
        elif _text(declaration) != _text(was[key]):
            made = _difference(Kind.CHANGED, was[key], declaration)
            found.append(replace(made, share=_share(key[1], before, after, values)))
        elif _said(declaration) != _said(was[key]):
            found.append(_difference(Kind.SAID, was[key], declaration))
    gone = set(was) - set(now) - set(renamed.values())
    found += [_difference(Kind.REMOVED, was[key], None) for key in was if key in gone]
    return tuple(found)


def of_scenarios(model: Model, one: str, other: str) -> tuple[Difference, ...]:
    """What one scenario changes and the other does not, or otherwise; `base` changes nothing."""
    was, now = _changes(model, one), _changes(model, other)
    found = []
    for key, (name, text, span) in now.items():
        if key not in was:
            found.append(Difference(Kind.CHANGED, "scenario", name, _declared(model, name), text, span))
        elif was[key][1] != text:
            found.append(Difference(Kind.CHANGED, "scenario", name, was[key][1], text, span))
    for key, (name, text, span) in was.items():
        if key not in now:
            found.append(Difference(Kind.CHANGED, "scenario", name, text, _declared(model, name), span))
    return tuple(found)


Key = tuple[str, str]


def _by_key(file: tree.File) -> dict[Key, tree.Declaration]:
    """Declarations by keyword and name; what has no name by its text."""
    found: dict[Key, tree.Declaration] = {}
    for declaration in file.declarations:
        word = WORDS[type(declaration)]
        if isinstance(declaration, Named):
            # What was a parameter and is an auxiliary now is the same thing, changed.
            key = ("variable" if word in VARIABLES else word, declaration.name.text)
        elif isinstance(declaration, tree.Simulate | tree.Title | tree.Report):
            key = (word, "")
        elif isinstance(declaration, tree.Claim):
            key = (word, declaration.text)
        else:
            key = (word, _text(declaration))
        found.setdefault(key, declaration)
    return found


def _plain(declaration: tree.Declaration) -> tree.Declaration:
    return replace(declaration, layout=tree.Layout())


def _text(declaration: tree.Declaration) -> str:
    """The declaration on one line, without what is only said."""
    plain = _plain(declaration)
    if isinstance(plain, tree.Parameter):
        plain = replace(plain, label="", evidence=None)
    elif isinstance(
        plain, tree.Stock | tree.Flow | tree.Auxiliary | tree.Table | tree.Series | tree.Scenario | tree.Block
    ):
        plain = replace(plain, label="")
    return " ".join(print_declaration(plain).split())


def _said(declaration: tree.Declaration) -> tuple[object, ...]:
    """What is only said of a declaration: its label, its documentation, its evidence."""
    evidence = declaration.evidence if isinstance(declaration, tree.Parameter) else None
    return (getattr(declaration, "label", ""), declaration.layout.documentation, evidence)


def _renamed(was: Mapping[Key, tree.Declaration], now: Mapping[Key, tree.Declaration]) -> Iterator[tuple[Key, Key]]:
    """(new, old) of what has another name and is otherwise the same, where only one was so."""
    lost = [key for key in was if key not in now and isinstance(was[key], Named)]
    for key in [key for key in now if key not in was]:
        declaration = now[key]
        if not isinstance(declaration, Named):
            continue
        alike = [
            old for old in lost if old[0] == key[0] and _with_name(was[old], declaration.name) == _text(declaration)
        ]
        if len(alike) == 1:
            lost.remove(alike[0])
            yield key, alike[0]


def _with_name(declaration: tree.Declaration, name: tree.Name) -> str:
    assert isinstance(declaration, Named)
    return _text(replace(declaration, name=name))


def _difference(kind: Kind, old: tree.Declaration | None, new: tree.Declaration | None) -> Difference:
    either = new or old
    assert either is not None
    name = either.name.text if isinstance(either, Named) else ""
    if kind is Kind.RENAMED:
        assert isinstance(old, Named)
        return Difference(kind, WORDS[type(either)], name, old.name.text, name, either.span)
    if kind is Kind.SAID:
        return Difference(kind, WORDS[type(either)], name, "", "", either.span)
    before, after = ("" if each is None else _told(each, old, new) for each in (old, new))
    return Difference(kind, WORDS[type(either)], name, before, after, either.span)


def _told(declaration: tree.Declaration, old: tree.Declaration | None, new: tree.Declaration | None) -> str:
    """What is told of a declaration: of one that only has another value, that value."""
    field = VALUES.get(type(declaration))
    if field and old is not None and type(old) is type(new):
        same_value = replace(old, **{field: getattr(new, field)})
        if new is not None and _text(same_value) == _text(new):
            return print_expression(getattr(declaration, field))
    if isinstance(declaration, Blocks) and isinstance(old, Blocks) and isinstance(new, Blocks):
        other = {_text(item) for item in (old if declaration is new else new).items}
        return "; ".join(text for item in declaration.items if (text := _text(item)) not in other) or "-"
    return _text(declaration)


def _share(name: str, before: Model, after: Model, values: Sequence[Mapping[str, Values]]) -> float | None:
    """By how much the number of a parameter or of the start of a stock changed; a date has no share of itself."""
    variables = [model.variables.get(name) for model in (before, after)]
    if not all(isinstance(each, Parameter | Stock) and each.unit.text != DATE for each in variables):
        return None
    was, now = (each.get(name) for each in values)
    return now / was - 1 if isinstance(was, float) and isinstance(now, float) and was else None


def _changes(model: Model, name: str) -> dict[object, tuple[str, str, Span]]:
    """The changes of a scenario by what they are about: name, text and place."""
    scenario: Scenario | None = next((each for each in model.scenarios if each.name == name), None)
    assert scenario is not None or name == BASE
    found: dict[object, tuple[str, str, Span]] = {}
    for change in scenario.changes if scenario is not None else ():
        text = " ".join(change.span.text.split())
        value = text.partition("=")[2].strip()
        key = (change.name, change.since, change.places) if isinstance(change, Override) else (change.name,)
        found[key] = (change.name, value, change.span)
    return found


def _declared(model: Model, name: str) -> str:
    """What the declaration of a variable gives it."""
    text = model.variables[name].span.source.text
    start = model.variables[name].span.start
    line = text[start : text.find("\n", start) if "\n" in text[start:] else len(text)]
    return line.partition("#")[0].partition("=")[2].strip()
