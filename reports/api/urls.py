"""Addresses of the API, all under /api/v1/."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from reports.api import agreed, company, plans
from reports.api import edits as edits  # its operations stand beside those that read
from reports.api.site import api, document_text


@require_safe
def api_document(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document; anyone may read what can be asked."""
    response = HttpResponse(document_text(), content_type="application/json; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


for _router in (plans.router, agreed.router, company.router):
    api.add_router("", _router)
#: One pattern a route: the library makes one of each method, and the first of them answers all. Without its page at the root.
_patterns: Final = {
    str(each.pattern): each
    for each in reversed(api.urls[0])
    if isinstance(each, URLPattern) and each.name != "api-root"
}
app_name: Final = "api"
urlpatterns: Final[list[URLPattern]] = [
    path("openapi.json", api_document, name="document"),
    *reversed(_patterns.values()),
]
