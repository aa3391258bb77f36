"""An import in a worker's hands: seen, stopped and killed from outside while it runs, each on a connection of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from config.celery import app
from projects.calendars.services import make_company_calendar
from projects.jobs import Lease
from projects.jobs.running import STALE
from projects.models import AskedJob, DeadJob, Organization, OrganizationMember, Project, User
from projects.rls import scope
from tasks.importing import running, services
from tasks.importing.tests.plan_files import packed, small_plan
from tasks.importing.uploads import keep_upload
from tasks.models import PlanImport, Task
from tests.killed import kill_after

#: A worker that is killed where it has written all rows of a plan.
KILLED = """
import sys, time, django
django.setup()
from config.celery import app
from tasks.importing import running
app.loader.import_default_modules()
made = running.import_plan
def import_plan(**given):
    made(**given)
    print("begins", flush=True)
    time.sleep(600)
running.import_plan = import_plan
app.tasks["import_plan_file"].apply(kwargs={"import_id": int(sys.argv[1])}, task_id=sys.argv[2])
"""
#: Another transaction must not wait for that of the import; were it to, it would for ever, so it gives up.
GIVE_UP = "SET LOCAL lock_timeout = '10s'"


@pytest.fixture
def sent_off(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> PlanImport:
    """An upload whose owner has sent it off; its worker has not come yet."""
    name = f"import-{secrets.token_hex(4)}"
    organization = Organization.objects.create(code=name, name="取り込みテスト")
    owner = User.objects.create_user(name, "計画 花子")
    OrganizationMember.objects.create(user=owner, organization=organization, role="pmo")
    monkeypatch.setattr("projects.jobs.outbox.send", lambda _messages: None)
    with scope.scope([organization.pk]):
        make_company_calendar(organization, name="会社カレンダー")
        kept = keep_upload(
            stream=BytesIO(packed(small_plan())),
            file_name="kikan.xml",
            organization=organization,
            actor=owner,
        )
        running.start_import(
            plan_import=kept,
            actor=owner,
            project=None,
            fields={"code": "A-1", "name": "更改"},
            as_recorded=False,
        )
        kept.refresh_from_db()
    return kept


def work(kept: PlanImport) -> None:
    """A worker takes the job."""
    app.loader.import_default_modules()
    app.tasks["import_plan_file"].apply(kwargs={"import_id": kept.pk}, task_id=kept.job_id)


def meanwhile(kept: PlanImport, ask: Callable[[], Any]) -> Any:
    """What another process of the site gets, with the rows that it may see."""

    def asked() -> Any:
        try:
            with scope.scope([kept.organization_id]), connection.cursor() as cursor:
                cursor.execute(GIVE_UP)
                return ask()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asked).result()


@pytest.fixture
def while_it_is_made(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Has something asked within the transaction of the plan: before its rows are written, or after."""
    made, answers = services.import_plan, []

    def watch(ask: Callable[[], Any], *, is_after: bool) -> list[Any]:
        def import_plan(**given: Any) -> Any:
            if not is_after:
                answers.append(meanwhile(given["plan_import"], ask))
            done = made(**given)
            if is_after:
                answers.append(meanwhile(given["plan_import"], ask))
            return done

        monkeypatch.setattr(running, "import_plan", import_plan)
        return answers

    return watch


def plans(kept: PlanImport) -> tuple[int, int]:
    """How many projects and tasks there are."""
    with scope.scope([kept.organization_id]):
        return Project.objects.count(), Task.objects.count()


def state_of(kept: PlanImport) -> str:
    """The state of the upload, or that there is none."""
    with scope.scope([kept.organization_id]):
        return PlanImport.objects.filter(pk=kept.pk).values_list("state", flat=True).first() or "gone"


class TestRunning:
    def test_is_seen_and_alive_from_outside(self, sent_off: PlanImport, while_it_is_made: Any) -> None:
        """The heart of the worker beats on a connection of its own, too."""

        def look() -> Any:
            assert Lease(sent_off.job_id, 1).beat()
            return AskedJob.objects.values_list("step", "progress_percentage").get(pk=sent_off.job_id)

        answers = while_it_is_made(look, is_after=True)
        work(sent_off)
        assert answers == [running.MAKE]
        assert plans(sent_off) == (1, 5)

    def test_is_stopped_without_waiting_for_it(self, sent_off: PlanImport, while_it_is_made: Any) -> None:
        answers = while_it_is_made(lambda: running.discard_upload(plan_import=sent_off), is_after=False)
        work(sent_off)
        assert answers == [True]
        assert (plans(sent_off), state_of(sent_off)) == ((0, 0), "gone")
        assert AskedJob.objects.get(pk=sent_off.job_id).outcome == AskedJob.Outcome.CANCELLED

    def test_taken_over_leaves_the_plan_of_the_other_worker_alone(
        self, sent_off: PlanImport, while_it_is_made: Any
    ) -> None:
        while_it_is_made(
            lambda: AskedJob.objects.filter(pk=sent_off.job_id).update(run_count=2), is_after=True
        )
        work(sent_off)
        assert (plans(sent_off), state_of(sent_off)) == ((0, 0), "running")

    def test_that_was_killed_is_made_by_the_next_worker(self, sent_off: PlanImport) -> None:
        """With all rows written, and before a word of that is committed."""
        kill_after(0, KILLED, sent_off.pk, sent_off.job_id)
        assert (plans(sent_off), state_of(sent_off)) == ((0, 0), "running")
        AskedJob.objects.update(alive_at=timezone.now() - STALE * 2)
        work(sent_off)
        assert (plans(sent_off), state_of(sent_off)) == ((1, 5), "imported")

    def test_that_breaks_is_seen_by_operators_and_by_its_owner(
        self, sent_off: PlanImport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(running, "import_plan", lambda **_given: 1 // 0)
        work(sent_off)
        assert DeadJob.objects.get(arguments={"import_id": sent_off.pk}).error == "ZeroDivisionError"
        with scope.scope([sent_off.organization_id]):
            kept = PlanImport.objects.get(pk=sent_off.pk)
        assert kept.state == PlanImport.State.PREVIEWED
        assert "何も作られていません" in running.problem_of(kept)[1]
        assert plans(sent_off) == (0, 0)
