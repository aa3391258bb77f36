"""Keycloak's interface for admins, and how what is there is compared with what is wanted. Needs Python alone."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any


class RefusedError(Exception):
    """Keycloak has answered, and the answer is no."""


class Admin:
    """Keycloak's interface for admins, asked with the password of one."""

    def __init__(self, at: str, password: str, realm: str, *, name: str = "admin") -> None:
        self.at, self.realm, self._name, self._password = at.rstrip("/"), realm, name, password
        self._known, self._known_until = "", 0.0

    def _token(self) -> str:
        if time.monotonic() < self._known_until:
            return self._known
        form = {
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": self._name,
            "password": self._password,
        }
        body = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(f"{self.at}/realms/master/protocol/openid-connect/token", body)
        self._known = str(json.loads(self._open(request)[0])["access_token"])
        # It lives for a minute; an update may take longer.
        self._known_until = time.monotonic() + 30
        return self._known

    @staticmethod
    def _open(request: urllib.request.Request) -> tuple[bytes, str]:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read(), answer.headers.get("Location", "")
        except urllib.error.HTTPError as error:
            words = error.read().decode("utf-8", "replace")[:400]
            path = urllib.parse.urlsplit(request.full_url).path
            raise RefusedError(f"{request.get_method()} {path}: {error.code} {words}") from None

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One question about the realm; the answer, or the id of what was made."""
        # Metadata of SAML come as they are.
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = "application/xml" if isinstance(body, bytes) else "application/json"
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": kind}
        place = "/".join(filter(None, [self.at, "admin/realms", self.realm])) + path
        request = urllib.request.Request(place, data, headers, method=method)
        answer, place = self._open(request)
        return json.loads(answer) if answer else place.rpartition("/")[2]

    def get(self, path: str, **query: str) -> Any:
        """What there is."""
        return self.ask("GET", path + (f"?{urllib.parse.urlencode(query)}" if query else ""))


#: What Keycloak shows instead of a password.
MASK = "**********"


def differs(wanted: Any, found: Any) -> bool:
    """Whether something that is wanted is not there; what is there besides does not count."""
    if isinstance(wanted, dict):
        return not isinstance(found, dict) or any(
            differs(value, found.get(name)) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return not isinstance(found, list) or sorted(map(str, wanted)) != sorted(map(str, found))
    return bool(wanted != found) and found != MASK and not (wanted == "" and found is None)


def merged(wanted: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What is there, with what is wanted over it."""
    both = {**found, **wanted}
    for name, value in wanted.items():
        if isinstance(value, dict) and isinstance(found.get(name), dict):
            both[name] = merged(value, found[name])
    return both
