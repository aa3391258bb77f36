"""Real files from many programs, kept outside the project; skipped where they are not there."""

import json
import resource
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from projects.worktime.recurrence import days_of
from tasks.interchange.judge import judge
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.mspdi.values import format_moment
from tasks.interchange.network_of import network_of
from tasks.interchange.plan_file import PlanFile
from tasks.interchange.pmcase import network_from_case
from tasks.interchange.tests.builders import rewritten
from tasks.scheduling.network import Network

CASES = Path(__file__).parents[4] / "shared" / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="the folder with example cases is not beside the project"
)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"files": {}}


HOSTILE: dict[str, Any] = load(CASES / "hostile" / "expect.json")["files"]
IMPORTS = {item["file"]: item for item in load(CASES / "import" / "expect.json")["files"]}
MSPDI = [
    name
    for name, item in IMPORTS.items()
    # One of the files is not the one that was counted.
    if item["format"] == "MSPDI" and (CASES / "import" / name).stat().st_size == item["bytes"]
]
PLANS = sorted(
    path for kind in ("msproject", "whatif", "consensus") for path in CASES.glob(f"{kind}/*/*.xml*")
)


def peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class TestHostileFiles:
    @pytest.mark.parametrize("name", sorted(HOSTILE))
    def test_meet_what_is_expected(self, name):
        expected = HOSTILE[name]
        before, began = peak_memory(), time.process_time()
        verdict = judge(CASES / "hostile" / name)
        assert time.process_time() - began < expected.get("max_seconds", 10)
        assert peak_memory() - before < 1024 * expected.get("max_memory_mb", 300)
        if not name.endswith(".xml"):
            assert verdict.refusal is not None
            assert verdict.refusal.code == "unsupported_format"
            return
        if expected["must"] == "accept":
            assert verdict.refusal is None
        elif expected["must"] == "reject":
            assert verdict.refusal is not None
        else:
            assert verdict.refusal is not None or verdict.notices
        if verdict.refusal is None:
            self.check_content(read_mspdi(CASES / "hostile" / name), expected.get("if_accepted", {}))

    def check_content(self, plan: PlanFile, expected: dict[str, Any]) -> None:
        assert len(plan.tasks) == expected.get("tasks", len(plan.tasks))
        assert len(plan.links) == expected.get("links", len(plan.links))
        names = [task.name for task in plan.tasks]
        assert names == expected.get("task_names", names)


class TestImports:
    @pytest.mark.parametrize("name", MSPDI)
    def test_give_the_counts_that_others_found(self, name):
        plan, expected = read_mspdi(CASES / "import" / name), IMPORTS[name]["expected"]
        leaves_and_summaries = plan.tasks
        assert len(leaves_and_summaries) == expected["tasks"]
        assert len(plan.summary_uids()) == expected["summaries"]
        assert sum(task.is_milestone for task in plan.tasks) == expected["milestones"]
        assert len(plan.links) == sum(expected["links"].values())
        assert len(plan.resources) == expected["resources"]
        assert len(plan.assignments) + len(plan.summary_assignments) == expected["assignments"]
        assert len(plan.calendars) == expected["calendars"]
        assert max((task.outline_level for task in plan.tasks), default=0) == expected["max_outline_level"]
        assert sum(task.deadline_minute is not None for task in plan.tasks) == expected["deadlines"]
        assert sum(task.percent_complete for task in plan.tasks) == expected["percent_complete_sum"]
        constrained = [task for task in plan.tasks if task.constraint_type != "ASAP"]
        assert len(constrained) == sum(expected["constraints"].values())
        starts = [task.recorded.start_minute for task in plan.tasks if task.recorded.start_minute is not None]
        first = format_moment(min(starts))[:16] if starts else None
        assert first == expected["first_start"]

    def test_find_the_days_of_recurring_exceptions(self):
        name = "mspdi-calendar-recurring-exceptions-project2007-mspdi.xml"
        plan, expected = read_mspdi(CASES / "import" / name), IMPORTS[name]["expected_exception_dates"]
        epoch = date(1970, 1, 1)
        for rules in plan.calendars:
            found = {day for exception in rules.exceptions for day in days_of(exception)}
            told = [(epoch + timedelta(days=day)).isoformat() for day in sorted(found)]
            assert told == [day for day, _ in expected[str(rules.id)]]

    @pytest.mark.parametrize(
        "name", sorted(name for name, item in IMPORTS.items() if item["format"] != "MSPDI")
    )
    def test_refuse_other_formats_by_name(self, name):
        refusal = judge(CASES / "import" / name).refusal
        assert refusal is not None
        assert refusal.code == "unsupported_format"


class TestPlans:
    @pytest.mark.parametrize("path", PLANS, ids=lambda path: f"{path.parent.name}/{path.name}")
    def test_say_the_same_as_the_case_beside_them(self, path):
        case = network_from_case(load(path.parent / "case.json"))
        network = network_of(read_mspdi(path))
        assert essence(network) == essence(case)

    @pytest.mark.parametrize(
        "path", PLANS[:: max(len(PLANS) // 60, 1)], ids=lambda path: f"{path.parent.name}/{path.name}"
    )
    def test_come_out_as_they_went_in(self, path):
        plan = read_mspdi(path)
        assert rewritten(plan) == plan

    @pytest.mark.parametrize("folder", sorted(CASES.glob("msproject/*")), ids=lambda folder: folder.name)
    def test_blind_and_full_files_are_the_same_network(self, folder):
        blind, full = (next(folder.glob(f"{kind}.xml*")) for kind in ("blind", "project"))
        assert essence(network_of(read_mspdi(blind))) == essence(network_of(read_mspdi(full)))


def essence(network: Network) -> dict[str, Any]:
    """What dates depend on; a case has no word for some of the rest."""
    summaries = {task.parent_id for task in network.tasks}
    return {
        "tasks": [
            (
                task.id,
                task.parent_id,
                task.duration_minutes,
                task.is_elapsed,
                task.is_milestone,
                task.is_active,
                task.mode,
                task.constraint_type,
                task.constraint_minute,
                task.deadline_minute,
                task.calendar_id,
                task.ignores_resource_calendar,
                task.percent_complete,
                task.actual_start_minute,
                task.actual_finish_minute,
                task.leveling_delay_minutes,
                task.is_pinned,
                task.start_minute,
                task.finish_minute,
                None if task.id in summaries else (task.stop_minute, task.resume_minute),
            )
            for task in network.tasks
        ],
        "links": sorted(
            (
                link.predecessor_id,
                link.successor_id,
                link.link_type,
                link.lag_kind,
                link.lag_minutes,
                link.lag_percent,
            )
            for link in network.links
        ),
        "assignments": sorted(
            (item.task_id, item.resource_id, item.units, item.work_minutes or 0)
            for item in network.assignments
        ),
        "project": network.project,
    }
