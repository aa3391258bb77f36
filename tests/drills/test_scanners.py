"""sqlmap and wapiti against the site behind nginx, as an administrator who is signed in: nothing found, and no answer 500.

Both are shown a careless site first, where they must find something.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from tests.drills.kit import nginx, packages, scanning
from tests.drills.kit.careless import OF_THE_SCANNER, careless, elsewhere, serving
from tests.drills.kit.company import Company, Visitor
from tests.drills.kit.figures import Figures
from tests.drills.kit.pair import UNLIMITED
from tests.drills.kit.programs import Room
from tests.drills.kit.scanning import Asked, Clock
from tests.drills.kit.site import Site

pytestmark = pytest.mark.drill
#: Seconds of sqlmap, all addresses together.
SQLMAP: Final = 360
#: What ends the scan or takes away what it looks at; and cells of a heat map, which are hundreds of the same.
SPARED: Final = (
    "/sign-out/*", "/sign-in/*", "/preferences/sessions/*", "/organization/*", "/projects/*/delete/*",
    "/projects/*/members/*/remove/*", "/static/*", "/utilization/*/w/*", "/utilization/*/d/*",
)  # fmt: skip
KNOWN: Final = """
import json
from projects.rls import scope as tenancy
from projects.models import OrganizationMember, Project
from tasks.details.forms import TaskForm
from tasks.models import Task
members = OrganizationMember.objects.filter(role="admin").select_related("user", "organization").order_by("pk")
chosen = max(members, key=lambda one: one.organization.memberships.count())
chosen.user.current_organization = chosen.organization; chosen.user.save()
with tenancy.scope([chosen.organization_id]):
    project = Project.objects.alive().filter(task_count__gt=0).order_by("-task_count", "pk").first()
    task = Task.objects.filter(project=project, is_summary=False).order_by("row_number").first()
    form = TaskForm(task=task)
    typed = {each.html_name: each.value() for each in form if each.value() not in (None, False)}
    typed |= {form[name].html_initial_name: typed[name] for name in typed}
print(json.dumps([chosen.user.username, project.pk, task.pk, typed], default=str))
"""


class Scanned:
    """The site of a company, nginx before it, and the administrator's browser."""

    def __init__(self, room: Room) -> None:
        packages.need("nginx")
        self.company = Company(room, people=1, **UNLIMITED)
        installation = self.company.installation
        found: Any = installation.evaluate(KNOWN)
        self.username, self.project, self.task, self.typed = found
        self.session = installation.session(self.username)
        self.site: Site = installation.serve(workers=2)
        self.proxy = nginx.start(room, self.site.port, changes={"rate=50r/s": "rate=10000r/s"})
        self.base, self.sent = f"https://127.0.0.1:{self.proxy.https}", scanning.headers(self.session)
        self._seen = 0

    def visitor(self) -> Visitor:
        """A browser with a new connection; an old one is closed after a minute."""
        return Visitor(self.proxy, self.session, "127.0.0.9")

    def addresses(self) -> list[Asked]:
        """What has words in its query or its form: lists, searches, windows, cells, and the form of a task."""
        project, task = f"/projects/{self.project}", f"/tasks/{self.task}"
        return [
            Asked("/projects/?view=all&sort=-progress&q=a&status=active&health=red&risk=2-2", only="sort,q,risk", part="projects"),
            Asked("/search/?q=a"),
            Asked(f"{task}/cell", {"column": "name", "text": "a"}, only="text"),
            Asked("/record/?kind=&actor=1&project=1&first=2026-01-01&last=2026-12-31&until=9000", only="actor,first,until", part="record"),
            Asked(f"{project}/wbs/rows?first=0&count=40"),
            Asked(f"{project}/gantt/chart?first=0&count=40&zoom=week", only="first,zoom"),
            Asked(f"{task}/edit/", self.typed, only="name,assignees,predecessors,start"),
            Asked("/record/export/", {"actor": 1, "first": "2026-01-01", "last": "2026-12-31"}, only="actor"),
            Asked("/utilization/?grain=w&columns=13&from=2026-05-04&group=department&department=a&kind=person&skill=1&q=a",
                  only="from,department,q", part="utilization"),
            Asked("/resources/?department=a&skill=1&sort=name&q=a", only="skill,q", part="resources"),
            Asked(f"{project}/history/?kind=&q=a&actor=1&until=9000", only="q,actor", part="history"),
            Asked("/late-tasks/?project=1&person=1", only="person", part="late-tasks"),
            Asked(f"{project}/milestones/?show=all"),
            Asked(f"{task}/comments/", {"body": "a"}),
            Asked(f"{project}/wbs/fold", {"task": self.task}),
        ]  # fmt: skip

    def starts(self) -> list[str]:
        """What no link of a page leads to, beside what has a query."""
        pages = [
            "dashboard/",
            "my-tasks/",
            "utilization/",
            "resources/",
            "recurring/",
            "reports/",
            "preferences/",
            "import/",
        ]
        own = [
            "wbs/",
            "gantt/",
            "members/",
            "edit/",
            "milestones/",
            "history/",
            "report/",
            "copy/",
            "wbs/add/",
        ]
        paths = [
            *(f"/{page}" for page in pages),
            *(f"/projects/{self.project}/{page}" for page in own),
            f"/tasks/{self.task}/",
        ]
        return paths + [asked.path for asked in self.addresses() if asked.form is None]

    def lines(self) -> list[dict[str, Any]]:
        """Of the site's log since the last time."""
        with Path(self.site.program.log).open(errors="replace") as log:
            log.seek(self._seen)
            text = log.read()
            self._seen = log.tell()
        found = []
        for line in text.splitlines():
            with suppress(json.JSONDecodeError):
                found.append(json.loads(line))
        return [line for line in found if isinstance(line, dict)]


