"""How many statements a window of a sorted or grouped sheet needs, whatever the size of its plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from projects.models import Project
from tasks.models import Task

SIZES = (3, 300)


@pytest.mark.parametrize(
    "text",
    [
        "-duration name", "assignees flat", "-total_slack finish people_count",
        "group.assignees", "group.start -duration", "group.status flat",
    ],
)  # fmt: skip
def test_does_not_grow(
    text: str,
    plan: Callable[..., dict[str, Task]],
    project: Project,
    leader_client: Client,
    queries_of: Callable[..., int],
) -> None:
    url = f"{reverse('tasks:wbs_rows', args=[project.pk])}?{urlencode({'sort': text})}"
    counts = []
    for size in SIZES:
        Task.objects.all().delete()
        plan(*[(f"作業{number}", 1 + number % 2, 1 + number % 5) for number in range(size)])
        cache.clear()
        counts.append(queries_of(leader_client, url))
    assert counts[0] == counts[1]
