"""Reading plans by programs: the values of the sheet, its filters, in pages, at a constant number of statements."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import CalendarException
from resources.models import Absence, Resource
from tasks.baselines.services import take_baseline
from tasks.editing.fields import edit_task
from tasks.models import Assignment
from tasks.sheet.columns.registry import registry


@pytest.fixture
def reader(program):
    return program("leader", "read")


class TestTaskList:
    def test_has_the_values_of_the_sheet_by_the_names_of_columns(self, reader, project, chain):
        answer = reader.get(f"/projects/{project.pk}/tasks", {"columns": "name,start,finish,duration,predecessors,progress,status"})  # fmt: skip
        assert answer.status_code == 200
        first, second, *_rest = answer.json()["items"]
        task = chain["設計"]
        task.refresh_from_db()
        assert first["values"] == {
            "name": "設計", "start": task.start_date.isoformat(), "finish": task.end_date.isoformat(), "duration": 5,
            "predecessors": None, "progress": 0, "status": "not_started",
        }  # fmt: skip
        assert (first["id"], first["row"], first["parent_id"]) == (task.pk, 1, None)
        assert second["values"]["predecessors"] == "1"
        assert answer.json()["revision"] == project.__class__.objects.get(pk=project.pk).revision

    def test_has_every_column_that_a_role_may_read(self, reader, program, project, chain):
        names = [each["name"] for each in reader.get(f"/projects/{project.pk}/columns").json()["items"]]
        assert set(names) == {
            column.name for column in registry.ours() if column.right is None and column.name != "why"
        }
        for first in range(0, len(names), 40):
            asked = {"columns": ",".join(names[first : first + 40])}
            answer = reader.get(f"/projects/{project.pk}/tasks", asked)
            assert answer.status_code == 200
            assert list(answer.json()["items"][0]["values"]) == names[first : first + 40]

    def test_comes_in_pages_that_leave_out_nothing(self, reader, project, plan):
        plan(*[(f"作業{n}", 1, 1) for n in range(7)])
        seen, cursor = [], 0
        while cursor is not None:
            page = reader.get(f"/projects/{project.pk}/tasks", {"limit": 3, "cursor": cursor}).json()
            seen.append([each["row"] for each in page["items"]])
            cursor = page["next_cursor"]
        assert seen == [[1, 2, 3], [4, 5, 6], [7]]

    def test_is_filtered_as_the_sheet_is(self, reader, project, chain):
        found = reader.get(f"/projects/{project.pk}/tasks", {"filter": "name.has.開発", "columns": "name"})
        assert [each["values"]["name"] for each in found.json()["items"]] == ["開発"]
        paged = reader.get(f"/projects/{project.pk}/tasks", {"filter": "duration.from.1", "limit": 1}).json()
        assert len(paged["items"]) == 1
        assert paged["next_cursor"] == paged["items"][0]["row"]

    @pytest.mark.parametrize(
        ("asked", "field"),
        [({"filter": "unsinn.is.1"}, "filter"), ({"columns": "unsinn"}, "columns"), ({"columns": "fixed_cost"}, "columns"),
         ({"columns": ",".join(f"c{n}" for n in range(41))}, "columns")],
    )  # fmt: skip
    def test_refuses_in_a_sentence_what_there_is_not(self, reader, project, chain, asked, field):
        answer = reader.get(f"/projects/{project.pk}/tasks", asked)
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
        assert answer.json()["field"] == field
        assert "。" in answer.json()["detail"]

    @pytest.mark.parametrize(
        "asked", [{"limit": 0}, {"limit": 501}, {"limit": "x"}, {"cursor": -1}, {"cursor": 2**63}]
    )
    def test_is_bounded(self, reader, project, chain, asked):
        answer = reader.get(f"/projects/{project.pk}/tasks", asked)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"] == f"query.{next(iter(asked))}"

    def test_hides_amounts_from_those_who_see_none(self, program, project, chain):
        rich, poor = program("admin"), program("planner")
        from projects.models import OrganizationMember

        OrganizationMember.objects.filter(user=rich.token.user).update(may_see_money=True)
        path, asked = f"/projects/{project.pk}/tasks", {"columns": "fixed_cost"}
        assert rich.get(path, asked).status_code == 200
        assert poor.get(path, asked).status_code == 422

    def test_costs_as_many_statements_for_300_rows_as_for_3(self, reader, project, plan, organization):
        path, asked = f"/projects/{project.pk}/tasks", {"limit": 500}
        tasks = list(plan(*[(f"作業{n}", 1, 1) for n in range(300)]).values())
        people = [Resource.objects.create(organization=organization, name=f"人{n}") for n in range(3)]
        Assignment.objects.bulk_create(
            Assignment(organization=organization, project=project, task=task, resource=people[n % 3])
            for n, task in enumerate(tasks)
        )
        reader.get(path, asked)  # notes that the token is used, once a minute
        counts = []
        for limit in (3, 300):
            with CaptureQueriesContext(connection) as seen:
                assert len(reader.get(path, asked | {"limit": limit}).json()["items"]) == limit
            counts.append(len(seen))
        assert counts[0] == counts[1]


class TestEtag:
    def test_is_the_revision_and_spares_the_answer(self, reader, project, chain, cast):
        path = f"/projects/{project.pk}/tasks"
        first = reader.get(path)
        revision = first.json()["revision"]
        assert first["ETag"].startswith(f'"r{revision}-')
        again = reader.get(path, **{"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        edit_task(task=chain["設計"], changes={"name": "設計 改"}, actor=cast.leader)
        changed = reader.get(path, **{"If-None-Match": first["ETag"]})
        assert changed.status_code == 200
        assert changed["ETag"] != first["ETag"]


class TestOthers:
    def test_lists_links_assignments_and_milestones(self, reader, project, chain, organization):
        person = Resource.objects.create(organization=organization, name="木賊 ゆい")
        own = {"organization": organization, "project": project}
        Assignment.objects.create(
            **own, task=chain["設計"], resource=person, units_percentage=50, work_minutes=90
        )
        links = reader.get(f"/projects/{project.pk}/links").json()["items"]
        assert {
            "type": "FS",
            "predecessor_id": chain["設計"].pk,
            "successor_id": chain["開発"].pk,
        }.items() <= links[0].items()
        [row] = reader.get(f"/projects/{project.pk}/assignments").json()["items"]
        assert (row["resource"], row["units"], row["work"], row["remaining_work"]) == (
            "木賊 ゆい",
            50.0,
            1.5,
            None,
        )
        [milestone] = reader.get(f"/projects/{project.pk}/milestones").json()["items"]
        assert (milestone["name"], milestone["id"]) == ("完了", chain["完了"].pk)

    def test_lists_baselines_and_their_rows(self, reader, project, chain, cast):
        take_baseline(project=project, actor=cast.leader, name="合意")
        [baseline] = reader.get(f"/projects/{project.pk}/baselines").json()["items"]
        assert (baseline["name"], baseline["task_count"]) == ("合意", 4)
        rows = reader.get(f"/projects/{project.pk}/baselines/{baseline['id']}/tasks").json()["items"]
        assert [row["task_id"] for row in rows] == sorted(task.pk for task in chain.values())
        assert reader.get(f"/projects/{project.pk}/baselines/{baseline['id'] + 1}/tasks").status_code == 404

    def test_tells_what_was_changed_since_a_revision(self, reader, project, chain, cast):
        project.refresh_from_db()
        known = project.revision
        edit_task(task=chain["設計"], changes={"duration_minutes": 10 * 480}, actor=cast.leader)
        answer = reader.get(f"/projects/{project.pk}/changes", {"since": known}).json()
        [entry] = answer["items"]
        assert (entry["task_id"], entry["who"]) == (chain["設計"].pk, cast.leader.display_name)
        assert chain["開発"].pk in entry["moved_task_ids"]
        assert entry["changes"][0]["after"]
        assert (
            reader.get(f"/projects/{project.pk}/changes", {"since": answer["revision"]}).json()["items"] == []
        )

    def test_lists_calendars_resources_and_absences(self, reader, project, organization):
        person = Resource.objects.create(organization=organization, name="木賊 ゆい", department="設計部")
        away = dt.date(2026, 5, 7)
        Absence.objects.create(
            organization=organization, resource=person, first_on=away, last_on=away, reason="通院"
        )
        CalendarException.objects.create(
            organization=organization,
            calendar=project.calendar,
            name="創立記念日",
            first_on=away,
            last_on=away,
        )
        assert person.pk in [each["id"] for each in reader.get("/resources").json()["items"]]
        assert reader.get(f"/resources/{person.pk}").json()["department"] == "設計部"
        [absence] = reader.get("/absences", {"first": "2026-05-01", "last": "2026-05-31"}).json()["items"]
        assert (absence["resource_id"], absence["first_on"]) == (person.pk, "2026-05-07")
        assert "通院" not in str(absence)
        assert reader.get("/absences", {"first": "2026-06-01"}).json()["items"] == []
        calendars = reader.get("/calendars").json()["items"]
        assert project.calendar_id in [each["id"] for each in calendars]
        days = reader.get(f"/calendars/{project.calendar_id}/exceptions").json()["items"]
        assert "創立記念日" in [each["name"] for each in days]


class TestMissing:
    def test_address_is_a_problem_too(self, db, client):
        answer = client.get("/api/v1/unsinn")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")

    @pytest.mark.parametrize(
        "path", ["/projects/{0}/tasks/999999999", "/projects/999999999", f"/projects/{10**30}"]
    )
    def test_thing_is_told_in_a_sentence(self, reader, project, path):
        answer = reader.get(path.format(project.pk))
        assert answer.status_code == 404
        assert "。" in answer.json()["detail"]


def test_a_fault_of_the_program_is_a_problem_without_its_traces(reader, project, monkeypatch):
    def fail(*_args: Any, **_more: Any) -> Any:
        raise ZeroDivisionError("geheim")

    monkeypatch.setattr("reports.api.plans.milestones_of", fail)
    reader._client.raise_request_exception = False
    answer = reader.get(f"/projects/{project.pk}/milestones")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "geheim" not in answer.content.decode()
