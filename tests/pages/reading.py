"""What a page shows, read from a run of it."""

from streamlit.testing.v1 import AppTest


def said(page: AppTest) -> str:
    """Return all that the page says in HTML."""
    return " ".join(block.proto.body for block in page.get("html"))


def chart_count(page: AppTest) -> int:
    """Return how many charts the page shows."""
    return len(page.get("vega_lite_chart"))
