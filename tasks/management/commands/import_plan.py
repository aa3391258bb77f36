"""Make a project of a plan file, or only say whether that would work."""

import gzip
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.models import Organization, Project, User
from projects.permissions import System
from projects.rls.scope import scope
from tasks.importing.frames import frame_of
from tasks.importing.preview import examine, free_project_code, project_name
from tasks.importing.reading import notices_of
from tasks.importing.services import Imported, first_admin, import_plan
from tasks.importing.sources import is_table, read_source
from tasks.importing.uploads import fingerprint
from tasks.importing.words import notice_text, reason_text
from tasks.interchange.judge import judge
from tasks.models import PlanImport

REFUSED = 2
#: No user waits for a page here, so it may take a minute, and files may be larger.
MOST_TASKS = 200_000
MOST_BYTES = 400 * 2**20


class Command(BaseCommand):
    """Import Microsoft Project XML, a workbook or a table of text, plain or gzip; all of it or nothing."""

    help = "Import a plan (Microsoft Project XML, .xlsx, .xlsm, CSV, TSV; plain or gzip) into a new or an empty project."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the plan file")
        parser.add_argument("--organization", metavar="CODE", help="the organization that gets the project")
        parser.add_argument(
            "--project",
            metavar="CODE",
            help="an empty project, or the code of the new one (default: a free one)",
        )
        parser.add_argument("--name", help="name of the new project (default: the file's own)")
        parser.add_argument(
            "--leader", metavar="USERNAME", help="leader of the new project (default: the first admin)"
        )
        parser.add_argument(
            "--start", type=date.fromisoformat, metavar="YYYY-MM-DD",
            help="move the plan so that it begins on this day; progress is left out",
        )  # fmt: skip
        parser.add_argument(
            "--as-recorded", action="store_true", help="keep every date of the file: all tasks become manual"
        )
        parser.add_argument(
            "--known-people", action="store_true",
            help="of a workbook or a table, leave out people whom no resource of the organization is called as (default: make them)",
        )  # fmt: skip
        parser.add_argument(
            "--dry-run", action="store_true", help="judge the file only; needs no database and writes nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when the file was imported or can be, 2 with one sentence when not."""
        if options["dry_run"]:
            self._judge(options["file"])
            return
        if not options["organization"]:
            raise CommandError(
                "Name the organization with --organization, or use --dry-run.", returncode=REFUSED
            )
        self._import(**options)

    def _judge(self, path: Path) -> None:
        try:
            with path.open("rb") as stream:
                if is_table(stream):
                    self._judge_table(path, stream)
                    return
            verdict = judge(path, MOST_BYTES)
        except RuleBrokenError as error:
            raise CommandError(f"{path}: {error}", returncode=REFUSED) from error
        except OSError as error:
            raise CommandError(_unreadable(path, error), returncode=REFUSED) from error
        if verdict.refusal is not None:
            raise CommandError(f"{path}: {verdict.refusal}", returncode=REFUSED)
        for notice in verdict.notices:
            self.stderr.write(f"{notice.kind}: {notice}")
        self._judged(
            path, verdict.tasks, verdict.links, verdict.resources, verdict.agreeing, verdict.compared
        )

    def _judge_table(self, path: Path, stream: BinaryIO) -> None:
        """Without an organization there is no calendar but the usual one, and there are no people."""
        examined = examine(stream)
        plan_file, agreement = examined.plan_file, examined.agreement()
        for notice in notices_of(plan_file).finished():
            self.stderr.write(notice_text(notice["code"], notice["params"]))
        sizes = len(plan_file.tasks), len(plan_file.links), len(plan_file.resources)
        self._judged(path, *sizes, agreement.agreeing, agreement.compared)

    def _judged(
        self, path: Path, tasks: int, links: int, resources: int, agreeing: int, compared: int
    ) -> None:
        self.stdout.write(
            f"{path}: {tasks:,} tasks, {links:,} links, {resources:,} resources;"
            f" {agreeing:,} of {compared:,} dates are those of the file."
        )

    def _import(self, *, file: Path, organization: str, **options: Any) -> None:
        found = Organization.objects.filter(code=organization).first()
        if found is None:
            raise CommandError(
                f"There is no organization with the code {organization}. {_known(Organization.objects.all())}",
                returncode=REFUSED,
            )
        try:
            with scope([found.pk]):
                self._report(_import(found, file, options))
        except OSError as error:
            raise CommandError(_unreadable(file, error), returncode=REFUSED) from error
        except RuleBrokenError as error:
            raise CommandError(f"{file}: {error}", returncode=REFUSED) from error

    def _report(self, imported: Imported) -> None:
        counts, dates = imported.counts, imported.plan_import.summary["dates"]
        for notice in imported.plan_import.summary["notices"]:
            self.stderr.write(notice_text(notice["code"], notice["params"]))
        self.stdout.write(
            f"{imported.project.code} {imported.project.name} (/projects/{imported.project.pk}/)"
        )
        self.stdout.write(
            _(
                "タスク %(tasks)s件、依存関係 %(links)s件、リソース %(resources)s件、割り当て %(assignments)s件を作りました。"
            )
            % {name: f"{count:,}" for name, count in counts.items()}
        )
        self.stdout.write(
            _("ファイルの日付 %(compared)s件のうち %(agreeing)s件が同じです。")
            % {"compared": f"{dates['compared']:,}", "agreeing": f"{dates['agreeing']:,}"}
        )
        for code, count in dates["reasons"].items():
            self.stdout.write(f"  {count:,}: {reason_text(code)}")


def _import(organization: Organization, file: Path, options: dict[str, Any]) -> Imported:
    with file.open("rb") as stream:
        # In a list, so that the import holds it alone, and can make room as it goes.
        project = _project(organization, options["project"])
        frame = partial(frame_of, organization, project, makes_people=not options["known_people"])
        sources = [read_source(stream, frame, most_tasks=MOST_TASKS)]
    name = options["name"] or project_name(sources[0].plan_file, file.name)
    keeps_calendar = sources[0].table is not None
    plan_files = [sources.pop().plan_file]
    return import_plan(
        plan_file=plan_files.pop(),
        keeps_calendar=keeps_calendar,
        organization=organization,
        actor=System("import_plan"),
        leader=_leader(organization, options["leader"]),
        project=project,
        fields={
            "code": options["project"] or free_project_code(organization),
            "name": name,
        },
        as_recorded=options["as_recorded"],
        starts_on=options["start"],
        plan_import=PlanImport(
            organization=organization, file_name=file.name[:255], sha256=fingerprint(file.open("rb"))
        ),
    )


def _project(organization: Organization, code: str | None) -> Project | None:
    return Project.objects.alive().filter(organization=organization, code=code).first() if code else None


def _leader(organization: Organization, username: str | None) -> Any:
    if username is None:
        return first_admin(organization)
    found = User.objects.filter(username=username, memberships__organization=organization).first()
    if found is None:
        raise CommandError(f"No one in {organization.code} has the user name {username}.", returncode=REFUSED)
    return found


def _known(organizations: Iterable[Organization]) -> str:
    codes = ", ".join(item.code for item in organizations)
    return f"Known are: {codes}." if codes else "No organization has been made yet."


def _unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, gzip.BadGzipFile):
        return f"{path}: The compressed file is damaged."
    return f"{path} cannot be read: {error.strerror or error}."
