"""Money is for those who may see it: past every address, by three people without the right, no amount comes out.

The addresses come from the URL configuration, the amounts from the models: a new page and a new amount are walked past as they
are. The same walk by a user who has the right sees them, or it would show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import reverse

from projects.feeds.services import make_feed
from projects.models import Calendar, Project, User
from reports.documents.kinds import report_kinds
from tasks.models import Task
from tests.access.marked import (
    MarkedCompany,
    Marks,
    amounts,
    amounts_in,
    make_marked_company,
    plain,
    words_of,
)
from tests.access.states import STATES
from tests.access.table import ADDRESSES, NEVER
from tests.access.test_matrix import ALL, as_json, body_of, token_of
from tests.access.test_recorded import DATA
from tests.access.world import Actor

#: What addresses answer differently to; each is asked for without and with these.
ASKED: Final[dict[str, list[dict[str, str]]]] = {
    "reports:report_page": [{"kind": kind} for kind in report_kinds()],
    "reports:report_page_of_all": [{"kind": kind} for kind in report_kinds()],
    "reports:report_list": [{"kind": kind} for kind in report_kinds()],
    "reports:project_list": [{"sort": "-budget"}],
    "reports:portfolio_performance": [{"in": "money", "view": "all"}, {"in": "money", "by": "month"}],
    "reports:search": [{"q": "計画"}, {"q": "¥"}],
}
#: Amounts that are kept and that no page shows yet, to anyone.
SHOWN_NOWHERE: Final = {"ProjectDay.cost", "custom field 使わない費用"}


@pytest.fixture
def company(organization: Any, person: Callable[..., User], settings: Any) -> MarkedCompany:
    settings.ALLOWED_HOSTS = ["testserver"]
    return make_marked_company(organization, person("importer", "取込 花子", role="pmo"))


class Walker:
    """One person on the way past every address."""

    def __init__(self, company: MarkedCompany, actor: Actor) -> None:
        assert actor.user is not None
        self.company, self.client, self.user = company, actor.client(), actor.user
        self.asked = 0
        company.belongs_to(actor.user)
        tasks = dict(Task.objects.filter(project=company.project).values_list("name", "pk"))
        self.ids = company.world.ids | {
            "secret": make_feed(user=actor.user), "maker": actor.user.pk, "revision": company.project.revision,
            "calendar": Calendar.objects.filter(organization=company.project.organization_id).values_list("pk", flat=True)[0],
            "free": User.objects.filter(username__startswith="member-none").earliest("pk").pk,
            "second": tasks["開発"], "third": tasks["試験"],
        }  # fmt: skip

    def pages(self) -> Iterator[tuple[str, str]]:
        """All that is shown to them: by which address, and the words."""
        for name in sorted(name for name in ALL if ADDRESSES[name].safe != NEVER):
            for data in ({}, *ASKED.get(name, ())):
                yield f"GET {name} {data}", self._ask(name, "get", data)

    def answers(self) -> Iterator[tuple[str, str]]:
        """All that they are told when they write."""
        for name in sorted(name for name in ALL if ADDRESSES[name].unsafe != NEVER):
            for typed in self._typed(name):
                yield f"POST {name} {typed}", self._ask(name, "post", typed)
        for name in sorted(ALL):
            for method in ADDRESSES[name].methods:
                yield f"{method} {name}", self._ask(name, method, {})

    def _typed(self, name: str) -> Iterator[dict[str, Any]]:
        """What is sent: as it should be; and what is refused, to a form, which then comes back as it was filled in."""
        if ADDRESSES[name].is_of_programs:
            yield {}  # what they send is no form
            return
        good = ADDRESSES[name].data | DATA.get(name, {})
        yield {key.format(**self.ids): self._filled(value) for key, value in good.items()}
        if ADDRESSES[name].safe != NEVER:
            yield {key.format(**self.ids): "読めない" for key in good}
        if name == "reports:project_edit":
            # More than is left above it, and less than what stands below it.
            above = Project.objects.get(code="UE-1").pk
            yield {key: self._filled(value) for key, value in good.items()} | {
                "parent": above,
                "budget": "999999999999",
            }

    def _filled(self, value: Any) -> Any:
        return value.format(**self.ids) if isinstance(value, str) else value() if callable(value) else value

    def _ask(self, name: str, method: str, data: dict[str, Any]) -> str:
        """One request, whose traces are wiped out."""
        ids = self.ids | self.company.world.other_ids.get(name, {})
        address = reverse(name, kwargs={key: ids[key] for key in ALL[name]}) if ":" in name else f"/{name}"
        call: Callable[..., HttpResponseBase] = getattr(self.client, method)
        sent: dict[str, Any] = {"data": data}
        if ADDRESSES[name].is_of_programs:
            sent = {"headers": token_of(self.client), **(as_json(body_of(name, method), ids) or sent)}
        cookies: Any = self.client.cookies.copy()
        self.asked += 1
        with transaction.atomic():
            if method == "post" and name in STATES:
                STATES[name](ids)
            words = words_of(call(address, **sent))
            transaction.set_rollback(True)
        self.client.cookies = cookies
        return words


def reports_of(walker: Walker, on_commit: Any) -> Iterator[tuple[str, str]]:
    """Every kind of report as a file, asked for and taken as the pages do."""
    for kind in report_kinds().values():
        for file_format in ("csv", "xlsx"):
            asked = {"kind": kind.name, "format": file_format, "paper": "a4"}
            asked |= {"project": str(walker.company.project.pk)} if kind.is_of_project else {}
            with on_commit(execute=True):
                walker.client.post(reverse("reports:report_create"), asked)
            page = walker.client.get(reverse("reports:report_list")).content.decode()
            numbers = [int(found) for found in re.findall(r"/reports/(\d+)/file/", page)]
            yield (
                f"{kind.name} as {file_format}",
                words_of(walker.client.get(reverse("reports:report_download", args=[max(numbers)]))),
            )


class TestMoney:
    def test_comes_out_nowhere_without_the_right(
        self, company: MarkedCompany, django_capture_on_commit_callbacks: Any
    ) -> None:
        on_commit = django_capture_on_commit_callbacks
        rich = Walker(company, company.rich)
        seen: set[str] = set()
        derived: set[str] = set()
        for _where, words in [*rich.pages(), *reports_of(rich, on_commit)]:
            seen |= company.marks.within(words)
            derived |= amounts_in(words)
        places = set(company.marks.places.values())
        assert places - seen == SHOWN_NOWHERE
        told = re.compile(
            "|".join(sorted((derived | set(company.marks.places)) - {"777"}, key=len, reverse=True))
        )
        leaks = []
        for actor in company.poor:
            poor, shown = Walker(company, actor), 0
            for where, words in [*poor.pages(), *poor.answers(), *reports_of(poor, on_commit)]:
                shown += company.project.name in words
                found = set(told.findall(plain(words))) | amounts_in(words)
                leaks += [
                    f"{actor.name}: {where}: {each} ({company.marks.places.get(each, 'a sum')})"
                    for each in sorted(found)
                ]
            assert poor.asked > len(ALL)
            assert shown > 15, f"{actor.name} sees no more than {shown} pages about the project"
        assert not leaks, "\n".join(leaks)

    def test_is_marked_in_every_field(self, company: MarkedCompany) -> None:
        fields = {f"{model.__name__}.{name}" for model, name in amounts()}
        assert fields <= set(company.marks.places.values())
        assert len(company.marks.places) > 50


class TestMarks:
    """What the walk looks for is found however a page writes it."""

    @pytest.mark.parametrize(
        "text", ["73190017", "73,190,017", "７３，１９０，０１７", "¥73,190,017.00", "単価 73 190 017 円"]
    )
    def test_are_seen(self, text: str) -> None:
        marks = Marks()
        assert marks.new("budget") == 73190017
        assert marks.within(f"<td>{text}</td>") == {"budget"}

    @pytest.mark.parametrize(
        ("text", "digits"), [("¥1,234,567", "1234567"), ("123.5万円", "123.5"), ("1,234,567円", "1234567")]
    )  # fmt: skip
    def test_sums_are_seen_too(self, text: str, digits: str) -> None:
        assert amounts_in(text) == {digits}
