"""Vietnamese text: one stored form, one form to search by.

The same name reaches us composed (NFC) and decomposed (NFD), with Ð (eth) for Đ, with the tone mark on
either vowel (Hòa, Hoà) and with non-breaking spaces. Stored text is NFC; two names are the same name
when their folded forms are equal.
"""

import unicodedata
from collections.abc import Sequence

# Letters that do not decompose. Ð (eth) is what old keyboards typed for Đ.
_PLAIN = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})


def nfc(value: str) -> str:
    """Return `value` composed (NFC), its runs of white space (also NBSP) made single spaces, trimmed."""
    return " ".join(unicodedata.normalize("NFC", value).split())


def fold(value: str) -> str:
    """Return the search key of `value`: no case, no marks, Đ and Ð as d, single spaces.

    All marks go, so the two ways to place a tone (Hòa, Hoà) and the two encodings give one key.
    Not reversible, and coarser than spelling: "Hoa" and "Hòa" share a key. Show the stored form.
    """
    decomposed = unicodedata.normalize("NFD", value.translate(_PLAIN))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def fold_all(values: Sequence[str]) -> list[str]:
    """Return the search keys of (n,) values, in order; each distinct value is folded once."""
    keys = {value: fold(value) for value in set(values)}
    return [keys[value] for value in values]
