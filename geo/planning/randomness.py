"""Random numbers in whole-number arithmetic that Numba and plain Python compute alike.

L'Ecuyer (1988), Efficient and portable combined random number generators: two multiplicative generators,
period about 2.3e18. No product leaves 64 bits, so nothing overflows in either world.
"""

import numpy as np

from geo.planning.adjacency import Ints
from geo.planning.compiled import compiled

FIRST_MODULUS, SECOND_MODULUS = 2147483563, 2147483399


def generator(seed: int, stream: int = 0) -> Ints:
    """Return the state (2,) for a seed and a stream; different pairs give unrelated numbers."""
    words = np.random.SeedSequence((abs(int(seed)), int(seed < 0), stream)).generate_state(2, np.uint64)
    return np.array(
        [int(words[0]) % (FIRST_MODULUS - 1) + 1, int(words[1]) % (SECOND_MODULUS - 1) + 1], dtype=np.int64
    )


@compiled
def uniform(state: Ints) -> float:
    """Return the next number in (0, 1) and advance the state."""
    state[0] = 40014 * state[0] % 2147483563
    state[1] = 40692 * state[1] % 2147483399
    difference = state[0] - state[1]
    if difference < 1:
        difference += 2147483562
    return float(difference * 4.656613057391769e-10)
