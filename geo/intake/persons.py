"""Which headers are about persons, as data and one rule.

What stands under such a header is read into nothing and stored nowhere; the report lists the header alone.
A header is compared by its words: folded, split at anything that is no letter and at "aB". A phrase is found
anywhere among the words, run together ("sodienthoai"), and cut to ten letters as a DBF cuts it.
"""

import re
from functools import cache

from geo.domain.kinds import Kind
from geo.domain.text import fold, nfc

# Identity, a way to reach somebody, a name, a birth: about a person in whatever company they stand.
_ALWAYS = (
    # identity numbers and what else stands for one person
    "cccd", "cmnd", "cmtnd", "gcmnd", "cmt", "can cuoc", "so can cuoc", "chung minh nhan dan",
    "chung minh thu", "so chung minh", "dinh danh ca nhan", "dinh danh cong dan", "ddcn", "ho chieu",
    "so ho chieu", "so ho khau", "ho khau", "hktt", "giay to tuy than", "so giay to", "ma so thue", "mst",
    "bhxh", "bhyt", "gplx", "giay phep lai xe", "bien so xe", "bien so dang ky", "bien kiem soat", "bks",
    "so tai khoan", "stk", "vneid", "vne id", "imei", "imsi", "passport", "ssn", "social security",
    "national id", "citizen id", "id card", "identity card", "identity number", "identity no",
    "identity document", "identification number", "driver license", "drivers license", "driver licence",
    "driving licence", "driving license", "license plate", "plate number", "bank account", "tax code",
    "tax id", "cedula", "pasaporte",
    # ways to reach
    "dien thoai", "so dien thoai", "sdt", "so dt", "dtdd", "di dong", "lien he", "lien lac", "email",
    "e mail", "email address", "thu dien tu", "zalo", "facebook", "telegram", "viber", "whatsapp", "phone",
    "phones", "phone number", "cellphone", "telephone", "tel", "mobile", "contact", "contacts", "telefono",
    "celular", "correo",
    # names
    "ho ten", "ho va ten", "ho dem", "ten dem", "bi danh", "ten goi khac", "ten thuong goi", "ten nguoi",
    "ten cong dan", "ten chu", "ten doi tuong", "ten nan nhan", "ten bi can", "ten can bo", "full name",
    "fullname", "first name", "firstname", "last name", "lastname", "middle name", "given name",
    "family name", "maiden name", "surname", "nickname", "alias", "person name", "resident name",
    "owner name", "victim name", "suspect name", "offender name", "officer name", "caller name", "apellido",
    "apellidos",
    # birth
    "ngay sinh", "thang sinh", "nam sinh", "noi sinh", "sinh ngay", "sinh nam", "ntns", "khai sinh",
    "birth", "birthdate", "birthday", "birthplace", "birth date", "birth year", "date of birth",
    "year of birth", "place of birth", "born", "dob", "yob", "nacimiento",
    # pictures and traces of a body
    "chan dung", "anh the", "van tay", "nhom mau", "photo", "fingerprint", "fingerprints", "blood type",
)  # fmt: skip

# Somebody, or what somebody is like: about a person, unless the header counts ("Số đối tượng").
_UNLESS_COUNTED = (
    # somebody
    "nguoi", "nguoi bao tin", "nguoi to giac", "nguoi bi hai", "nguoi khai bao", "nguoi lam chung",
    "nguoi lien quan", "nguoi than", "nguoi vi pham", "chu ho", "chu nha", "chu tro", "chu xe", "chu dat",
    "chu co so", "chu so huu", "chu su dung", "doi tuong", "nan nhan", "bi hai", "bi can", "bi cao",
    "nghi pham", "nghi can", "thu pham", "hung thu", "pham nhan", "nhan chung", "nguyen don", "to truong",
    "truong thon", "truong khu pho", "dai dien", "quan he voi", "quan he chu ho", "quan he gia dinh",
    "person", "victim", "victims", "suspect", "suspects", "offender", "offenders", "perpetrator",
    "arrestee", "defendant", "accused", "complainant", "plaintiff", "witness", "witnesses", "informant",
    "caller", "householder", "head of household", "owner", "landlord", "tenant", "spouse", "husband",
    "wife", "father", "mother", "guardian", "victima", "victim age", "victim sex", "suspect age",
    "suspect sex",
    # what somebody is like
    "tuoi", "do tuoi", "gioi tinh", "nam nu", "dan toc", "ton giao", "quoc tich", "que quan", "nguyen quan",
    "trinh do", "hoc van", "nghe nghiep", "noi lam viec", "hon nhan", "tien an", "tien su", "nghien ma tuy",
    "con nghien", "benh ly", "benh an", "suc khoe", "age", "age group", "sex", "gender", "race",
    "ethnicity", "ethnic group", "religion", "nationality", "citizenship", "occupation", "job",
    "marital status", "education", "criminal record", "sexo", "edad", "genero", "estado civil", "ocupacion",
)  # fmt: skip

