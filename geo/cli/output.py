"""How every command answers: one JSON object on stdout, sentences on stderr, and an exit code.

0 done · 1 refused or failed, with a reason in Vietnamese and English · 2 wrong usage (click's own).
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from geo.domain.errors import DiaBanError, InputError

Answer = Mapping[str, Any] | None


def say(vi: str, en: str) -> None:
    """Tell the user something that is not the answer, on stderr."""
    click.echo(f"{vi}\n  {en}" if vi != en else vi, err=True)


def answers(command: Callable[..., Answer]) -> Callable[..., None]:
    """Give `command` the option ``--json``, print what it returns, and turn errors into exit code 1."""

    @click.option("as_json", "--json", is_flag=True, help="Print exactly one JSON object on stdout.")
    @wraps(command)
    def run(*args: Any, as_json: bool, **kwargs: Any) -> None:
        try:
            answer = command(*args, **kwargs)
        except DiaBanError as fault:
            _refuse(fault, as_json=as_json)
        else:
            _print(answer or {}, as_json=as_json)

    return run


def _refuse(fault: DiaBanError, *, as_json: bool) -> None:
    say(fault.message("vi"), fault.message("en"))
    if as_json:
        error = {"code": fault.code, "vi": fault.message("vi"), "en": fault.message("en")}
        click.echo(json.dumps({"error": error}, ensure_ascii=False))
    sys.exit(1)


def _print(answer: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, default=plain))
        return
    for key, value in answer.items():
        shown = (
            json.dumps(value, ensure_ascii=False, default=plain) if isinstance(value, dict | list) else value
        )
        click.echo(f"{key}: {shown}")


def plain(value: Any) -> Any:
    """Return `value` in JSON's types: dates in ISO form, dataclasses as objects, NumPy scalars as numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or fail as wrong usage."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r}: ngày phải có dạng NNNN-TT-NN / a date is YYYY-MM-DD", param, ctx)


def require_file(path: Path) -> Path:
    """Return `path`, or raise InputError where there is no such file."""
    if not path.is_file():
        raise InputError("no_such_file", path=str(path))
    return path
