"""Which words can be Vietnamese: the syllable as a rule, and as dictionaries have it.

The rule is wide, so that no word of a file is lost. What dictionaries have is narrow; it tells two readings
of one cell apart of which both keep the rule: "Bến Tre" and "BÕn Tre", "Ngã Ba" and "Ngaị Ba".
"""

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"
_SYLLABLE = re.compile(
    r"(ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    r"(iêu|yêu|uôi|ươi|ươu|oai|oay|oao|oeo|uây|uya|uyê|uyu|uêu|"
    r"ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|"
    r"[aăâeêioôơuưy])(ch|ng|nh|[ckmnpt])?"
)
_ABBREVIATION = re.compile("[BCDĐGHKLMNPQRSTVX]+")
_CODAS = {
    "a": "c ch m n ng nh p t k", "ă": "c m n ng p t k", "â": "c m n ng p t", "e": "c m n ng p t",
    "ê": "ch m n nh p t", "i": "ch m n nh p t", "iê": "c m n ng p t", "yê": "m n ng t", "y": "ch n nh t",
    "o": "c m n ng p t k", "oo": "c ng", "oa": "c ch m n ng nh p t", "oă": "c m n ng t", "oe": "n t",
    "ô": "c m n ng p t k", "ơ": "m n p t", "u": "c m n ng p t k", "uâ": "n ng t", "uê": "ch nh",
    "uô": "c m n ng t", "uy": "ch n nh p t", "uyê": "n t", "ư": "c m n ng t", "ươ": "c m n ng p t",
}  # fmt: skip
# Vowels that end a syllable only with a consonant after them.
_CLOSED = frozenset(["ă", "â", "iê", "yê", "oo", "oă", "uâ", "uô", "uyê", "ươ"])
_ON_EITHER = frozenset(["oa", "oe", "uy"])
_ON_SECOND = frozenset(["uê", "uơ"])


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Say whether `word` keeps the rule: onset, vowels, coda, at most one tone, and one before c, k, p, t."""
    found = _parted(word)
    return _is_abbreviation(word) or (found is not None and _keeps_stop(*found))


@lru_cache(maxsize=50_000)
def is_usual(word: str) -> bool:
    """Say whether `word` is also spelt as in dictionaries: its rhyme, the place of its tone, its capitals."""
    if _is_abbreviation(word):
        return True
    found = _parted(word)
    if found is None or not _keeps_stop(*found) or not (word.islower() or word.isupper() or word.istitle()):
        return False
    match, tone = found
    vowels, coda = match[2], match[3]
    rhymes = {vowels, f"i{vowels}"} if match[1] == "gi" else {vowels}
    if coda is not None and not any(coda in _CODAS.get(rhyme, "").split() for rhyme in rhymes):
        return False
    if coda is None and vowels in _CLOSED:
        return False
    return all(at - match.start(2) in _places(vowels, coda) for at in tone)


def _is_abbreviation(word: str) -> bool:
    """Whether `word` is one like HĐND: several capitals without a vowel."""
    return len(word) > 1 and _ABBREVIATION.fullmatch(word) is not None


def _parted(word: str) -> tuple[re.Match[str], dict[int, str]] | None:
    """The parts of a syllable without its tone, and tone by the place of its letter."""
    letters, toned = [], {}
    for at, letter in enumerate(unicodedata.normalize("NFC", word.lower().replace("ð", "đ"))):
        apart = unicodedata.normalize("NFD", letter)
        for mark in apart:
            if mark in TONES:
                toned[at] = mark
        letters.append(unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in TONES)))
    match = _SYLLABLE.fullmatch("".join(letters))
    return None if match is None or len(toned) > 1 else (match, toned)


def _keeps_stop(match: re.Match[str], tone: dict[int, str]) -> bool:
    """Before c, ch, k, p and t there are two tones only."""
    return match[3] not in {"c", "ch", "k", "p", "t"} or set(tone.values()) in ({"\u0301"}, {"\u0323"})


def _places(vowels: str, coda: str | None) -> set[int]:
    """Which of the vowels may carry the tone."""
    if len(vowels) == 1:
        return {0}
    if coda is not None or len(vowels) == 3:
        return {2} if vowels == "uyê" else {1}
    if vowels in _ON_EITHER:
        return {0, 1}
    return {1} if vowels in _ON_SECOND else {0}
