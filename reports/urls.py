"""Addresses of pages that read across plans."""

from django.urls import path

from reports.budget import views as budget
from reports.capacity import candidate_views
from reports.capacity import views as capacity
from reports.dashboard import views as dashboard
from reports.documents import page_views
from reports.documents import views as documents
from reports.editing import views as editing
from reports.history import record_views
from reports.history import views as history
from reports.performance import views as performance
from reports.performance.across import views as across
from reports.portfolio import views as projects
from reports.risk import views as risk
from reports.schedules import views as schedules
from reports.search import views as search
from reports.utilization import suggestion_views
from reports.utilization import views as utilization

app_name = "reports"
urlpatterns = [
    path("", projects.home, name="home"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("late-tasks/", dashboard.late_task_list, name="late_task_list"),
    path("search/", search.search, name="search"),
    path("record/", record_views.record_page, name="record"),
    path("record/export/", record_views.record_export, name="record_export"),
    path("projects/", projects.project_list_page, name="project_list"),
    path("projects/performance/", across.portfolio_performance, name="portfolio_performance"),
    path("projects/<int:project_id>/", projects.project_overview, name="project_overview"),
    path(
        "projects/<int:project_id>/performance/", performance.project_performance, name="project_performance"
    ),
    path("projects/<int:project_id>/risk/", risk.project_risk, name="project_risk"),
    path("projects/<int:project_id>/risk/start", risk.risk_start, name="risk_start"),
    path("projects/<int:project_id>/risk/cancel", risk.risk_cancel, name="risk_cancel"),
    path("projects/<int:project_id>/edit/", editing.project_edit, name="project_edit"),
    path("projects/<int:project_id>/history/", history.project_history, name="project_history"),
    path("projects/<int:project_id>/budget/", budget.project_budget, name="project_budget"),
    path("capacity/", capacity.capacity, name="capacity"),
    path(
        "projects/<int:project_id>/staffing/<int:role_id>/",
        candidate_views.role_candidates,
        name="role_candidates",
    ),
    path("utilization/", utilization.utilization, name="utilization"),
    path("utilization/rows/", utilization.utilization_rows, name="utilization_rows"),
    path("utilization/trend/", utilization.utilization_trend, name="utilization_trend"),
    path("utilization/proposals/", suggestion_views.proposal_list, name="proposal_list"),
    path("utilization/proposals/<int:entry_id>/undo/", suggestion_views.proposal_undo, name="proposal_undo"),
    path(
        "utilization/<int:resource_id>/<slug:grain>/<slug:first>/",
        suggestion_views.utilization_cell,
        name="utilization_cell",
    ),
    path(
        "utilization/<int:resource_id>/<slug:grain>/<slug:first>/proposals/",
        suggestion_views.cell_proposals,
        name="cell_proposals",
    ),
    path(
        "utilization/<int:resource_id>/<slug:grain>/<slug:first>/apply/",
        suggestion_views.proposal_apply,
        name="proposal_apply",
    ),
    path("reports/", documents.report_list, name="report_list"),
    path("reports/ask/", documents.report_create, name="report_create"),
    path("reports/status/", documents.report_status, name="report_status"),
    path("reports/<int:report_id>/cancel/", documents.report_cancel, name="report_cancel"),
    path("reports/<int:report_id>/retry/", documents.report_retry, name="report_retry"),
    path("reports/<int:report_id>/delete/", documents.report_delete, name="report_delete"),
    path("reports/<int:report_id>/file/", documents.report_download, name="report_download"),
    path("report/", page_views.report_page_of_all, name="report_page_of_all"),
    path("projects/<int:project_id>/report/", page_views.report_page, name="report_page"),
    path("projects/<int:project_id>/report/schedules/", schedules.schedule_list, name="schedule_list"),
    path(
        "projects/<int:project_id>/report/schedules/<int:schedule_id>/remove/",
        schedules.schedule_remove,
        name="schedule_remove",
    ),
]
