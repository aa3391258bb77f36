"""The OpenAPI document: what is checked in is what is served, and every operation is in it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.urls import get_resolver

KEPT = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"


class TestDocument:
    def test_that_is_kept_is_what_is_served(self, db, client):
        served = client.get("/api/v1/openapi.json")
        assert served.status_code == 200
        assert json.loads(served.content) == json.loads(KEPT.read_text(encoding="utf-8")), (
            "write it anew: manage.py openapi > docs/api/openapi.json"
        )

    def test_is_written_by_a_command(self):
        out = StringIO()
        call_command("openapi", stdout=out)
        assert out.getvalue() == KEPT.read_text(encoding="utf-8")

    def test_says_of_each_operation_how_it_is_refused(self):
        document = json.loads(KEPT.read_text(encoding="utf-8"))
        assert document["openapi"].startswith("3.1")
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                assert operation["security"] == [{"Bearer": []}], (method, path)
                assert operation["description"], (method, path)
                for status in ("401", "403", "404", "422"):
                    assert list(operation["responses"][status]["content"]) == ["application/problem+json"]

    def test_has_every_address(self):
        document = json.loads(KEPT.read_text(encoding="utf-8"))
        names = {
            name for name in get_resolver().namespace_dict["api"][1].reverse_dict if isinstance(name, str)
        }
        found = {
            operation["operationId"] for paths in document["paths"].values() for operation in paths.values()
        }
        assert names - {"document"} <= found
