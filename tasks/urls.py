"""Addresses of plans: WBS, Gantt, tasks, import and export."""

from django.urls import URLPattern, path

from tasks.views import gantt, imports, milestones, my_tasks, task_detail, tree, wbs

app_name = "tasks"
urlpatterns: list[URLPattern] = [
    path("projects/<int:project_id>/wbs/", wbs.wbs, name="wbs"),
    path("projects/<int:project_id>/wbs/rows", wbs.wbs_rows, name="wbs_rows"),
    path("projects/<int:project_id>/wbs/people", wbs.people_options, name="people_options"),
    path("projects/<int:project_id>/wbs/fold", wbs.wbs_fold, name="wbs_fold"),
    path("projects/<int:project_id>/wbs/add/", tree.task_add, name="task_add"),
    path("projects/<int:project_id>/wbs/indent", tree.tasks_indent, name="tasks_indent"),
    path("projects/<int:project_id>/wbs/outdent", tree.tasks_outdent, name="tasks_outdent"),
    path("projects/<int:project_id>/wbs/delete/", tree.tasks_delete, name="tasks_delete"),
    path("my-tasks/", my_tasks.my_tasks, name="my_tasks"),
    path("tasks/<int:task_id>/", task_detail.task_detail, name="task_detail"),
    path("tasks/<int:task_id>/edit/", task_detail.task_edit, name="task_edit"),
    path("tasks/<int:task_id>/cell", task_detail.task_cell, name="task_cell"),
    path("tasks/<int:task_id>/progress/", task_detail.progress_report, name="progress_report"),
    path("tasks/<int:task_id>/comments/", task_detail.comment_add, name="comment_add"),
    path("tasks/<int:task_id>/shift", tree.row_shift, name="row_shift"),
    path("tasks/<int:task_id>/place", tree.row_place, name="row_place"),
    path("projects/<int:project_id>/gantt/", gantt.gantt, name="gantt"),
    path("projects/<int:project_id>/gantt/rows", gantt.gantt_rows, name="gantt_rows"),
    path("projects/<int:project_id>/gantt/axis", gantt.gantt_axis, name="gantt_axis"),
    path("projects/<int:project_id>/tasks/<int:task_id>/move", gantt.task_move, name="task_move"),
    path("projects/<int:project_id>/tasks/<int:task_id>/resize", gantt.task_resize, name="task_resize"),
    path("projects/<int:project_id>/tasks/<int:task_id>/fold", gantt.task_fold, name="task_fold"),
    path("projects/<int:project_id>/milestones/", milestones.milestone_list, name="milestone_list"),
    path("tasks/<int:task_id>/milestone", milestones.milestone_edit, name="milestone_edit"),
    path("tasks/<int:task_id>/milestone/achieve", milestones.milestone_achieve, name="milestone_achieve"),
    path("tasks/<int:task_id>/milestone/reopen", milestones.milestone_reopen, name="milestone_reopen"),
    path("import/", imports.plan_import, name="plan_import"),
    path("import/<int:import_id>/", imports.plan_import_preview, name="plan_import_preview"),
    path("import/<int:import_id>/run", imports.plan_import_run, name="plan_import_run"),
    path("import/<int:import_id>/discard", imports.plan_import_discard, name="plan_import_discard"),
    path("projects/<int:project_id>/import/", imports.project_import, name="project_import"),
    path(
        "projects/<int:project_id>/imports/<int:import_id>/",
        imports.plan_import_result,
        name="plan_import_result",
    ),
    path("projects/<int:project_id>/export/", imports.plan_export, name="plan_export"),
]
