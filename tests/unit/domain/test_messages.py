"""Every sentence exists in both languages, names the same parameters, and no code is raised that has none."""

import ast
from pathlib import Path
from string import Formatter

import pytest

from geo.domain.errors import ConflictError, ForbiddenError, InputError, UnavailableError
from geo.domain.messages import MESSAGES, render
from geo.domain.messages.common import WORDS
from geo.domain.roles import Permission, Role
from geo.settings import PROJECT_DIR

RAISING = {
    "DiaBanError",
    "InputError",
    "WrongCrsError",
    "ForbiddenError",
    "ConflictError",
    "UnavailableError",
}


def placeholders(sentence: str) -> set[str]:
    return {name.split("!")[0].split(".")[0] for _, name, _, _ in Formatter().parse(sentence) if name}


def raised() -> list[tuple[str, set[str] | None, Path]]:
    """Return (code, parameters, file) of every error made with a literal code; None for ``**params``."""
    found = []
    for path in (PROJECT_DIR / "geo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                not isinstance(node, ast.Call)
                or getattr(node.func, "id", None) not in RAISING
                or not node.args
            ):
                continue
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                names = {keyword.arg for keyword in node.keywords}
                found.append((code.value, None if None in names else {str(name) for name in names}, path))
    return found


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_both_languages_name_the_same_parameters(code: str) -> None:
    message = MESSAGES[code]
    assert message.vi
    assert message.en
    assert message.vi != message.en
    assert placeholders(message.vi) == placeholders(message.en)


def test_every_error_raised_has_its_sentence_and_its_parameters() -> None:
    found = raised()
    assert len(found) > 50
    missing = [(code, path.name) for code, _, path in found if code not in MESSAGES]
    assert missing == []
    short = [
        (code, path.name)
        for code, names, path in found
        if names is not None and not placeholders(MESSAGES[code].en) <= names
    ]
    assert short == []


def test_an_error_speaks_both_languages_and_keeps_its_parameters() -> None:
    error = InputError("end_before_start", start="2026-02-01", end="2026-01-01")
    assert error.params == {"start": "2026-02-01", "end": "2026-01-01"}
    assert "2026-01-01" in error.message("vi")
    assert str(error) == error.message("en")
    assert error.message("vi") != error.message("en")


def test_an_unknown_code_is_our_own_defect() -> None:
    with pytest.raises(KeyError):
        render("no_such_code", {}, "vi")


@pytest.mark.parametrize("kind", [InputError, ForbiddenError, ConflictError, UnavailableError])
def test_a_missing_parameter_fails_when_raised_not_when_shown(kind: type[Exception]) -> None:
    with pytest.raises(KeyError):
        kind("unknown_unit")


def test_a_sentence_names_a_role_and_what_it_may_not_in_words() -> None:
    fault = ForbiddenError("not_permitted", role=Role.COMMANDER.value, permission=Permission.IMPORT.value)
    assert fault.message("vi") == "Vai trò chỉ huy không được nhập dữ liệu; hãy nhờ người có quyền."
    assert fault.message("en") == "The role commander may not import files; ask someone who may."


def test_every_role_and_permission_has_its_words() -> None:
    assert set(WORDS["role"]) == {role.value for role in Role}
    assert set(WORDS["permission"]) == {permission.value for permission in Permission}
