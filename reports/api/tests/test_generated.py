"""A client that a generator makes of the document that is checked in: it asks a server over HTTP, reads a plan and changes it."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from reports.api.tests.office import Office
from tasks.models import Task

KEPT: Final = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"
NAME: Final = "client_of_the_document"
#: What it has made it would also format, with a program that need not be there.
SETTINGS: Final = "post_hooks: []\n"
TASKS: Final = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the client is. A part of the document that the generator cannot read would be left out with a warning: that is a failure."""
    folder = tmp_path_factory.mktemp("generated")
    settings = folder / "settings.yaml"
    settings.write_text(SETTINGS, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "openapi_python_client",
        "generate",
        "--fail-on-warning",
        "--meta",
        "none",
    ]
    where = ["--path", str(KEPT), "--config", str(settings), "--output-path", str(folder / NAME)]
    made = subprocess.run([*command, *where], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


@pytest.fixture
def part(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """`part("api.plans.task_list")` is that module of the client."""
    monkeypatch.syspath_prepend(folder)
    yield lambda name: importlib.import_module(f"{NAME}.{name}")
    for name in [each for each in sys.modules if each.split(".")[0] == NAME]:
        del sys.modules[name]


@pytest.fixture
def office(transactional_db: None) -> Office:
    return Office()


@pytest.fixture
def client_of(part: Callable[[str], Any], live_server: Any) -> Callable[[str], Any]:
    """`client_of(text)` asks with the token of this text."""
    return lambda text: part("client").AuthenticatedClient(base_url=live_server.url, token=text)


@pytest.mark.django_db(transaction=True)
def test_reads_pages_of_tasks_and_changes_one(
    office: Office, part: Callable[[str], Any], client_of: Callable[[str], Any]
) -> None:
    models, plans = part("models"), part("api.plans")
    for name in ("task_list", "task_detail", "task_change", "tasks_add"):
        part(f"api.plans.{name}")
    project = office.project.pk
    with client_of(office.text) as client:
        items = [{"values": {"name": f"作業{number}", "duration": 2}} for number in range(TASKS)]
        added = plans.tasks_add.sync(
            project, client=client, body=models.NewTasksIn.from_dict({"items": items})
        )
        found, cursor = list[Any](), 0
        while cursor is not None:
            page = plans.task_list.sync(
                project, client=client, cursor=cursor, limit=2, columns="name,duration,start"
            )
            found, cursor = [*found, *page.items], page.next_cursor
        assert [task.id for task in found] == added.created
        assert [task.values["name"] for task in found] == [f"作業{number}" for number in range(TASKS)]
        body = models.TaskIn.from_dict({"values": {"name": "調査", "duration": 7}})
        changed = plans.task_change.sync_detailed(
            project,
            found[0].id,
            client=client,
            body=body,
            if_match=f'"r{page.revision}"',
            idempotency_key="k",
        )
        assert (changed.status_code, changed.parsed.edited) == (200, [found[0].id])
        read = plans.task_detail.sync(project, found[0].id, client=client, columns="name,duration")
        assert read.values.to_dict() == {"name": "調査", "duration": 7}
    with office.seen():
        assert Task.objects.get(pk=found[0].id).name == "調査"


@pytest.mark.django_db(transaction=True)
def test_reads_refusals_as_what_they_are(
    office: Office, part: Callable[[str], Any], client_of: Callable[[str], Any]
) -> None:
    models, change = part("models"), part("api.plans.task_change")
    body = models.TaskIn.from_dict({"values": {"name": "新"}})
    for text, task, code in ((office.text, 1, "not_found"), ("itdo_1_x", 1, "token_unknown")):
        found = change.sync(office.project.pk, task, client=client_of(text), body=body)
        assert isinstance(found, models.Problem)
        assert (found.code, found.detail[-1]) == (code, "。")


def test_has_all_operations(folder: Path) -> None:
    paths = json.loads(KEPT.read_text(encoding="utf-8"))["paths"].values()
    names = {operation["operationId"] for operations in paths for operation in operations.values()}
    made = {path.stem for path in (folder / NAME / "api").rglob("*.py") if path.stem != "__init__"}
    assert made == names
