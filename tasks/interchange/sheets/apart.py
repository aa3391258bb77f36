"""Reading a file of strangers in a process with limits of time and memory: what goes wrong there, goes wrong there alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from tasks.interchange import refusals
from tasks.interchange.refusals import FileTooLarge, PlanFileRefused, ReadingTookTooLong
from tasks.interchange.sheets.as_json import Json
from tasks.interchange.sheets.choices import NO_CHOICES, Choices
from tasks.interchange.sheets.limits import MOST_BYTES, MOST_MEMORY, MOST_SECONDS, MOST_WAITED

_PROJECT: Final = Path(__file__).parents[3]
_REFUSALS: Final = {
    kind.code: kind
    for kind in vars(refusals).values()
    if isinstance(kind, type) and issubclass(kind, PlanFileRefused)
}


def read_apart(path: Path, choices: Choices = NO_CHOICES) -> Json:
    """What `plan_as_json` makes of a file, with what a user says of it. Raises a PlanFileRefused, OSError where the file cannot be read."""
    return _read(path, choices)


def returned_apart(path: Path) -> Json:
    """What `returned` makes of a workbook of our own. Raises a PlanFileRefused."""
    return _read(path, NO_CHOICES, "--returned")


def _read(path: Path, choices: Choices, *options: str) -> Json:
    if path.stat().st_size > MOST_BYTES:
        raise FileTooLarge(limit_mb=MOST_BYTES // 2**20)
    with path.open("rb"):
        pass  # said by the system in its own words, and not by the other process
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tasks.interchange.sheets", str(path.resolve()), *options],
            cwd=_PROJECT,
            env={"PYTHONPATH": str(_PROJECT), "PYTHONDONTWRITEBYTECODE": "1"},
            input=json.dumps(choices.as_json()).encode(),
            capture_output=True,
            timeout=MOST_WAITED,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_long() from error
    answer = _answer(done)
    if "plan" in answer:
        plan: Json = answer["plan"]
        return plan
    refused = answer["refused"]
    raise _REFUSALS[refused["code"]](**refused["params"])


def _answer(done: subprocess.CompletedProcess[bytes]) -> Json:
    """What the process wrote; one that was ended by a signal, or had no memory left to say so, was too costly."""
    if done.returncode < 0 or (done.returncode and b"MemoryError" in done.stderr):
        raise _too_long()
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    answer: Json = json.loads(done.stdout)
    return answer


def _too_long() -> ReadingTookTooLong:
    return ReadingTookTooLong(seconds=MOST_SECONDS, limit_mb=MOST_MEMORY // 2**20)
