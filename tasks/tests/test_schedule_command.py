"""`manage.py schedule` from the outside; no database is touched."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tasks.interchange.tests.builders import mspdi, task, waits_for

WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
CASE: dict[str, Any] = {
    "format": "pmcase/1",
    "id": "small",
    "kind": "consensus",
    "project": {"start": "2026-01-05T08:00:00", "calendar": 1},
    "calendars": [{"uid": 1, "name": "Site", "base": None, "week": {**WEEK, "sat": [], "sun": []}}],
    "tasks": [
        {"uid": 1, "name": "Dig", "duration_minutes": 960, "constraint": "ASAP"},
        {
            "uid": 2,
            "name": "Pour",
            "duration_minutes": 480,
            "links": [{"pred": 1, "type": "FS", "lag_minutes": 0}],
        },
    ],
    "expected": {"1": {"start": "1999-01-01T00:00:00"}},
}


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return path


def run(*args: str) -> str:
    out = StringIO()
    call_command("schedule", *args, stdout=out)
    return out.getvalue()


class TestSchedulePlan:
    def test_prints_every_field_as_json(self, plan):
        answer = json.loads(run(str(plan), "--json"))
        assert answer["project_finish"] == "2026-01-07T17:00:00"
        assert answer["tasks"]["2"] == {
            "start": "2026-01-07T08:00:00",
            "finish": "2026-01-07T17:00:00",
            "early_start": "2026-01-07T08:00:00",
            "early_finish": "2026-01-07T17:00:00",
            "late_start": "2026-01-07T08:00:00",
            "late_finish": "2026-01-07T17:00:00",
            "total_slack_minutes": 0,
            "free_slack_minutes": 0,
            "critical": True,
            "driver": {"kind": "predecessor", "task_id": 1, "link_index": 0},
        }

    def test_prints_a_table_for_people(self, plan):
        table = run(str(plan))
        assert "Pour" in table
        assert "predecessor Dig" in table
        assert "Project finish 2026-01-07 17:00" in table

    @pytest.mark.parametrize(
        ("content", "word"),
        [
            ('{"format": "pmcase/1", "project": {}}', "lacks"),
            ('{"format": "other"}', "pmcase/1"),
            ("{" * 100_000, "cannot be read"),
            ("[1, 2", "cannot be read"),
            (json.dumps({**CASE, "project": {"start": "yesterday"}}), "lacks"),
        ],
    )
    def test_refuses_what_it_cannot_use_with_one_sentence(self, tmp_path, content, word):
        path = tmp_path / "plan.json"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(CommandError, match=word) as caught:
            run(str(path))
        assert caught.value.returncode == 2
        assert "\n" not in str(caught.value)

    def test_refuses_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be read") as caught:
            run(str(tmp_path / "missing.xml"))
        assert caught.value.returncode == 2

    def test_names_the_circle(self, tmp_path):
        tasks = [{**CASE["tasks"][0], "links": [{"pred": 2}]}, CASE["tasks"][1]]
        path = tmp_path / "circle.json"
        path.write_text(json.dumps({**CASE, "tasks": tasks}), encoding="utf-8")
        with pytest.raises(CommandError, match=r"circle: 1 -> 2 -> 1"):
            run(str(path))


class TestScheduleCases:
    def test_writes_the_results_of_a_folder_and_leaves_out_what_cannot_be(self, plan, tmp_path):
        for name, case in (
            ("broken", {**CASE, "id": "broken", "tasks": None}),
            ("other", {"format": "rcpsp/1"}),
        ):
            (tmp_path / name).mkdir()
            (tmp_path / name / "case.json").write_text(json.dumps(case), encoding="utf-8")
        results, errors = tmp_path / "out.json", StringIO()
        call_command("schedule", "--cases", str(tmp_path), "--results", str(results), stderr=errors)
        found = json.loads(results.read_text(encoding="utf-8"))
        assert list(found) == ["small"]
        assert found["small"]["1"]["finish"] == "2026-01-06T17:00:00"
        assert "broken" in errors.getvalue()
        assert "rcpsp" not in errors.getvalue()

    def test_hold_what_alone_kept_its_dates_in_a_file_without_computed_ones(self, plan, tmp_path):
        # Nothing but its dates tells that the work is interrupted: two days of it, from Monday to Thursday.
        dates = "<Start>2026-01-05T08:00:00</Start><Finish>2026-01-08T17:00:00</Finish>"
        xml = mspdi(task(1, dates, hours=16), task(2, waits_for(1)))
        (tmp_path / "blind.xml").write_text(xml, encoding="utf-8")
        results = tmp_path / "out.json"
        call_command("schedule", "--cases", str(tmp_path), "--results", str(results))
        rows = json.loads(results.read_text(encoding="utf-8"))["small"]
        assert rows["1"]["finish"] == "2026-01-08T17:00:00"
        assert rows["2"]["start"] == "2026-01-09T08:00:00"

    def test_needs_a_file_for_the_results(self, tmp_path):
        with pytest.raises(CommandError, match="--results"):
            run("--cases", str(tmp_path))
