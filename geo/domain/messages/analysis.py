"""Messages of analysis: grids, kernels, statistics."""

MESSAGES: dict[str, tuple[str, str]] = {}
