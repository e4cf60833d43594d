"""Messages of intake: files, rows, reasons for rejection, warnings."""

MESSAGES: dict[str, tuple[str, str]] = {}
