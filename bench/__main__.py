"""How quick the product is, on data of its own: `bin/bench`, and `bin/bench` with a part: engine, browser, edit, sheet, keys, utilization, reports, security, interchange, load."""

from __future__ import annotations

import argparse
import os
import warnings
from typing import TYPE_CHECKING

from bench import database
from config.launch import servers
from config.launch.progress import step

if TYPE_CHECKING:
    from bench.data import Stage

PARTS = (
    "pages",
    "engine",
    "browser",
    "edit",
    "sheet",
    "keys",
    "utilization",
    "summary",
    "reports",
    "security",
    "interchange",
    "load",
)
#: Parts whose data is no organization's everyday.
EMPTY = ("summary", "interchange")


def main() -> None:
    """Prepare what a part needs, measure, print."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, default="pages")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="only pages (parts of the load) whose line contains this"
    )
    parser.add_argument("--fresh", action="store_true", help="fill the bench's database again")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", message="No directory at")
    if arguments.part == "engine":
        from bench import engine

        engine.measure()
        return
    with servers.running() as found:
        os.environ.update(found.urls)
        os.environ.setdefault("ENVIRONMENT", "test")
        if arguments.part in EMPTY:
            _measure_empty(arguments.part)
        else:
            _measure(arguments)


def _measure_empty(part: str) -> None:
    """A part that fills a database of its own and throws it away."""
    from bench import interchange, summary

    chosen = {"summary": summary, "interchange": interchange}[part]
    with step("An empty database"):
        database.create_empty(chosen.NAME)
    os.environ.update(database.environment(chosen.NAME), DJANGO_SETTINGS_MODULE="config.settings")
    chosen.measure()


def _measure(arguments: argparse.Namespace) -> None:
    name = database.schema_name()
    if arguments.fresh:
        database.drop(name)
    variables = database.environment(name)
    with step("Data of the bench"):
        is_new = database.create(name)
        os.environ.update(variables, DJANGO_SETTINGS_MODULE="config.settings")
        stage = _stage(name, is_new=is_new)
    from bench import browser, cases, edit, gestures, keys, pages, reports, site, utilization

    if arguments.part == "reports":
        reports.measure(stage, arguments.only)
        return
    if arguments.part == "security":
        from bench import security

        security.measure(variables, _session(stage), stage)
        return
    if arguments.part == "load":
        from bench.load import measuring

        measuring.measure(variables, stage, arguments.only)
        return
    with site.serving(variables, _session(stage)) as served:
        in_browser = {"browser": browser.measure, "keys": keys.measure}
        if arguments.part in in_browser:
            in_browser[arguments.part](served, stage)
            return
        if arguments.part == "edit":
            edit.measure(stage)
        print(pages.line(pages.HEAD))
        if arguments.part == "utilization":
            utilization.measure(served, arguments.only)
            return
        asked = gestures.gestures(stage) if arguments.part == "sheet" else cases.cases(stage)
        only = cases.EDITS if arguments.part == "edit" else ""
        pages.measure(served, stage, arguments.only or only, asked)


def _stage(name: str, *, is_new: bool) -> Stage:
    import django

    django.setup()
    from django.utils import timezone

    from bench import data

    if is_new:
        data.fill(timezone.localdate())
        database.mark_filled(name)
    return data.load()


def _session(stage: Stage) -> str:
    from django.test import Client

    client = Client()
    client.force_login(stage.user, backend="projects.auth.AccountBackend")
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    main()
