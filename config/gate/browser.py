"""Where a Chromium is; as a pytest plugin, journeys are skipped with a word where there is none."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

#: The one without windows takes a third of the processor time of a whole browser that shows none.
SHELL: Final = "chromium-headless-shell"
NAMES: Final = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE: Final = "CHROMIUM"


def find_chromium() -> str | None:
    """The one that CHROMIUM names, one on the path, or one that playwright fetched."""
    named = os.environ.get(VARIABLE)
    if named:
        return named if Path(named).exists() else None
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    if on_path:
        return on_path
    fetched = Path.home() / ".cache" / "ms-playwright"
    return next((str(path) for path in sorted(fetched.glob("chromium-*/chrome-linux*/chrome"))), None)


def is_best() -> bool:
    """Whether no other Chromium would be quicker, or another was asked for."""
    return bool(os.environ.get(VARIABLE) or shutil.which(SHELL))


def install_chromium() -> bool:
    """Fetch Debian's where root may; the machine's own package stays the only source."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", SHELL, "fonts-noto-cjk"]):
        result = subprocess.run(
            ["apt-get", "-q", *command], env=environment, capture_output=True, check=False
        )
    return result.returncode == 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what cannot run here."""
    if find_chromium():
        return
    reason = pytest.mark.skip(reason="no Chromium on this machine (apt install chromium-headless-shell)")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(reason)
