"""sqlmap and wapiti as programs: how they are had, called, and what they said."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import pytest

from tests.drills.kit import packages
from tests.drills.kit.figures import FOLDER
from tests.drills.kit.programs import Room
from tests.drills.kit.site import CSRF, HOST, SESSION, TOKEN

LOCK: Final = Path(__file__).parents[1] / "wapiti" / "requirements.txt"
MODULES: Final = "sql,xss,permanentxss,file,exec,crlf,redirect,ssrf,xxe"
#: Seconds of the walk, and of each of its modules.
WALK, ATTACK = 60, 25


class Asked(NamedTuple):
    """One address; `form` makes it a POST, `only` names the fields to try instead of all.

    `part` is what htmx puts the answer in: less to make and to compare than a page.
    """

    path: str
    form: Mapping[str, object] | None = None
    only: str = ""
    part: str = ""


class Found(NamedTuple):
    """What sqlmap says of one address: whether it got to the end, and which fields let SQL in."""

    is_whole: bool
    holes: list[str]
    words: str


def headers(session: str) -> list[str]:
    """Of the browser of a user who is signed in."""
    return [
        f"Host: {HOST}",
        f"Cookie: {SESSION}={session}; {CSRF}={TOKEN}",
        f"X-CSRFToken: {TOKEN}",
        f"Origin: https://{HOST}",
        "Accept-Language: ja",
    ]


def sqlmap(room: Room, base: str, asked: Asked, sent: Iterable[str], *, seconds: float) -> Found:
    """Errors, booleans, unions, stacked statements and waits in each field of one address, for so many seconds at most."""
    program = packages.need("sqlmap")["sqlmap"]
    command = [
        program, "-u", base + asked.path, "--batch", "--level", "2", "--risk", "1", "--technique", "BEUST", "--dbms", "PostgreSQL",
        "--threads", "2", "--timeout", "30", "--retries", "1", "--ignore-redirects", "--disable-coloring",
        "--flush-session", "--skip", "cookie,csrfmiddlewaretoken", "--output-dir", str(room.folder("sqlmap")),
    ]  # fmt: skip
    of_htmx = ["HX-Request: true", f"HX-Target: {asked.part}"] if asked.part else []
    command += [word for line in [*sent, *of_htmx] for word in ("-H", line)]
    if asked.form is not None:
        command += ["--data", urlencode(asked.form, doseq=True)]
    if asked.only:
        # sqlmap takes only one of the two.
        command[command.index("--skip") : command.index("--skip") + 2] = ["-p", asked.only]
    words, is_over = _run(command, room.place, seconds)
    holes = [f"{asked.path}: {found}" for found in re.findall(r"^Parameter: (.+)$", words, re.MULTILINE)]
    return Found(not is_over and (bool(holes) or "do not appear to be injectable" in words), holes, words)


def wapiti() -> Path:
    """The program, with the packages of its lock file, in a folder of its own; the drill is not run where they cannot be had."""
    place = FOLDER / "wapiti"
    digest, stamp = hashlib.sha256(LOCK.read_bytes()).hexdigest(), place / "installed"
    if not stamp.exists() or stamp.read_text() != digest:
        shutil.rmtree(place, ignore_errors=True)
        install: list[str | Path] = [
            place / "bin/python",
            *["-m", "pip", "install", "--quiet", "--no-input", "--require-hashes"],
        ]
        make: list[str | Path] = [sys.executable, "-m", "venv", place]
        for command in (make, [*install, "-r", LOCK]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                pytest.skip(
                    f"not run: pip has not the packages of wapiti ({(done.stdout + done.stderr)[-200:]})"
                )
        stamp.write_text(digest)
    return place / "bin/wapiti"


def run_wapiti(
    room: Room, base: str, sent: Iterable[str], *, starts: Iterable[str], spared: Iterable[str], elsewhere: str,
    modules: str = MODULES,
) -> dict[str, Any]:  # fmt: skip
    """Walks the site from these addresses and attacks what it finds but for those that are spared; answers its report."""
    program, report = wapiti(), room.folder("wapiti") / "report.json"
    report.unlink(missing_ok=True)
    command = [
        str(program), "-u", f"{base}/", "--scope", "folder", "-m", modules, "--max-scan-time", str(WALK),
        "--max-attack-time", str(ATTACK), "--max-links-per-page", "25", "-d", "1",
        "--max-parameters", "40", "--tasks", "4", "-t", "30", "--skip", "csrfmiddlewaretoken", "--endpoint", elsewhere,
        # One of its other modules asks for that name when it is loaded.
        "--dns-endpoint", "localhost",
        "--no-bugreport", "--flush-session", "--store-session", str(room.folder("wapiti-session")),
        "--store-config", str(room.folder("wapiti-config")), "-f", "json", "-o", str(report), "-v", "1",
    ]  # fmt: skip
    command += [word for line in sent for word in ("-H", line)]
    command += [word for path in starts for word in ("-s", base + path)]
    command += [word for path in spared for word in ("-x", base + path)]
    words, is_over = _run(command, room.place, WALK + ATTACK * len(modules.split(",")) + 300)
    assert not is_over, f"wapiti came to no end: {words[-3000:]}"
    assert report.exists(), words[-3000:]
    found: dict[str, Any] = json.loads(report.read_text())
    return found | {"words": words}


def _run(command: list[str], folder: Path, seconds: float) -> tuple[str, bool]:
    """What it said, and whether it had to be ended."""
    log, home = folder / "scanner.log", os.environ | {"HOME": str(folder)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["nice", "-n", "5", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=home,
        )
        try:
            process.wait(max(seconds, 1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return log.read_text(errors="replace"), True
    return log.read_text(errors="replace"), False


class Clock:
    """How much is left of a time that several share."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """In seconds."""
        return self._end - time.monotonic()
