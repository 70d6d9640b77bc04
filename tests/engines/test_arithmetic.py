"""The four operations on what stands in the list of values and on what is computed from it."""

import pytest

from sdlang.engines.arithmetic import OPERATIONS, Operand, applied, value_of

VALUES = [0.0, 6.0, 4.0]
RESULTS = {"+": 10.0, "-": 2.0, "*": 24.0, "/": 1.5}


@pytest.mark.parametrize("operator", list(OPERATIONS))
@pytest.mark.parametrize("left", [1, lambda v: v[1]])
@pytest.mark.parametrize("right", [2, lambda v: v[2]])
def test_an_operation_is_the_same_for_every_kind_of_operand(operator: str, left: Operand, right: Operand) -> None:
    assert applied(operator, left, right)(VALUES) == RESULTS[operator]


def test_an_operand_has_a_value() -> None:
    assert value_of(1)(VALUES) == 6.0
    assert value_of(lambda v: v[2] + 1)(VALUES) == 5.0


@pytest.mark.parametrize(
    ("left", "right"), [(1, 0), (lambda v: v[1], 0), (1, lambda v: v[0]), (lambda v: 1.0, lambda v: 0.0)]
)
def test_a_division_by_zero_is_raised(left: Operand, right: Operand) -> None:
    with pytest.raises(ZeroDivisionError):
        applied("/", left, right)(VALUES)
