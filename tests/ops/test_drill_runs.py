"""What `bin/drill --table` says of runs: when, how busy the machine was, and how many of them held."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drills import __main__ as drill
from tests.drills.kit import figures


def test_of_every_drill_the_last_one_and_how_many_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "FOLDER", tmp_path)
    for outcome in ("failed", "held", "held"):
        figures.note_run("nginx", outcome, 41.7)
    figures.note_run("tls", "failed", 3.0)
    rows = [line for line in drill.table(["nginx", "redis", "tls"]) if line.startswith("| ")]
    last, never, failed = rows[-3:]
    assert last.startswith("| nginx | 2")
    assert "| 42 |" in last
    assert " processors, " in last
    assert last.endswith("| held | 2 of 3 |")
    assert never == "| redis | never | | | | | |"
    assert failed.endswith("| failed | 0 of 1 |")
