"""Vietnamese text in any of the encodings that ward offices still have: UTF-8, TCVN3, VNI, CP1258, mixed.

None of the old encodings names itself. What a cell means is found by reading it in each of them: only the
right one gives Vietnamese syllables. Cells that would do in several go with the majority of the file.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from geo.intake.syllables import is_syllable, is_usual

AS_WRITTEN = "Unicode"

# TCVN 5712:1993 (VN3), the "ABC" fonts: one byte a letter; capitals with tones are a font of their own.
_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
# VNI for Windows: a vowel and a byte for its marks; a few letters alone.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323", "â": "\u0302",
    "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_ALONE = {
    "ñ": "đ", "Ñ": "Đ", "ô": "ơ", "Ô": "Ơ", "ö": "ư", "Ö": "Ư", "í": "í", "Í": "Í", "ì": "ì", "Ì": "Ì",
    "æ": "ỉ", "Æ": "Ỉ", "ó": "ĩ", "Ó": "Ĩ", "ò": "ị", "Ò": "Ị", "î": "ỵ", "Î": "Ỵ",
}  # fmt: skip
_VNI = re.compile("([aeouyôöAEOUYÔÖ])([ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË])")

_BETWEEN_WORDS = re.compile(r"[\s!-@\[-`{-~\u2013\u2014\u2018-\u201d\u2026]+")
# Letters of the Latin-1 page that Vietnamese does not have: what old encodings look like in Unicode.
STRANGE = "[¡-¬\u00ad-¿ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ]"
_STRANGE = re.compile(STRANGE)
_STRANGE_UTF8 = re.compile(
    rb"\xc2[\xa1-\xbf]|\xc3[\x84-\x87\x8b\x8e\x8f\x91\x96-\x98\x9b\x9c\x9e\x9f\xa4-\xa7\xab\xae\xaf\xb1\xb6-\xb8"
    rb"\xbb\xbc\xbe\xbf]"
)
_CELL = re.compile(r'[^,;\t|\r\n"<>]+')
_CELL_BYTES = re.compile(rb'[^,;\t|\r\n"<>]+')
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def decode(content: bytes) -> tuple[str | None, str]:
    """Return `content` as text and the name of its encoding, e.g. ``"TCVN3"``, ``"TCVN3, UTF-8"``.

    The text is None where no encoding gives Vietnamese. A file may change encodings from cell to cell.
    """
    if content[:2] in _BOMS:
        try:
            return content.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            return None, "UTF-16"
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_cells(content)
    if content.isascii() or not _STRANGE_UTF8.search(content):
        return text, "UTF-8"
    meanings = choose(set(_CELL.findall(text)), unicode=True)
    read = _CELL.sub(lambda cell: meanings.get(cell[0], (cell[0], ""))[0], text)
    return read, _names(meanings.values(), "UTF-8")


def _decode_cells(content: bytes) -> tuple[str | None, str]:
    """Text of which not all is UTF-8, cell by cell."""
    plain = {cell: _plain(cell) for cell in set(_CELL_BYTES.findall(content)) if not cell.isascii()}
    old = choose({text for text, is_utf8 in plain.values() if not is_utf8})
    if _mostly_unread(old):
        return None, ""
    meanings = {cell: (text, "UTF-8") if is_utf8 else old[text] for cell, (text, is_utf8) in plain.items()}
    words = {cell: text.encode() for cell, (text, _) in meanings.items()}
    read = _CELL_BYTES.sub(lambda cell: words.get(cell[0], cell[0]), content)
    return read.decode("utf-8"), _names(meanings.values(), "CP1252")


def _names(meanings: Iterable[tuple[str, str]], as_written: str) -> str:
    """Names of the encodings found, the most frequent first."""
    found = Counter(as_written if name == AS_WRITTEN else name for _, name in meanings if name)
    return ", ".join(name for name, _ in found.most_common()) or as_written


def choose(cells: Iterable[str], *, unicode: bool = False) -> dict[str, tuple[str, str]]:
    """Return cell -> (text, encoding) for the distinct `cells` that are not ASCII.

    unicode : the file is Unicode, so a cell that is Vietnamese as it stands is not read otherwise
    The encoding is ``"Unicode"`` where the cell stays as written, "" where it is Vietnamese in none.
    """
    options = {cell: _usual(_options(cell)) for cell in cells if not cell.isascii()}
    if unicode:
        options = {
            cell: {AS_WRITTEN: cell} if AS_WRITTEN in found else found for cell, found in options.items()
        }
    votes = Counter(next(iter(found)) for found in options.values() if len(found) == 1)
    best = {cell: _best(cell, found, votes) for cell, found in options.items()}
    best |= _as_the_rest([cell for cell, (_, name) in best.items() if name == ""], votes)
    if votes.get("CP1258"):
        # CP1258 shares most of its letters with CP1252: what reads alike in both is of the file's own.
        for cell, (text, name) in best.items():
            if name == AS_WRITTEN and not unicode and _from_cp1258(cell) == cell:
                best[cell] = text, "CP1258"
    return best


def mend_frame(frame: pd.DataFrame, *, raw_bytes: bool) -> tuple[pd.DataFrame, str | None]:
    """Return `frame` with its text read, and the names of the encodings found (None: nothing to find).

    raw_bytes : the text stands for the bytes of the file, one letter a byte (ISO-8859-1)
    """
    texts = [name for name in frame if pd.api.types.is_string_dtype(frame[name].dtype)]
    cells = {cell for name in texts for cell in frame[name].dropna().unique() if isinstance(cell, str)}
    odd = {cell for cell in cells if not cell.isascii()}
    if not raw_bytes:
        if not any(map(_STRANGE.search, odd)):
            return frame, None
        meanings = choose(odd, unicode=True)
    else:
        plain = {cell: _plain(cell.encode("latin-1", "replace")) for cell in odd}
        old = choose({text for text, is_utf8 in plain.values() if not is_utf8})
        meanings = {
            cell: (text, "UTF-8") if is_utf8 else old[text] for cell, (text, is_utf8) in plain.items()
        }
    mended = frame.copy()
    for name in texts:
        mended[name] = frame[name].map(lambda cell: meanings.get(cell, (cell, ""))[0], na_action="ignore")
    return mended, _names(meanings.values(), "CP1252" if raw_bytes else AS_WRITTEN) if odd else None


def mend_names(names: Iterable[str], *, raw_bytes: bool) -> list[str]:
    """Return the names of columns read as `mend_frame` reads cells."""
    frame = pd.DataFrame({"name": [str(name) for name in names]}, dtype="str")
    return [str(name) for name in mend_frame(frame, raw_bytes=raw_bytes)[0]["name"]]


def is_vietnamese(text: str) -> bool:
    """Say whether every word of `text` that is not ASCII is a Vietnamese syllable."""
    words = _words(text)
    return bool(words) and all(map(is_syllable, words))


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(text) if word and not word.isascii()]


def _plain(cell: bytes) -> tuple[str, bool]:
    """A cell as UTF-8 if it is, else a letter a byte. Fields of a DBF may cut the last UTF-8 letter off."""
    for cut in range(4):
        try:
            text = cell[: len(cell) - cut].decode("utf-8")
        except UnicodeDecodeError as fault:
            if fault.start < len(cell) - 3:
                break
        else:
            # A lone byte at the end is no letter cut off, unless UTF-8 letters come before it.
            if cut == 0 or not text.isascii():
                return text, True
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in cell), False


def _options(cell: str) -> dict[str, str]:
    found = {AS_WRITTEN: cell} if is_vietnamese(cell) else {}
    for name, reading in _READINGS.items():
        text = reading(cell)
        if text is not None and text != cell and is_vietnamese(text):
            found[name] = text
    return found


def _as_the_rest(cells: list[str], votes: Mapping[str, int]) -> dict[str, tuple[str, str]]:
    """Cells with words that are not Vietnamese ("Krông Búk"), read as most of the file beside them is.

    Only where more cells show that encoding than would follow it, and no letter stays strange in it.
    """
    name = max(_READINGS, key=lambda reading: votes.get(reading, 0))
    if votes.get(name, 0) < max(len(cells), 1):
        return {}
    read = {cell: _READINGS[name](cell) for cell in cells}
    return {
        cell: (unicodedata.normalize("NFC", text), name)
        for cell, text in read.items()
        if text is not None and text != cell and "\ufffd" not in text and not _STRANGE.search(text)
    }


def _usual(options: dict[str, str]) -> dict[str, str]:
    """The readings that dictionaries would have; all of them where they would have none."""
    usual = {
        # Capitals with tones are small letters in TCVN3, drawn in a font of capitals.
        name: text
        for name, text in options.items()
        if all(is_usual(word) or (name == "TCVN3" and is_usual(word.lower())) for word in _words(text))
    }
    return usual or options


def _best(cell: str, options: Mapping[str, str], votes: Mapping[str, int]) -> tuple[str, str]:
    if not options:
        return cell, ""
    name = max(options, key=lambda option: votes.get(option, 0))
    return unicodedata.normalize("NFC", options[name]), name


def _mostly_unread(meanings: Mapping[str, tuple[str, str]]) -> bool:
    unread = sum(name == "" for _, name in meanings.values())
    return unread > len(meanings) / 2


def _from_tcvn3(cell: str) -> str | None:
    if any(ord(letter) > 0xA0 and letter not in _TCVN3 for letter in cell):
        return None
    read = "".join(_TCVN3.get(letter, letter) for letter in cell)
    return read.upper() if _in_capitals(read) else read


def _in_capitals(read: str) -> bool:
    """Whether a cell was drawn in a font of capitals: "PHƯờNG Mỹ ĐìNH", with all plain letters capitals."""
    words = [re.sub("[^A-Za-z]", "", word) for word in read.split()]
    return any(len(word) > 1 for word in words) and "".join(words).isupper()


def _from_vni(cell: str) -> str | None:
    def marked(pair: re.Match[str]) -> str:
        base = _VNI_ALONE.get(pair[1], pair[1])
        return unicodedata.normalize("NFC", base + _VNI_MARKS[pair[2].lower()])

    pieces, last = [], 0
    for pair in _VNI.finditer(cell):
        pieces += [_alone(cell[last : pair.start()]), marked(pair)]
        last = pair.end()
    return "".join([*pieces, _alone(cell[last:])])


def _alone(piece: str) -> str:
    # A letter that VNI never writes alone stays strange, and its word is then no syllable.
    return "".join(_VNI_ALONE.get(letter, letter if letter.isascii() else "\ufffd") for letter in piece)


def _from_cp1258(cell: str) -> str | None:
    try:
        return unicodedata.normalize("NFC", cell.encode("cp1252").decode("cp1258"))
    except UnicodeError:
        return None


def _from_doubled_utf8(cell: str) -> str | None:
    """UTF-8 that a program took for CP1252 and wrote as UTF-8 once more."""
    try:
        return b"".join(
            letter.encode("cp1252", "ignore") or letter.encode("latin-1") for letter in cell
        ).decode("utf-8")
    except UnicodeError:
        return None


_READINGS: dict[str, Callable[[str], str | None]] = {
    "TCVN3": _from_tcvn3,
    "VNI": _from_vni,
    "CP1258": _from_cp1258,
    "UTF-8 (CP1252)": _from_doubled_utf8,
}
