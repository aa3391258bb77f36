"""Why a task lies where it lies, on screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Project
from projects.worktime.moments import minute_of
from resources.models import Absence, Resource
from tasks.editing.fields import edit_task, set_assignees
from tasks.editing.moving import move_task
from tasks.models import Constraint, Task
from tasks.reasons.chain import MOST_STEPS, Chain, explain
from tasks.reasons.moves import moved_last
from tests.pages import compact


def chain_of(task: Task) -> Chain:
    return explain(task).chain


def address(task: Task) -> str:
    return reverse("tasks:task_why", args=[task.pk])


class TestChain:
    def test_leads_over_every_predecessor_to_the_start_of_the_project(self, chain: dict[str, Task]) -> None:
        steps = chain_of(chain["試験"]).steps
        assert [step.task.name for step in steps] == ["試験", "開発", "設計"]
        assert steps[0].reason == "先行「2 開発」が2026/04/24（金） 18:00に終わるのを待って始まります（FS）。"
        assert steps[0].start == "2026/04/27（月） 9:00"
        assert steps[-1].reason == "プロジェクトの開始日から始まります。"
        assert steps[0].wait.startswith(
            "2026/04/24（金） 18:00から、カレンダー「会社カレンダー」の次の稼働時間"
        )

    def test_says_nothing_of_a_night(self, plan: Callable[..., dict[str, Task]]) -> None:
        tasks = plan(("設計", 1, 1), ("開発", 1, 1, "1"))
        assert [step.wait for step in chain_of(tasks["開発"]).steps] == ["", ""]

    def test_says_on_whose_way_back_it_waits(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        person = Resource.objects.create(organization=project.organization, name="髙﨑 㐂一")
        Absence.objects.create(
            organization=project.organization, resource=person, first_on=date(2026, 4, 13),
            last_on=date(2026, 4, 14), reason="通院",
        )  # fmt: skip
        set_assignees(task=chain["開発"], units={person.pk: 100}, actor=cast.leader)
        step = chain_of(chain["開発"]).steps[0]
        assert step.start.startswith("2026/04/15")
        assert "髙﨑 㐂一さんの不在（04/13–04/14）が明ける" in step.wait
        assert "通院" not in step.wait

    def test_ends_at_a_constraint(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        changes = {"constraint_type": Constraint.SNET, "constraint_minute": minute_of(date(2026, 5, 11), 540)}
        edit_task(task=chain["開発"], changes=changes, actor=cast.leader)
        steps = chain_of(chain["試験"]).steps
        assert [step.task.name for step in steps] == ["試験", "開発"]
        assert steps[-1].reason == "制約「指定日以後に開始」の2026/05/11（月）で決まっています。"

    def test_names_the_summary_that_waits(self, plan: Callable[..., dict[str, Task]]) -> None:
        tasks = plan(("準備", 1, 2), ("工程", 1, 1, "1"), ("作業", 2, 3))
        step = chain_of(tasks["作業"]).steps[0]
        assert step.reason.startswith("上のサマリー「2 工程」とともに待ちます。先行「1 準備」が")

    def test_is_cut_where_it_is_longer_than_a_page(self, plan: Callable[..., dict[str, Task]]) -> None:
        count = MOST_STEPS + 5
        tasks = plan(*((f"作業{n}", 1, 1, str(n)) if n else ("作業0", 1, 1) for n in range(count)))
        chain = chain_of(tasks[f"作業{count - 1}"])
        assert (len(chain.steps), chain.is_cut) == (MOST_STEPS, True)


class TestMovedLast:
    def test_knows_who_pushed_it_and_how_far(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        move_task(task=chain["設計"], start_minute=minute_of(date(2026, 4, 8), 540), actor=cast.planner)
        moved = moved_last(chain["試験"])
        assert moved is not None
        assert (moved.who, moved.target, moved.days) == ("常磐 朝陽さん", chain["設計"], 2.0)

    def test_claims_nothing_where_more_moved_than_is_listed(
        self, chain: dict[str, Task], cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("projects.changes.LISTED_MOVES", 1)
        monkeypatch.setattr("tasks.reasons.moves.LISTED_MOVES", 1)
        move_task(task=chain["設計"], start_minute=minute_of(date(2026, 4, 8), 540), actor=cast.planner)
        listed, other = moved_last(chain["設計"]), moved_last(chain["試験"])
        assert listed is not None
        assert (listed.days, listed.unlisted) == (2.0, 0)
        assert other is not None
        assert (other.days, other.unlisted) == (0, 4)

    def test_does_not_take_a_date_for_a_task(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        move_task(task=chain["設計"], start_minute=minute_of(date(2026, 4, 8), 540), actor=cast.planner)
        stranger = Task(pk=minute_of(date(2026, 4, 8), 540), project=chain["設計"].project)
        assert moved_last(stranger) is None

    def test_searches_so_many_changes_and_says_so(
        self,
        viewer_client: Client,
        chain: dict[str, Task],
        cast: SimpleNamespace,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        edit_task(task=chain["設計"], changes={"name": "基本設計"}, actor=cast.leader)
        monkeypatch.setattr("tasks.reasons.moves.SEARCHED_ENTRIES", 1)
        monkeypatch.setattr("tasks.reasons.chain.SEARCHED_ENTRIES", 1)
        page = compact(viewer_client.get(address(chain["試験"])))
        assert "最近の 1 件の変更では、この日程は動いていません。" in page

    def test_of_what_never_moved_is_nothing(
        self, plan: Callable[..., dict[str, Task]], cast: SimpleNamespace
    ) -> None:
        tasks = plan(("設計", 1, 5), ("別件", 1, 5))
        edit_task(task=tasks["設計"], changes={"duration_minutes": 960}, actor=cast.leader)
        before = moved_last(tasks["別件"])
        assert before is None or before.entry.action == "plan.made"


class TestTaskWhy:
    def test_links_every_step(self, viewer_client: Client, chain: dict[str, Task]) -> None:
        page = compact(viewer_client.get(address(chain["試験"])))
        for name in ("試験", "開発", "設計"):
            assert reverse("tasks:task_detail", args=[chain[name].pk]) in page

    def test_is_reached_from_the_task(self, viewer_client: Client, chain: dict[str, Task]) -> None:
        page = compact(viewer_client.get(reverse("tasks:task_detail", args=[chain["試験"].pk])))
        assert address(chain["試験"]) in page

    def test_is_a_drawer_beside_the_wbs(self, viewer_client: Client, chain: dict[str, Task]) -> None:
        headers = {"HX-Request": "true", "HX-Target": "task-drawer"}
        page = compact(viewer_client.get(address(chain["試験"]), headers=headers))
        assert page.lstrip().startswith("<aside")
        assert "<html" not in page
        assert 'data-why="start"' in page

    def test_begins_with_the_end_that_was_asked_about(
        self, viewer_client: Client, chain: dict[str, Task]
    ) -> None:
        start = compact(viewer_client.get(address(chain["試験"])))
        finish = compact(viewer_client.get(address(chain["試験"]), {"end": "finish"}))
        assert start.index("開始の理由") < start.index("終了の理由")
        assert finish.index("終了の理由") < finish.index("開始の理由")

    def test_leads_to_the_change_that_moved_it(
        self, viewer_client: Client, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        move_task(task=chain["設計"], start_minute=minute_of(date(2026, 4, 8), 540), actor=cast.planner)
        moved = moved_last(chain["試験"])
        assert moved is not None
        page = compact(viewer_client.get(address(chain["試験"])))
        assert f"?until={moved.entry.pk}#change-{moved.entry.pk}" in page
        assert "常磐 朝陽さんの変更で 2 稼働日遅くなりました。" in page

    def test_says_what_cannot_be_kept(
        self, viewer_client: Client, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        changes = {"deadline_minute": minute_of(date(2026, 4, 27), 1080)}
        edit_task(task=chain["試験"], changes=changes, actor=cast.leader)
        page = compact(viewer_client.get(address(chain["設計"])))
        assert "余裕が −2日 です。" in page
        assert "「3 試験」の期限 2026/04/27（月） で決まっています。" in page

    def test_fills_its_place_in_the_drawer_of_a_task(
        self, viewer_client: Client, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        detail = reverse("tasks:task_detail", args=[chain["設計"].pk])
        assert 'id="task-held"' not in compact(viewer_client.get(detail))
        changes = {"deadline_minute": minute_of(date(2026, 4, 27), 1080)}
        edit_task(task=chain["試験"], changes=changes, actor=cast.leader)
        assert f'hx-get="{address(chain["設計"])}"' in compact(viewer_client.get(detail))
        headers = {"HX-Request": "true", "HX-Target": "task-held"}
        part = compact(viewer_client.get(address(chain["設計"]), headers=headers))
        assert "「3 試験」の期限 2026/04/27（月） で決まっています。" in part
        assert "<aside" not in part

    def test_is_hidden_from_strangers(self, stranger_client: Client, chain: dict[str, Task]) -> None:
        assert stranger_client.get(address(chain["試験"])).status_code == 404

    def test_rejects_post(self, viewer_client: Client, chain: dict[str, Task]) -> None:
        assert viewer_client.post(address(chain["試験"])).status_code == 405

    @pytest.mark.parametrize("count", [3, 60])
    def test_costs_the_same_for_a_long_chain(
        self, viewer_client: Client, plan: Callable[..., dict[str, Task]], count: int
    ) -> None:
        tasks = plan(*((f"作業{n}", 1, 1, str(n)) if n else ("作業0", 1, 1) for n in range(count)))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert viewer_client.get(address(tasks[f"作業{count - 1}"])).status_code == 200
        assert len(queries) == 24

    def test_escapes_names(self, viewer_client: Client, plan: Callable[..., dict[str, Any]]) -> None:
        tasks = plan(("<b>太字</b>", 1, 1), ("後", 1, 1, "1"))
        page = compact(viewer_client.get(address(tasks["後"])))
        assert "<b>太字" not in page
