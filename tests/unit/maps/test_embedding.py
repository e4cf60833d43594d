import json
import shutil
import subprocess

import pytest

from geo.maps.embedding import js_value

HOSTILE = [
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`${window.hacked = 1}`",
    "{{ 'map_div' }}",
    "<img src=x onerror=alert(1)>",
    "http://example.org/a.png",
    "Phường 1 \u2028 \u2029 \\ \" ' Ô Chợ Dừa 😀",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_with_a_meaning_is_left(value):
    text = js_value({"name": value})
    inside = text.removeprefix("JSON.parse('").removesuffix("')")
    assert not set("<>$`{}'\"&") & set(inside)
    assert "//" not in inside
    assert inside.isascii()


@pytest.mark.parametrize("value", [*HOSTILE, 1.5, None, [1, 2, {"a": True}]])
def test_javascript_reads_the_same_value(value):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    script = f"process.stdout.write(JSON.stringify({js_value(value)}))"
    run = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == value


def test_not_a_number_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        js_value(float("nan"))
