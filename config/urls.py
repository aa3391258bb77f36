"""All addresses, each app's in its own file; those of probes and Prometheus are in `config.observability.inside`."""

from django.contrib import admin
from django.urls import include, path

from config.web import violations
from projects import auth

#: A database that is away is no fault of the program.
handler500 = "config.web.error_pages.server_error"
handler404 = "config.web.error_pages.missing"
urlpatterns = [
    path("csp-report", violations.csp_report, name="csp_report"),
    path("admin/login/", auth.operator_sign_in, name="operator_sign_in"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("reports.api.urls")),
    path("", include("projects.urls")),
    path("", include("resources.urls")),
    path("", include("tasks.urls")),
    path("", include("reports.urls")),
]
