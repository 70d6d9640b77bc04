"""What things are split by: elements, ranges, parts, unions, other names, and mappings."""

import pytest

from sdlang.model.dimensions import fit, through
from sdlang.model.model import Dimension
from tests.model.meant import codes, errors, model

USE = "\nstock s[d] = 1\n"


def dimension(text: str) -> Dimension:
    return model(text + USE).dimensions["d"]


def test_elements_stand_in_the_order_of_the_text() -> None:
    found = dimension("dim d = north, south, east")
    assert found.elements == ("north", "south", "east")
    assert found.first is None
    assert not found.is_ordered


def test_elements_with_a_sign_between_have_an_order() -> None:
    assert dimension("dim d = low < mid < high").is_ordered


def test_a_range_has_both_its_ends_and_is_ordered() -> None:
    found = dimension("dim d = 20 .. 24")
    assert (found.elements, found.first, found.is_ordered) == (("20", "21", "22", "23", "24"), 20, True)


def test_a_range_may_begin_below_zero() -> None:
    assert dimension("dim d = -1 .. 1").elements == ("-1", "0", "1")


def test_a_part_keeps_its_own_order_and_that_its_whole_has_one() -> None:
    found = dimension("dim skill = low < mid < high\ndim d of skill = high, low")
    assert found.elements == ("high", "low")
    assert found.is_ordered


def test_a_part_of_numbers_may_be_a_range() -> None:
    assert dimension("dim age = 20 .. 64\ndim d of age = 20 .. 22").elements == ("20", "21", "22")
    assert codes("dim age = 20 .. 64\ndim d of age = 18 .. 22" + USE) == ["unknown-element"]


def test_a_union_has_each_element_once() -> None:
    found = dimension("dim region = north, south, east\ndim coast of region = east, north\ndim d = coast + region")
    assert found.elements == ("east", "north", "south")


def test_another_name_has_the_same_elements() -> None:
    found = model("dim region = north, south\ndim d = region" + USE).dimensions
    assert found["d"].elements == found["region"].elements


def test_one_element_is_no_other_name() -> None:
    assert dimension("dim d = alone").elements == ("alone",)


def test_a_mapping_says_for_each_element_where_it_belongs() -> None:
    found = dimension("dim region = north, south, east\ndim d maps region { inland: north, east\n  coast: south }")
    assert found.elements == ("inland", "coast")
    assert found.maps["region"] == (0, 1, 0)


def test_the_order_of_declarations_does_not_matter() -> None:
    assert dimension("dim d = a + b\ndim b = y\ndim a = x").elements == ("x", "y")


def test_a_part_fits_its_whole_by_a_table() -> None:
    whole = Dimension("region", ("north", "south", "east"))
    assert fit(Dimension("coast", ("east", "north")), whole) == (2, 0)
    assert fit(Dimension("other", ("east", "west")), whole) is None


def test_the_same_elements_fit_without_a_table() -> None:
    whole = Dimension("region", ("north", "south"))
    assert through(Dimension("there", ("north", "south")), whole) == (True, None)
    assert through(Dimension("sector", ("retail",)), whole) == (False, None)


def test_what_a_dimension_maps_fits_it() -> None:
    bloc = Dimension("bloc", ("inland", "coast"), maps={"region": (0, 1, 0)})
    assert through(Dimension("region", ("north", "south", "east")), bloc) == (True, (0, 1, 0))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("dim d = north, south\ndim e = retail, south", "`dim e of d = ...`"),
        ("dim d = 64 .. 20", "`20 .. 64`"),
        ("dim e = a, b\ndim d = e, c", "`+`"),
        ("dim e = a, b\ndim d maps e { x: a }", "`b`"),
    ],
)
def test_a_mistake_brings_what_to_type(text: str, hint: str) -> None:
    (found,) = errors(text + USE)
    assert hint in found.hint


def test_the_dimensions_of_an_instance_go_by_its_name() -> None:
    text = "component pool(n) {\n  dim part = one, two\n  stock s[part] = n\n}\npool p { n = 3 }\n"
    assert codes(text + "aux t = sum(p.s over p.part)\naux u = p.s[two]") == []
    assert codes(text + "aux t = sum(p.s over part)") == ["unknown-dimension"]
