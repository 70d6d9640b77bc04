"""NumPy's Philox, asked for the block of one counter."""

import numpy as np


def block(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, ...]:
    """The four numbers of a counter. NumPy counts on before it makes a block, so it begins one before."""
    whole = sum(word << (64 * place) for place, word in enumerate(counter))
    before = (whole - 1) % 2**256
    words = [(before >> (64 * place)) % 2**64 for place in range(4)]
    generator = np.random.Philox(counter=np.array(words, dtype=np.uint64), key=np.array(key, dtype=np.uint64))
    return tuple(int(word) for word in generator.random_raw(4))