# What makes a header a count or a rate of a place.
_COUNTING = (
    "so luong", "tong so", "tong cong", "so nguoi", "so nhan khau", "so khau", "so ho", "so tre", "so vu",
    "so nam", "so nu", "dan so", "mat do", "ty le", "ti le", "binh quan", "trung binh", "population",
    "count", "counts", "number of", "num", "no of", "total", "percent", "pct", "rate", "ratio", "density",
    "average", "mean", "median", "per capita",
)  # fmt: skip
# "Nhân khẩu từ 14 tuổi" counts, "Tuổi nhân khẩu" does not.
_COUNTING_FIRST = ("nhan khau",)

# Free text can say anything about anybody.
_FREE_TEXT = (
    "ghi chu", "chu thich", "noi dung", "tom tat", "mo ta", "dien bien", "nhan xet", "y kien", "trich yeu",
    "binh luan", "thong tin khac", "thong tin them", "note", "notes", "remark", "remarks", "comment",
    "comments", "narrative", "description", "summary", "details", "observaciones",
)  # fmt: skip

# Words of one or two meanings: about persons only where they are the whole header.
_ALONE = (
    "vo", "chong", "cha", "me", "bo", "con", "gioi", "nghien", "benh", "anh", "cong dan", "ma dinh danh",
    "so dinh danh", "bien so", "id number", "resident", "relative", "reporter", "ten vo", "ten chong",
    "ten cha", "ten me", "ten bo", "ten con", "nombre victima",
)  # fmt: skip
# Without their marks these could be an area ("DT") and a household ("Hộ").
_ALONE_WITH_MARKS = frozenset({"đt", "họ"})

# A plain name is a person's in these kinds; elsewhere it is the name of an area, a post or a street.
_PLAIN_NAMES = ("name", "ten", "nombre")
_NAMED_AFTER_PERSONS = frozenset({Kind.HOUSEHOLDS, Kind.INCIDENTS, Kind.ASSIGNMENTS})

# A DBF cuts a header to ten letters; fewer than these begin too many phrases.
_DBF_LETTERS, _LEAST_LETTERS = 10, 7
# Shorter phrases run together begin too many other words, or lie in them by chance.
_BEGINS, _CONTAINED = 5, 8


def is_about_persons(header: str, kind: Kind) -> bool:
    """Say whether a column under `header` would tell about a person, or is free text that could."""
    words = _words(header)
    joined = words.replace(" ", "")
    if words in _alone(kind) or nfc(header).casefold() in _ALONE_WITH_MARKS:
        return True
    cut = len(header) == _DBF_LETTERS
    if _found(_ALWAYS + _FREE_TEXT, words, joined, cut=cut):
        return True
    counted = words.startswith(_COUNTING_FIRST) or any(_has(words, marker) for marker in _COUNTING)
    return _found(_UNLESS_COUNTED, words, joined, cut=cut) and not (counted or _counts_them(words))


@cache
def person_keys(kind: Kind) -> frozenset[str]:
    """Return the phrases of persons and free text run together, by which a row of headers is known."""
    every = (*_ALWAYS, *_UNLESS_COUNTED, *_FREE_TEXT, *_alone(kind))
    return frozenset(phrase.replace(" ", "") for phrase in every)


def _words(header: str) -> str:
    """``"soDienThoai_2"`` -> ``"so dien thoai"``; upper case is looked at before folding takes it."""
    spaced = re.sub(r"[\W\d_]+|(?<=[a-z])(?=[A-Z])", " ", nfc(header))
    return fold(spaced)


def _found(phrases: tuple[str, ...], words: str, joined: str, *, cut: bool) -> bool:
    return any(_has(words, phrase) or _run_together(joined, phrase, cut=cut) for phrase in phrases)


def _has(words: str, phrase: str) -> bool:
    return f" {phrase} " in f" {words} "


def _run_together(joined: str, phrase: str, *, cut: bool) -> bool:
    if " " not in phrase:
        return False
    key = phrase.replace(" ", "")
    if cut and len(joined) >= _LEAST_LETTERS and key.startswith(joined):
        return True
    return (len(key) >= _BEGINS and joined.startswith(key)) or (len(key) >= _CONTAINED and key in joined)


def _counts_them(words: str) -> bool:
    """Whether "số" stands right before somebody: a number of them, not the number of one."""
    return any(_has(words, f"so {phrase}") for phrase in _UNLESS_COUNTED if phrase not in {"tuoi", "do tuoi"})


def _alone(kind: Kind) -> frozenset[str]:
    return frozenset(_ALONE + (_PLAIN_NAMES if kind in _NAMED_AFTER_PERSONS else ()))
