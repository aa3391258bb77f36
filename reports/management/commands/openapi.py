"""`manage.py openapi`: the OpenAPI document of the API, as docs/api/openapi.json keeps it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.urls import reverse


class Command(BaseCommand):
    """Writes the document to the standard output."""

    help = "Writes the OpenAPI document of the API: manage.py openapi > docs/api/openapi.json"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """The operations come with the addresses."""
        reverse("api:document")
        from reports.api.site import document_text  # noqa: PLC0415  # empty before the addresses are there

        self.stdout.write(document_text(), ending="")
