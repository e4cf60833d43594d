"""Messages of the app: sign-in, sessions, pages, exports."""

MESSAGES: dict[str, tuple[str, str]] = {}
