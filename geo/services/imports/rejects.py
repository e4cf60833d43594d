"""The rows that were left out: kept with the batch, handed back as a workbook to be mended and sent again."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from geo.domain.messages import Lang
from geo.intake.report import Reason, Reject
from geo.services.tabular import write_xlsx
from geo.store import copy
from geo.store.engine import driver

_ALSO = "also"
_HEADERS: dict[Lang, tuple[str, str]] = {"vi": ("[dòng]", "[lý do]"), "en": ("[row]", "[reason]")}


def keep(connection: Connection, batch_id: int, rejects: Sequence[Reject]) -> None:
    """Store `rejects` with the batch."""
    if not rejects:
        return
    # COPY is refused into a table with row-level security, so the rows go by way of a temporary one.
    connection.execute(
        text(
            "CREATE TEMP TABLE kept_rejects (number int4, reason text, params text, row text) ON COMMIT DROP"
        )
    )
    columns = {
        "number": copy.int4([reject.row for reject in rejects]),
        "reason": copy.text(pd.Series([reject.reason.code for reject in rejects], dtype="str")),
        "params": copy.text(pd.Series([_params(reject) for reject in rejects], dtype="str")),
        "row": copy.text(pd.Series([_json(reject.original) for reject in rejects], dtype="str")),
    }
    copy.copy_in(driver(connection), "pg_temp.kept_rejects", columns)
    connection.execute(
        text(
            "INSERT INTO diaban.import_reject (batch_id, row_number, reason, params, row) "
            "SELECT :batch, number, reason, params::jsonb, row::jsonb FROM pg_temp.kept_rejects"
        ),
        {"batch": batch_id},
    )


def stored(connection: Connection, batch_id: int) -> list[Reject]:
    """Return the rejects kept with a batch, in the order of the file."""
    rows = connection.execute(
        text(
            "SELECT row_number, reason, params, row FROM diaban.import_reject "
            "WHERE batch_id = :batch ORDER BY row_number"
        ),
        {"batch": batch_id},
    )
    return [_reject(*row) for row in rows]


def write_workbook(rejects: Sequence[Reject], headers: Sequence[str], path: Path, lang: Lang = "vi") -> None:
    """Write `rejects` to an XLSX: their cells under `headers` as in the file, row number and reasons last."""
    rows = (
        [*(reject.original.get(name) for name in headers), reject.row, _said(reject, lang)]
        for reject in rejects
    )
    write_xlsx(path, {"rejects": ((*headers, *_HEADERS[lang]), rows)})


def _said(reject: Reject, lang: Lang) -> str:
    return " ".join(reason.sentence(lang) for reason in (reject.reason, *reject.also))


def _params(reject: Reject) -> str:
    also = [{"code": reason.code, "params": dict(reason.params)} for reason in reject.also]
    return _json({**reject.reason.params, **({_ALSO: also} if also else {})})


def _json(values: Any) -> str:
    # PostgreSQL's jsonb cannot hold NUL, nor numbers that are none.
    return json.dumps(_finite(dict(values)), ensure_ascii=False, default=str).replace("\\u0000", "")


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _finite(held) for name, held in value.items()}
    return [_finite(held) for held in value] if isinstance(value, list) else value


def _reject(row: int, code: str, params: dict[str, Any], original: dict[str, Any]) -> Reject:
    also = tuple(Reason(other["code"], other["params"]) for other in params.pop(_ALSO, []))
    return Reject(row, Reason(code, params), also, original)
