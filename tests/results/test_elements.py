"""Which elements of a variable are shown where there are too many."""

from types import MappingProxyType

import numpy as np

from sdlang.equations.system import Column
from sdlang.results.elements import Course, courses, element_at, largest
from sdlang.results.run import Provenance, Run

REGIONS, SKILLS = ("north", "south"), ("low", "mid", "high")


def run() -> Run:
    """Two saved times: all 0 at the first; 0, 1, ... 5 in hundreds at the second."""
    staff = np.array([np.zeros((2, 3)), np.arange(6.0).reshape(2, 3) * 100])
    columns = {
        "staff": Column("staff", "", "hundreds", 100.0, "stock", False, (("region", REGIONS), ("skill", SKILLS))),
        "total": Column("total", "", "1", 1.0, "auxiliary", False),
    }
    own = {"staff": staff, "total": np.array([0.0, 1500.0])}
    made = Provenance("m", "", "fixed", "euler", 1.0, "years")
    return Run(np.array([0.0, 1.0]), MappingProxyType(own), MappingProxyType(columns), made)


def test_a_variable_has_a_course_for_each_element_in_their_order() -> None:
    told = courses(run(), "staff", 8)
    assert [course.name for course in told.shown][:2] == ["staff[north, low]", "staff[north, mid]"]
    assert [course.values.tolist() for course in told.shown][:3] == [[0, 0], [0, 1], [0, 2]]
    assert told.left_out == 0


def test_of_too_many_those_are_shown_that_end_largest() -> None:
    told = courses(run(), "staff", 2)
    assert [course.element for course in told.shown] == ["south, mid", "south, high"]
    assert told.left_out == 4


def test_an_element_is_a_course_and_so_is_a_variable_that_is_not_split() -> None:
    (course,) = courses(run(), "staff[south, low]", 8).shown
    assert (course.variable, course.element, course.place, course.values.tolist()) == ("staff", "south, low", 3, [0, 3])
    (course,) = courses(run(), "total", 8).shown
    assert (course.name, course.element, course.values[-1]) == ("total", "", 1500)


def test_the_largest_are_those_far_from_zero_and_what_is_no_number_comes_last() -> None:
    assert largest(np.array([1.0, -5.0, np.nan, 3.0]), 2) == (1, 3)
    assert largest(np.array([2.0, 2.0, 2.0]), 2) == (0, 1)


def test_names_of_elements_are_in_row_major_order() -> None:
    column = run().columns["staff"]
    assert [f"staff[{element_at(column, place)}]" for place in range(6)] == list(column.elements)


def test_a_last_value_that_is_dust_beside_the_largest_is_none() -> None:
    ends = [Course("x", "", 0, np.array([5.0, last])).end for last in (1e-12, 1e-3, -1e-12)]
    assert ends == [0, 1e-3, 0]
