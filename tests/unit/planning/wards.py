"""Small wards for tests: a grid of square blocks of 100 m, drawn as text, row 0 southernmost (last line)."""

from typing import Any

import numpy as np

from geo.planning import Problem


def owners(picture: str) -> np.ndarray:
    """Return the beats of a picture of letters ("AAB\nACB"), by unit number: west to east, south to north.

    "." is nobody's.
    """
    rows = [row.strip() for row in picture.strip().splitlines()][::-1]
    return np.array([-1 if letter == "." else ord(letter) - ord("A") for row in rows for letter in row])


def grid(nx: int, ny: int, k: int, **changes: Any) -> Problem:
    """Return a ward of nx x ny blocks with one household each and nobody's beats."""
    number = np.arange(nx * ny).reshape(ny, nx)
    edges = np.concatenate(
        (
            np.column_stack((number[:, :-1].ravel(), number[:, 1:].ravel())),
            np.column_stack((number[:-1].ravel(), number[1:].ravel())),
        )
    )
    y, x = np.divmod(np.arange(nx * ny), nx)
    fields: dict[str, Any] = {
        "workload": np.ones(nx * ny),
        "xy": np.column_stack((x, y)) * 100.0 + 50,
        "edges": edges,
        "border_m": np.full(len(edges), 100.0),
        "area_m2": np.full(nx * ny, 1e4),
        "perimeter_m": np.full(nx * ny, 400.0),
        "owner": np.full(nx * ny, -1),
        "k": k,
    }
    return Problem(**(fields | changes))


def picture(text: str, workload: Any = None, **changes: Any) -> Problem:
    """Return the ward of a picture: its shape, its owners, as many beats as letters."""
    rows = text.strip().splitlines()
    owner = owners(text)
    fields: dict[str, Any] = {"owner": owner, "k": int(owner.max()) + 1}
    if workload is not None:
        fields["workload"] = np.array(workload, dtype=float)[::-1].ravel()  # written as the picture is
    fields |= changes
    return grid(len(rows[0].strip()), len(rows), **fields)
