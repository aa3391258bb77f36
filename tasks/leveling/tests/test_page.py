"""The page of levelling and the job behind it: asked for, worked out, applied, out of date, stopped, given up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.celery import app
from projects.jobs import Lease
from projects.jobs.leases import StoppedError, TooLongError
from projects.models import AskedJob, Project
from resources.models import Resource
from tasks.editing.fields import edit_task, set_assignees
from tasks.leveling import asking
from tasks.leveling.kept import from_json, to_json
from tasks.leveling.running import level_plan, solve
from tasks.leveling.selectors import shown
from tasks.leveling.tests.test_leveling import from_finish
from tasks.models import LevelingRun, Task

Tasks = dict[str, Task]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    app.loader.import_default_modules()
    monkeypatch.setattr("projects.jobs.outbox.send", lambda _messages: None)


@pytest.fixture
def overloaded(project: Project, plan: Callable[..., Tasks], cast: Any, crew: dict[str, Resource]) -> Tasks:
    """Ann is on two tasks of three days from Monday on, with 60 % each; 報告 follows the first, 試験 the second."""
    tasks = plan(("設計", 1, 3), ("開発", 1, 3), ("試験", 1, 2, "2"), ("報告", 1, 1, "1"))
    for name in ("設計", "開発"):
        set_assignees(task=tasks[name], units={crew["Ann"].pk: 60}, actor=cast.leader)
    project.refresh_from_db()
    return tasks


def address(name: str, project: Project) -> str:
    return reverse(f"tasks:{name}", args=[project.pk])


def page_of(client: Client, project: Project, **more: Any) -> str:
    answer = client.get(address("leveling", project), **more)
    assert answer.status_code == 200
    return answer.content.decode()


def ask(client: Client, project: Project, **data: Any) -> LevelingRun:
    answer = client.post(address("leveling_start", project), data)
    assert (answer.status_code, answer["Location"]) == (302, address("leveling", project))
    return LevelingRun.objects.get(project=project)


def work(run: LevelingRun) -> LevelingRun:
    """A worker takes the job."""
    app.tasks["level_plan"].apply(kwargs={"run_id": run.pk}, task_id=run.job_id)
    run.refresh_from_db()
    return run


class TestPage:
    def test_invites_a_planner_and_not_a_reader(
        self, project: Project, overloaded: Tasks, planner_client: Client, viewer_client: Client
    ) -> None:
        assert "平準化する</button>" in " ".join(page_of(planner_client, project).split()).replace(
            "> ", ">"
        ).replace(" <", "<")
        page = page_of(viewer_client, project)
        assert "人の重なりを" in page
        assert address("leveling_start", project) not in page

    def test_shows_how_far_it_is_and_then_what_was_found(
        self, project: Project, overloaded: Tasks, planner_client: Client, viewer_client: Client
    ) -> None:
        run = ask(planner_client, project)
        page = page_of(planner_client, project)
        assert 'id="leveling-job"' in page
        assert address("leveling_cancel", project) in page
        assert address("leveling_cancel", project) not in page_of(viewer_client, project)
        asked_by_page: dict[str, Any] = {"headers": {"HX-Request": "true", "HX-Target": "leveling-job"}}
        assert "<h1" not in page_of(planner_client, project, **asked_by_page)
        work(run)
        answer = planner_client.get(address("leveling", project), **asked_by_page)
        assert answer["HX-Location"] == address("leveling", project)
        page = page_of(planner_client, project)
        for words in (
            "1人 延べ3日",
            "2日遅い",
            "1 設計",
            "そちらの余裕が少なく",
            "4 報告",
            "先行タスクに続いて動きます",
        ):
            assert words in page
        assert address("leveling_apply", project) in page
        page = page_of(viewer_client, project)
        assert "そちらの余裕が少なく" in page
        assert address("leveling_apply", project) not in page

    def test_is_applied_and_cleared(
        self, project: Project, overloaded: Tasks, planner_client: Client
    ) -> None:
        work(ask(planner_client, project))
        answer = planner_client.post(address("leveling_apply", project), follow=True)
        page = answer.content.decode()
        assert "平準化を適用しました" in page
        assert "適用前" in page
        assert "計画はこの日程になっています" in page
        assert address("plan_steps", project) in page
        assert address("leveling_apply", project) not in page
        assert Task.objects.get(pk=overloaded["設計"].pk).leveling_delay_minutes == 3 * 1440
        page = planner_client.post(address("leveling_clear", project), follow=True).content.decode()
        assert "平準化の遅れを取り除きました" in page
        assert address("leveling_clear", project) not in page
        assert Task.objects.get(pk=overloaded["設計"].pk).leveling_delay_minutes == 0
        assert (
            "取り除きました"
            not in planner_client.post(address("leveling_clear", project), follow=True).content.decode()
        )

    def test_says_that_there_is_nothing_to_move(
        self, project: Project, plan: Callable[..., Tasks], planner_client: Client
    ) -> None:
        plan(("設計", 1, 3))
        work(ask(planner_client, project))
        page = page_of(planner_client, project)
        assert "動かすタスクはありません" in page
        assert address("leveling_apply", project) not in page

    def test_says_what_cannot_be_solved(
        self, project: Project, overloaded: Tasks, planner_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = work(ask(planner_client, project, aim="slack"))
        assert run.within_slack
        page = page_of(planner_client, project)
        assert "余裕の範囲では解けません" in page
        assert "動かして解けるものはありません" in page
        assert "checked" in page
        monkeypatch.setattr("tasks.leveling.selectors.MOST_UNSOLVED", 0)
        found = shown(project, run)
        assert (found.unsolved, found.more_unsolved) == ([], 1)

    def test_says_that_the_plan_is_another_since(
        self, project: Project, overloaded: Tasks, planner_client: Client, cast: Any
    ) -> None:
        work(ask(planner_client, project))
        edit_task(task=overloaded["試験"], changes={"name": "総合試験"}, actor=cast.leader)
        page = page_of(planner_client, project)
        assert "この結果は適用できません" in page
        assert address("leveling_apply", project) not in page
        # One who still has the button.
        answer = planner_client.post(address("leveling_apply", project))
        assert answer.status_code == 409
        assert "平準化のあとで計画が変わりました。もう一度平準化してください。" in answer.content.decode()
        assert not Task.objects.exclude(leveling_delay_minutes=0).exists()

    def test_refuses_a_way_of_levelling_that_does_not_exist(
        self, project: Project, overloaded: Tasks, planner_client: Client
    ) -> None:
        answer = planner_client.post(address("leveling_start", project), {"aim": "magic"})
        assert answer.status_code == 422
        assert "magic は候補にありません" in answer.content.decode()
        assert not LevelingRun.objects.exists()

    def test_offers_a_search_for_an_earlier_finish(
        self, project: Project, overloaded: Tasks, planner_client: Client, cast: Any
    ) -> None:
        first = level_plan(project)
        run = work(ask(planner_client, project, aim="finish"))
        assert (run.searches, run.within_slack) == (True, False)
        page = page_of(planner_client, project)
        assert "· 早く終わる順" in " ".join(page.split())
        found = from_json(run.result or {})
        assert found.then.finish is not None
        assert found.then.finish <= (first.then.finish or 0)
        # The same once more, whatever was found.
        assert work(ask(planner_client, project, aim="finish")).result == run.result

    def test_turns_pages_of_moves(
        self, project: Project, overloaded: Tasks, planner_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tasks.leveling.views.PER_PAGE", 1)
        work(ask(planner_client, project))
        part = page_of(
            planner_client, project, query_params={"page": "2"},
            headers={"HX-Request": "true", "HX-Target": "leveling-moves"},
        )  # fmt: skip
        assert "4 報告" in part
        assert "1 設計</a>" not in part

    def test_asks_the_database_a_fixed_number_of_times(
        self, project: Project, overloaded: Tasks, planner_client: Client, queries_of: Callable[..., int]
    ) -> None:
        work(ask(planner_client, project))
        assert queries_of(planner_client, address("leveling", project)) <= 24

    def test_is_not_there_without_the_feature(
        self, project: Project, planner_client: Client, settings: Any
    ) -> None:
        settings.FEATURES = settings.FEATURES | {"RESOURCE_MANAGEMENT": False}
        assert planner_client.get(address("leveling", project)).status_code == 404


class TestRun:
    @pytest.mark.parametrize(
        ("tasks", "passes"), [(0, 200), (300, 200), (1_000, 60), (10_000, 6), (50_000, 4)]
    )
    def test_tries_so_many_orders(self, tasks: int, passes: int) -> None:
        assert asking.passes_for(tasks) == passes

    def test_is_one_of_a_project(
        self, project: Project, overloaded: Tasks, planner_client: Client, leader_client: Client
    ) -> None:
        first = ask(planner_client, project)
        second = ask(leader_client, project, aim="slack")
        assert (second.pk, second.job_id, second.within_slack) == (first.pk, first.job_id, False)
        work(first)
        third = ask(leader_client, project, aim="slack")
        assert (third.pk, third.within_slack, third.result) == (first.pk, True, None)
        assert third.job_id != first.job_id

    def test_is_kept_as_it_was_found(self, project: Project, overloaded: Tasks, crew: Any, cast: Any) -> None:
        set_assignees(task=overloaded["報告"], units={crew["Bob"].pk: 150}, actor=cast.leader)
        found = level_plan(Project.objects.get(pk=project.pk), within_slack=True)
        assert found.clashes
        assert found.too_many_units
        assert from_json(json.loads(json.dumps(to_json(found)))) == found

    def test_that_is_cancelled_leaves_nothing(
        self, project: Project, overloaded: Tasks, planner_client: Client
    ) -> None:
        run = ask(planner_client, project)
        page = planner_client.post(address("leveling_cancel", project), follow=True).content.decode()
        assert "平準化を中止しました" in page
        assert not LevelingRun.objects.exists()
        app.tasks["level_plan"].apply(kwargs={"run_id": run.pk}, task_id=run.job_id)
        assert not LevelingRun.objects.exists()

    def test_that_is_done_cannot_be_cancelled(
        self, project: Project, overloaded: Tasks, planner_client: Client
    ) -> None:
        work(ask(planner_client, project))
        planner_client.post(address("leveling_cancel", project))
        assert LevelingRun.objects.get().state == "done"

    def test_that_is_cancelled_while_it_runs_is_not_kept(
        self, project: Project, overloaded: Tasks, planner_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = ask(planner_client, project)

        def cancelled(*given: Any, **more: Any) -> Any:
            planner_client.post(address("leveling_cancel", project))
            return solve(*given, **more)

        monkeypatch.setattr(asking, "solve", cancelled)
        app.tasks["level_plan"].apply(kwargs={"run_id": run.pk}, task_id=run.job_id)
        assert not LevelingRun.objects.exists()

    def test_that_is_refused_says_why(
        self, project: Project, overloaded: Tasks, planner_client: Client
    ) -> None:
        from_finish(project)
        run = work(ask(planner_client, project))
        assert (run.state, "終了日から計算" in run.problem) == ("failed", True)
        page = page_of(planner_client, project)
        assert "終了日から計算" in page
        assert "もう一度平準化する" in page

    def test_that_takes_too_long_ends(
        self, project: Project, overloaded: Tasks, planner_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = ask(planner_client, project)

        def too_long(*_given: Any, **_more: Any) -> Any:
            raise TooLongError

        monkeypatch.setattr(asking, "solve", too_long)
        assert "時間がかかりすぎ" in work(run).problem

    def test_of_another_worker_is_left_alone(
        self, project: Project, overloaded: Tasks, planner_client: Client
    ) -> None:
        run = ask(planner_client, project)
        asking.run_leveling(Lease("another", 1), run.pk)
        run.refresh_from_db()
        assert run.state == "running"
        with pytest.raises(StoppedError):
            asking._end(Lease("another", 1), run, state="done")

    def test_whose_job_was_given_up_or_lost_says_so(
        self, project: Project, overloaded: Tasks, planner_client: Client
    ) -> None:
        run = ask(planner_client, project)
        asking.give_up(run.job_id, "error")
        asking.give_up(run.job_id, "error")
        assert "途中で問題が起きました" in page_of(planner_client, project)
        run = ask(planner_client, project)
        AskedJob.objects.filter(pk=run.job_id).delete()
        assert "途中で問題が起きました" in page_of(planner_client, project)
        AskedJob.objects.filter(pk=ask(planner_client, project).job_id).update(
            asked_at=timezone.now() - timedelta(hours=1)
        )
        assert 'id="leveling-job"' in page_of(planner_client, project)

    def test_is_asked_for_by_planners_alone(
        self, project: Project, overloaded: Tasks, viewer_client: Client, contributor_client: Client
    ) -> None:
        for client in (viewer_client, contributor_client):
            for name in ("start", "cancel", "apply", "clear"):
                answer = client.post(address(f"leveling_{name}", project))
                assert answer.status_code == 403
        assert not LevelingRun.objects.exists()
