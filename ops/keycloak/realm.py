"""Brings a running Keycloak to what ops/keycloak/realm.json says, and makes its first groups and people.

    python3 -m ops.keycloak.realm update              what the file has and the realm has not, or has otherwise; people stay as they are
    python3 -m ops.keycloak.realm organization CODE   the group of an organization, with a group for each role
    python3 -m ops.keycloak.realm person NAME …       a person in groups, with a password that is changed at the first sign-in
    python3 -m ops.keycloak.realm ldap FILE           people of a directory: a component such as ops/keycloak/ldap.json

Needs Python alone. It speaks to 127.0.0.1:8180, where compose lets this machine reach Keycloak (on Kubernetes:
`kubectl port-forward deployment/keycloak 8180:8080`), and reads what is yours from .env.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import re
import secrets
import sys
import urllib.error
import urllib.parse
from pathlib import Path
from typing import Any

from ops.keycloak.admin import Admin, RefusedError
from ops.keycloak.update import Update

HERE = Path(__file__).resolve().parent
ROLES = ("admin", "pmo", "member", "guest")


def filled(text: str, values: dict[str, str]) -> str:
    """The file with `${NAME}` and `${NAME:default}` replaced, as Keycloak does it at its first start."""

    def value(found: re.Match[str]) -> str:
        name, default = found[1], found[2]
        if name not in values and default is None:
            sys.exit(f"{name} is not set, neither in the environment nor in .env; realm.json needs it.")
        return json.dumps(values.get(name) or default or "")[1:-1]

    return re.sub(r"\$\{([A-Z0-9_]+)(?::([^}]*))?\}", value, text)


def settings(path: Path) -> dict[str, str]:
    """Variables of this process, and of .env below them."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.split("=", 1) for line in lines if re.match(r"[A-Z][A-Z0-9_]*=", line))
    return {name: value for name, value in pairs if value} | dict(os.environ)


def group_id(admin: Admin, path: str) -> str:
    """Of a group by its path, such as /itdo/pmo."""
    try:
        return str(admin.get(f"/group-by-path/{urllib.parse.quote(path.strip('/'))}")["id"])
    except RefusedError:
        sys.exit(
            f"There is no group {path}. `realm organization {path.strip('/').split('/')[0]}` makes those of an organization."
        )


def make_organization(admin: Admin, code: str) -> list[str]:
    """The groups of an organization; none twice."""
    tree = {
        "name": code,
        "attributes": {"organization": [code]},
        "subGroups": [{"name": role} for role in ROLES],
    }
    return Update(admin, {"groups": [tree]}).run()


def make_person(admin: Admin, username: str, fields: dict[str, str], groups: list[str]) -> str:
    """A person, and the password of their first sign-in, which asks for another one."""
    ids = [group_id(admin, path) for path in groups]
    password = secrets.token_urlsafe(15)
    person = {
        "username": username,
        "enabled": True,
        "emailVerified": True,
        **{name: value for name, value in fields.items() if value},
    }
    person["credentials"] = [{"type": "password", "value": password, "temporary": True}]
    made = admin.ask("POST", "/users", person)
    for identity in ids:
        admin.ask("PUT", f"/users/{made}/groups/{identity}")
    return password


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="python3 -m ops.keycloak.realm",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--at", default="http://127.0.0.1:8180", help="where Keycloak is reached (%(default)s)"
    )
    parser.add_argument("--admin", default="admin", help="who asks (%(default)s)")
    parser.add_argument(
        "--env", type=Path, default=Path(".env"), help="the file with what is yours (%(default)s)"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    update = commands.add_parser("update", help="bring the realm to the file")
    update.add_argument("--file", type=Path, default=HERE / "realm.json")
    commands.add_parser("organization", help="groups of an organization").add_argument("code")
    person = commands.add_parser("person", help="a person with a first password")
    person.add_argument("username")
    person.add_argument("groups", nargs="+", metavar="/ORGANIZATION/ROLE")
    for name in ("--family", "--given", "--email"):
        person.add_argument(name, required=True)
    commands.add_parser("ldap", help="people of a directory").add_argument("file", type=Path)
    return parser.parse_args()


def main() -> None:
    """Ask, do, and say what was done."""
    asked = arguments()
    values = settings(asked.env)
    password = values.get("KEYCLOAK_ADMIN_PASSWORD") or getpass.getpass(
        f"Keycloak's password of {asked.admin}: "
    )
    admin = Admin(asked.at, password, values.get("KEYCLOAK_REALM", "itdo"), name=asked.admin)
    try:
        words = run(admin, asked, values)
    except (RefusedError, urllib.error.URLError) as error:
        sys.exit(f"Keycloak at {asked.at} did not do it: {error}")
    sys.stdout.write("\n".join(words or ["Nothing to change."]) + "\n")


def run(admin: Admin, asked: argparse.Namespace, values: dict[str, str]) -> list[str]:
    """One command; what it has done, a line each."""
    if asked.command == "update":
        wanted = json.loads(filled(asked.file.read_text(encoding="utf-8"), values))
        return Update(admin, wanted).run()
    if asked.command == "organization":
        return make_organization(admin, asked.code)
    if asked.command == "person":
        fields = {"lastName": asked.family, "firstName": asked.given, "email": asked.email}
        first = make_person(admin, asked.username, fields, asked.groups)
        return [f"{asked.username} signs in with the password {first} and is asked for another one at once."]
    component = json.loads(filled(asked.file.read_text(encoding="utf-8"), values))
    return [f"directory {component['name']}: {make_directory(admin, component)}"]


def make_directory(admin: Admin, component: dict[str, Any]) -> str:
    """A component for people of a directory, with those below it; its id."""
    below = component.pop("subComponents", {})
    identity = str(admin.ask("POST", "/components", component))
    for kind, parts in below.items():
        for part in parts:
            admin.ask("POST", "/components", {**part, "providerType": kind, "parentId": identity})
    return identity


if __name__ == "__main__":
    main()
