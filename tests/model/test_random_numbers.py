"""The generator, bit for bit: against the published vectors and against NumPy's."""

from hashlib import sha256

import numpy as np
import pytest

from sdlang.model.random_numbers import MASK, Chance, Numbers, between_0_and_1, key_of, philox
from tests.model.philox_of_numpy import block

# Random123 1.14, tests/kat_vectors, the lines `philox4x64 10`: counter, key, result; the third is made of digits of pi.
VECTORS = [
    ((0, 0, 0, 0), (0, 0), "16554d9eca36314c db20fe9d672d0fdc d7e772cee186176b 7e68b68aec7ba23b"),
    ((MASK,) * 4, (MASK,) * 2, "87b092c3013fe90b 438c3c67be8d0224 9cc7d7c69cd777b6 a09caebf594f0ba0"),
    (
        (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89),
        (0x452821E638D01377, 0xBE5466CF34E90C6C),
        "a528f45403e61d95 38c72dbd566e9788 a5a1610e72fd18b5 57bd43b5e52b7fe6",
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), VECTORS)
def test_the_published_vectors(counter: tuple[int, int, int, int], key: tuple[int, int], expected: str) -> None:
    assert " ".join(f"{word:016x}" for word in philox(counter, key)) == expected


def test_the_same_bits_as_numpy() -> None:
    random = np.random.default_rng(1)
    for _ in range(200):
        words = [int(word) for word in random.integers(0, MASK, 6, dtype=np.uint64, endpoint=True)]
        counter, key = (words[0], words[1], words[2], words[3]), (words[4], words[5])
        assert philox(counter, key) == block(counter, key)


def test_the_numbers_of_a_step_are_those_of_its_blocks() -> None:
    numbers = Numbers(Chance(seed=42, run=7), "staff.normal.value", element=3)
    numbers.at(5)
    drawn = [numbers.next() for _ in range(6)]
    key = (42, int.from_bytes(sha256(b"staff.normal.value").digest()[:8], "little"))
    words = (*block((5, 3, 7, 0), key), *block((5, 3, 7, 1), key))
    assert drawn == [between_0_and_1(word) for word in words[:6]]
    numbers.at(5)
    assert numbers.next() == drawn[0]


def test_another_seed_run_variable_element_or_step_has_other_numbers() -> None:
    first = set()
    for seed, run, name, element, step in ((1, 0, "a", 0, 0), (2, 0, "a", 0, 0), (1, 1, "a", 0, 0), (1, 0, "b", 0, 0)):
        numbers = Numbers(Chance(seed, run), name, element)
        numbers.at(step)
        first.add(numbers.next())
    for element, step in ((1, 0), (0, 1)):
        numbers = Numbers(Chance(1, 0), "a", element)
        numbers.at(step)
        first.add(numbers.next())
    assert len(first) == 6


def test_numbers_lie_strictly_between_0_and_1_and_so_does_1_less_them() -> None:
    assert between_0_and_1(0) == 2.0**-53
    assert between_0_and_1(MASK) == 1 - 2.0**-53
    assert 1 - (1 - between_0_and_1(0)) == between_0_and_1(0)


def test_the_key_of_a_variable_is_the_beginning_of_the_hash_of_its_name() -> None:
    # printf 'demand' | sha256sum begins with these 8 bytes; the first is the lowest.
    assert key_of("demand").to_bytes(8, "little").hex() == "dffc177fd0bbfd67"
