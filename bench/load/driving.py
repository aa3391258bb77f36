"""All people at once, each in a thread: what the process beside the site does."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from bench.load.asking import Load, Outcome
from bench.load.editors import Editor
from bench.load.readers import Reader


def drive(load: Load) -> Outcome:
    """Let all of them live for as long as the load lasts."""
    began = time.monotonic()
    threading.stack_size(2**19)
    askers = [
        (Editor if person.is_editor else Reader)(load, person, began, number)
        for number, person in enumerate(load.people)
    ]
    with ThreadPoolExecutor(len(askers)) as pool:
        lives = [pool.submit(asker.live) for asker in askers]
    outcome = Outcome()
    for life, asker in zip(lives, askers, strict=True):
        life.result()
        outcome.add(asker.outcome)
    return outcome
