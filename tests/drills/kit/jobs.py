"""Jobs for drills: one of each kind asked for again and again, and what came of them; scripts for `manage.py shell`."""

from __future__ import annotations

from typing import Final

#: Spoils each plan and each company's utilization once, asks for what mends them, for reports, and for what the night does.
#: One line of JSON at the end: what was asked for.
ASK: Final = """
import datetime as dt, json, random, time
from django.db import transaction
from django.utils import timezone
from projects.rls import scope
from projects.jobs import enqueue
from projects.models import Organization, OrganizationMember, Project, User
from reports.documents.options import Options
from reports.documents.services import TooManyReportsError, ask_for_report
from tasks.models import ResourceLoad, Task
random.seed(7)
until = time.monotonic() + {seconds}
organization = max(Organization.objects.all(), key=lambda each: each.memberships.count())
with scope.every_organization():
    projects = list(Project.objects.alive().filter(organization=organization, task_count__gt=3).order_by("pk"))
makers = [each.user for each in OrganizationMember.objects.filter(
    organization=organization, role__in=["admin", "pmo"]).select_related("user").order_by("pk")]
User.objects.update(wants_digest=True)
waiting, reports, spoilt = list(projects), [], []
NIGHT = ["check_late_tasks", "remind_of_hours", "send_scheduled_reports", "send_digests", "make_recurring_projects", "record_project_days", "record_project_earned", "update_resource_utilization",
         "refresh_project_summary", "discard_old_uploads", "discard_expired_reports", "ensure_holidays"]
counts = dict.fromkeys(NIGHT, 0)
tried = 0
while time.monotonic() < until:
    tried += 1
    with scope.scope([organization.pk]):
        if waiting and tried % 4 == 0:
            project = waiting.pop()
            unbegun = Task.objects.filter(project=project, is_summary=False, progress_percentage=0, actual_start_minute__isnull=True)
            if unbegun.exclude(duration_minutes=0).update(start_minute=0):
                enqueue("calculate_critical_path", project_id=project.pk)
                spoilt.append(project.pk)
        if tried % 8 == 1:
            some = ResourceLoad.objects.order_by("?").values("pk")[:5]
            ResourceLoad.objects.filter(pk__in=list(some.values_list("pk", flat=True))).update(planned_minutes=77_777)
            enqueue("refresh_utilization", organization_id=organization.pk)
        if tried % 3 == 0:
            try:
                report = ask_for_report(
                    user=random.choice(makers), organization=organization, project=random.choice(projects),
                    kind=random.choice(["progress", "wbs"]), file_format=["csv", "xlsx", "csv", "pdf"][tried // 3 % 4],
                    options=Options(on=timezone.localdate() - dt.timedelta(days=tried % 300)))
                reports.append(report.pk)
            except TooManyReportsError:
                pass
    name = random.choice(NIGHT)
    counts[name] += 1
    enqueue(name)
    time.sleep(0.25)
for name in NIGHT:
    counts[name] += 1
    enqueue(name)
with open({told!r}, "w") as file:
    json.dump(dict(organization=organization.pk, reports=reports, spoilt=spoilt, counts=counts), file)
"""

#: Whether anything is still to be done.
OPEN: Final = """
import json
from projects.rls import scope
from projects.models import AskedJob
from reports.models import GeneratedReport
with scope.every_organization():
    reports = GeneratedReport.objects.filter(state__in=["queued", "running"]).count()
print(json.dumps([AskedJob.objects.filter(ended_at__isnull=True).exclude(name="send_jobs_again").count(), reports]))
"""

#: Which they are, for a look at why.
WHICH: Final = """
import json
from projects.models import AskedJob
columns = "name", "queue", "asked_at", "sent_at", "alive_at", "run_count", "death_count"
print(json.dumps([list(map(str, row)) for row in AskedJob.objects.filter(ended_at__isnull=True).values_list(*columns)]))
"""

#: What came of it all.
COUNT: Final = """
import json
from django.db.models import Count, F, Max, Sum
from projects.rls import scope
from projects.models import AskedJob, AuditEntry, DeadJob, Notification, Project
from reports.models import GeneratedReport, ProjectDay, ReportFile
from tasks.jobs import calculate_critical_path, check_late_tasks, make_recurring_projects
from tasks.models import RecurringPeriod
from tasks.allocation.check import check_utilization
told = json.load(open({told!r}))
def doubles(rows, *by): return rows.values(*by).annotate(n=Count("*")).filter(n__gt=1).count()
with scope.every_organization():
    made = GeneratedReport.objects.filter(pk__in=told["reports"])
    said = Notification.objects.filter(kind="report.done", target_id__in=told["reports"])
    repaired = AuditEntry.objects.filter(action="plan.repaired", project__in=told["spoilt"])
    late = Notification.objects.filter(kind__startswith="task.")
    before = [Notification.objects.exclude(kind="report.done").count(), Project.objects.count()]
    out = dict(
        reports=made.count(), done=made.filter(state="done").count(), failed=made.filter(state="failed").count(),
        attempts=made.aggregate(n=Max("attempt_count"))["n"],
        files=ReportFile.objects.filter(report__in=told["reports"]).count(), files_twice=doubles(
            ReportFile.objects.filter(report__in=told["reports"]), "report"),
        told=said.values("target_id").distinct().count(), told_twice=doubles(said, "target_id"),
        spoilt=len(told["spoilt"]), repaired=repaired.values("project").distinct().count(),
        repaired_twice=doubles(repaired, "project"),
        recurring=RecurringPeriod.objects.filter(state="made").count(),
        recurring_twice=doubles(RecurringPeriod.objects.filter(state="made"), "recurring", "period_on"),
        recurring_without=RecurringPeriod.objects.filter(state="made", project__isnull=True).count(),
        days_twice=doubles(ProjectDay.objects.all(), "project", "day"), days=ProjectDay.objects.count(),
        emailed=Notification.objects.filter(emailed_at__isnull=False).values("user").distinct().count(),
    )
out["utilization"] = len(check_utilization(told["organization"], repairs=False))
check_late_tasks(); make_recurring_projects()
with scope.every_organization():
    out["made_by_another_run"] = [Notification.objects.exclude(kind="report.done").count() - before[0], Project.objects.count() - before[1]]
jobs = AskedJob.objects.all()
out |= dict(
    jobs=jobs.count(), jobs_done=jobs.filter(outcome="done").count(), dead=DeadJob.objects.count(),
    dead_names=list(DeadJob.objects.values_list("name", "reason", "error", "message")),
    runs=jobs.aggregate(n=Sum("run_count"))["n"], again=jobs.filter(run_count__gt=1).count(),
    deaths=jobs.aggregate(n=Sum("death_count"))["n"], worst=jobs.aggregate(n=Max("death_count"))["n"])
print(json.dumps(out))
"""
