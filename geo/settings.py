"""What an operator may set from outside, by environment variable. Everything else is decided in code.

`DATABASE_URL` keeps its customary name; every other setting is `DIABAN_` and the field's name in capitals.
README.md lists them all, and a test compares the two.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from geo.domain.crs import require_metric

PROJECT_DIR = Path(__file__).resolve().parents[1]

_FROM_ENVIRONMENT = SettingsConfigDict(
    env_prefix="DIABAN_", frozen=True, extra="ignore", populate_by_name=True
)


class StoreSettings(BaseSettings):
    """Where the data lives.

    database_url : an outside PostgreSQL with PostGIS; None stands for the private cluster under `var_dir`
    var_dir : folder of everything that this installation writes (cluster, assets, secrets)
    pg_port : TCP port of the private cluster; 0 chooses a free one at the first start and remembers it
    """

    model_config = _FROM_ENVIRONMENT

    database_url: SecretStr | None = Field(
        None, validation_alias=AliasChoices("DATABASE_URL", "database_url")
    )
    var_dir: Path = PROJECT_DIR / "var"
    pg_port: int = Field(0, ge=0, le=65535)

    @field_validator("database_url", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return value or None

    @field_validator("var_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()


class ServerSettings(BaseSettings):
    """How the app is served.

    host : address listened on; anything but loopback belongs behind a TLS proxy
    port : TCP port of the app
    upload_limit_mb : largest file that the import page takes, in megabytes
    """

    model_config = _FROM_ENVIRONMENT

    host: str = "127.0.0.1"
    port: int = Field(8501, ge=1, le=65535)
    upload_limit_mb: int = Field(64, ge=1, le=2048)


class SessionSettings(BaseSettings):
    """How long a sign-in lasts.

    session_idle_minutes : a session ends after so long without a request
    session_hours : a session ends so long after its sign-in, whatever happens in it
    """

    model_config = _FROM_ENVIRONMENT

    session_idle_minutes: int = Field(30, ge=1, le=24 * 60)
    session_hours: int = Field(12, ge=1, le=24 * 7)


class IntakeSettings(BaseSettings):
    """What reading one file may take; a file that needs more is refused and nothing of it is kept.

    intake_seconds : seconds of the clock
    intake_memory_mb : megabytes of memory, and the largest file that the reader may write
    intake_file_mb : largest size of a file, in megabytes, also after unpacking
    intake_members : most members of an archive (a workbook is one too)
    """

    model_config = _FROM_ENVIRONMENT

    intake_seconds: int = Field(180, ge=1, le=24 * 3600)
    intake_memory_mb: int = Field(2048, ge=64)
    intake_file_mb: int = Field(2048, ge=1)
    intake_members: int = Field(10_000, ge=16, le=65_534)


class PlaceSettings(BaseSettings):
    """Where and when this deployment is.

    metric_crs : CRS for measuring, in metres, as ``"EPSG:n"``; None takes the one kept in the database
    timezone : IANA name of the zone that days and hours of incidents are counted in
    """

    model_config = _FROM_ENVIRONMENT

    metric_crs: Annotated[str | None, NoDecode] = None
    timezone: ZoneInfo = ZoneInfo("Asia/Ho_Chi_Minh")

    @field_validator("metric_crs")
    @classmethod
    def _in_metres(cls, value: str | None) -> str | None:
        if value:
            require_metric(value, "DIABAN_METRIC_CRS")
        return value or None


class CoverageSettings(BaseSettings):
    """What counts as covered, and as near.

    sliver_m : gaps and overlaps that are nowhere wider, in metres, are two ways to draw one border
    access_post_m, access_beat_m : norms for the way from a household to its unit's post and to the middle of
        its beat, in metres, where no target with a document says otherwise
    """

    model_config = _FROM_ENVIRONMENT

    sliver_m: float = Field(2.0, ge=0.0, le=100.0)
    access_post_m: float = Field(1500.0, gt=0.0, le=100_000.0)
    access_beat_m: float = Field(500.0, gt=0.0, le=100_000.0)


class Settings(
    StoreSettings, ServerSettings, SessionSettings, IntakeSettings, PlaceSettings, CoverageSettings
):
    """All settings together."""


@lru_cache(maxsize=1)
def load() -> Settings:
    """Return the settings of this run, read once from the environment.

    Raises pydantic.ValidationError naming each variable that cannot be used.
    """
    return Settings()


def environment_names() -> frozenset[str]:
    """Return the names of all environment variables that are read, for the README's check."""
    own = {f"DIABAN_{name.upper()}" for name in Settings.model_fields if name != "database_url"}
    return frozenset(own | {"DATABASE_URL"})
