"""Tags of scripts: in production with the hash of the very file that is served."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import django_htmx
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from config.gate.steps import PROJECT
from config.web import scripts

#: The entries of pages, and a script of others.
MODULES = ("js/app.js", "js/utilization.js", "js/wbs.js")
HTMX = "django_htmx/htmx-2.min.js"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of files as production serves them: our own, and htmx."""
    folder = tmp_path_factory.mktemp("static")
    of_htmx = Path(django_htmx.__file__).parent / "static/django_htmx"
    with override_settings(
        STORAGES=settings.STORAGES | {"staticfiles": {"BACKEND": "config.web.static.HashedFiles"}},
        STATIC_ROOT=folder,
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STATICFILES_DIRS=[*settings.STATICFILES_DIRS, ("django_htmx", of_htmx)],
    ):
        for remembered in (scripts.integrity, scripts.imported):
            remembered.cache_clear()
        call_command("collectstatic", "--no-input", verbosity=0)
        yield folder
    for remembered in (scripts.integrity, scripts.imported):
        remembered.cache_clear()


def files_of(tags: str, folder: Path) -> list[str]:
    """The names of what the tags load, in their order; each has the hash that stands beside it."""
    found = re.findall(r'(?:src|href)="/static/(\S+)" integrity="sha384-(\S+?)"', tags)
    for name, digest in found:
        assert base64.b64encode(hashlib.sha384((folder / name).read_bytes()).digest()).decode() == digest
    return [re.sub(r"\.[0-9a-f]{12}\.", ".", name) for name, _digest in found]


class TestScript:
    def test_has_no_hash_while_files_change(self) -> None:
        plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
        with override_settings(STORAGES=settings.STORAGES | plain):
            assert scripts.script("js/app.js") == '<script src="/static/js/app.js" type="module"></script>'
            assert scripts.script(HTMX) == f'<script src="/static/{HTMX}" defer></script>'

    @pytest.mark.parametrize("name", MODULES)
    def test_has_the_hash_of_what_is_served(self, collected: Path, name: str) -> None:
        tags = scripts.script(name)
        assert re.search(r'<script src="\S+" integrity="\S+" type="module"></script>$', tags), tags
        assert files_of(tags, collected)[-1] == name

    def test_of_others_is_no_module(self, collected: Path) -> None:
        tag = scripts.script(HTMX)
        assert re.fullmatch(r'<script src="\S+" integrity="\S+" defer></script>', tag), tag
        assert files_of(tag, collected) == [HTMX]

    @pytest.mark.parametrize("name", MODULES)
    def test_brings_all_that_it_imports(self, collected: Path, name: str) -> None:
        """A page says the hash of each module that its scripts import, so that one that was changed on its way does not run."""
        loaded = set(files_of(scripts.script(name), collected))
        assert loaded == {name} | _imports(name)

    def test_imports_what_is_served_under_the_name_of_its_hash(self, collected: Path) -> None:
        files = [
            path for path in (collected / "js").rglob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)
        ]
        assert len(files) > len(MODULES)
        for path in files:
            for name in re.findall(r'^import [^;]*from "([^"]+)";', path.read_text("utf-8"), re.MULTILINE):
                assert re.search(r"\.[0-9a-f]{12}\.js$", name), (path, name)
                assert (path.parent / name).exists()

    def test_is_the_only_way_to_one(self) -> None:
        pages = [
            path
            for path in (PROJECT / "templates").rglob("*.html")
            if "<script" in path.read_text(encoding="utf-8")
        ]
        assert pages == []


def _imports(name: str) -> set[str]:
    """Of a file as it is written: what it imports, and what that imports."""
    found: set[str] = set()
    path = PROJECT / "static" / name
    for each in re.findall(r'^import [^;]*from "([^"]+)";', path.read_text("utf-8"), re.MULTILINE):
        below = str((path.parent / each).resolve().relative_to(PROJECT / "static"))
        found |= {below} | _imports(below)
    return found
