"""The page of a simulation and the job behind it: asked for, worked out, shown, out of date, stopped, given up; and what the overview says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.celery import app
from projects.jobs import Lease
from projects.jobs.leases import StoppedError, TooLongError
from projects.models import AskedJob, Project
from projects.worktime.moments import minute_of
from reports.risk.selectors import shown
from tasks.editing.fields import edit_task
from tasks.models import RiskRun, Task
from tasks.risk import asking
from tasks.risk.asked import Asked
from tasks.risk.kept import from_json, to_json
from tasks.risk.running import simulate_plan
from tasks.risk.tests.conftest import MORNING

Tasks = dict[str, Task]
ROOT = Path(__file__).parents[3]
ASKED = {"below": "10", "above": "30", "shape": "triangular", "correlation": "0", "runs": "100", "seed": "1"}


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING):
        yield


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    app.loader.import_default_modules()
    monkeypatch.setattr("projects.jobs.outbox.send", lambda _messages: None)


@pytest.fixture
def chain(project: Project, plan: Callable[..., Tasks], cast: Any) -> Tasks:
    """Five days and ten, one after the other; the deadline is a day after the plan."""
    tasks = plan(("設計", 1, 5), ("開発", 1, 10, "1"))
    edit_task(
        task=tasks["設計"],
        changes={"deadline_minute": minute_of(project.start_date) + 7200},
        actor=cast.leader,
    )
    Project.objects.filter(pk=project.pk).update(end_date=project.start_date + timedelta(days=21))
    project.refresh_from_db()
    return tasks


def address(name: str, project: Project) -> str:
    return reverse(f"reports:{name}", args=[project.pk])


def page_of(client: Client, project: Project, name: str = "project_risk", **more: Any) -> str:
    answer = client.get(address(name, project), **more)
    assert answer.status_code == 200
    return answer.content.decode()


def ask(client: Client, project: Project, **data: str) -> RiskRun:
    answer = client.post(address("risk_start", project), ASKED | data)
    assert (answer.status_code, answer["Location"]) == (302, address("project_risk", project))
    return RiskRun.objects.get(project=project)


def work(run: RiskRun) -> RiskRun:
    """A worker takes the job."""
    app.tasks["simulate_plan"].apply(kwargs={"run_id": run.pk}, task_id=run.job_id)
    run.refresh_from_db()
    return run


class TestPage:
    def test_invites_a_planner_and_not_a_reader(
        self, project: Project, chain: Tasks, planner_client: Client, viewer_client: Client
    ) -> None:
        assert "リスク分析を実行する" in page_of(planner_client, project)
        page = page_of(viewer_client, project)
        assert "終了日に、確率を付けます" in page
        assert address("risk_start", project) not in page

    def test_shows_how_far_it_is_and_then_what_was_found(
        self, project: Project, chain: Tasks, planner_client: Client, viewer_client: Client
    ) -> None:
        run = ask(planner_client, project)
        assert address("risk_cancel", project) in page_of(planner_client, project)
        assert address("risk_cancel", project) not in page_of(viewer_client, project)
        part: dict[str, Any] = {"headers": {"HX-Request": "true", "HX-Target": "risk-job"}}
        assert "<h1" not in page_of(planner_client, project, **part)
        assert work(run).state == RiskRun.State.DONE
        answer = viewer_client.get(address("project_risk", project), **part)
        assert answer["HX-Location"] == address("project_risk", project)
        found = shown(project, run)
        page = page_of(viewer_client, project)
        assert found.stats[0].value in page
        assert "2 開発" in page
        assert f'points="{found.chart.line}"' in page
        assert found.deadlines[0].is_bad
        assert [row.title for row in found.tasks] == ["2 開発", "1 設計"]
        assert found.tasks[0].width > found.tasks[1].width

    def test_is_said_in_english(
        self, project: Project, chain: Tasks, cast: Any, planner_client: Client
    ) -> None:
        work(ask(planner_client, project))
        cast.planner.language = "en"
        cast.planner.save()
        page = page_of(planner_client, project)
        assert "100 runs, −10% to +30%" in page
        assert "Chance to make the deadline" in page_of(planner_client, project, "project_overview")

    def test_keeps_what_was_chosen(self, project: Project, chain: Tasks, planner_client: Client) -> None:
        work(ask(planner_client, project, above="55", shape="pert"))
        page = page_of(planner_client, project)
        assert 'value="55"' in page
        assert "もう一度実行する" in page

    def test_levels_every_run_where_that_is_asked_for(
        self, project: Project, chain: Tasks, planner_client: Client
    ) -> None:
        assert work(ask(planner_client, project)).asked["leveled"] is False
        assert "毎回平準化" not in page_of(planner_client, project)
        run = work(ask(planner_client, project, leveled="on"))
        assert (run.state, run.asked["leveled"]) == (RiskRun.State.DONE, True)
        page = page_of(planner_client, project)
        assert "毎回平準化" in page
        assert 'name="leveled" id="id_leveled" checked' in page
        assert "平準化した計画の終了" in page
        assert "終了見込み" not in page

    def test_says_that_the_plan_is_another_since(
        self, project: Project, chain: Tasks, cast: Any, planner_client: Client
    ) -> None:
        work(ask(planner_client, project))
        assert "計画が変わりました" not in page_of(planner_client, project)
        edit_task(task=chain["開発"], changes={"duration_minutes": 4000}, actor=cast.leader)
        assert "計画が変わりました" in page_of(planner_client, project)

    @pytest.mark.parametrize("wrong", [{"below": "95"}, {"above": "-1"}, {"runs": "10"}, {"runs": "100000"}, {"seed": "0"}, {"shape": "x"}, {"correlation": ""}])  # fmt: skip
    def test_refuses_what_is_no_range(
        self, project: Project, chain: Tasks, planner_client: Client, wrong: dict[str, str]
    ) -> None:
        assert planner_client.post(address("risk_start", project), ASKED | wrong).status_code == 422
        assert not RiskRun.objects.exists()

    def test_is_asked_for_by_planners_only(
        self, project: Project, chain: Tasks, viewer_client: Client, stranger_client: Client
    ) -> None:
        assert viewer_client.post(address("risk_start", project), ASKED).status_code == 403
        assert stranger_client.post(address("risk_start", project), ASKED).status_code == 404

    def test_asks_as_much_whatever_was_found(
        self, project: Project, chain: Tasks, planner_client: Client
    ) -> None:
        run = work(ask(planner_client, project))
        page_of(planner_client, project)
        with CaptureQueriesContext(connection) as few:
            page_of(planner_client, project)
        found = dict(run.result or {})
        run.result = found | {"tasks": found["tasks"] * 20, "deadlines": found["deadlines"] * 20}
        run.save()
        with CaptureQueriesContext(connection) as many:
            page_of(planner_client, project)
        assert len(many) == len(few)

    def test_leaves_out_what_only_seems_to_matter(
        self, project: Project, plan: Callable[..., Tasks], planner_client: Client
    ) -> None:
        """A task far from the finish correlates with it a little, by chance."""
        plan(("開発", 1, 10), *((f"準備{number}", 1, 2) for number in range(40)))
        project.refresh_from_db()
        rows = shown(project, work(ask(planner_client, project))).tasks
        assert [row.title for row in rows if row.criticality != "0%"] == ["1 開発"]
        assert len(rows) < 6


class TestRun:
    def test_is_one_for_two_who_ask_at_once(self, project: Project, chain: Tasks, cast: Any) -> None:
        asking.start_simulation(project=project, actor=cast.planner, asked=Asked(runs=100))
        asking.start_simulation(project=project, actor=cast.leader, asked=Asked(runs=200))
        run = RiskRun.objects.get(project=project)
        assert (run.asked_by, run.asked["runs"]) == (cast.planner, 100)
        assert AskedJob.objects.filter(name="simulate_plan").count() == 1

    def test_says_why_it_found_nothing(self, project: Project, chain: Tasks, planner_client: Client) -> None:
        run = work(ask(planner_client, project, below="0", above="0"))
        assert run.state == RiskRun.State.FAILED
        assert "幅のある作業が残っていません" in page_of(planner_client, project)

    def test_is_cancelled(self, project: Project, chain: Tasks, planner_client: Client) -> None:
        run = ask(planner_client, project)
        assert planner_client.post(address("risk_cancel", project)).status_code == 302
        assert not RiskRun.objects.exists()
        app.tasks["simulate_plan"].apply(kwargs={"run_id": run.pk}, task_id=run.job_id)
        assert not RiskRun.objects.exists()
        assert planner_client.post(address("risk_cancel", project)).status_code == 302

    @pytest.mark.parametrize(
        ("error", "said"), [(TooLongError("x"), "打ち切りました"), (StoppedError("x"), "")]
    )
    def test_ends_between_two_runs(
        self, project: Project, chain: Tasks, planner_client: Client, monkeypatch: pytest.MonkeyPatch,
        error: Exception, said: str,
    ) -> None:  # fmt: skip
        run = ask(planner_client, project)
        steps: list[str] = []

        def progress(_self: Lease, name: str, _percent: int) -> None:
            steps.append(name)
            if len(steps) > 2:
                raise error

        monkeypatch.setattr(Lease, "progress", progress)
        assert said in work(run).problem
        assert run.state == (RiskRun.State.FAILED if said else RiskRun.State.RUNNING)
        assert steps[:3] == ["read", "run", "run"]

    def test_that_is_given_up_says_so(self, project: Project, chain: Tasks, planner_client: Client) -> None:
        run = ask(planner_client, project)
        asking.give_up(run.job_id, "gone")
        asking.give_up("none", "gone")
        assert "途中で問題が起きました" in page_of(planner_client, project)

    def test_whose_job_was_lost_says_so(self, project: Project, chain: Tasks, planner_client: Client) -> None:
        run = ask(planner_client, project)
        AskedJob.objects.filter(pk=run.job_id).delete()
        assert "途中で問題が起きました" in page_of(planner_client, project)

    def test_is_kept_as_it_was_found(self, project: Project, chain: Tasks) -> None:
        found = simulate_plan(project, Asked(runs=100))
        assert asdict(from_json(to_json(found))) == asdict(found)
        assert from_json(to_json(found)) == found


class TestOverview:
    def test_says_how_likely_the_deadline_is(
        self, project: Project, chain: Tasks, cast: Any, viewer_client: Client, planner_client: Client
    ) -> None:
        assert "間に合う確率" not in page_of(viewer_client, project, "project_overview")
        run = work(ask(planner_client, project))
        page = " ".join(page_of(viewer_client, project, "project_overview").split())
        assert f"期限に間に合う確率 {shown(project, run).in_time}" in page
        assert "計画が変わる前の値" not in page
        edit_task(task=chain["開発"], changes={"duration_minutes": 4000}, actor=cast.leader)
        assert "計画が変わる前の値" in page_of(viewer_client, project, "project_overview")

    def test_says_nothing_while_it_is_worked_out(
        self, project: Project, chain: Tasks, planner_client: Client
    ) -> None:
        RiskRun.objects.create(
            organization=project.organization, project=project, asked_by_id=project.organization.memberships.first().user_id,
            asked_at=timezone.now(), asked=asdict(Asked()), job_id="none",
        )  # fmt: skip
        assert "間に合う確率" not in page_of(planner_client, project, "project_overview")


class TestSite:
    def test_loads_no_compiler(self) -> None:
        """numba takes most of a second and 70 MB; the site reads what a worker has found."""
        code = "import django, sys; django.setup(); import config.urls, tasks.jobs; sys.exit('numba' in sys.modules)"
        variables = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        assert (
            subprocess.run([sys.executable, "-c", code], env=variables, cwd=ROOT, check=False).returncode == 0
        )
