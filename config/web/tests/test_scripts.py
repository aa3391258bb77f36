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
MODULES = ("js/app.js", "js/choosing.js", "js/gantt.js", "js/utilization.js", "js/wbs.js")
HTMX = "django_htmx/htmx-2.min.js"
#: Bytes of our scripts that the sheet fetches while it opens. It is only ever lowered.
MOST_AT_OPENING = 90_000
#: Bytes below it that are not room for more: then it is lowered.
SLACK = 3_000


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
        for remembered in (scripts.integrity, scripts.imported, scripts.used_later):
            remembered.cache_clear()
        call_command("collectstatic", "--no-input", verbosity=0)
        yield folder
    for remembered in (scripts.integrity, scripts.imported, scripts.used_later):
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
        tags = re.sub(r'<link rel="later".*?>', "", scripts.script(name))
        assert set(files_of(tags, collected)) == {name} | _imports(name)

    def test_knows_the_hash_of_what_is_used_later(self, collected: Path) -> None:
        """It waits in the head, so that it is not fetched before it is used, and does not run changed then."""
        later = "".join(re.findall(r'<link rel="later".*?>', scripts.script("js/wbs.js")))
        loaded = {"js/wbs.js"} | _imports("js/wbs.js")
        chart = {"js/chart/chart.js"} | _imports("js/chart/chart.js")
        assert chart - loaded <= set(files_of(later, collected))
        assert not set(files_of(later, collected)) & loaded

    def test_of_the_sheet_is_no_larger_than_agreed(self, collected: Path) -> None:
        """In bytes as they are served, before they are compressed, of all that the page fetches before anything is done."""
        tags = scripts.script("js/app.js") + scripts.script("js/wbs.js")
        sent = re.findall(r'<(?:script src|link rel="modulepreload" href)="/static/(\S+)"', tags)
        size = sum((collected / name).stat().st_size for name in set(sent))
        assert MOST_AT_OPENING - SLACK < size <= MOST_AT_OPENING, f"{size} bytes"

    def test_imports_what_is_served_under_the_name_of_its_hash(self, collected: Path) -> None:
        files = [
            path for path in (collected / "js").rglob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)
        ]
        assert len(files) > len(MODULES)
        for path in files:
            text = path.read_text("utf-8")
            static = re.findall(r'^import(?:[^;"(]*from)?"([^"]+)";', text, re.MULTILINE)
            for name in (*static, *re.findall(r'await import\("([^"]+)"\)', text)):
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
    for each in re.findall(r'^import (?:[^;"]* from )?"([^"]+)";', path.read_text("utf-8"), re.MULTILINE):
        below = str((path.parent / each).resolve().relative_to(PROJECT / "static"))
        found |= {below} | _imports(below)
    return found
