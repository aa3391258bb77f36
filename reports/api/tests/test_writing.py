"""Writing plans by programs: one change each, of a revision that is known, under a key, or only tried."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import ApiAnswer, AuditEntry, Project
from resources.models import Resource
from tasks.models import Assignment, PlanStep, Task, TaskLink


@pytest.fixture
def writer(program):
    return program("planner")


def revision_of(project: Any) -> int:
    return Project.objects.values_list("revision", flat=True).get(pk=project.pk)


class TestTaskChange:
    def test_writes_values_by_the_names_of_columns_and_says_what_moves(self, writer, project, chain):
        before = revision_of(project)
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        answer = writer.send("patch", path, {"values": {"name": "基本設計", "duration": 10}})
        assert answer.status_code == 200, answer.content
        found = answer.json()
        task = Task.objects.get(pk=chain["設計"].pk)
        assert (task.name, task.duration_minutes) == ("基本設計", 10 * 480)
        assert (found["revision"], found["edited"]) == (before + 1, [task.pk])
        assert answer["ETag"] == f'"r{before + 1}"'
        assert chain["開発"].pk in [move["task_id"] for move in found["moves"]]
        assert found["finish_after"] > found["finish_before"]
        assert {entry.actor.username for entry in AuditEntry.objects.filter(revision=before + 1)} == {
            "planner"
        }
        assert PlanStep.objects.filter(project=project).count() == 1

    @pytest.mark.parametrize(
        ("values", "field", "wanted"),
        [
            ({"deadline": "2026-05-29"}, "deadline_minute", 29_669_760 - 420),
            ({"priority": 700}, "priority", 700),
            ({"progress": 40}, "progress_percentage", 40),
            ({"progress": 1}, "progress_percentage", 1),
            ({"constraint": "ALAP"}, "constraint_type", "ALAP"),
            ({"work": 12}, "work_minutes", 720),
        ],
    )  # fmt: skip
    def test_takes_what_reading_gives(self, writer, project, chain, values, field, wanted):
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        answer = writer.send("patch", path, {"values": values})
        assert answer.status_code == 200, answer.content.decode()
        [name] = values
        read = writer.get(path, {"columns": name}).json()["values"][name]
        assert read == values[name]
        if name != "deadline":
            assert getattr(Task.objects.get(pk=chain["設計"].pk), field) == wanted

    @pytest.mark.parametrize(
        ("values", "status"),
        [({"unsinn": 1}, 422), ({"code": "1"}, 422), ({"start": "gestern"}, 422), ({"name": "a\0b"}, 422),
         ({"fixed_cost": 1}, 422), ({}, 422), ({"predecessors": "4"}, 422)],
    )  # fmt: skip
    def test_leaves_nothing_of_what_is_refused(self, writer, project, chain, values, status):
        before = revision_of(project)
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        answer = writer.send("patch", path, {"values": {**({"name": "新名"} if values else {}), **values}})
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert "。" in answer.json()["detail"]
        assert revision_of(project) == before
        assert Task.objects.get(pk=chain["設計"].pk).name == "設計"

    @pytest.mark.parametrize(
        "more",
        [
            {"level": True},
            {"level": "1"},
            {"after": False},
            {"items": [{"values": {"name": "甲"}, "depth": True}]},
        ],
    )
    def test_takes_nothing_that_only_looks_like_a_number(self, writer, project, chain, more):
        body = {"items": [{"values": {"name": "甲"}}]} | more
        answer = writer.send("post", f"/projects/{project.pk}/tasks", body)
        assert answer.status_code == 422
        assert not Task.objects.filter(project=project, name="甲").exists()

    def test_takes_a_whole_number_however_json_spells_it(self, writer, project, chain):
        item: dict[str, Any] = {"values": {"name": "甲"}, "depth": 0.0}
        body = {"items": [item], "after": float(chain["設計"].pk)}
        assert writer.send("post", f"/projects/{project.pk}/tasks", body).status_code == 201
        item["depth"] = 0.5
        assert writer.send("post", f"/projects/{project.pk}/tasks", body).status_code == 422

    @pytest.mark.parametrize(
        ("body", "status"), [("{", 400), ("[]", 422), ('{"values": {"name": NaN}}', 422)]
    )
    def test_says_of_what_is_no_good_json_that_it_is_none(self, writer, project, chain, body, status):
        path = f"/api/v1/projects/{project.pk}/tasks/{chain['設計'].pk}"
        headers = {"Authorization": f"Bearer {writer.text}"}
        answer = writer._client.patch(path, data=body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")

    def test_is_for_tasks_of_the_project(self, writer, project, chain):
        body = {"values": {"name": "x"}}
        assert writer.send("patch", f"/projects/{project.pk}/tasks/999999", body).status_code == 404
        assert writer.send("patch", f"/projects/999999/tasks/{chain['設計'].pk}", body).status_code == 404


class TestBulk:
    def test_is_one_change_of_all_or_none(self, writer, project, plan):
        tasks = list(plan(*[(f"作業{n}", 1, 1) for n in range(30)]).values())
        before = revision_of(project)
        items = [
            {"id": task.pk, "values": {"name": f"新{n}", "priority": 600}} for n, task in enumerate(tasks)
        ]
        answer = writer.send("patch", f"/projects/{project.pk}/tasks", {"items": items})
        assert answer.status_code == 200
        assert revision_of(project) == before + 1
        assert Task.objects.filter(project=project, name__startswith="新", priority=600).count() == 30
        items[7]["values"] = {"name": "もう一度", "start": "?"}
        refused = writer.send("patch", f"/projects/{project.pk}/tasks", {"items": items})
        assert refused.status_code == 422
        [error] = refused.json()["errors"]
        assert (error["task_id"], error["column"]) == (tasks[7].pk, "start")
        assert revision_of(project) == before + 1

    def test_costs_as_many_statements_for_300_rows_as_for_3(self, writer, project, plan):
        tasks = list(plan(*[(f"作業{n}", 1, 1) for n in range(300)]).values())
        path = f"/projects/{project.pk}/tasks"
        counts = []
        for round_, count in enumerate((3, 3, 300)):
            items = [{"id": task.pk, "values": {"name": f"新{round_}"}} for task in tasks[:count]]
            with CaptureQueriesContext(connection) as seen:
                assert writer.send("patch", path, {"items": items}).status_code == 200
            counts.append(len(seen))
        assert counts[1] == counts[2]

    def test_has_an_end(self, writer, project, chain):
        items = [{"id": chain["設計"].pk, "values": {"name": "x"}}] * 1001
        answer = writer.send("patch", f"/projects/{project.pk}/tasks", {"items": items})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"] == "body.body.items"


class TestTasksAdd:
    def test_puts_rows_behind_a_task_and_below_each_other(self, writer, project, chain):
        items = [
            {"values": {"name": "準備", "duration": 2}}, {"values": {"name": "調査"}, "depth": 1},
            {"values": {"name": "整理", "predecessors": "1"}, "depth": 1},
        ]  # fmt: skip
        before = revision_of(project)
        body = {"items": items, "after": chain["設計"].pk}
        answer = writer.send("post", f"/projects/{project.pk}/tasks", body)
        assert answer.status_code == 201, answer.content.decode()
        rows = list(Task.objects.filter(pk__in=answer.json()["created"]).order_by("row_number").values_list("pk", "name", "row_number", "outline_level"))  # fmt: skip
        assert [row[0] for row in rows] == answer.json()["created"]
        assert [row[1:] for row in rows] == [("準備", 2, 1), ("調査", 3, 2), ("整理", 4, 2)]
        assert TaskLink.objects.filter(predecessor=chain["設計"], successor=rows[2][0]).exists()
        assert revision_of(project) == before + 1

    def test_puts_them_at_the_end_where_nothing_is_said(self, writer, project, chain):
        body = {"items": [{"values": {"name": "最後"}}]}
        created = writer.send("post", f"/projects/{project.pk}/tasks", body).json()["created"]
        assert Task.objects.get(pk=created[0]).row_number == 5

    def test_names_the_item_that_is_refused(self, writer, project, chain):
        items = [{"values": {"name": "良い"}}, {"values": {"name": "悪い", "assignees": "知らない 人"}}]
        answer = writer.send("post", f"/projects/{project.pk}/tasks", {"items": items})
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert (error["item"], error["column"]) == (1, "assignees")
        assert project.__class__.objects.get(pk=project.pk).task_count == 4


class TestOthers:
    def test_deletes_a_task_with_all_below_it(self, writer, project, plan):
        tasks = plan(("親", 1, 1), ("子", 2, 1), ("別", 1, 1))
        answer = writer.send("delete", f"/projects/{project.pk}/tasks/{tasks['親'].pk}")
        assert answer.status_code == 200
        assert list(Task.objects.alive().filter(project=project).values_list("name", flat=True)) == ["別"]

    def test_links_and_unlinks(self, writer, project, chain):
        ends = {"predecessor_id": chain["設計"].pk, "successor_id": chain["試験"].pk}
        path = f"/projects/{project.pk}/links"
        assert writer.send("post", path, ends | {"type": "SS"}).status_code == 201
        link = TaskLink.objects.get(predecessor=chain["設計"], successor=chain["試験"])
        assert link.link_type == "SS"
        circle = {"predecessor_id": chain["試験"].pk, "successor_id": chain["設計"].pk}
        assert writer.send("post", path, circle).status_code == 422
        assert writer.send("delete", f"{path}/{link.pk}").status_code == 200
        assert not TaskLink.objects.filter(pk=link.pk).exists()
        assert TaskLink.objects.filter(project=project).count() == 3
        assert writer.send("delete", f"{path}/{link.pk}").status_code == 404

    def test_reports_progress_on_ones_own_task_alone(self, program, project, chain, organization, cast):
        person = Resource.objects.create(organization=organization, name="茜部 陽斗", user=cast.contributor)
        own = {"organization": organization, "project": project}
        Assignment.objects.create(**own, task=chain["設計"], resource=person)
        worker = program("contributor", "progress")
        said = {"progress": 50, "added_work": 1.5, "note": "半分"}
        answer = worker.send("post", f"/projects/{project.pk}/tasks/{chain['設計'].pk}/progress", said)
        assert answer.status_code == 200, answer.content.decode()
        task = Task.objects.get(pk=chain["設計"].pk)
        assert (task.progress_percentage, task.actual_work_minutes) == (50, 90)
        assert (
            worker.send("post", f"/projects/{project.pk}/tasks/{chain['開発'].pk}/progress", said).status_code
            == 403
        )


class TestScope:
    @pytest.mark.parametrize(("scope", "column", "status"), [
        ("read", "progress", 403), ("progress", "progress", 200), ("progress", "name", 403), ("plan", "name", 200),
    ])  # fmt: skip
    def test_decides_before_the_right(
        self, program, project, chain, organization, cast, scope, column, status
    ):
        """Who reports alone does so on their own tasks, as contributors do."""
        person = Resource.objects.create(organization=organization, name="茜部 陽斗", user=cast.planner)
        own = {"organization": organization, "project": project}
        Assignment.objects.create(**own, task=chain["設計"], resource=person)
        value = {"progress": 10, "name": "新"}[column]
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        answer = program("planner", scope).send("patch", path, {"values": {column: value}})
        assert answer.status_code == status
        if status == 403:
            assert answer.json()["code"] == "token_scope"

    def test_is_kept_by_the_unit_of_work_as_well(self, program, project, chain, monkeypatch):
        """An operation that forgot to ask for the scope would still be refused."""
        monkeypatch.setattr("reports.api.writing.require_scope", lambda *_: None)
        who = program("leader", "read")
        answer = who.send("delete", f"/projects/{project.pk}/tasks/{chain['設計'].pk}")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


class TestIfMatch:
    def test_takes_the_revision_that_is_there_alone(self, writer, project, chain):
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        seen = writer.get(path)["ETag"]
        body = {"values": {"name": "一"}}
        first = writer.send("patch", path, body, **{"If-Match": seen})
        assert first.status_code == 200
        stale = writer.send("patch", path, {"values": {"name": "二"}}, **{"If-Match": seen})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale")
        assert stale.json()["revision"] == first.json()["revision"]
        again = writer.send("patch", path, {"values": {"name": "二"}}, **{"If-Match": first["ETag"]})
        assert again.status_code == 200

    def test_refuses_what_is_no_etag_of_ours(self, writer, project, chain):
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        answer = writer.send("patch", path, {"values": {"name": "一"}}, **{"If-Match": '"x"'})
        assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "header.If-Match")


class TestIdempotencyKey:
    def test_does_once_what_is_sent_twice(self, writer, project, chain):
        body, path = {"items": [{"values": {"name": "一度だけ"}}]}, f"/projects/{project.pk}/tasks"
        first, second = (writer.send("post", path, body, **{"Idempotency-Key": "k-1"}) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
        assert Task.objects.filter(project=project, name="一度だけ").count() == 1

    def test_keeps_its_answer_when_the_task_has_gone_since(self, writer, project, chain):
        path, body = f"/projects/{project.pk}/tasks/{chain['試験'].pk}", {"values": {"name": "一度だけ"}}
        first = writer.send("patch", path, body, **{"Idempotency-Key": "k-2"})
        assert writer.send("delete", path).status_code == 200
        again = writer.send("patch", path, body, **{"Idempotency-Key": "k-2"})
        assert (again.status_code, again.json(), again["ETag"]) == (200, first.json(), first["ETag"])

    def test_is_for_one_request(self, writer, project, chain):
        path = f"/projects/{project.pk}/tasks"
        for name, status in (("甲", 201), ("乙", 422)):
            answer = writer.send(
                "post", path, {"items": [{"values": {"name": name}}]}, **{"Idempotency-Key": "k"}
            )
            assert answer.status_code == status
        assert answer.json()["field"] == "Idempotency-Key"

    def test_is_free_again_where_the_request_was_refused(self, writer, project, chain):
        path = f"/projects/{project.pk}/tasks"
        bad, good = ({"items": [{"values": {"name": "丙", "start": text}}]} for text in ("?", "2026-05-11"))
        assert writer.send("post", path, bad, **{"Idempotency-Key": "k"}).status_code == 422
        assert not ApiAnswer.objects.exists()
        assert writer.send("post", path, good, **{"Idempotency-Key": "k"}).status_code == 201

    def test_is_each_tokens_own(self, program, project, chain):
        path, body = f"/projects/{project.pk}/tasks", {"items": [{"values": {"name": "丁"}}]}
        for who in (program("planner"), program("planner")):
            assert who.send("post", path, body, **{"Idempotency-Key": "k"}).status_code == 201
        assert Task.objects.filter(project=project, name="丁").count() == 2


class TestDryRun:
    def test_says_what_would_come_and_leaves_nothing(self, writer, project, chain):
        before = revision_of(project)
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        tried = writer.send("patch", f"{path}?dry_run=true", {"values": {"duration": 20}}).json()
        assert (tried["dry_run"], tried["is_changed"], tried["revision"]) == (True, True, before)
        assert revision_of(project) == before
        assert Task.objects.get(pk=chain["設計"].pk).duration_minutes == 5 * 480
        assert not AuditEntry.objects.filter(revision__gt=before, project=project).exists()
        made = writer.send("patch", path, {"values": {"duration": 20}}).json()
        assert made["moves"] == tried["moves"]
        assert made["finish_after"] == tried["finish_after"]
