"""What each address asks for: the other half of `projects/permissions.py`, which says what each role has.

`safe` and `unsafe` name the right that reading and writing need; `ANYONE` needs none, `NEVER` means that the method
does not exist there. `scope` says whose thing the address names, and so who must not even learn that it exists.
An address that is not here fails the gate.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from projects.permissions import Right


class Scope(enum.Enum):
    """Whose it is."""

    PUBLIC = "anyone, signed in or not"
    UNPROVEN = "the identity provider, by proofs that no one here has"
    SESSION = "whether a session is open; who has none is told so"
    PERSON = "the user who is signed in, about themselves"
    COMPANY = "an organization by its number"
    ORGANIZATION = "the organization that the person looks at"
    STAFF = "the same, but guests do not learn of it"
    PROJECT = "one project"
    DELETED = "a project that is deleted and without members"
    RESOURCE = "one person or thing of an organization"
    OWN_RESOURCE = "the same; a person may do it for themselves"
    CELL = "a day of one resource, and a project of theirs"
    RECURRING = "one template of an organization, unknown to guests"
    SKILL = "one skill of an organization"
    SHEET = "a week of a person, for those who decide about it"
    WORK_KIND = "one kind of indirect work of an organization"
    FIELD = "one custom field of an organization"
    MAKER = "what one person made, alone"


ANYONE: Final = "anyone"
NEVER: Final = "never"
Need = Right | str | tuple[Right, ...]


class Access(NamedTuple):
    """One address."""

    scope: Scope
    safe: Need
    unsafe: Need
    data: dict[str, Any] = {}  # what a good request sends; never changed
    is_of_programs: bool = False  # asked with a token of the person, and by nobody without one
    #: What else it knows: by the method the right that it needs, and the JSON that a good request sends.
    methods: Mapping[str, tuple[Need, str]] = {}


def page(scope: Scope, need: Need = ANYONE) -> Access:
    """Only read."""
    return Access(scope, need, NEVER)


def program(scope: Scope, need: Need = ANYONE, **methods: tuple[Need, str]) -> Access:
    """Read by programs, and written by other methods: `<task>` in what these send is the id of that name."""
    post = methods.pop("post", (NEVER, ""))
    return Access(scope, need, post[0], {"json": post[1]} if post[1] else {}, True, methods)


def action(scope: Scope, need: Need, **data: Any) -> Access:
    """Only written."""
    return Access(scope, NEVER, need, data)


def form(scope: Scope, need: Need, **data: Any) -> Access:
    """A page with its answer."""
    return Access(scope, need, need, data)


MONEY = (Right.SEE_MONEY, Right.MANAGE_RESOURCES)

ADDRESSES: dict[str, Access] = {
    # -- no one in particular ---------------------------------------------------------------------------------
    "csp-report": action(Scope.PUBLIC, ANYONE),
    "admin/login/": form(Scope.PUBLIC, ANYONE),
    "projects:sign_in": form(Scope.PUBLIC, ANYONE),
    "projects:sign_in_return": Access(Scope.UNPROVEN, ANYONE, NEVER),
    "projects:sign_in_back_channel": Access(Scope.UNPROVEN, NEVER, ANYONE),
    "projects:signed_out": page(Scope.PUBLIC),
    "projects:session_check": page(Scope.SESSION),
    "projects:sign_out": action(Scope.PUBLIC, ANYONE),
    # -- oneself -----------------------------------------------------------------------------------------------
    "projects:preferences": form(Scope.PERSON, ANYONE),
    "projects:session_list": page(Scope.PERSON),
    "projects:help_page": page(Scope.PERSON),
    "projects:sessions_end_others": action(Scope.PERSON, ANYONE),
    "projects:session_end": action(Scope.MAKER, ANYONE),
    "projects:feed_make": action(Scope.PERSON, ANYONE),
    "projects:feed_revoke": action(Scope.PERSON, ANYONE),
    "projects:token_list": page(Scope.ORGANIZATION),
    "projects:token_make": action(Scope.ORGANIZATION, ANYONE, name="連携", token_scope="read", days="90"),
    "projects:token_revoke": action(Scope.MAKER, ANYONE),
    "projects:rail_fold": action(Scope.PERSON, ANYONE),
    "projects:tour_end": action(Scope.PERSON, ANYONE),
    "projects:notification_list": page(Scope.PERSON),
    "projects:notification_bell": page(Scope.PERSON),
    "projects:notifications_read": action(Scope.PERSON, ANYONE),
    "projects:notification_open": action(Scope.MAKER, ANYONE),
    "projects:notification_read": action(Scope.MAKER, ANYONE),
    "projects:organization_switch": action(Scope.COMPANY, ANYONE, organization="{organization}"),
    "tasks:my_tasks": page(Scope.PERSON),
    # One's own week, whoever asks: that of another has no such address.
    "tasks:timesheet_now": page(Scope.PERSON),
    "tasks:timesheet_week": form(Scope.PERSON, ANYONE),
    "tasks:timesheet_cell": action(Scope.PERSON, ANYONE),
    "tasks:timesheet_remaining": action(Scope.PERSON, ANYONE),
    "tasks:timesheet_copy": action(Scope.PERSON, ANYONE),
    "tasks:timesheet_fill": action(Scope.PERSON, ANYONE),
    # Weeks of others: none, where one decides about none; one week is unknown to all but those who decide about it.
    "tasks:timesheet_waiting": page(Scope.PERSON),
    "tasks:timesheet_review": page(Scope.SHEET),
    "tasks:timesheet_approve": action(Scope.SHEET, ANYONE),
    "tasks:timesheet_return": action(Scope.SHEET, ANYONE, words="水曜が抜けています。"),
    "tasks:timesheet_correct": action(Scope.SHEET, ANYONE),
    "tasks:month_list": form(Scope.ORGANIZATION, Right.CLOSE_MONTHS, month="2026-04-01"),
    "tasks:kind_add": action(Scope.ORGANIZATION, Right.CLOSE_MONTHS, name="出張"),
    "tasks:field_list": page(Scope.ORGANIZATION, Right.DEFINE_FIELDS),
    "tasks:field_add": form(Scope.ORGANIZATION, Right.DEFINE_FIELDS, name="品質区分", kind="text"),
    "tasks:field_edit": form(Scope.FIELD, Right.DEFINE_FIELDS, name="検査区分", choices="高\n低"),
    "tasks:field_retire": action(Scope.FIELD, Right.DEFINE_FIELDS),
    "tasks:field_bring_back": action(Scope.FIELD, Right.DEFINE_FIELDS),
    "tasks:kind_retire": action(Scope.WORK_KIND, Right.CLOSE_MONTHS),
    "tasks:timesheet_submit": action(Scope.PERSON, ANYONE),
    "tasks:timesheet_withdraw": action(Scope.PERSON, ANYONE),
    "reports:home": page(Scope.PERSON),
    # -- the organization --------------------------------------------------------------------------------------
    "projects:project_create": form(Scope.ORGANIZATION, Right.CREATE_PROJECT),
    "projects:deleted_list": page(Scope.ORGANIZATION, Right.RESTORE_PROJECT),
    "reports:dashboard": page(Scope.ORGANIZATION),
    "reports:late_task_list": page(Scope.ORGANIZATION),
    "reports:search": page(Scope.ORGANIZATION),
    "reports:record": page(Scope.ORGANIZATION, Right.VIEW_RECORD),
    "reports:record_export": action(Scope.ORGANIZATION, Right.VIEW_RECORD),
    "reports:project_list": page(Scope.ORGANIZATION),
    "reports:portfolio_performance": page(Scope.ORGANIZATION),
    "reports:report_list": page(Scope.ORGANIZATION),
    "reports:report_create": action(Scope.ORGANIZATION, ANYONE, kind="portfolio", format="csv"),
    "reports:report_status": page(Scope.ORGANIZATION),
    "reports:report_page_of_all": page(Scope.ORGANIZATION),
    "reports:capacity": page(Scope.ORGANIZATION, Right.VIEW_RESOURCES),
    "reports:utilization": page(Scope.ORGANIZATION, Right.VIEW_RESOURCES),
    "reports:utilization_rows": page(Scope.ORGANIZATION, Right.VIEW_RESOURCES),
    "reports:utilization_trend": page(Scope.ORGANIZATION, Right.VIEW_RESOURCES),
    "reports:proposal_list": page(Scope.ORGANIZATION, Right.VIEW_RESOURCES),
    "resources:resource_list": page(Scope.ORGANIZATION, Right.VIEW_RESOURCES),
    "resources:resource_add": form(Scope.ORGANIZATION, Right.MANAGE_RESOURCES),
    "resources:skill_list": page(Scope.ORGANIZATION, Right.VIEW_RESOURCES),
    "resources:skill_add": action(Scope.ORGANIZATION, Right.MANAGE_RESOURCES),
    "tasks:issue_list_of_all": page(Scope.ORGANIZATION),
    "tasks:plan_import": form(Scope.ORGANIZATION, Right.CREATE_PROJECT),
    "tasks:recurring_list": page(Scope.STAFF),
    "tasks:recurring_add": form(Scope.STAFF, Right.CREATE_PROJECT),
    "tasks:recurring_preview": action(Scope.STAFF, Right.CREATE_PROJECT),
    # -- one project -------------------------------------------------------------------------------------------
    "projects:project_status": action(Scope.PROJECT, Right.EDIT_PROJECT, status="on_hold"),
    "projects:project_delete": form(Scope.PROJECT, Right.DELETE_PROJECT),
    "projects:project_restore": action(Scope.DELETED, Right.RESTORE_PROJECT),
    "projects:member_list": page(Scope.PROJECT),
    "projects:member_add": form(Scope.PROJECT, Right.MANAGE_MEMBERS),
    "projects:member_edit": form(Scope.PROJECT, Right.MANAGE_MEMBERS),
    "projects:member_remove": form(Scope.PROJECT, Right.MANAGE_MEMBERS),
    "reports:project_overview": page(Scope.PROJECT),
    "reports:project_edit": form(Scope.PROJECT, Right.EDIT_PROJECT),
    "reports:project_performance": page(Scope.PROJECT),
    "reports:project_budget": Access(
        Scope.PROJECT,
        Right.SEE_MONEY,
        (Right.EDIT_PROJECT, Right.SEE_MONEY),
        {"n0-kind": "expense", "n0-tax": "without", "n0-name": "出張"},
    ),
    "reports:role_candidates": page(Scope.PROJECT, Right.VIEW_RESOURCES),
    "tasks:staffing": Access(
        Scope.PROJECT, Right.VIEW_RESOURCES, (Right.EDIT_PLAN, Right.VIEW_RESOURCES), {"n0-name": "開発者"}
    ),
    "tasks:issue_list": page(Scope.PROJECT),
    "tasks:issue_add": form(
        Scope.PROJECT,
        Right.COMMENT,
        kind="risk",
        title="要員が足りない",
        probability="3",
        impact="4",
        state="open",
    ),
    "tasks:issue_edit": Access(
        Scope.PROJECT,
        ANYONE,
        Right.COMMENT,
        {"kind": "issue", "title": "環境の準備が遅れている", "impact": "4", "state": "doing", "version": "0"},
    ),
    "reports:project_risk": page(Scope.PROJECT),
    "reports:risk_start": action(
        Scope.PROJECT,
        Right.EDIT_PLAN,
        below="10",
        above="30",
        shape="pert",
        correlation="0",
        runs="100",
        seed="1",
    ),
    "reports:risk_cancel": action(Scope.PROJECT, Right.EDIT_PLAN),
    "reports:project_history": page(Scope.PROJECT),
    "reports:report_page": page(Scope.PROJECT),
    "reports:schedule_list": Access(
        Scope.PROJECT,
        ANYONE,
        Right.EDIT_PROJECT,
        {
            "kind": "status",
            "format": "csv",
            "when": "weekly",
            "weekday": "MO",
            "first_on": "2030/05/06",
            "recipients": "{member}",
        },
    ),
    "reports:schedule_remove": action(Scope.PROJECT, Right.EDIT_PROJECT),
    "tasks:wbs": page(Scope.PROJECT),
    "tasks:wbs_rows": page(Scope.PROJECT),
    "tasks:wbs_filter": page(Scope.PROJECT),
    "tasks:people_options": page(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:wbs_fold": action(Scope.PROJECT, ANYONE, task="{task}"),
    "tasks:task_add": form(Scope.PROJECT, Right.EDIT_PLAN, name="新しい作業"),
    "tasks:tasks_indent": action(Scope.PROJECT, Right.EDIT_PLAN, tasks="{task}"),
    "tasks:tasks_outdent": action(Scope.PROJECT, Right.EDIT_PLAN, tasks="{task}"),
    "tasks:tasks_delete": form(Scope.PROJECT, Right.EDIT_PLAN, tasks="{task}"),
    "tasks:columns_choose": form(Scope.PROJECT, ANYONE, columns="progress"),
    "tasks:tasks_edit": form(
        Scope.PROJECT, Right.EDIT_PLAN, **{"tasks": "{task}", "set-priority": "1", "to-priority": "700"}
    ),
    "tasks:project_settings": form(Scope.PROJECT, Right.EDIT_PROJECT),
    "tasks:plan_update": form(Scope.PROJECT, Right.EDIT_PLAN, on="2030/05/11", does="report", step="apply"),
    "tasks:cells_write": action(Scope.PROJECT, Right.EDIT_PLAN, cells='[[{task}, "duration", "3日"]]'),
    "tasks:table_copy": page(Scope.PROJECT),
    "tasks:table_paste": form(Scope.PROJECT, Right.EDIT_PLAN, text="作業 1", columns="name"),
    "tasks:paste_apply": action(Scope.PROJECT, Right.EDIT_PLAN, text="作業 1", columns="name"),
    "tasks:plan_look": action(Scope.PROJECT, ANYONE),
    "tasks:plan_news": page(Scope.PROJECT),
    "tasks:cell_preview": action(Scope.PROJECT, Right.EDIT_PLAN, column="duration", text="3日"),
    "tasks:bar_preview": action(Scope.PROJECT, Right.EDIT_PLAN, finish="2026-05-29"),
    "tasks:link_preview": action(Scope.PROJECT, Right.EDIT_PLAN, predecessor="1", kind="FS"),
    "tasks:plan_steps": page(Scope.PROJECT),
    # Beneath it each step asks for the right that it needed when it was made.
    "tasks:plan_undo": action(Scope.PROJECT, Right.COMMENT),
    "tasks:plan_redo": action(Scope.PROJECT, Right.COMMENT),
    "tasks:tasks_link": action(Scope.PROJECT, Right.EDIT_PLAN, tasks="{task}"),
    "tasks:tasks_unlink": action(Scope.PROJECT, Right.EDIT_PLAN, tasks="{task}"),
    "tasks:tasks_shift": action(Scope.PROJECT, Right.EDIT_PLAN, tasks="{task}", direction="down"),
    "tasks:tasks_place": action(Scope.PROJECT, Right.EDIT_PLAN, tasks="{task}"),
    "tasks:wbs_selection": page(Scope.PROJECT),
    "tasks:wbs_find": page(Scope.PROJECT),
    "tasks:names_replace": action(Scope.PROJECT, Right.EDIT_PLAN, text="設計", by="計画"),
    "tasks:task_detail": page(Scope.PROJECT),
    "tasks:task_why": page(Scope.PROJECT),
    "tasks:task_edit": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:task_cell": action(Scope.PROJECT, Right.EDIT_PLAN, column="duration", text="3日"),
    "tasks:progress_report": action(Scope.PROJECT, Right.REPORT_PROGRESS, progress="40"),
    "tasks:progress_undo": action(Scope.PROJECT, Right.REPORT_PROGRESS),
    "tasks:comment_add": action(Scope.PROJECT, Right.COMMENT, body="順調です"),
    "tasks:attachment_add": action(Scope.PROJECT, Right.COMMENT),
    "tasks:attachment_file": page(Scope.PROJECT),
    "tasks:attachment_remove": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:row_shift": action(Scope.PROJECT, Right.EDIT_PLAN, direction="down"),
    "tasks:gantt": page(Scope.PROJECT),
    "tasks:gantt_chart": page(Scope.PROJECT),
    "tasks:gantt_axis": page(Scope.PROJECT),
    "tasks:task_move": action(Scope.PROJECT, Right.EDIT_PLAN, start="2026-05-11"),
    "tasks:task_resize": action(Scope.PROJECT, Right.EDIT_PLAN, finish="2026-05-11"),
    "tasks:task_link": action(Scope.PROJECT, Right.EDIT_PLAN, predecessor="1", kind="FS"),
    "tasks:task_assign": form(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:milestone_list": page(Scope.PROJECT),
    "tasks:wbs_sort": page(Scope.PROJECT),
    "tasks:view_list": page(Scope.PROJECT),
    "tasks:view_save": form(Scope.PROJECT, ANYONE, name="会議用", keeping="own"),
    "tasks:view_reset": action(Scope.PROJECT, ANYONE, view="late"),
    "tasks:view_update": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:fields_use": form(Scope.PROJECT, Right.EDIT_PROJECT, fields_used="{field_id}"),
    "tasks:fields_take": action(Scope.PROJECT, Right.EDIT_PROJECT, file_fields="188743731"),
    "tasks:view_rename": form(Scope.PROJECT, Right.EDIT_PLAN, name="会議用"),
    "tasks:view_delete": form(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:baseline_list": page(Scope.PROJECT),
    "tasks:baseline_compare": page(Scope.PROJECT),
    "tasks:baseline_take": form(Scope.PROJECT, Right.EDIT_PLAN, name="合意した計画"),
    "tasks:baseline_rename": form(Scope.PROJECT, Right.EDIT_PLAN, name="承認した計画"),
    "tasks:baseline_choose": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:baseline_delete": form(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:leveling": page(Scope.PROJECT),
    "tasks:leveling_start": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:leveling_cancel": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:leveling_apply": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:leveling_decide": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:leveling_clear": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:milestone_edit": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:milestone_achieve": action(Scope.PROJECT, Right.REPORT_PROGRESS),
    "tasks:milestone_reopen": action(Scope.PROJECT, Right.REPORT_PROGRESS),
    "tasks:project_import": form(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:plan_import_result": page(Scope.PROJECT),
    "tasks:plan_import_recompute": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:plan_export": page(Scope.PROJECT),
    "tasks:workbook_choose": page(Scope.PROJECT),
    "tasks:plan_workbook": page(Scope.PROJECT),
    "tasks:plan_csv": page(Scope.PROJECT),
    "tasks:workbook_return": form(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:workbook_apply": action(Scope.PROJECT, Right.EDIT_PLAN),
    "tasks:project_copy": form(Scope.PROJECT, Right.CREATE_PROJECT),
    "tasks:project_fill": form(Scope.PROJECT, Right.EDIT_PLAN),
    # -- one resource ------------------------------------------------------------------------------------------
    "resources:resource_detail": page(Scope.RESOURCE, Right.VIEW_RESOURCES),
    "resources:resource_edit": form(Scope.RESOURCE, Right.MANAGE_RESOURCES),
    "resources:resource_deactivate": form(Scope.RESOURCE, Right.MANAGE_RESOURCES),
    "resources:resource_activate": action(Scope.RESOURCE, Right.MANAGE_RESOURCES),
    "resources:resource_skills": form(Scope.RESOURCE, Right.MANAGE_RESOURCES),
    "resources:absence_add": form(Scope.OWN_RESOURCE, Right.MANAGE_RESOURCES),
    "resources:absence_edit": form(Scope.OWN_RESOURCE, Right.MANAGE_RESOURCES),
    "resources:absence_remove": form(Scope.OWN_RESOURCE, Right.MANAGE_RESOURCES),
    "resources:rate_add": form(Scope.RESOURCE, MONEY),
    "resources:rate_edit": form(Scope.RESOURCE, MONEY),
    "resources:rate_remove": form(Scope.RESOURCE, MONEY),
    "resources:skill_rename": form(Scope.SKILL, Right.MANAGE_RESOURCES, name="設計"),
    "resources:skill_remove": form(Scope.SKILL, Right.MANAGE_RESOURCES),
    "tasks:resource_assignments": page(Scope.RESOURCE, Right.VIEW_RESOURCES),
    "reports:utilization_cell": page(Scope.RESOURCE, Right.VIEW_RESOURCES),
    "reports:cell_proposals": page(Scope.RESOURCE, Right.VIEW_RESOURCES),
    # -- programs ----------------------------------------------------------------------------------------------
    "api:document": page(Scope.PUBLIC),
    "api:token": program(Scope.PERSON),
    "api:project_list": program(Scope.PERSON),
    "api:project_detail": program(Scope.PROJECT),
    "api:column_list": program(Scope.PROJECT),
    "api:task_list": program(
        Scope.PROJECT,
        post=(Right.EDIT_PLAN, '{"items": [{"values": {"name": "新しい作業"}}]}'),
        patch=(Right.EDIT_PLAN, '{"items": [{"id": <task>, "values": {"duration": 3}}]}'),
    ),
    "api:task_detail": program(
        Scope.PROJECT, patch=(Right.EDIT_PLAN, '{"values": {"duration": 3}}'), delete=(Right.EDIT_PLAN, "")
    ),
    "api:progress_report": program(Scope.PROJECT, NEVER, post=(Right.REPORT_PROGRESS, '{"progress": 40}')),
    "api:link_list": program(
        Scope.PROJECT, post=(Right.EDIT_PLAN, '{"predecessor_id": <task>, "successor_id": <third>}')
    ),
    "api:link_delete": program(Scope.PROJECT, NEVER, delete=(Right.EDIT_PLAN, "")),
    "api:assignment_list": program(Scope.PROJECT),
    "api:milestone_list": program(Scope.PROJECT),
    "api:baseline_list": program(Scope.PROJECT),
    "api:baseline_task_list": program(Scope.PROJECT),
    "api:change_list": program(Scope.PROJECT),
    "api:calendar_list": program(Scope.PERSON),
    "api:calendar_exception_list": program(Scope.COMPANY),
    "api:resource_list": program(Scope.ORGANIZATION, Right.VIEW_RESOURCES),
    "api:resource_detail": program(Scope.RESOURCE, Right.VIEW_RESOURCES),
    "api:absence_list": program(Scope.ORGANIZATION, Right.VIEW_RESOURCES),
    # -- templates ---------------------------------------------------------------------------------------------
    "tasks:recurring_detail": page(Scope.RECURRING),
    "tasks:recurring_edit": form(Scope.RECURRING, Right.CREATE_PROJECT),
    "tasks:recurring_pause": action(Scope.RECURRING, Right.CREATE_PROJECT),
    "tasks:recurring_resume": action(Scope.RECURRING, Right.CREATE_PROJECT),
    "tasks:recurring_skip": action(Scope.RECURRING, Right.CREATE_PROJECT),
    "tasks:recurring_unskip": action(Scope.RECURRING, Right.CREATE_PROJECT),
    "tasks:recurring_retry": action(Scope.RECURRING, Right.CREATE_PROJECT),
    "tasks:recurring_delete": form(Scope.RECURRING, Right.CREATE_PROJECT),
    # -- what a user made ------------------------------------------------------------------------------------
    "tasks:calendar_feed": page(Scope.PUBLIC),
    "tasks:plan_import_preview": page(Scope.MAKER),
    "tasks:plan_import_read": action(Scope.MAKER, ANYONE),
    "tasks:plan_import_run": action(Scope.MAKER, ANYONE),
    "tasks:plan_import_discard": action(Scope.MAKER, ANYONE),
    "reports:report_cancel": action(Scope.MAKER, ANYONE),
    "reports:report_retry": action(Scope.MAKER, ANYONE),
    "reports:report_delete": action(Scope.MAKER, ANYONE),
    "reports:report_download": page(Scope.MAKER),
    # What moves or hands over a task is an edit of a plan; the cell it is offered in is one of a resource.
    "reports:proposal_apply": action(Scope.CELL, Right.EDIT_PLAN, task="{task}", value="2026-05-11"),
    "reports:proposal_undo": action(Scope.PROJECT, Right.EDIT_PLAN),
}
