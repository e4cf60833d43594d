"""What a confined reader does: read one file and leave the result, or what is wrong, in its folder."""

import datetime as dt
import traceback
from pathlib import Path
from typing import Any

# Imported here once, in the warm process: what a format needs is else imported anew for each file.
import openpyxl  # noqa: F401
import pyarrow.dataset  # noqa: F401

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake import handover, reading
from geo.intake.memory import Remembered
from geo.intake.source import Options

RESULT = handover.FACTS
ERROR = "error.json"
WARDS = "wards.arrow"
READ, HEADERS = "read", "headers"

# Exit codes of a reader: 0 the result is there, 1 nothing is.
DONE, NOTHING = 0, 1
OWN = Path(__file__).parents[1]


def perform(folder: Path, request: dict[str, Any]) -> int:
    """Do `request` and write RESULT or ERROR into `folder`; return the exit code."""
    told: dict[str, Any]
    path, kind = Path(request["path"]), Kind(request["kind"])
    try:
        options = _options(folder, request["options"])
        if request["task"] == HEADERS:
            names = [str(name) for name in reading.open_source(path, kind, options).cells]
            (folder / RESULT).write_text(handover.as_json({"headers": names}), encoding="ascii")
        else:
            handover.write(reading.read(path, kind, options), folder)
    except InputError as fault:
        told = {"class": type(fault).__name__, "code": fault.code, "params": fault.params}
    except MemoryError:
        told = {"memory": True}
    except BaseException as fault:
        told = {"fault": _where(fault)}
    else:
        return DONE
    (folder / ERROR).write_text(handover.as_json(told), encoding="ascii")
    return DONE


def options_for(options: Options) -> dict[str, Any]:
    """Return `options` as JSON can hold them, without the wards."""
    return {
        "crs": options.crs,
        "columns": dict(options.columns),
        "sheet": options.sheet,
        "timezone": options.timezone,
        "max_bytes": options.max_bytes,
        "max_members": options.max_members,
        "now": options.now.isoformat() if options.now else None,
        "recall": options.recall,
        "remembered": {
            shape: [one.batch, one.day.isoformat(), dict(one.columns)]
            for shape, one in options.remembered.items()
        },
    }


def _options(folder: Path, given: dict[str, Any]) -> Options:
    wards = folder / WARDS
    return Options(
        **{
            **given,
            "now": dt.datetime.fromisoformat(given["now"]) if given["now"] else None,
            "remembered": {
                shape: Remembered(batch, dt.date.fromisoformat(day), columns)
                for shape, (batch, day, columns) in given["remembered"].items()
            },
            "wards": handover.shapes_from_file(wards) if wards.exists() else (),
        }
    )


def _where(fault: BaseException) -> str:
    """Kind and place of an unforeseen fault. Its text may hold a cell of the file and is left out."""
    lines = traceback.extract_tb(fault.__traceback__)
    last = next((line for line in reversed(lines) if Path(line.filename).is_relative_to(OWN)), None)
    place = f", {Path(last.filename).name}:{last.lineno}" if last else ""
    return f"{type(fault).__name__}{place}"
