"""Programs that ask with tokens of the cast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from projects.tokens.services import make_token


class Program:
    """Asks with a token."""

    def __init__(self, user: Any, organization: Any, scope: str) -> None:
        self.token, self.text = make_token(
            user=user, organization=organization, name="検証", token_scope=scope, days=30
        )
        self._client = Client()

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        own = {"Authorization": f"Bearer {self.text}", **headers}
        return self._client.get(f"/api/v1{path}", query or {}, headers=own)


@pytest.fixture
def program(organization: Any, cast: Any) -> Callable[..., Program]:
    """`program("viewer")` asks in the name of the viewer."""

    def make(who: str, scope: str = "plan") -> Program:
        return Program(getattr(cast, who), organization, scope)

    return make
