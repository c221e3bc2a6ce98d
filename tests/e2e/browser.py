"""A real browser."""

import os
import shutil

import pytest
from playwright.sync_api import Error


def launch(playwright):
    """The system's Chromium, or where there is none the one that Playwright has installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        return playwright.chromium.launch(executable_path=chromium, args=sandbox)
    except Error as error:  # pragma: no cover - only where there is no browser
        message = str(error).splitlines()[0]
        pytest.fail(f"There is no browser ({message}): install chromium, or run `playwright install chromium`.")
