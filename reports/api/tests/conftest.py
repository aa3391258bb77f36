"""Programs that ask with tokens of the cast."""

from __future__ import annotations

import json
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

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """With a body as JSON; `query` may stand in the path."""
        own = {"Authorization": f"Bearer {self.text}", **headers}
        ask = getattr(self._client, method)
        content = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return ask(f"/api/v1{path}", **content, headers=own)


@pytest.fixture
def program(organization: Any, cast: Any) -> Callable[..., Program]:
    """`program("viewer")` asks in the name of the viewer."""

    def make(who: str, scope: str = "plan") -> Program:
        return Program(getattr(cast, who), organization, scope)

    return make
