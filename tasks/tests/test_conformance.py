"""The example plans beside the repository: what Microsoft Project stored, and what two schedulers agree on."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.interchange.pmcase import network_from_case
from tasks.scheduling.columns import columns_of
from tasks.scheduling.report import tasks_as_json
from tasks.scheduling.schedule import schedule

CASES = Path(__file__).parents[3] / "shared" / "cases"
DATES = ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")
FLOORS = {"msproject": 0.997, "whatif": 1, "consensus": 1}

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the example cases are not beside this repository")


def same(key: str, wanted: Any, got: Any) -> bool:
    if key in DATES:
        return abs((datetime.fromisoformat(wanted) - datetime.fromisoformat(got)).total_seconds()) < 60
    return bool(wanted) == bool(got) if key == "critical" else abs(wanted - got) < 1


def judged(case: dict[str, Any]) -> list[bool]:
    """One answer for every value of a case that counts."""
    rows = tasks_as_json(schedule(columns_of(network_from_case(case))).plan())
    pinned = {str(task["uid"]) for task in case["tasks"] if task.get("pinned")}
    answers = []
    for uid, expected in case["expected"].items():
        keys = [key for key in case["judged_fields"] if key in expected.get("agreed", case["judged_fields"])]
        if uid not in pinned:
            answers += [
                same(key, expected[key], rows[uid][key]) for key in keys if expected.get(key) is not None
            ]
    return answers


class TestSchedule:
    @pytest.mark.parametrize("folder", FLOORS)
    def test_gives_the_dates_that_the_cases_expect(self, folder):
        answers = []
        for path in sorted((CASES / folder).rglob("case.json")):
            answers += judged(json.loads(path.read_text(encoding="utf-8")))
        assert len(answers) > 1000
        assert sum(answers) / len(answers) >= FLOORS[folder]
