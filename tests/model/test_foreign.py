"""Names of other programs: each is told what to write, and that is something the language has."""

import re

import pytest

from sdlang.model.foreign import FOREIGN
from sdlang.model.memories import MEMORIES
from sdlang.stdlib import component, component_names
from tests.model.meant import errors


@pytest.mark.parametrize("name", FOREIGN)
def test_what_it_is_called_here(name: str) -> None:
    if name in component_names():
        return
    for written in (name, name.upper()):
        (error,) = errors(f"aux x = {written}(3, 1 year)")
        assert (error.code, error.hint) == ("unknown-function", f"write `{FOREIGN[name]}`")


@pytest.mark.parametrize("advice", sorted(set(FOREIGN.values())))
def test_what_is_to_be_written_exists(advice: str) -> None:
    call = re.match(r"(\w+)\((.*)\)", advice)
    if call is None:
        assert advice.startswith(("if ", "stock "))
        return
    function, arguments = call.groups()
    declared = component(function)
    known = (
        [each.name for each in MEMORIES[function].parameters]
        if declared is None
        else [port.name.text for port in declared.ports]
    )
    assert all(argument.partition(" = ")[0] in known for argument in arguments.split(", "))
