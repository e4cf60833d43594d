"""Settings come from the environment, are checked, do not change, and are all in the README."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from geo import settings
from geo.domain.errors import WrongCrsError
from geo.settings import PROJECT_DIR, Settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.environment_names():
        monkeypatch.delenv(name, raising=False)


def test_defaults_are_the_private_cluster_on_loopback() -> None:
    found = Settings()
    assert found.database_url is None
    assert (found.host, found.port, found.pg_port) == ("127.0.0.1", 8501, 0)
    assert found.var_dir == PROJECT_DIR / "var"
    assert found.timezone.key == "Asia/Ho_Chi_Minh"
    assert (found.session_idle_minutes, found.session_hours) == (30, 12)


def test_every_documented_name_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {
        "DATABASE_URL": "postgresql://u:p@db/x",
        "DIABAN_VAR_DIR": str(tmp_path),
        "DIABAN_PG_PORT": "25999",
        "DIABAN_HOST": "127.0.0.2",
        "DIABAN_PORT": "8600",
        "DIABAN_UPLOAD_LIMIT_MB": "10",
        "DIABAN_SESSION_IDLE_MINUTES": "5",
        "DIABAN_SESSION_HOURS": "2",
        "DIABAN_INTAKE_SECONDS": "20",
        "DIABAN_INTAKE_MEMORY_MB": "512",
        "DIABAN_INTAKE_FILE_MB": "100",
        "DIABAN_INTAKE_MEMBERS": "500",
        "DIABAN_METRIC_CRS": "EPSG:9209",
        "DIABAN_TIMEZONE": "Asia/Bangkok",
        "DIABAN_SLIVER_M": "1",
        "DIABAN_ACCESS_POST_M": "2000",
        "DIABAN_ACCESS_BEAT_M": "800",
    }
    assert set(given) == settings.environment_names()
    bare = Settings()
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    found = Settings()
    unchanged = [name for name in Settings.model_fields if getattr(found, name) == getattr(bare, name)]
    assert unchanged == []


def test_empty_variables_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("DIABAN_METRIC_CRS", "")
    assert (Settings().database_url, Settings().metric_crs) == (None, None)


def test_given_values_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@db/x")
    assert Settings(database_url=None).database_url is None


def test_settings_are_frozen_and_hide_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hidden-word@db/x")
    found = Settings()
    with pytest.raises(ValidationError):
        found.port = 1
    assert "hidden-word" not in repr(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DIABAN_PORT", "99999"), ("DIABAN_SESSION_HOURS", "0"), ("DIABAN_TIMEZONE", "Mars/Olympus")],
)
def test_unusable_values_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.removeprefix("DIABAN_").lower()):
        Settings()


def test_degrees_are_refused_as_metric_crs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIABAN_METRIC_CRS", "EPSG:4326")
    with pytest.raises(WrongCrsError, match="DIABAN_METRIC_CRS"):
        Settings()


def test_readme_has_a_row_for_every_setting_and_no_other() -> None:
    rows = re.findall(r"^\|\s*`([A-Z][A-Z_]+)`\s*\|", (PROJECT_DIR / "README.md").read_text(), re.MULTILINE)
    assert set(rows) == settings.environment_names()
    assert len(rows) == len(set(rows))


def _options(table: dict[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in table.items():
        flat |= _options(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


def test_streamlit_knows_every_option_of_its_configuration() -> None:
    from streamlit import config

    given = _options(tomllib.loads((PROJECT_DIR / ".streamlit" / "config.toml").read_text()))
    known = config.get_config_options()
    assert [name for name in given if name not in known] == []
    assert given["server.address"] == "127.0.0.1"
    assert given["browser.gatherUsageStats"] is False
    assert given["runner.postScriptGC"] is False
    assert given["server.maxUploadSize"] == Settings().upload_limit_mb
