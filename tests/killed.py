"""Processes that are really killed, while they work in the database of a test."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from config.env import engine_urls

ROOT = Path(__file__).resolve().parents[1]


def kill_after(delay: float, script: str, *arguments: object) -> None:
    """Run a script that prints a line when it begins its work, and kill it so many seconds later."""
    database = connection.settings_dict["NAME"]
    urls = {
        name: urlunsplit(urlsplit(url)._replace(path=f"/{database}")) if "DATABASE" in name else url
        for name, url in engine_urls().items()
    }
    command = [sys.executable, "-c", script, *map(str, arguments)]
    environment = os.environ | urls | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"begins\n"
        with suppress(subprocess.TimeoutExpired):
            worker.wait(delay)
        worker.kill()
