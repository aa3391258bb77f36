"""Tags of scripts: in production with the hash of the very file that is served."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from django.core.management import call_command

from config.gate.steps import PROJECT
from config.web import scripts

NAMES = ("js/app.js", "js/gantt.js", "js/wbs.js", "js/utilization.js", "django_htmx/htmx-2.min.js")


class TestScript:
    def test_has_no_hash_while_files_change(self) -> None:
        assert scripts.script("js/app.js") == '<script src="/static/js/app.js" defer></script>'

    def test_has_the_hash_of_what_is_served(self, settings: Any, tmp_path: Path) -> None:
        storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
        settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
        settings.STATIC_ROOT = tmp_path
        scripts.integrity.cache_clear()
        try:
            call_command("collectstatic", "--no-input", verbosity=0)
            tags = [scripts.script(name) for name in NAMES]
        finally:
            scripts.integrity.cache_clear()
        for tag in tags:
            found = re.fullmatch(r'<script src="/static/(\S+)" integrity="sha384-(\S+)" defer></script>', tag)
            assert found, tag
            served = (tmp_path / found[1]).read_bytes()
            assert base64.b64encode(hashlib.sha384(served).digest()).decode() == found[2]

    def test_is_the_only_way_to_one(self) -> None:
        pages = [
            path
            for path in (PROJECT / "templates").rglob("*.html")
            if "<script" in path.read_text(encoding="utf-8")
        ]
        assert pages == []
