"""What a plan file of 100,000 tasks takes: judged, imported and exported by the commands, each in a process of its own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench import database

NAME: Final = "interchange_of_the_bench"
TASKS: Final = 100_000
#: MB that reading and writing may take.
AIM: Final = 300
ROOT: Final = Path(__file__).resolve().parent.parent


def measure() -> None:
    """Write a file, give it to the commands, print, and throw the database away."""
    try:
        _organization()
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "large.xml"), Path(folder, "again.xml")
            _write(source)
            print(f"{TASKS:,} tasks, {source.stat().st_size / 2**20:.0f} MB of XML")
            _run("judge", "import_plan", "--dry-run", source)
            _run("import", "import_plan", source, "--organization", "bench", "--project", "LARGE")
            _run("export", "export_plan", "LARGE", "--organization", "bench", "--output", target)
            _run("judge the export", "import_plan", "--dry-run", target)
    finally:
        from django.db import connections

        connections.close_all()
        database.drop(NAME)


def _organization() -> None:
    import django

    django.setup()
    from projects.calendars.services import make_company_calendar
    from projects.models import Organization, OrganizationMember, User
    from projects.rls.scope import scope

    organization = Organization.objects.create(code="bench", name="Bench")
    with scope([organization.pk]):
        make_company_calendar(organization, name="Office")
    admin = User.objects.create_user("admin", "Admin")
    OrganizationMember.objects.create(user=admin, organization=organization, role="admin")


def _write(path: Path) -> None:
    from tasks.interchange.tests.large import write_large

    with path.open("w", encoding="utf-8") as stream:
        write_large(stream, TASKS)


def _run(what: str, *arguments: str | Path) -> None:
    began = time.perf_counter()
    command = [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)]
    pid = os.posix_spawn(
        sys.executable, command, os.environ | database.environment(NAME),
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_DUP2, 1, 2)],
    )  # fmt: skip
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    peak = usage.ru_maxrss / 1024
    seconds = time.perf_counter() - began
    print(f"{what:18}{peak:6.0f} MB{'!' if peak > AIM else ' '}{seconds:8.1f} s {_cpu(usage):8.1f} s of work")


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime
