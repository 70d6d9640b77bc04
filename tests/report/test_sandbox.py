"""The user's own template: what it sees, what it must not do, and how its mistakes are told."""

import pytest

from sdlang.compiler import Options, StepCheck, check, simulate
from sdlang.diagnostics import ModelError
from sdlang.report import render_template
from sdlang.results.outcome import Outcome
from sdlang.source import Source

TEXT = """\
model "A <b>bold</b> firm"
simulate 0 to 2 years, step 1 year, using euler
param share = 10% / year
stock staff = 10 people
flow quits: staff -> cloud = staff * share
"""


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return simulate(check(Source("m.sd", TEXT)), Options(step_check=StepCheck.NONE))


def mistake(outcome: Outcome, template: str, **options: int) -> str:
    with pytest.raises(ModelError) as caught:
        render_template(outcome, template, name="mine.html.j2", **options)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "template-failure"
    where = "" if diagnostic.span is None else f"line {diagnostic.span.position().line}: "
    return where + diagnostic.message


def test_a_template_sees_the_title_the_runs_and_the_variables(outcome: Outcome) -> None:
    template = "{{ title }}|{{ runs.base['values'].staff[2] }}|{% for v in variables %}{{ v.name }} {% endfor %}"
    assert render_template(outcome, template) == "A &lt;b&gt;bold&lt;/b&gt; firm|8.1|share staff quits "


def test_markdown_is_not_escaped(outcome: Outcome) -> None:
    assert render_template(outcome, "# {{ title }}", kind="md") == "# A <b>bold</b> firm"


def test_a_mistake_in_a_template_is_told_with_its_line(outcome: Outcome) -> None:
    told = mistake(outcome, "one\n{{ titel }}\n")
    assert told == "line 2: the template `mine.html.j2` cannot be filled: 'titel' is undefined"
    assert mistake(outcome, "one\ntwo\n{% if %}").startswith("line 3: ")
    assert "division by zero" in mistake(outcome, "{{ 1 / 0 }}")


@pytest.mark.parametrize(
    "template",
    [
        "{{ title.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{% set x = runs.update({}) %}",
        "{{ '{0.__class__}'.format(title) }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
    ],
)
def test_a_template_reaches_nothing_outside(outcome: Outcome, template: str) -> None:
    mistake(outcome, template)


def test_a_template_that_takes_too_long_is_ended(outcome: Outcome) -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    assert "takes longer than 1 s" in mistake(outcome, loop, seconds=1)


def test_a_template_that_takes_too_much_memory_is_ended(outcome: Outcome) -> None:
    assert "memory" in mistake(outcome, "{% set x = 'x' * 9000000000 %}{{ x }}")


def test_a_template_that_calls_itself_is_ended(outcome: Outcome) -> None:
    assert "cannot be filled" in mistake(outcome, "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")
