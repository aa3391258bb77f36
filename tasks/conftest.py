"""What the tests of pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tasks.models import Assignment, Task


@pytest.fixture
def queries_of() -> Callable[..., int]:
    """How many queries a request needs: `queries_of(client, url)`, with `data` a POST."""

    def count(client: Client, url: str, data: dict[str, Any] | None = None, **extra: Any) -> int:
        if data is None:
            client.get(url, **extra)  # the first request of a session fills its caches
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url, **extra) if data is None else client.post(url, data, **extra)
        assert response.status_code in {200, 302}
        return len(captured)

    return count


@pytest.fixture
def resource(organization: Any, cast: Any) -> Any:
    """The contributor as a person who can be assigned."""
    from resources.models import Resource

    return Resource.objects.create(
        organization=organization, name=cast.contributor.display_name, kind="person", user=cast.contributor
    )


@pytest.fixture
def work_on(resource: Any) -> Callable[..., Any]:
    """Puts the contributor on a task."""

    def assign(task: Task, percent: int = 100) -> Assignment:
        return Assignment.objects.create(
            organization_id=task.organization_id, project_id=task.project_id, task=task, resource=resource,
            units_percentage=percent,
        )  # fmt: skip

    return assign


@pytest.fixture
def crew(organization: Any) -> dict[str, Any]:
    """Three who work, and something that is used up."""
    from resources.models import Resource

    kinds = {"Ann": "person", "Bob": "person", "Cem": "equipment", "鋼材": "material"}
    return {
        name: Resource.objects.create(organization=organization, name=name, kind=kind)
        for name, kind in kinds.items()
    }
