"""Run the real server as a process of its own, on a free port and a database of a test."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Error, Frame, Page

from geo.settings import PROJECT_DIR
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database

_START_PATIENCE_S = 180.0  # on a machine with much else to do
_PAINT_PATIENCE_S = 90.0
WATCH_S = 8.0  # how often a server of a test looks whether a session has ended; in use it is 20
WATCH_OFTEN = f"from geo.ui import gate; gate._WATCH_S = {WATCH_S}"


@dataclass(frozen=True)
class App:
    """A running server: its address, the database behind it, and what it has written to its log."""

    url: str
    database: Database
    log: Path


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answered(page: Page) -> None:
    """Wait until the page has answered: what is pressed or typed before is lost with what it replaces."""
    page.wait_for_timeout(400)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def map_of(page: Page, updates: int = 1) -> Frame:
    """Return the map's frame once it has been painted `updates` times."""
    page.wait_for_selector("iframe[title='streamlit_folium.st_folium']")
    deadline = time.monotonic() + _PAINT_PATIENCE_S
    while time.monotonic() < deadline:
        for frame in page.frames:
            if "streamlit_folium" in frame.url and painted(frame) >= updates:
                return frame
        page.wait_for_timeout(50)
    pytest.fail("the map has not been painted")


def painted(frame: Frame) -> int:
    """Return how often the map in its frame has been painted."""
    try:
        return int(frame.evaluate("window.diaban && window.diaban.state.updates || 0"))
    except Error:  # the page replaced this frame meanwhile; the caller looks at the new one
        return 0


@contextmanager
def serving(urls: DatabaseUrls, database: Database, first: str = "", **environment: str) -> Iterator[App]:
    """Run the server as its own process for the length of the block, on a database of a test.

    first : a line of Python that its process runs before it serves
    """
    port = free_port()
    log = Path(tempfile.mkdtemp(prefix="diaban-server-")) / "server.log"
    program = f"{first}\nfrom geo.ui.serve import serve; serve('127.0.0.1', {port})"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=PROJECT_DIR,
            env={**os.environ, "DATABASE_URL": urls.owner, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            app = App(f"http://127.0.0.1:{port}", database, log)
            _wait_until_healthy(app, server)
            yield app
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(10)


def _wait_until_healthy(app: App, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{app.url}/healthz", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{app.log.read_text()}")
