"""Fills a company of its own with hostile texts, in every field that people can write; prints where things are as JSON.

Runs in a process of its own, in the database of the journeys' site: past the forms, so that pages meet what a form might refuse.
"""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Any, Final

import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402  # Django has to be ready before its models
from django.core.files.storage import default_storage  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from projects.calendars.services import make_company_calendar  # noqa: E402
from projects.changes import changing  # noqa: E402
from projects.models import (  # noqa: E402
    Calendar,
    CalendarException,
    JobTitle,
    Notification,
    Organization,
    OrganizationMember,
    Project,
    ProjectMember,
    User,
)
from projects.notifications.kinds import KINDS  # noqa: E402
from projects.permissions import System  # noqa: E402
from projects.rls import scope  # noqa: E402
from projects.worktime.moments import minute_of  # noqa: E402
from reports.models import GeneratedReport  # noqa: E402
from resources.models import Absence, Resource, Skill  # noqa: E402
from tasks.allocation.loads import refresh_project  # noqa: E402
from tasks.models import (  # noqa: E402
    Assignment,
    PlanImport,
    RecurringPeriod,
    RecurringProject,
    Task,
    TaskAttachment,
    TaskComment,
    TaskProgress,
)
from tasks.plan.actions.tree import renumber  # noqa: E402
from tasks.plan.outline import OutlineRow  # noqa: E402
from tasks.plan.rescheduling import reschedule  # noqa: E402
from tests.access.world import make_world  # noqa: E402
from tests.journeys.hostile import STRINGS, fitting  # noqa: E402

SYSTEM: Final = System("test")
TODAY: Final = timezone.localdate()
#: Fields that are no words of a user, or that a constraint holds to a form.
NOT_WORDS: Final = {
    "password", "sha256", "hash", "previous_hash", "audit_hash", "key", "secret_hash", "session_key", "session_data",
    "issuer", "subject", "rule", "wbs_code", "lag_unit", "driver_kind", "content_type", "kind", "request_id", "gram",
}  # fmt: skip


