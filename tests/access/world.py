"""Two companies with one of each thing, and everybody who could ask for it."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from projects.changes import changing
from projects.feeds.services import make_feed
from projects.models import (
    Notification,
    Organization,
    OrganizationMember,
    Project,
    ProjectMember,
    User,
)
from projects.models.identity import handle_of
from projects.permissions import GUEST_CEILING, ORGANIZATION_RIGHTS, PROJECT_RIGHTS, Right, System
from projects.sessions.store import SessionStore
from projects.tokens.services import make_token
from reports.models import GeneratedReport, ReportFile, ReportSchedule
from resources.models import Absence, Resource, ResourceRate, Skill
from tasks.allocation.suggestions.services import APPLIED
from tasks.baselines.services import take_baseline
from tasks.editing.fields import edit_task
from tasks.exporting.services import plan_file_of
from tasks.importing.uploads import keep_upload
from tasks.interchange.mspdi.write import write_mspdi
from tasks.models import (
    Assignment,
    CustomField,
    PlanImport,
    ProjectIssue,
    RecurringProject,
    RoleDemand,
    TaskAttachment,
    TaskLink,
    TimeEntry,
    Timesheet,
    WorkKind,
)
from tasks.sheet.viewing.seen import SheetLook
from tasks.sheet.viewing.services import Keeping, save_view
from tasks.undo.services import undo
from tests.signing_in import browser_of

ORGANIZATION_ROLES = ("admin", "pmo", "member", "guest")
PROJECT_ROLES = (None, "leader", "planner", "contributor", "viewer")


@dataclass(frozen=True)
class Actor:
    """A user: which role where, and what they are to the things that are asked for."""

    name: str
    user: User | None = None
    organization_role: str | None = None  # in the organization that they look at
    is_ours: bool = False
    project_role: str | None = None
    sees_money: bool = False
    is_maker: bool = False
    is_resource: bool = False

    @property
    def in_organization(self) -> frozenset[Right]:
        """What their role in the organization that they look at allows."""
        if self.organization_role is None:
            return frozenset()
        money = {Right.SEE_MONEY} if self.sees_money else set()
        return ORGANIZATION_RIGHTS[self.organization_role] | money

    @property
    def sees_project(self) -> bool:
        """Whether the project exists for them."""
        return self.is_ours and (self.organization_role in {"admin", "pmo"} or self.project_role is not None)

    @property
    def in_project(self) -> frozenset[Right]:
        """What both of their roles allow in the project."""
        given = PROJECT_RIGHTS[self.project_role] if self.project_role else frozenset()
        if self.organization_role == "guest":
            given &= GUEST_CEILING
        return self.in_organization | given

    def client(self) -> Client:
        """Their browser."""
        return Client() if self.user is None else browser_of(self.user)


@dataclass(frozen=True)
class World:
    """The things, by the names that addresses give them, and the people."""

    ids: dict[str, Any]
    other_ids: dict[str, dict[str, Any]]  # of single addresses, which need a thing in another state
    actors: list[Actor]


def actors_of(project: Project, elsewhere: Organization) -> list[Actor]:
    """Every role with every role, people of another company, of both, and of none."""
    roles = itertools.product(ORGANIZATION_ROLES, PROJECT_ROLES)
    found = [Actor("anonymous"), *(_insider(project, role, place) for role, place in roles)]
    found.append(_insider(project, "pmo", None, sees_money=True))
    found.append(_insider(project, "member", "planner", is_resource=True))
    for role in ORGANIZATION_ROLES:
        user = _user(f"stranger-{role}")
        OrganizationMember.objects.create(user=user, organization=elsewhere, role=role, may_see_money=True)
        found.append(Actor(user.username, user, role, sees_money=True))
    both = _insider(project, "guest", None)
    OrganizationMember.objects.create(
        user=both.user, organization=elsewhere, role="admin", may_see_money=True
    )
    found.append(both)
    found.append(Actor("homeless", _user("homeless")))
    return found


def _user(name: str) -> User:
    return User.objects.create_user(name, name)


def _insider(project: Project, role: str, place: str | None, **more: Any) -> Actor:
    user = _user("-".join([role, place or "none", *more, str(User.objects.count())]))
    is_maker = role == "admin" and place is None
    money = bool(more.get("sees_money")) or is_maker
    OrganizationMember.objects.create(
        user=user, organization=project.organization, role=role, may_see_money=money
    )
    if place:
        ProjectMember.objects.create(
            organization=project.organization, project=project, user=user, role=place
        )
    return Actor(
        user.username, user, role, is_ours=True, project_role=place, sees_money=money, is_maker=is_maker,
        is_resource=bool(more.get("is_resource")),
    )  # fmt: skip


def make_world(project: Project, tasks: dict[str, Any]) -> World:
    """One of everything in the project's organization."""
    organization = project.organization
    elsewhere = Organization.objects.create(code="yoso", name="余所商事株式会社")
    actors = actors_of(project, elsewhere)
    maker = next(actor.user for actor in actors if actor.is_maker)
    worker = next(actor.user for actor in actors if actor.is_resource)
    assert maker is not None
    own = {"organization": organization}
    task = tasks["設計"]
    resource = Resource.objects.create(**own, name="木賊 ゆい", user=worker)
    for each in (task, tasks["完了"]):
        Assignment.objects.create(**own, project=project, task=each, resource=resource, units_percentage=100)
    member = ProjectMember.objects.create(**own, project=project, user=_user("member"), role="viewer")
    OrganizationMember.objects.create(user=member.user, **own, role="member")
    absence = Absence.objects.create(
        **own, resource=resource, first_on=date(2026, 5, 7), last_on=date(2026, 5, 8)
    )
    rate = ResourceRate.objects.create(
        **own, resource=resource, valid_from=date(2026, 4, 1), cost_per_hour=5000
    )
    recurring = RecurringProject.objects.create(
        **own, name="月次保守", code_prefix="HOSHU-", rule="FREQ=MONTHLY;COUNT=6",
        first_on=date(2026, 5, 1), leader=maker,
    )  # fmt: skip
    done = PlanImport.objects.create(
        **own, project=project, uploaded_by=maker, file_name="plan.xml", sha256="0" * 64,
        state=PlanImport.State.IMPORTED, summary=_upload(project, maker).summary,
    )  # fmt: skip
    deleted = Project.objects.create(
        **own, code="OLD-1", name="終わった案件", calendar=project.calendar, deleted_at=timezone.now(),
        start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute,
    )  # fmt: skip
    with changing(project, actor=System("test")) as record:
        applied = record(APPLIED, target=task, before={"resource": 1}, after={"resource": resource.pk})
    # One change to take back, and one to do again.
    for priority in (600, 700):
        edit_task(task=task, changes={"priority": priority}, actor=maker)
    undo(project=project, actor=maker)
    take_baseline(project=project, actor=maker, name="最初の計画")
    later = take_baseline(project=project, actor=maker, name="次の計画", number=1)
    look = SheetLook(filter="late", columns=(("number", None), ("name", None), ("fixed_cost", None)))
    view = save_view(project=project, actor=maker, name="遅れ", keeping=Keeping.PROJECT, look=look)
    report = _report(project, maker)
    sheet = Timesheet.objects.create(**own, resource=resource, week_on=date(2026, 5, 4))
    TimeEntry.objects.create(
        **own, sheet=sheet, project=project, task=task, worked_on=date(2026, 5, 7), minutes=60
    )
    sheet.state = Timesheet.State.SUBMITTED
    sheet.save()
    ids = {
        "sheet_id": sheet.pk,
        "field_id": CustomField.objects.create(
            **own, name="区分", kind="choice", choices=[["1", "高"], ["2", "低"]]
        ).pk,
        "issue_id": ProjectIssue.objects.create(
            **own, project=project, kind="issue", title="環境がない", impact=3, added_by=maker
        ).pk,
        "role_id": RoleDemand.objects.create(
            **own, project=project, name="開発者", months=[24_323], minutes=[9_600]
        ).pk,
        "kind_id": WorkKind.objects.create(**own, name="会議").pk,
        "project_id": project.pk,
        "task_id": task.pk,
        "member_id": member.pk,
        "member": member.user_id,
        "resource_id": resource.pk,
        "absence_id": absence.pk,
        "rate_id": rate.pk,
        "skill_id": Skill.objects.create(**own, name="要件定義").pk,
        "recurring_id": recurring.pk,
        "notification_id": Notification.objects.create(
            **own, user=maker, project=project, kind="task.assigned", target_id=task.pk, key="once"
        ).pk,
        "import_id": _upload(project, maker).pk,
        "report_id": report.pk,
        "schedule_id": ReportSchedule.objects.create(
            **own, project=project, kind="status", format="csv", rule="FREQ=WEEKLY;BYDAY=MO",
            first_on=date(2030, 5, 6), next_on=date(2030, 5, 6), recipient_ids=[maker.pk], added_by=maker,
        ).pk,
        "entry_id": applied.pk,
        "baseline_id": later.pk,
        "view_id": view.pk,
        "attachment_id": TaskAttachment.objects.create(
            **own, project=project, task=task, name="plan.xml", content_type="text/plain", byte_count=1,
            sha256="0" * 64, key=default_storage.save("attachments/access", ContentFile(b"a")), uploaded_by=maker,
        ).pk,
        "grain": "d",
        "week": "2026-W19",
        "first": "2026-05-07",
        "secret": make_feed(user=maker),
        "token_id": make_token(
            user=maker, organization=organization, name="連携", token_scope="read", days=90
        )[0].pk,
        "calendar_id": project.calendar_id,
        "handle": _session(maker),
        "task": task.pk,
        "third": tasks["試験"].pk,
        "link_id": (
            TaskLink.objects.filter(project=project).first()
            or TaskLink.objects.create(**own, project=project, predecessor=task, successor=tasks["試験"])
        ).pk,
        "organization": organization.pk,
    }  # fmt: skip
    other = {
        "projects:project_restore": {"project_id": deleted.pk},
        "tasks:plan_import_result": {"import_id": done.pk},
        "tasks:plan_import_recompute": {"import_id": done.pk},
        "tasks:milestone_edit": {"task_id": tasks["完了"].pk},
        "tasks:milestone_achieve": {"task_id": tasks["完了"].pk},
        "tasks:milestone_reopen": {"task_id": tasks["完了"].pk},
    }
    return World(ids, other, actors)


def token_for(user: User, organization: Organization, scope: str = "plan") -> str:
    """A token of this person, by which a program does all that they may."""
    return make_token(user=user, organization=organization, name="検証", token_scope=scope, days=30)[1]


def _session(maker: User) -> str:
    """A place where a user is signed in, by its name for pages."""
    session = SessionStore()
    session["_auth_user_id"] = str(maker.pk)
    session.create()
    return handle_of(str(session.session_key))


def _upload(project: Project, maker: User) -> PlanImport:
    stream = io.BytesIO()
    write_mspdi(plan_file_of(project), stream)
    stream.seek(0)
    return keep_upload(stream=stream, file_name="plan.xml", organization=project.organization, actor=maker)


def _report(project: Project, maker: User) -> GeneratedReport:
    content = b"a"
    report = GeneratedReport.objects.create(
        organization=project.organization, project=project, requested_by=maker, kind="progress", format="csv",
        state="done", file_name="progress.csv", byte_count=len(content),
        expires_at=timezone.now() + timedelta(days=30),
    )  # fmt: skip
    ReportFile.objects.create(organization=project.organization, report=report, content=content)
    return report
