"""A worker that is really killed while it levels: nothing of it stays, the page says that it is on its way, and the next worker does it."""

from __future__ import annotations

import secrets
from datetime import date

import pytest
from django.utils import timezone

from config.celery import app
from projects.calendars.services import make_company_calendar
from projects.jobs.running import STALE
from projects.lifecycle.services import create_project
from projects.models import AskedJob, Organization, OrganizationMember, Project, User
from projects.rls import scope
from tasks.leveling import asking
from tasks.models import LevelingRun
from tests.killed import kill_after
from tests.planning import planned

KILLED = """
import sys, time, django
django.setup()
from config.celery import app
from tasks.leveling import asking
app.loader.import_default_modules()
def solve(*given, **more):
    print("begins", flush=True)
    time.sleep(600)
asking.solve = solve
app.tasks["level_plan"].apply(kwargs={"run_id": int(sys.argv[1])}, task_id=sys.argv[2])
"""


@pytest.fixture
def project(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A plan whose levelling was asked for; its worker has not come yet."""
    name = f"killed-{secrets.token_hex(4)}"
    organization = Organization.objects.create(code=name, name="中断テスト")
    leader = User.objects.create_user(name, "藍沢 湊")
    OrganizationMember.objects.create(user=leader, organization=organization, role="pmo")
    monkeypatch.setattr("projects.jobs.outbox.send", lambda _messages: None)
    with scope.scope([organization.pk]):
        make_company_calendar(organization, name="会社カレンダー")
        project = create_project(
            organization=organization, actor=leader, leader=leader,
            fields={"code": "A-1", "name": "更改", "start_date": date(2026, 4, 6), "end_date": date(2026, 9, 30)},
        )  # fmt: skip
        planned(project, ("設計", 1, 3))
        asking.start_leveling(project=project, actor=leader)
    return project


def run_of(project: Project) -> LevelingRun:
    with scope.scope([project.organization_id]):
        return LevelingRun.objects.get(project=project)


def test_is_done_by_the_next_worker(project: Project) -> None:
    run = run_of(project)
    kill_after(0, KILLED, run.pk, run.job_id)
    run = run_of(project)
    assert (run.state, run.result) == (LevelingRun.State.RUNNING, None)
    assert asking.job_of(run) is not None
    AskedJob.objects.update(alive_at=timezone.now() - STALE * 2)
    app.loader.import_default_modules()
    app.tasks["level_plan"].apply(kwargs={"run_id": run.pk}, task_id=run.job_id)
    run = run_of(project)
    assert run.state == LevelingRun.State.DONE
    assert run.result is not None


def test_given_up_says_so_and_can_be_asked_for_again(project: Project) -> None:
    run = run_of(project)
    kill_after(0, KILLED, run.pk, run.job_id)
    asking.give_up(run.job_id, "killed too often")
    run = run_of(project)
    assert run.state == LevelingRun.State.FAILED
    with scope.scope([project.organization_id]):
        assert "もう一度お試しください" in asking.problem_of(run)
        asking.start_leveling(project=project, actor=run.asked_by)
    assert run_of(project).job_id != run.job_id