def words_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Fields of a model that hold what a user typed."""
    texts = (models.CharField, models.TextField)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, texts) and not field.choices and field.name not in NOT_WORDS
    ]


def number(text: str, index: int, length: int | None) -> str:
    """A text that no other row has, which unique fields ask for."""
    tail = f" {index}"
    return text[: (length or 10_000) - len(tail)] + tail


def spoil(rows: models.QuerySet[Any], *, is_unique: bool = False) -> int:
    """Give each text of each row another string of those that fit; returns how many were written."""
    fields, written = words_of(rows.model), 0
    turns = {field.name: itertools.cycle(_offered(field, is_unique)) for field in fields}
    for index, row in enumerate(rows.order_by("pk")):
        for field in fields:
            text = next(turns[field.name])
            setattr(
                row, field.name, number(text, index, field.max_length) if is_unique or field.unique else text
            )
            written += 1
        row.save()
    return written


def _offered(field: models.Field[Any, Any], is_unique: bool) -> list[str]:
    room = field.max_length - 4 if field.max_length and (is_unique or field.unique) else field.max_length
    return fitting(room) or ["<b>"]


def found_company(organization: Organization) -> tuple[Project, list[Task]]:
    """One plan of as many tasks as there are strings, and as many other projects."""
    make_company_calendar(organization, name="会社カレンダー")
    calendar = Calendar.objects.get(organization=organization)
    start = TODAY - timedelta(days=TODAY.weekday())
    fields = {
        "organization": organization,
        "calendar": calendar,
        "start_date": start,
        "end_date": start + timedelta(200),
    }
    fields |= {"start_minute": minute_of(start, 540), "status": "active"}
    project = Project.objects.create(**fields, code="X-0", name="攻撃計画", tags=fitting(40)[:10])
    Project.objects.bulk_create(
        Project(**fields, code=f"X-{index}", name="x", parent=project if index % 5 == 0 else None)
        for index, _text in enumerate(STRINGS, 1)
    )
    tasks = Task.objects.bulk_create(
        Task(
            organization=organization, project=project, name=text, row_number=index, duration_minutes=480 * (index % 4),
            is_milestone=index % 4 == 0, outline_level=2 if index % 6 > 2 else 1,
        )
        for index, text in enumerate(STRINGS, 1)
    )  # fmt: skip
    with changing(project, actor=SYSTEM) as record:
        renumber(project, [OutlineRow(task.pk, task.outline_level) for task in tasks])
        record("plan.made", after={"count": len(tasks)})
        reschedule(project, record=record)
    return project, tasks


def people_and_things(organization: Organization, project: Project, tasks: list[Task], maker: User) -> None:
    """As many rows of everything else."""
    own = {"organization": organization}
    calendar = Calendar.objects.get(organization=organization)
    skills = [Skill(**own, name=f"s{index}") for index, _text in enumerate(STRINGS)]
    Skill.objects.bulk_create(skills)
    for index, text in enumerate(STRINGS):
        task, day = tasks[index], TODAY + timedelta(days=index)
        user = User.objects.create_user(f"hostile-{index}", "x")
        OrganizationMember.objects.create(user=user, **own, role="member")
        title = JobTitle.objects.create(**own, name=f"t{index}")
        ProjectMember.objects.create(**own, project=project, user=user, role="viewer", job_title=title)
        resource = Resource.objects.create(
            **own, name="x", department="d", kind=("person", "equipment")[index % 2]
        )
        Absence.objects.create(**own, resource=resource, first_on=day, last_on=day)
        CalendarException.objects.create(
            **own, calendar=calendar, name=text, first_on=day, last_on=day, shifts=[]
        )
        Assignment.objects.create(**own, project=project, task=task, resource=resource, units_percentage=150)
        TaskComment.objects.create(**own, project=project, task=task, author=user, body=text)
        TaskProgress.objects.create(
            **own, project=project, task=task, recorded_on=TODAY, recorded_at=timezone.now(),
            progress_percentage=10, note=text, recorded_by=user,
        )  # fmt: skip
        TaskAttachment.objects.create(
            **own, project=project, task=task, name=text, content_type="text/plain", byte_count=1, sha256="0" * 64,
            key=default_storage.save(f"attachments/x{index}", ContentFile(b"a")), uploaded_by=user,
        )  # fmt: skip
        GeneratedReport.objects.create(
            **own, project=project, requested_by=maker, kind="progress", format="csv", state=("done", "failed")[index % 2],
            file_name=text, problem=text, finished_at=timezone.now(), expires_at=timezone.now() + timedelta(days=9),
        )  # fmt: skip
        facts = dict.fromkeys(("task", "title", "template", "by", "reason", "name"), text) | {"count": 1}
        kind = sorted(KINDS)[index % len(KINDS)]
        Notification.objects.create(
            **own, user=maker, project=project, kind=kind, target_id=task.pk, key=f"h{index}", facts=facts
        )
        recurring = RecurringProject.objects.create(
            **own, name="x", code_prefix=f"p{index}-", rule="FREQ=MONTHLY;COUNT=6", first_on=TODAY, leader=maker,
        )  # fmt: skip
        RecurringPeriod.objects.create(
            **own, recurring=recurring, period_on=TODAY, state="failed", reason=text
        )


def the_record(project: Project, tasks: list[Task], maker: User) -> None:
    """Lines that tell of names before and after."""
    for before, (task, after) in zip(
        STRINGS[1:] + STRINGS[:1], zip(tasks, STRINGS, strict=True), strict=True
    ):
        with changing(project, actor=maker) as record:
            record("task.edited", target=task, before={"name": before}, after={"name": after})
            record("comment.added", target=task, after={"comment": after, "body": after, after[:30]: after})


def spoil_all(organization: Organization, maker: User) -> int:
    """Every text of every row, and as many further organizations as there are strings."""
    mine, written = {"organization": organization}, 0
    for named in (Project, JobTitle, Resource, Skill, RecurringProject, CalendarException, Calendar):
        written += spoil(named.objects.filter(**mine), is_unique=True)
    for other in (
        Task, Absence, TaskComment, TaskProgress, TaskAttachment, GeneratedReport, PlanImport, RecurringPeriod,
    ):  # fmt: skip
        written += spoil(other.objects.filter(**mine))
    written += spoil(User.objects.filter(memberships__organization=organization).distinct(), is_unique=True)
    for index, text in enumerate(STRINGS):
        each = Organization.objects.create(code=f"kougeki-{index}", name=text)
        OrganizationMember.objects.create(user=maker, organization=each, role="guest")
    organization.name = " ".join(STRINGS)[:200]
    organization.save()
    return written + len(STRINGS)


def plant() -> dict[str, Any]:
    """Everything, and where it is."""
    organization = Organization.objects.create(code="kougeki", name="攻撃商事")
    with scope.scope([organization.pk]):
        project, tasks = found_company(organization)
        milestone = next(task for task in tasks if task.is_milestone)
        world = make_world(project, {"設計": tasks[0], "試験": tasks[1], "完了": milestone})
        maker = next(actor.user for actor in world.actors if actor.is_maker)
        assert maker is not None
        people_and_things(organization, project, tasks, maker)
        project.refresh_from_db()
        the_record(project, tasks, maker)
        written = spoil_all(organization, maker)
        refresh_project(project.pk)
    User.objects.filter(pk=maker.pk).update(
        current_organization=organization, is_staff=True, is_superuser=True
    )
    client = Client()
    client.force_login(User.objects.get(pk=maker.pk), backend="projects.auth.AccountBackend")
    return {
        "session": client.cookies["sessionid"].value, "ids": world.ids, "other": world.other_ids, "written": written,
        "tasks": [task.pk for task in tasks],
    }  # fmt: skip


if __name__ == "__main__":
    result = plant()
    connection.close()
    print(json.dumps(result, default=str))  # noqa: T201  # what this program is for
