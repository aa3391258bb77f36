"""What of a plan file is money, kept apart from the rest and encrypted: of a copy of the database no one reads it.

A rate follows from cost and work, so costs are sealed with the rates. What nothing here interprets (further elements,
custom fields, baselines) may hold amounts and goes along as a whole.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from config.crypto import decrypt_bytes, encrypt_bytes
from tasks.models import PlanImport

if TYPE_CHECKING:
    from projects.models import Project

Data = dict[str, Any]

#: Amounts, and what may hold some.
MONEY: Final = frozenset({
    "cost", "actual_cost", "fixed_cost", "standard_rate", "overtime_rate", "cost_per_use",
    "baselines", "custom_values", "extras",
})  # fmt: skip
#: Parts of a file that are sealed whole: definitions of fields may have amounts to choose from.
WHOLE: Final = ("custom_fields", "summary_assignments")


def take_money(data: Data) -> Data:
    """Take all that is money, or may hold some, out of what a file says of one thing."""
    return {name: data.pop(name) for name in sorted(MONEY & data.keys())}


@dataclass(slots=True)
class Sealed:
    """The money of one file by the rows that it became: ids are texts, as JSON has them."""

    project: Data = field(default_factory=dict)
    summary_task: Data = field(default_factory=dict)
    whole: Data = field(default_factory=dict)
    resources: dict[str, Data] = field(default_factory=dict)
    tasks: dict[str, Data] = field(default_factory=dict)
    assignments: dict[str, dict[str, Data]] = field(default_factory=dict)  # by task, by resource

    def take_from_file(self, file: Data) -> None:
        """Out of what belongs to no task, as `PlanImport.summary` holds it."""
        self.project = take_money(file["project"])
        self.summary_task = take_money(file["summary_task"] or {})
        self.resources = {pk: money for pk, data in file["resources"].items() if (money := take_money(data))}
        self.whole = {name: found for name in WHOLE if (found := file.pop(name, None))}

    def take_from_task(self, task_id: int, extras: Data) -> None:
        """Out of what a task keeps of the file."""
        money = take_money(extras.get("task", {}))
        if money:
            self.tasks[str(task_id)] = money
        people: dict[str, Data] = {}
        for item in extras.get("assignments", ()):
            # Where a file has a person twice on a task, the last one is written again.
            people.pop(str(item["resource"]), None)
            if money := take_money(item):
                people[str(item["resource"])] = money
        if people:
            self.assignments[str(task_id)] = people

    def put_into(self, file: Data) -> None:
        """The other way round of `take_from_file`."""
        for name, money in (("project", self.project), ("summary_task", self.summary_task)):
            if money:
                file[name] = {**(file.get(name) or {}), **money}
        for pk, money in self.resources.items():
            file["resources"][pk] = {**file["resources"].get(pk, {}), **money}
        file.update(self.whole)

    def of_task(self, task_id: int, data: Data) -> Data:
        """What the file said of a task, with its money."""
        return {**data, **self.tasks.get(str(task_id), {})}

    def of_assignment(self, task_id: int, resource_id: int, data: Data) -> Data:
        """What the file said of a person on a task, with its money."""
        return {**data, **self.assignments.get(str(task_id), {}).get(str(resource_id), {})}

    def text(self) -> str:
        """For the database: encrypted, or nothing where there is nothing to hide."""
        parts = {name: part for name, part in asdict(self).items() if part}
        return encrypt_bytes(zlib.compress(json.dumps(parts).encode())).decode() if parts else ""


def opened(secret: str) -> Sealed:
    """The money again; raises UndecryptableError where the key is gone."""
    return Sealed(**json.loads(zlib.decompress(decrypt_bytes(secret.encode())))) if secret else Sealed()


def kept_of(project: Project) -> tuple[Data, Sealed]:
    """What the last import of this project kept of its file, and its money."""
    rows = PlanImport.objects.filter(project=project, state=PlanImport.State.IMPORTED)
    found = rows.order_by("-imported_at", "-pk").values_list("summary", "money_secret").first()
    if found is None:
        return {}, Sealed()
    file, sealed = dict(found[0].get("file", {})), opened(found[1])
    sealed.put_into(file)
    return file, sealed
