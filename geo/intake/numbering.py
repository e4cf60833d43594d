"""File numbers for incidents that have none: the same content always gets the same number.

A file that is sent again must be recognised although nothing in it names its rows. The number is a hash
of time, place and category, and an ordinal among rows that agree in all three, in the order of the file.
The hash is our own and fixed: numbers made today must be found again by any later version.
"""

import binascii
import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Words = npt.NDArray[np.uint64]

PREFIX = "auto-"
# 1e-7 degrees, about a centimetre: what is left of a coordinate after any round trip through text.
_STEPS_PER_DEGREE = 1e7
_NO_VALUE = np.uint64(0x9E3779B97F4A7C15)


def numbers_of(occurred_from: pd.Series, lon: pd.Series, lat: pd.Series, category: pd.Series) -> pd.Series:
    """Return (n,) text like ``"auto-5d41402abc4b2a76-1"`` on a 0..n-1 index.

    occurred_from : (n,) datetime64[us, UTC], NaT allowed; lon, lat : (n,) degrees, NaN allowed;
    category : (n,) text, no missing values
    Two different contents share a hash with a chance of about n² / 2⁶⁵; they then differ by ordinal.
    """
    state = np.full(len(category), _NO_VALUE, dtype=np.uint64)
    for words in (_of_times(occurred_from), _of_degrees(lon), _of_degrees(lat), _of_text(category)):
        state = _mix(state ^ words)
    ordinals = np.asarray(pd.Series(state).groupby(state).cumcount() + 1, dtype=np.int64)
    return _join(state, ordinals)


def _mix(words: Words) -> Words:
    """Finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input moves every bit out."""
    words = words + _NO_VALUE
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _of_times(times: pd.Series) -> Words:
    moments = times.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    return np.where(np.isnat(moments), _NO_VALUE, moments.astype(np.int64).view(np.uint64))


def _of_degrees(degrees: pd.Series) -> Words:
    values = degrees.to_numpy(np.float64)
    steps = np.rint(np.nan_to_num(values) * _STEPS_PER_DEGREE).astype(np.int64).view(np.uint64)
    return np.where(np.isnan(values), _NO_VALUE, steps)


def _of_text(words: pd.Series) -> Words:
    codes, distinct = pd.factorize(words)
    digests = [hashlib.blake2b(str(word).encode(), digest_size=8).digest() for word in distinct]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)[codes]


def _join(state: Words, ordinals: npt.NDArray[np.int64]) -> pd.Series:
    hexes = binascii.hexlify(state.astype(">u8").tobytes())
    offsets = np.arange(0, 16 * (len(state) + 1), 16, dtype=np.int32)
    keys = pa.StringArray.from_buffers(len(state), pa.py_buffer(offsets), pa.py_buffer(hexes))
    numbers = pc.cast(pa.array(ordinals), pa.string())
    return pd.Series(pc.binary_join_element_wise(PREFIX, keys, "-", numbers, "").to_pandas()).astype("str")
