"""Messages of store: database, cluster, migrations."""

MESSAGES: dict[str, tuple[str, str]] = {}
