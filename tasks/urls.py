"""Addresses of plans: WBS, Gantt, tasks, import and export."""

from django.urls import URLPattern, path

from tasks.allocation import views as resource_assignments
from tasks.attachments import views as attachments
from tasks.baselines import views as baselines
from tasks.comments import views as comments
from tasks.copying import views as copying
from tasks.details import views as task_detail
from tasks.editing import views as tree
from tasks.editing.bulk import views as bulk
from tasks.exporting import views as exports
from tasks.feeds import views as feed
from tasks.fields import views as fields
from tasks.gantt import views as gantt
from tasks.importing import views as imports
from tasks.issues import views as issues
from tasks.leveling import views as leveling
from tasks.milestones import views as milestones
from tasks.my_work import views as my_tasks
from tasks.news import views as news
from tasks.pasting import views as pasting
from tasks.preview import views as preview
from tasks.progress import update_views as updating
from tasks.progress import views as progress
from tasks.reasons import views as reasons
from tasks.recurring import views as recurring
from tasks.settings import views as plan_settings
from tasks.sheet import views as wbs
from tasks.sheet.choosing import views as choosing
from tasks.sheet.filtering import views as filtering
from tasks.sheet.sorting import views as sorting
from tasks.sheet.viewing import views as viewing
from tasks.staffing import views as staffing
from tasks.timesheets import reviewing
from tasks.timesheets import views as timesheets
from tasks.undo import views as steps
from tasks.workbooks import returning
from tasks.workbooks import views as workbooks

