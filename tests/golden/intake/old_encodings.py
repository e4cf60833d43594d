"""Encoders for the old Vietnamese encodings, from their published tables and not from those of the product.

TCVN3: TCVN 5712:1993, VN3 (as in glibc's TCVN5712-1, of which it is the part above A0). Capitals with tones
have no codes of their own: they are the small letters in a font of capitals (".VnTimeH").
VNI: VNI for Windows, a vowel followed by the letter that draws its marks.
CP1258: Windows-1258, which Python has; it holds five tones as combining marks.
"""

import unicodedata

_VN3 = """
A1 Ă  A2 Â  A3 Ê  A4 Ô  A5 Ơ  A6 Ư  A7 Đ  A8 ă  A9 â  AA ê  AB ô  AC ơ  AD ư  AE đ
B5 à  B6 ả  B7 ã  B8 á  B9 ạ  BB ằ  BC ẳ  BD ẵ  BE ắ  C6 ặ  C7 ầ  C8 ẩ  C9 ẫ  CA ấ  CB ậ
CC è  CE ẻ  CF ẽ  D0 é  D1 ẹ  D2 ề  D3 ể  D4 ễ  D5 ế  D6 ệ  D7 ì  D8 ỉ  DC ĩ  DD í  DE ị
DF ò  E1 ỏ  E2 õ  E3 ó  E4 ọ  E5 ồ  E6 ổ  E7 ỗ  E8 ố  E9 ộ  EA ờ  EB ở  EC ỡ  ED ớ  EE ợ
EF ù  F1 ủ  F2 ũ  F3 ú  F4 ụ  F5 ừ  F6 ử  F7 ữ  F8 ứ  F9 ự  FA ỳ  FB ỷ  FC ỹ  FD ý  FE ỵ
"""
_VNI_ROWS = {
    "a": "aù aø aû aõ aï", "â": "aá aà aå aã aä", "ă": "aé aè aú aü aë", "e": "eù eø eû eõ eï",
    "ê": "eá eà eå eã eä", "i": "í ì æ ó ò", "o": "où oø oû oõ oï", "ô": "oá oà oå oã oä",
    "ơ": "ôù ôø ôû ôõ ôï", "u": "uù uø uû uõ uï", "ư": "öù öø öû öõ öï", "y": "yù yø yû yõ î",
}  # fmt: skip
_VNI_PLAIN = {"â": "aâ", "ă": "aê", "ê": "eâ", "ô": "oâ", "ơ": "ô", "ư": "ö", "đ": "ñ"}
# Acute, grave, hook above, tilde, dot below: the order of the rows above.
_TONES = "\u0301\u0300\u0309\u0303\u0323"


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_PLAIN)
    for vowel, row in _VNI_ROWS.items():
        for tone, written in zip(_TONES, row.split(), strict=True):
            table[unicodedata.normalize("NFC", vowel + tone)] = written
    return {**table, **{letter.upper(): written.upper() for letter, written in table.items()}}


_TO_VN3 = {letter: int(code, 16) for code, letter in zip(_VN3.split()[::2], _VN3.split()[1::2], strict=True)}
_TO_VNI = _vni_table()


def tcvn3(text: str) -> bytes:
    """Return `text` in TCVN3; capitals with tones become small letters, as their font draws them."""
    codes = [_TO_VN3.get(letter, _TO_VN3.get(letter.lower(), ord(letter))) for letter in text]
    return bytes(codes)


def vni(text: str) -> bytes:
    """Return `text` in VNI for Windows."""
    return "".join(_TO_VNI.get(letter, letter) for letter in text).encode("latin-1")


def cp1258(text: str) -> bytes:
    """Return `text` in CP1258: letters as far as it has them, tones after them."""
    written = ""
    for letter in text:
        try:
            letter.encode("cp1258")
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in apart if mark in _TONES)
            written += unicodedata.normalize("NFC", apart.replace(tone, "")) + tone
        else:
            written += letter
    return written.encode("cp1258")


def nfd(text: str) -> bytes:
    """Return `text` in UTF-8 with letters and marks apart, as macOS writes names."""
    return unicodedata.normalize("NFD", text).encode()


def utf8(text: str) -> bytes:
    """Return `text` in UTF-8."""
    return text.encode()
