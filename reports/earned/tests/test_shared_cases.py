"""Real plans with the values that Microsoft Project stored, kept outside the project; skipped where they are not there."""

import importlib.util
import json
from collections import defaultdict
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from projects.worktime.calendars import Calendars
from projects.worktime.moments import day_number, minute_of
from projects.worktime.rules import OFFICE_WEEK, CalendarException, CalendarRules
from reports.earned.case_results import results_of
from reports.earned.formulas import EarnedValue, shown
from reports.earned.rules import Progress, earned_share
from tasks.costing.given import Piece, Plan
from tasks.costing.spread import Spread, last_lump, lump
from tasks.interchange.mspdi.costs import read_costs

CASES = Path(__file__).parents[4] / "shared" / "cases" / "earned"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="the folder with example cases is not beside the project"
)

#: Of values that are not 0: typed-in costs and stale shares, which no input of these files gives (docs/conformance.md).
BELOW = {("computed task", "actual_cost"): 0.97, ("computed task", "percent_work_complete"): 0.97}


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scorer() -> Any:
    spec = importlib.util.spec_from_file_location("score_earned", CASES / "score_earned.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def cases() -> list[tuple[Any, Any]]:
    found = [(load(path), path.with_name("blind.xml.gz")) for path in sorted(CASES.glob("*/expected.json"))]
    return [(case, results_of(read_costs(blind), case)) for case, blind in found]


def shares(scorer: Any, cases: list[tuple[Any, Any]], *, explained: bool) -> dict[tuple[str, str], list[int]]:
    """By field: right, all, right of those that are not 0, all of those."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    parts = {"computed", "read", "daily", "ev"}
    for case, result in cases:
        for group, name, is_right, is_nonzero, *_ in scorer.judge(case, result, explained, parts):
            counts = found[group, name]
            counts[0] += is_right
            counts[1] += 1
            counts[2] += is_right and is_nonzero
            counts[3] += is_nonzero
    return found


class TestStoredValues:
    def test_are_reached(self, scorer, cases):
        for field, (right, count, right_nonzero, nonzero) in shares(scorer, cases, explained=False).items():
            assert right >= 0.99 * count, field
            assert right_nonzero >= BELOW.get(field, 0.98) * nonzero, field

    def test_are_all_reached_where_a_rule_is_known(self, scorer, cases):
        assert len(cases) == 78
        for field, (right, count, *_) in shares(scorer, cases, explained=True).items():
            assert right == count, field

    def test_of_work_and_material_by_day_are_reached_too(self, cases):
        """The scorer leaves these out: the values are in hours and units."""
        asked = [
            (question, given)
            for case, result in cases
            for question, given in zip(case.get("daily", ()), result["daily"], strict=True)
        ]
        assert len(asked) == 328
        for question, given in asked:
            assert given == pytest.approx(question["values"], abs=0.021), question


def undated(plan: Plan) -> Plan:
    """The plan without its day-by-day values, as one that was planned here."""
    nothing: dict[str, Any] = {"remaining_pieces": (), "actual_pieces": (), "actual_overtime_pieces": ()}
    return replace(plan, assignments=tuple(replace(item, **nothing) for item in plan.assignments))


class TestPlacing:
    def test_by_calendars_and_contours_gives_the_same_values(self, scorer):
        for path in sorted(CASES.glob("*/expected.json")):
            case = load(path)
            result = results_of(undated(read_costs(path.with_name("blind.xml.gz"))), case)
            wrong = [miss for miss in scorer.judge(case, result, True, {"computed", "daily"}) if not miss[2]]
            assert not wrong, case["id"]


HOLIDAYS = tuple(
    CalendarException(day_number(date(2026, 5, day)), day_number(date(2026, 5, day))) for day in (4, 5, 6)
)
CALENDAR = Calendars([CalendarRules(1, week=OFFICE_WEEK, exceptions=HOLIDAYS)]).calendar(1)


def moment(text: str, minute: int) -> int:
    return minute_of(date.fromisoformat(text), minute)


def planned(task: Any, status: int) -> Fraction:
    """What was planned by the status date, in hundredths that are put back into units."""
    start, finish, budget = moment(task["start"], 480), moment(task["finish"], 1020), task["bac"] * 10**6
    piece = Piece(start, finish, budget)
    if "at start" in task["task"]:
        piece = lump(start, budget)
    elif "at end" in task["task"]:
        piece = last_lump(finish, budget)
    return Fraction(Spread([piece], CALENDAR).until(status), 10**6)


def earned(example: Any, task: Any) -> Fraction:
    said = task["progress"]
    rule, progress = rule_of(example["method"], task["task"], said)
    return task["bac"] * earned_share(rule, progress)


def rule_of(method: str, name: str, said: str) -> tuple[Any, Progress]:
    begun = not any(word in said for word in ("not started", "未着手"))
    done = said.startswith("finished")
    numbers = [int(word) for word in said.replace("%", " ").replace(":", " ").split() if word.isdigit()]
    if method == "fixed_0_100" or "(0/100)" in name:
        return "none_or_all", Progress(has_begun=begun, is_done=done)
    if method == "fixed_50_50" or "(50/50)" in name:
        return "half_at_start", Progress(has_begun=begun, is_done=done)
    if method == "weighted_milestones" or "weighted" in name:
        steps = {"レビュー済": (10, 60, 100), "製造済": (10, 60), "着手": (10,), "未着手": ()}
        return "steps", Progress(steps_passed=steps[said.partition(":")[0]])
    if method == "physical_percent_complete" and "(percent complete)" not in name:
        return "physical", Progress(percent=numbers[0], physical=numbers[1])
    percent = 0 if not begun else numbers[-1] if "started, 0 %" in said else (numbers or [0])[0]
    return "percent", Progress(percent=percent, is_done=done)


def figures(value: EarnedValue) -> dict[str, Any]:
    return {
        **{name: getattr(value, name) for name in ("bac", "pv", "ev", "ac", "sv", "cv", "spi", "cpi")},
        "tcpi_bac": value.tcpi_bac,
        "tcpi_eac": value.tcpi_eac,
        "percent_complete_cost": value.percent_complete,
        "percent_spent": value.percent_spent,
        **{
            name: {way: getattr(getattr(value, name), way) for way in ("cpi", "budget_rate", "cpi_spi")}
            for name in ("eac", "etc", "vac")
        },
    }


def same(given: Any, expected: Any, digits: int) -> bool:
    if expected is None or given is None:
        return expected is given
    if "value" not in expected:
        return all(same(given[way], expected[way], digits) for way in expected)
    return float(shown(given, digits)) == expected["value"]


EXAMPLES = load(CASES / "worked.json")["examples"] if CASES.is_dir() else []


class TestWorkedExamples:
    @pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
    def test_come_out_to_the_last_digit(self, example):
        status = moment(example["status_date"], 1440)
        whole = EarnedValue(0, 0, 0, 0)
        for task in example["tasks"]:
            value = EarnedValue(
                task["bac"], planned(task, status), earned(example, task), Fraction(task["ac"]["value"])
            )
            assert float(shown(value.pv, 2)) == task["pv"]["value"], task
            assert float(value.ev) == task["ev"]["value"], task
            whole += value
        given, money = figures(whole), 0 if example["unit"] == "JPY" else 2
        for name, expected in example["result"].items():
            digits = (
                4
                if name in ("spi", "cpi", "tcpi_bac", "tcpi_eac")
                else 2
                if name.startswith("percent")
                else money
            )
            assert same(given[name], expected, digits), (name, given[name], expected)