app_name = "tasks"
urlpatterns: list[URLPattern] = [
    path("projects/<int:project_id>/wbs/", wbs.wbs, name="wbs"),
    path("projects/<int:project_id>/wbs/rows", wbs.wbs_rows, name="wbs_rows"),
    path("projects/<int:project_id>/wbs/filter", filtering.wbs_filter, name="wbs_filter"),
    path("projects/<int:project_id>/wbs/people", wbs.people_options, name="people_options"),
    path("projects/<int:project_id>/wbs/fold", wbs.wbs_fold, name="wbs_fold"),
    path("projects/<int:project_id>/wbs/add/", tree.task_add, name="task_add"),
    path("projects/<int:project_id>/wbs/indent", tree.tasks_indent, name="tasks_indent"),
    path("projects/<int:project_id>/wbs/outdent", tree.tasks_outdent, name="tasks_outdent"),
    path("projects/<int:project_id>/wbs/link", tree.tasks_link, name="tasks_link"),
    path("projects/<int:project_id>/wbs/unlink", tree.tasks_unlink, name="tasks_unlink"),
    path("projects/<int:project_id>/wbs/shift", tree.tasks_shift, name="tasks_shift"),
    path("projects/<int:project_id>/wbs/place", tree.tasks_place, name="tasks_place"),
    path("projects/<int:project_id>/wbs/find", wbs.wbs_find, name="wbs_find"),
    path("projects/<int:project_id>/wbs/replace", tree.names_replace, name="names_replace"),
    path("projects/<int:project_id>/wbs/selection", wbs.wbs_selection, name="wbs_selection"),
    path("projects/<int:project_id>/wbs/delete/", tree.tasks_delete, name="tasks_delete"),
    path("projects/<int:project_id>/wbs/columns/", choosing.columns_choose, name="columns_choose"),
    path("fields/", fields.field_list, name="field_list"),
    path("fields/add/", fields.field_add, name="field_add"),
    path("fields/<int:field_id>/", fields.field_edit, name="field_edit"),
    path("fields/<int:field_id>/retire", fields.field_retire, name="field_retire"),
    path("fields/<int:field_id>/bring-back", fields.field_bring_back, name="field_bring_back"),
    path("projects/<int:project_id>/fields/", fields.fields_use, name="fields_use"),
    path("projects/<int:project_id>/fields/take", fields.fields_take, name="fields_take"),
    path("projects/<int:project_id>/tasks/edit/", bulk.tasks_edit, name="tasks_edit"),
    path("projects/<int:project_id>/settings/", plan_settings.project_settings, name="project_settings"),
    path("projects/<int:project_id>/update/", updating.plan_update, name="plan_update"),
    path("projects/<int:project_id>/tasks/cells/", bulk.cells_write, name="cells_write"),
    path("projects/<int:project_id>/cells/copy", pasting.table_copy, name="table_copy"),
    path("projects/<int:project_id>/paste/", pasting.table_paste, name="table_paste"),
    path("projects/<int:project_id>/paste/apply", pasting.paste_apply, name="paste_apply"),
    path("projects/<int:project_id>/look", news.plan_look, name="plan_look"),
    path("projects/<int:project_id>/news", news.plan_news, name="plan_news"),
    path("projects/<int:project_id>/steps/", steps.plan_steps, name="plan_steps"),
    path("projects/<int:project_id>/steps/undo", steps.plan_undo, name="plan_undo"),
    path("projects/<int:project_id>/steps/redo", steps.plan_redo, name="plan_redo"),
    path("my-tasks/", my_tasks.my_tasks, name="my_tasks"),
    path("timesheets/waiting/", reviewing.timesheet_waiting, name="timesheet_waiting"),
    path("timesheets/months/", reviewing.month_list, name="month_list"),
    path("timesheets/kinds/add", reviewing.kind_add, name="kind_add"),
    path("timesheets/kinds/<int:kind_id>/retire", reviewing.kind_retire, name="kind_retire"),
    path("timesheets/<int:sheet_id>/", reviewing.timesheet_review, name="timesheet_review"),
    path("timesheets/<int:sheet_id>/approve", reviewing.timesheet_approve, name="timesheet_approve"),
    path("timesheets/<int:sheet_id>/return", reviewing.timesheet_return, name="timesheet_return"),
    path("timesheets/<int:sheet_id>/correct", reviewing.timesheet_correct, name="timesheet_correct"),
    path("timesheet/", timesheets.timesheet_now, name="timesheet_now"),
    path("timesheet/<str:week>/", timesheets.timesheet_week, name="timesheet_week"),
    path("timesheet/<str:week>/cell", timesheets.timesheet_cell, name="timesheet_cell"),
    path("timesheet/<str:week>/remaining", timesheets.timesheet_remaining, name="timesheet_remaining"),
    path("timesheet/<str:week>/copy", timesheets.timesheet_copy, name="timesheet_copy"),
    path("timesheet/<str:week>/fill", timesheets.timesheet_fill, name="timesheet_fill"),
    path("timesheet/<str:week>/submit", timesheets.timesheet_submit, name="timesheet_submit"),
    path("timesheet/<str:week>/withdraw", timesheets.timesheet_withdraw, name="timesheet_withdraw"),
    path(
        "resources/<int:resource_id>/assignments/",
        resource_assignments.resource_assignments,
        name="resource_assignments",
    ),
    path("calendar/<str:secret>.ics", feed.calendar_feed, name="calendar_feed"),
    path("tasks/<int:task_id>/", task_detail.task_detail, name="task_detail"),
    path("tasks/<int:task_id>/why/", reasons.task_why, name="task_why"),
    path("tasks/<int:task_id>/edit/", task_detail.task_edit, name="task_edit"),
    path("tasks/<int:task_id>/cell", task_detail.task_cell, name="task_cell"),
    path("tasks/<int:task_id>/progress/", progress.progress_report, name="progress_report"),
    path("tasks/<int:task_id>/progress/<int:entry_id>/undo", progress.progress_undo, name="progress_undo"),
    path("tasks/<int:task_id>/attachments/", attachments.attachment_add, name="attachment_add"),
    path("attachments/<int:attachment_id>/", attachments.attachment_file, name="attachment_file"),
    path("attachments/<int:attachment_id>/remove", attachments.attachment_remove, name="attachment_remove"),
    path("tasks/<int:task_id>/comments/", comments.comment_add, name="comment_add"),
    path("tasks/<int:task_id>/shift", tree.row_shift, name="row_shift"),
    path("projects/<int:project_id>/gantt/", gantt.gantt, name="gantt"),
    path("projects/<int:project_id>/gantt/chart", gantt.gantt_chart, name="gantt_chart"),
    path("projects/<int:project_id>/gantt/axis", gantt.gantt_axis, name="gantt_axis"),
    path("projects/<int:project_id>/tasks/<int:task_id>/move", gantt.task_move, name="task_move"),
    path("projects/<int:project_id>/tasks/<int:task_id>/resize", gantt.task_resize, name="task_resize"),
    path("projects/<int:project_id>/tasks/<int:task_id>/link", gantt.task_link, name="task_link"),
    path(
        "projects/<int:project_id>/tasks/<int:task_id>/preview/link",
        preview.link_preview,
        name="link_preview",
    ),
    path("projects/<int:project_id>/tasks/<int:task_id>/assign", gantt.task_assign, name="task_assign"),
    path(
        "projects/<int:project_id>/tasks/<int:task_id>/preview/cell",
        preview.cell_preview,
        name="cell_preview",
    ),
    path(
        "projects/<int:project_id>/tasks/<int:task_id>/preview/bar", preview.bar_preview, name="bar_preview"
    ),
    path("projects/<int:project_id>/milestones/", milestones.milestone_list, name="milestone_list"),
    path("tasks/<int:task_id>/milestone", milestones.milestone_edit, name="milestone_edit"),
    path("tasks/<int:task_id>/milestone/achieve", milestones.milestone_achieve, name="milestone_achieve"),
    path("tasks/<int:task_id>/milestone/reopen", milestones.milestone_reopen, name="milestone_reopen"),
    path("projects/<int:project_id>/wbs/sort/", sorting.wbs_sort, name="wbs_sort"),
    path("projects/<int:project_id>/views/", viewing.view_list, name="view_list"),
    path("projects/<int:project_id>/views/save/", viewing.view_save, name="view_save"),
    path("projects/<int:project_id>/views/reset", viewing.view_reset, name="view_reset"),
    path("projects/<int:project_id>/views/<int:view_id>/update", viewing.view_update, name="view_update"),
    path("projects/<int:project_id>/views/<int:view_id>/rename/", viewing.view_rename, name="view_rename"),
    path("projects/<int:project_id>/views/<int:view_id>/delete/", viewing.view_delete, name="view_delete"),
    path("projects/<int:project_id>/leveling/", leveling.leveling, name="leveling"),
    path("projects/<int:project_id>/leveling/start", leveling.leveling_start, name="leveling_start"),
    path("projects/<int:project_id>/leveling/cancel", leveling.leveling_cancel, name="leveling_cancel"),
    path("projects/<int:project_id>/leveling/apply", leveling.leveling_apply, name="leveling_apply"),
    path("projects/<int:project_id>/leveling/decide", leveling.leveling_decide, name="leveling_decide"),
    path("projects/<int:project_id>/leveling/clear", leveling.leveling_clear, name="leveling_clear"),
    path("issues/", issues.issue_list_of_all, name="issue_list_of_all"),
    path("projects/<int:project_id>/issues/", issues.issue_list, name="issue_list"),
    path("projects/<int:project_id>/issues/add/", issues.issue_add, name="issue_add"),
    path("projects/<int:project_id>/issues/<int:issue_id>/edit/", issues.issue_edit, name="issue_edit"),
    path("projects/<int:project_id>/staffing/", staffing.staffing, name="staffing"),
    path("projects/<int:project_id>/baselines/", baselines.baseline_list, name="baseline_list"),
    path("projects/<int:project_id>/baselines/take/", baselines.baseline_take, name="baseline_take"),
    path(
        "projects/<int:project_id>/baselines/<int:baseline_id>/compare/",
        baselines.baseline_compare,
        name="baseline_compare",
    ),
    path(
        "projects/<int:project_id>/baselines/<int:baseline_id>/rename/",
        baselines.baseline_rename,
        name="baseline_rename",
    ),
    path(
        "projects/<int:project_id>/baselines/<int:baseline_id>/choose",
        baselines.baseline_choose,
        name="baseline_choose",
    ),
    path(
        "projects/<int:project_id>/baselines/<int:baseline_id>/delete/",
        baselines.baseline_delete,
        name="baseline_delete",
    ),
    path("import/", imports.plan_import, name="plan_import"),
    path("import/<int:import_id>/", imports.plan_import_preview, name="plan_import_preview"),
    path("import/<int:import_id>/read", imports.plan_import_read, name="plan_import_read"),
    path("import/<int:import_id>/run", imports.plan_import_run, name="plan_import_run"),
    path("import/<int:import_id>/discard", imports.plan_import_discard, name="plan_import_discard"),
    path("projects/<int:project_id>/import/", imports.project_import, name="project_import"),
    path(
        "projects/<int:project_id>/imports/<int:import_id>/",
        imports.plan_import_result,
        name="plan_import_result",
    ),
    path(
        "projects/<int:project_id>/imports/<int:import_id>/recompute",
        imports.plan_import_recompute,
        name="plan_import_recompute",
    ),
    path("projects/<int:project_id>/export/", exports.plan_export, name="plan_export"),
    path("projects/<int:project_id>/workbook/", workbooks.workbook_choose, name="workbook_choose"),
    path("projects/<int:project_id>/workbook/return/", returning.workbook_return, name="workbook_return"),
    path("projects/<int:project_id>/workbook/apply", returning.workbook_apply, name="workbook_apply"),
    path("projects/<int:project_id>/export/workbook", workbooks.plan_workbook, name="plan_workbook"),
    path("projects/<int:project_id>/export/csv", workbooks.plan_csv, name="plan_csv"),
    path("projects/<int:project_id>/copy/", copying.project_copy, name="project_copy"),
    path("projects/<int:project_id>/fill/", copying.project_fill, name="project_fill"),
    path("recurring/", recurring.recurring_list, name="recurring_list"),
    path("recurring/new/", recurring.recurring_add, name="recurring_add"),
    path("recurring/preview", recurring.recurring_preview, name="recurring_preview"),
    path("recurring/<int:recurring_id>/", recurring.recurring_detail, name="recurring_detail"),
    path("recurring/<int:recurring_id>/edit/", recurring.recurring_edit, name="recurring_edit"),
    path("recurring/<int:recurring_id>/pause", recurring.recurring_pause, name="recurring_pause"),
    path("recurring/<int:recurring_id>/resume", recurring.recurring_resume, name="recurring_resume"),
    path("recurring/<int:recurring_id>/skip", recurring.recurring_skip, name="recurring_skip"),
    path("recurring/<int:recurring_id>/unskip", recurring.recurring_unskip, name="recurring_unskip"),
    path("recurring/<int:recurring_id>/retry", recurring.recurring_retry, name="recurring_retry"),
    path("recurring/<int:recurring_id>/delete/", recurring.recurring_delete, name="recurring_delete"),
]
