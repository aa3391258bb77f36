"""The record is complete: each writing address, asked well by a user who may, adds a line to it, or says why not."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry
from tasks.details.tests.filled_form import fields_of
from tasks.importing.tests.plan_files import small_plan, upload_of
from tests.access.states import STATES
from tests.access.table import ADDRESSES, NEVER
from tests.access.test_crossed import PROJECT, RULE
from tests.access.test_matrix import ALL, address_of, as_json, body_of, token_of
from tests.access.world import World

#: Writes that change nothing but for the one who does them, and show no one anything new.
UNRECORDED: Final = {
    "csp-report": "a line of the log; the browser of a visitor sends it",
    "projects:notification_open": "what one has read oneself",
    "projects:notification_read": "what one has read oneself",
    "projects:notifications_read": "what one has read oneself",
    "projects:organization_switch": "which of their organizations a user looks at",
    "projects:preferences": "how users like their own pages",
    "projects:rail_fold": "how users like their own pages",
    "projects:tour_end": "how users like their own pages",
    "tasks:plan_look": "what one has seen oneself",
    "tasks:cell_preview": "nothing is changed",
    "tasks:bar_preview": "nothing is changed",
    "tasks:link_preview": "nothing is changed",
    "tasks:leveling_start": "nothing is changed; what is applied of it is recorded",
    "tasks:leveling_cancel": "nothing is changed",
    "tasks:leveling_decide": "nothing is changed of the plan; what is applied of it is recorded",
    "reports:risk_start": "nothing is changed",
    "reports:risk_cancel": "nothing is changed",
    "tasks:plan_import_read": "how one's own upload is read; what is made of it is recorded",
    "tasks:table_paste": "nothing is changed",
    "tasks:workbook_return": "nothing is changed",
    "tasks:wbs_fold": "how users like their own pages",
    "tasks:view_reset": "how users like their own pages",
    "tasks:columns_choose": "how users like their own pages",
    "tasks:recurring_preview": "nothing is written",
}
#: Recorded, and shown where what they need can be had.
ELSEWHERE: Final = {
    "admin/login/": "projects/tests/test_auth.py::TestOperatorPassword::test_lets_them_in_and_is_recorded",
    "projects:sign_in": "projects/tests/test_auth.py::TestSignIn::test_is_recorded",
    "projects:sign_in_back_channel": "projects/oidc/tests/test_sign_out.py::TestBackChannelLogout::test_ends_the_session",
    "reports:proposal_apply": "reports/utilization/tests/test_cell.py::TestProposalApply::test_resolves_and_can_be_taken_back",
    "tasks:progress_undo": "tasks/progress/tests/test_reports.py::TestProgressUndo::test_is_recorded",
    "tasks:fields_take": "tasks/fields/tests/test_from_file.py::TestTakeOver::test_is_offered_on_the_page_and_recorded",
    "tasks:project_fill": "tasks/copying/tests/test_filling.py::TestProjectFill::test_is_recorded",
    "tasks:project_import": "tasks/importing/tests/test_views.py::TestProjectImport::test_lets_a_planner_fill_an_empty_project",
    "tasks:task_link": "tasks/gantt/tests/test_linking.py::TestDrawnLink::test_is_of_the_kind_of_its_ends_and_is_recorded",
    "tasks:timesheet_week": "tasks/timesheets/tests/test_entering.py::TestEnterHours::test_computes_no_dates_and_is_recorded",
    "tasks:timesheet_cell": "tasks/timesheets/tests/test_entering.py::TestEnterHours::test_computes_no_dates_and_is_recorded",
    "tasks:timesheet_copy": "tasks/timesheets/tests/test_entering.py::TestEnterHours::test_computes_no_dates_and_is_recorded",
    "tasks:timesheet_fill": "tasks/timesheets/tests/test_entering.py::TestEnterHours::test_computes_no_dates_and_is_recorded",
    "tasks:timesheet_remaining": "tasks/timesheets/tests/test_page.py::TestTimesheetRemaining::test_is_a_report_of_progress",
    "tasks:timesheet_approve": "tasks/timesheets/tests/test_deciding.py::TestApproveWeek::test_by_two_leaders_is_done_once_and_told",
    "tasks:timesheet_correct": "tasks/timesheets/tests/test_deciding.py::TestCorrectHours::test_is_an_entry_of_its_own_that_names_the_first",
    "tasks:timesheet_submit": "tasks/timesheets/tests/test_deciding.py::TestSubmitWeek::test_hands_in_and_is_recorded",
    "tasks:timesheet_withdraw": "tasks/timesheets/tests/test_deciding.py::TestSubmitWeek::test_is_taken_back_while_no_one_has_decided",
    "tasks:workbook_apply": "tasks/workbooks/tests/test_merging.py::TestMerge::test_is_one_change_one_line_and_one_step",
    "reports:proposal_undo": "tasks/allocation/suggestions/tests/test_suggestions.py::TestUndoProposal::test_brings_back_dates_exactly",
}
NEW_PROJECT: Final = PROJECT | {"leader": "{maker}", "calendar": "{calendar}"}
ABSENCE: Final = {
    "first_on": "2026/06/01", "last_on": "2026/06/02", "portion": "day", "kind": "paid", "reason": "通院",
}  # fmt: skip
#: What a good request sends, where the table of rights needed less.
DATA: Final[dict[str, dict[str, Any]]] = {
    "projects:project_create": NEW_PROJECT,
    "projects:project_status": {"status": "completed"},
    "projects:member_add": {"user": "{free}", "role": "viewer", "allocation_percentage": "50"},
    "projects:member_edit": {"role": "planner", "allocation_percentage": "50"},
    "reports:project_edit": NEW_PROJECT | {"revision": "{revision}"},
    "tasks:project_settings": {
        "schedule_from": "start",
        "calendar": "{calendar}",
        "start_date": "2026/05/01",
        "end_date": "2026/06/30",
        "status_on": "",
        "critical_slack": "1",
        "progress_rule": "hand",
        "minutes_per_day": "480",
        "minutes_per_week": "2400",
        "days_per_month": "20",
        "default_task_type": "fixed_units",
    },
    "resources:resource_add": {"name": "新人", "kind": "person", "capacity_percentage": "100"},
    "resources:resource_edit": {"name": "木賊 結", "kind": "person", "capacity_percentage": "80"},
    "resources:resource_skills": {"skill-{skill_id}": "3"},
    "resources:skill_add": {"name": "翻訳"},
    "resources:absence_add": ABSENCE,
    "resources:absence_edit": ABSENCE,
    "resources:rate_add": {"valid_from": "2026/06/01", "cost_per_hour": "6000"},
    "resources:rate_edit": {"valid_from": "2026/04/01", "cost_per_hour": "6000"},
    "tasks:attachment_add": {"file": lambda: SimpleUploadedFile("memo.txt", "覚え書き".encode())},
    "tasks:milestone_edit": {"deliverable": "報告書", "revision": "{revision}"},
    "tasks:plan_import": {"file": lambda: upload_of(small_plan())},
    "tasks:plan_import_run": {
        "name": "取り込んだ計画",
        "code": "NEW-2",
        "target": "new",
        "dates": "recomputed",
    },
    "tasks:project_copy": {"name": "写し", "code": "NEW-3", "start": "2027/04/01", "leader": "{maker}"},
    "tasks:recurring_add": RULE | {"leader": "{maker}"},
    "tasks:recurring_edit": RULE | {"leader": "{maker}", "code_prefix": "HOSHU-"},
    "tasks:recurring_skip": {"period": "2026-06-01", "reason": "休み"},
    "tasks:recurring_unskip": {"period": "2099-09-01"},
    "tasks:recurring_retry": {"period": "2026-08-01"},
    "tasks:view_save": {"name": "会議用", "keeping": "project"},
    "tasks:tasks_place": {"target": "{third}"},
    "tasks:task_assign": {"people": "", "was": "木賊 ゆい"},
    "tasks:tasks_link": {"tasks": "{task_id},{third}"},
    "tasks:tasks_unlink": {"tasks": "{task_id},{second}"},
    "tasks:tasks_indent": {"tasks": "{second}"},
    "tasks:tasks_outdent": {"tasks": "{second}"},
}


def address_and_data(
    world: World, things: dict[str, Any], client: Client, name: str
) -> tuple[str, dict[str, Any]]:
    """Where a good request of this name goes, and what it sends."""
    ids = world.ids | world.other_ids.get(name, {}) | things
    address = reverse(name, kwargs={key: ids[key] for key in ALL[name]}) if ":" in name else f"/{name}"
    typed = ADDRESSES[name].data | DATA.get(name, {})
    if name == "tasks:task_edit":
        page = client.get(reverse("tasks:task_detail", args=[ids["task_id"]])).content.decode()
        typed |= fields_of(page, "task-form") | {"name": "設計 改"}
        typed.pop("csrfmiddlewaretoken", None)
    words = {key.format(**ids): _filled(value, ids) for key, value in typed.items()}
    return address, words


def _filled(value: Any, ids: dict[str, Any]) -> Any:
    """A file is read once, so each request has one of its own."""
    return value.format(**ids) if isinstance(value, str) else value() if callable(value) else value


def written(
    world: World, things: dict[str, Any], client: Client, name: str
) -> tuple[HttpResponse, list[str]]:
    """What a good request answers, and what it adds to the record; afterwards nothing of it is left."""
    address, data = address_and_data(world, things, client, name)
    cookies: Any = client.cookies.copy()
    with transaction.atomic():
        if name in STATES:
            STATES[name](world.ids | world.other_ids.get(name, {}) | things)
        last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        answer: Any = client.post(address, data)
        actions = list(AuditEntry.objects.filter(pk__gt=last).values_list("action", flat=True))
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, actions


WRITING: Final = sorted(
    name for name, access in ADDRESSES.items() if access.unsafe != NEVER and not access.is_of_programs
)
#: What programs write, by name and method.
BY_PROGRAMS: Final = sorted(
    (name, method)
    for name, access in ADDRESSES.items()
    if access.is_of_programs
    for method in (*(["post"] if access.unsafe != NEVER else []), *access.methods)
)


#: Files that leave no line, and why.
NOT_TAKEN_AWAY: Final = {
    "tasks:attachment_file": "a part of the page of its task, where its coming and going is recorded",
    "tasks:calendar_feed": "a program asks for it every hour; its making and its end are recorded",
}


class TestFiles:
    def test_that_are_taken_away_leave_a_line(
        self, world: World, things: dict[str, Any], django_capture_on_commit_callbacks: Any
    ) -> None:
        client = next(actor for actor in world.actors if actor.is_maker).client()
        silent, files = [], set()
        for name in sorted(name for name in ALL if ":" in name and ADDRESSES[name].safe != NEVER):
            ids = world.ids | world.other_ids.get(name, {}) | things
            last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            answer = client.get(reverse(name, kwargs={key: ids[key] for key in ALL[name]}))
            if "filename" not in answer.get("Content-Disposition", ""):
                continue
            files.add(name)
            lines = AuditEntry.objects.filter(pk__gt=last)
            if not lines.exists() and name not in NOT_TAKEN_AWAY:
                silent.append(name)
        assert not silent
        assert files >= {
            "tasks:plan_csv",
            "tasks:plan_export",
            "tasks:plan_workbook",
            "reports:report_download",
        }

    def test_are_in_the_history_of_their_project_with_what_was_in_them(
        self, world: World, project: Any
    ) -> None:
        maker = next(actor for actor in world.actors if actor.is_maker)
        client, revision = maker.client(), project.revision
        client.get(reverse("tasks:plan_export", args=[project.pk]))
        entry = AuditEntry.objects.get(action="plan.exported")
        assert (entry.actor, entry.target_id) == (maker.user, project.pk)
        assert entry.after == {"file": f"{project.code}.xml", "tasks": 4, "with_money": True}
        page = client.get(reverse("reports:project_history", args=[project.pk])).content.decode()
        assert "計画をファイルに書き出しました" in page
        project.refresh_from_db()
        assert project.revision == revision


class TestRecord:
    def test_has_a_line_of_every_write(self, world: World, things: dict[str, Any], settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["testserver"]
        client = next(actor for actor in world.actors if actor.is_maker).client()
        missing = []
        for name in sorted(set(WRITING) - set(UNRECORDED) - set(ELSEWHERE)):
            answer, actions = written(world, things, client, name)
            if not actions:
                missing.append(f"{name} answered {answer.status_code} and left no line")
        assert not missing, "\n".join(missing)

    @pytest.mark.parametrize(("name", "method"), BY_PROGRAMS)
    def test_has_a_line_of_every_write_of_programs(
        self, world: World, things: dict[str, Any], name: str, method: str
    ) -> None:
        client = next(actor for actor in world.actors if actor.is_maker).client()
        ask: Any = getattr(client, method)
        headers = token_of(client)
        last = AuditEntry.objects.latest("pk").pk
        answer = ask(address_of(world, name), headers=headers, **as_json(body_of(name, method), world.ids))
        assert answer.status_code in {200, 201}
        assert AuditEntry.objects.filter(pk__gt=last).exists()

    def test_names_what_it_leaves_out(self) -> None:
        assert set(UNRECORDED) | set(ELSEWHERE) <= set(WRITING)
        assert not set(UNRECORDED) & set(ELSEWHERE)

    def test_is_not_filled_by_what_changes_ones_own_pages(self, world: World, things: dict[str, Any]) -> None:
        client = next(actor for actor in world.actors if actor.is_maker).client()
        assert not [name for name in UNRECORDED if written(world, things, client, name)[1]]