@pytest.fixture
def scanned(room: Room) -> Iterator[Scanned]:
    made = Scanned(room)
    yield made
    assert made.visitor().ask("/projects/").status == 200, (
        "the session has ended: what came after was never seen"
    )


def add_answers(figures: Figures, lines: list[dict[str, Any]], *, least: int) -> None:
    """What the site says of it itself: requests, by their answers, and what went wrong."""
    requests = [line for line in lines if line.get("message") == "request"]
    figures.add(
        "Requests that came to the site", len(requests), aim=f"at least {least}", held=len(requests) >= least
    )
    figures.add("Different addresses among them (views)", len({line["view"] for line in requests}))
    answers = Counter(f"{line['status'] // 100}xx" for line in requests)
    figures.add("Answers", ", ".join(f"{kind} {count}" for kind, count in sorted(answers.items())))
    seen = sum(line["status"] < 300 for line in requests)
    figures.add(
        "Answers 2xx, as a user gets who is signed in",
        seen,
        aim="a quarter or more",
        held=seen * 4 >= len(requests),
    )
    failed = [line for line in requests if line["status"] >= 500]
    figures.add("Answers 500", len(failed), aim="0", held=not failed)
    errors = [line for line in lines if line.get("level") in ("ERROR", "CRITICAL")]
    figures.add("Lines of errors", len(errors), aim="0", held=not errors)
    for line in [*errors, *failed][:20]:
        sys.stdout.write(json.dumps(line, ensure_ascii=False)[:4000] + "\n")


def test_sqlmap_finds_nothing(room: Room, scanned: Scanned, figures: Figures) -> None:
    with scanned.company.primary.connect("app") as database, serving(careless(database)) as base:
        control = scanning.sqlmap(room, base, Asked("/?name=sato"), [], seconds=300)
    figures.add(
        "Holes of a careless site that sqlmap finds",
        len(control.holes),
        aim="1",
        held=len(control.holes) == 1,
    )
    chosen = scanned.addresses()
    for asked in chosen:
        answer = scanned.visitor().ask(asked.path, asked.form)
        assert answer.status < 400, f"{asked.path}: {answer.status} {answer.body[:500]}"
    scanned.lines()
    clock, found = Clock(SQLMAP), []
    for asked in chosen:
        if clock.left <= 0:
            break
        found.append(scanning.sqlmap(room, scanned.base, asked, scanned.sent, seconds=clock.left))
        # The last one may have been ended by the clock; any other came to its end.
        assert found[-1].is_whole or clock.left <= 1, f"{asked.path}: {found[-1].words[-2000:]}"
    whole = sum(one.is_whole for one in found)
    aim = f"all, if {SQLMAP} s are enough"
    figures.add(
        "Addresses that sqlmap tried to the end", f"{whole} of {len(chosen)}", aim=aim, held=whole > 0
    )
    add_answers(figures, scanned.lines(), least=100 * whole)
    holes = [hole for one in found for hole in one.holes]
    figures.add("Holes that sqlmap found", "; ".join(holes) or 0, aim="0", held=not holes)


def test_wapiti_finds_nothing(room: Room, scanned: Scanned, figures: Figures) -> None:
    asked: list[str] = []
    with serving(elsewhere(asked)) as beside:
        with scanned.company.primary.connect("app") as database, serving(careless(database)) as base:
            control = scanning.run_wapiti(
                room, base, [], starts=["/?name=sato"], spared=[], elsewhere=beside, modules="sql,xss"
            )
        kinds = [kind for kind, holes in control["vulnerabilities"].items() if holes]
        figures.add(
            "Kinds of holes of a careless site that wapiti finds",
            ", ".join(kinds),
            aim="both",
            held=len(kinds) >= 2,
        )
        asked.clear()
        scanned.lines()
        report = scanning.run_wapiti(
            room, scanned.base, scanned.sent, starts=scanned.starts(), spared=SPARED, elsewhere=beside
        )
    figures.add("Addresses that wapiti found and attacked", report["infos"]["crawled_pages_nbr"], aim="at least 30",
                held=report["infos"]["crawled_pages_nbr"] >= 30)  # fmt: skip
    add_answers(figures, scanned.lines(), least=1_000)
    holes = [f"{kind}: {hole['method']} {hole['path']} {hole['parameter']}"
             for kind, found in report["vulnerabilities"].items() for hole in found]  # fmt: skip
    figures.add("Holes that wapiti found", "; ".join(holes) or 0, aim="0", held=not holes)
    assert set(OF_THE_SCANNER) <= set(asked), "wapiti never asked what came to the address beside the site"
    followed = [path for path in asked if path not in (*OF_THE_SCANNER, "/")]
    figures.add(
        "Addresses elsewhere that the site let itself be sent to", len(followed), aim="0", held=not followed
    )
