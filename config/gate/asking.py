"""Asks several steps at once, and tells of them in their order, each in one line with what it said if it failed."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Final

from config.gate.steps import PROJECT, Step
from config.launch.progress import say, tell

#: Most steps keep one core busy.
AT_ONCE: Final = min(len(os.sched_getaffinity(0)), 4)


@dataclass
class Asked:
    """A step that has been started."""

    process: subprocess.Popen[bytes]
    output: IO[bytes]
    started: float
    seconds: float | None = None

    def has_ended(self) -> bool:
        """Whether it is done; the first to look notes how long that took."""
        if self.seconds is None and self.process.poll() is not None:
            self.seconds = time.monotonic() - self.started
        return self.seconds is not None

    def said(self) -> str:
        """Both of its streams, as they were mixed."""
        self.output.seek(0)
        return self.output.read().decode(errors="replace").rstrip()


def ask(questions: Iterable[Step], variables: Mapping[str, str], *, at_once: int = AT_ONCE) -> list[str]:
    """Run all steps and answer the names of those that failed; a failed one does not keep the others from speaking."""
    untold = list(questions)
    # Those that take long begin first: the last of them would run alone at the end.
    waiting = sorted(untold, key=lambda question: not question.is_long)
    asked: dict[str, Asked] = {}
    failed = []
    try:
        while untold:
            while waiting and sum(not each.has_ended() for each in asked.values()) < at_once:
                question = waiting.pop(0)
                asked[question.name] = _start(question, variables)
            while untold and untold[0].name in asked and asked[untold[0].name].has_ended():
                name = untold.pop(0).name
                if not _tell(name, asked[name]):
                    failed.append(name)
            time.sleep(0.02)
    finally:
        # Where the gate is broken off.
        for each in asked.values():
            if each.process.poll() is None:
                each.process.terminate()
                each.process.wait()
            each.output.close()
    return failed


def _start(question: Step, variables: Mapping[str, str]) -> Asked:
    output = tempfile.TemporaryFile()  # noqa: SIM115  # closed when all have ended
    process = subprocess.Popen(
        question.command,
        cwd=PROJECT,
        env={**variables, **question.variables},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    return Asked(process, output, time.monotonic())


def _tell(name: str, asked: Asked) -> bool:
    is_passed = asked.process.returncode == 0
    tell(name, asked.seconds or 0.0, *([] if is_passed else ["FAILED"]))
    if not is_passed:
        say(asked.said())
    return is_passed
