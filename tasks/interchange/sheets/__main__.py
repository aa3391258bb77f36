"""Reads one file in a process of its own: `python -m tasks.interchange.sheets FILE` takes choices as JSON and writes JSON.

With `--returned` the file is a workbook of our own that comes back.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from pathlib import Path

from tasks.interchange.refusals import PlanFileRefused, ReadingTookTooLong
from tasks.interchange.sheets.as_json import Json, plan_as_json
from tasks.interchange.sheets.choices import Choices, choices_of
from tasks.interchange.sheets.limits import MOST_MEMORY, MOST_SECONDS
from tasks.interchange.sheets.reading import read_sheet_plan
from tasks.interchange.sheets.returned import returned


def answer(path: Path, choices: Choices, *, is_returned: bool = False) -> Json:
    """The plan, or the code and the params of what refuses it; of a workbook that comes back its rows."""
    try:
        if is_returned:
            with path.open("rb") as stream:
                return {"plan": returned(stream)}
        return {"plan": plan_as_json(read_sheet_plan(path.read_bytes(), choices))}
    except PlanFileRefused as refusal:
        return _refused(refusal)
    except (MemoryError, RecursionError):
        return _refused(ReadingTookTooLong(seconds=MOST_SECONDS, limit_mb=MOST_MEMORY // 2**20))


def _refused(refusal: PlanFileRefused) -> Json:
    return {"refused": {"code": refusal.code, "params": refusal.params}}


def main() -> None:
    """Takes the limits upon itself before anything of the file is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    choices = choices_of(json.load(sys.stdin))
    # Nothing that is read refers back to what holds it: looking for circles among a million cells finds none.
    gc.disable()
    found = answer(Path(sys.argv[1]), choices, is_returned="--returned" in sys.argv[2:])
    # As one text: what is written in pieces is encoded by Python, piece by piece.
    sys.stdout.write(json.dumps(found, ensure_ascii=True))


if __name__ == "__main__":
    main()
