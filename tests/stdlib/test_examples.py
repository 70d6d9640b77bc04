"""Every component of the library, by the example in its comments: it expands to the same model, and loses nobody."""

import numpy as np
import pytest

import sdlang
from sdlang import compiler
from sdlang.model.conservation import Ledger, ledgers, passes_the_end
from sdlang.model.model import Flow, Model
from sdlang.report.library import Entry, entries, program
from sdlang.results.run import Array
from sdlang.source import Source

ENTRIES = entries()


def total(run: sdlang.Run, name: str) -> Array:
    """A column over time, in the model's own units, all its elements added."""
    return np.asarray(run.own[name].reshape(len(run.time), -1).sum(axis=1))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_it_expands_to_a_model_that_runs_to_the_same_numbers(entry: Entry) -> None:
    text = program(entry)
    flat = compiler.expand(compiler.check(Source("program.sd", text)))
    run, again = sdlang.compile(text).run(), sdlang.compile(flat).run()
    for name in run.own:
        assert np.array_equal(run.own[name], again.own[name]), name


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
@pytest.mark.parametrize("engine", ["reference", "fixed"])
def test_its_stocks_change_by_what_the_ledger_says(entry: Entry, engine: str) -> None:
    model = sdlang.compile(program(entry))
    run = model.run(engine=engine, method="euler")
    step = run.time[1] - run.time[0]
    for ledger in plain(model.structure):
        net = sum((total(run, name) for name in ledger.enters), np.zeros(len(run.time)))
        net = net - sum((total(run, name) for name in ledger.leaves), np.zeros(len(run.time)))
        there = sum((total(run, name) for name in ledger.stocks), np.zeros(len(run.time)))
        moved = np.concatenate([[0.0], np.cumsum(net)[:-1]]) * step
        scale = 1 + np.max(np.abs(there)) + np.max(np.abs(moved))
        assert there - there[0] == pytest.approx(moved, abs=1e-9 * scale), ledger


def plain(model: Model) -> list[Ledger]:
    """The ledgers but for those with a flow of which only some elements leave."""
    flows = {flow.name: flow for flow in model.flows()}

    def passes(name: str) -> bool:
        flow = flows[name]
        assert isinstance(flow, Flow)
        return passes_the_end(flow, model)

    return [each for each in ledgers(model) if not any(map(passes, (*each.enters, *each.leaves)))]
