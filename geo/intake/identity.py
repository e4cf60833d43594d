"""Identity and telephone numbers under an innocent header, such as the code of a household.

An identity number has 12 digits (decree 137/2015/ND-CP): where born (001 to 096), century and sex (0 to 3
for those born from 1900 to 2099), the year (two digits) and six more. A mobile number is 0 or +84 and nine
digits that begin with 3, 5, 7, 8 or 9.
"""

import re

import pandas as pd

_PERSONAL = re.compile(r"0(?:[0-8]\d|9[0-6])[0-3]\d{8}|0[35789]\d{8}")
# A sheet that held an identity number as a number has lost its first zero.
_DIGITS, _DIGITS_LEFT = 12, 11

_SAMPLE = 2_000
_FEW, _MANY = 3, 20
_LEAST_SHARE = 0.5
# Codes put together of a ward's five digits and a running number have the form too, but their sixth digit
# hardly changes; that of persons' numbers takes all values.
_SIXTH = 5
_LEAST_SPREAD = {_FEW: 3, _MANY: 6}


def holds_identity_numbers(words: pd.Series) -> bool:
    """Say whether most of `words` (n,), the text of one column, are identity or mobile numbers of persons.

    The first 2,000 values decide; fewer than three say nothing.
    """
    sample = [_plain(word) for word in words.dropna().head(_SAMPLE)]
    found = [word for word in sample if _PERSONAL.fullmatch(word)]
    if len(found) < max(_FEW, _LEAST_SHARE * len(sample)):
        return False
    spread = len({word[_SIXTH] for word in found})
    return spread >= _LEAST_SPREAD[_MANY if len(found) >= _MANY else _FEW]


def _plain(word: str) -> str:
    digits = re.sub(r"^(\+84|84(?=\d{9}$))", "0", re.sub(r"[\s.\-]", "", word))
    return digits.zfill(_DIGITS) if len(digits) == _DIGITS_LEFT else digits
