"""The only way a value enters a map's script.

What comes from data (a ward's name, a note) may hold anything: ``</script>``, ``${...}``, ``{{ ... }}``.
Here it becomes the text of one JavaScript string in which no such sequence is left, and `JSON.parse` makes
the value of it in the browser. Nothing is ever parsed as HTML or as script.
"""

import json
import re
from typing import Any

# Outside of the JSON's own digits, brackets and letters everything that HTML, Jinja, JavaScript strings
# and streamlit-folium's rewriting give a meaning to.
_SPECIAL = re.compile("[\\\\'\"`$<>&{}/\u007f-\uffff]|[\U00010000-\U0010ffff]")


def js_value(value: Any) -> str:
    """Return a JavaScript expression that evaluates to `value` (what JSON can hold; NaN is refused)."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return "JSON.parse('" + _SPECIAL.sub(lambda found: _ESCAPES[found.group()], text) + "')"


class _Escapes(dict[str, str]):
    """Each special character as it is written, made once: a map of a nation holds a hundred thousand."""

    def __missing__(self, special: str) -> str:
        units = special.encode("utf-16-be")
        self[special] = "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
        return self[special]


_ESCAPES = _Escapes()
