"""The realm after its first day: brought to a new version of its file, a company's SAML before it, a directory beside it."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect

from tests.drills.kit import keycloak_people as people
from tests.drills.kit import keycloak_saml as saml
from tests.drills.kit.figures import Figures
from tests.drills.kit.keycloak_people import Person, sign_in, window
from tests.drills.kit.keycloak_place import KEYCLOAK, Place
from tests.ops.files import ROOT

pytestmark = pytest.mark.drill
GUIDE: Final = (ROOT / "docs/how-to/sign-in.md").read_text(encoding="utf-8")
NOTHING: Final = "Nothing to change."
DIRECTORY: Final = {
    "LDAP_URL": "ldaps://dc.example.jp", "LDAP_BIND_DN": "CN=keycloak,DC=example,DC=jp", "LDAP_BIND_PASSWORD": "x" * 12,
    "LDAP_USERS_DN": "OU=people,DC=example,DC=jp", "LDAP_GROUPS_DN": "OU=itdo,DC=example,DC=jp",
}  # fmt: skip


def realm(place: Place, *words: str | Path, **more: str) -> str:
    """`python3 -m ops.keycloak.realm …` as an operator runs it on the machine; what it said."""
    script: list[str | Path] = [sys.executable, "-m", "ops.keycloak.realm", "--at", f"http://{KEYCLOAK}:8080"]
    return place.room.run([*script, *words], env=place.env | more, cwd=ROOT).stdout.strip()


def commands() -> list[list[str]]:
    """What the guide tells an operator to type after the name of the script."""
    text = GUIDE.replace("\\\n", " ")
    found = re.findall(
        r"^ *(?:\w+=\S+ +)*(?:\w+='[^']*' +)*python3 -m ops\.keycloak\.realm (.+)$", text, re.MULTILINE
    )
    return [shlex.split(line) for line in found]


class TestGuide:
    def test_leads_the_first_person_in(self, place: Place, browser: Browser, figures: Figures) -> None:
        """Its commands, in their order, as they stand there."""
        told = {words[0]: words for words in commands()}
        figures.add(
            "Commands of the guide",
            len(told),
            aim="4",
            held=set(told) == {"organization", "person", "update", "ldap"},
        )
        made = realm(place, *told["organization"])
        figures.add(
            "Groups of the organization: they came with the realm", made, aim=NOTHING, held=made == NOTHING
        )
        other = realm(place, "organization", "kaku").splitlines()
        figures.add("… of another one: lines of what was made", len(other), aim="5", held=len(other) == 5)
        said = realm(place, *told["person"])
        password = said.split("password ")[1].split()[0]
        page = window(browser)
        people.knock(page, "/")
        page.locator("#username").fill(told["person"][1])
        page.locator("#password").fill(password)
        page.locator("#kc-login").click()
        for name in ("#password-new", "#password-confirm"):
            page.locator(name).fill("a password of my own")
        page.locator("input[type=submit], button[type=submit]").first.click()
        person = Person.__new__(Person)
        person.used = 0
        people.set_up_code(page, person)
        people.arrive(page)
        role = place.membership(told["person"][1])
        figures.add("The first person in is", role, aim="admin", held=role == "admin")
        expect(page.get_by_text("藍沢 湊").first).to_be_attached()


class TestUpdate:
    def test_says_nothing_of_a_realm_that_is_as_its_file(self, place: Place, figures: Figures) -> None:
        said = realm(place, "update")
        figures.add("Right after the first start", said, aim=NOTHING, held=said == NOTHING)

    def test_changes_what_the_file_changes_and_loses_no_one(
        self, place: Place, browser: Browser, figures: Figures
    ) -> None:
        person, page = Person(place, "haru", "pmo"), window(browser)
        sign_in(page, person)
        before = account(person)
        file = place.room.place / "realm.json"
        file.write_text(json.dumps(newer(), ensure_ascii=False), encoding="utf-8")
        said = realm(place, "update", "--file", file, SITE_URL="https://new.example.jp")
        figures.add(
            "A newer file: lines of what was changed",
            len(said.splitlines()),
            aim="≥ 6",
            held=len(said.splitlines()) >= 6,
        )
        again = realm(place, "update", "--file", file, SITE_URL="https://new.example.jp")
        figures.add("… and a second time", again, aim=NOTHING, held=again == NOTHING)
        client = person.admin.get("/clients", clientId="itdo-web")[0]
        figures.add(
            "… the redirect",
            client["redirectUris"][0],
            aim="https://new…",
            held=client["redirectUris"][0].startswith("https://new."),
        )
        figures.add(
            "… people, groups, passwords, sessions as before",
            str(account(person) == before),
            aim="True",
            held=account(person) == before,
        )
        realm(place, "update")
        figures.add(
            "Back to the file of the repository",
            realm(place, "update"),
            aim=NOTHING,
            held=realm(place, "update") == NOTHING,
        )
        other = window(browser)
        sign_in(other, person)
        figures.add(
            "… and people sign in",
            place.membership("haru"),
            aim="pmo",
            held=place.membership("haru") == "pmo",
        )


def account(person: Person) -> dict[str, Any]:
    """What an update must not touch."""
    return {
        "person": person.admin.get(f"/users/{person.pk}"), "groups": person.admin.get(f"/users/{person.pk}/groups"),
        "credentials": person.admin.get(f"/users/{person.pk}/credentials"), "sessions": [each["id"] for each in person.sessions()],
    }  # fmt: skip


def newer() -> dict[str, Any]:
    """A later version of the file, with a change of every kind."""
    made: dict[str, Any] = json.loads((ROOT / "ops/keycloak/realm.json").read_text(encoding="utf-8"))
    made["failureFactor"] = 7
    made["roles"]["realm"].append({"name": "itdo:auditor", "description": "Reads the record"})
    made["groups"].append({"name": "another", "subGroups": [{"name": "member"}]})
    made["clients"][0]["attributes"]["backchannel.logout.revoke.offline.tokens"] = "false"
    made["clients"][0]["protocolMappers"][0]["config"]["introspection.token.claim"] = "true"
    made["scopeMappings"][0]["roles"].append("itdo:auditor")
    for config in made["authenticatorConfig"]:
        config["config"]["loa-max-age"] = "3600"
    return made


class TestSaml:
    def test_brings_people_of_a_company(self, place: Place, browser: Browser, figures: Figures) -> None:
        """Another realm is the company: what it signs and encrypts is believed, its attribute decides the group."""
        company = saml.Company(place)
        page = window(browser)
        company.sign_in(page, "minato")
        role = place.membership("minato")
        figures.add("SAML: attribute department has become the role", role, aim="pmo", held=role == "pmo")
        seen = company.seen()
        figures.add(
            "… the assertion is signed and encrypted",
            str(seen),
            aim="(True, True)",
            held=seen == (True, True),
        )
        company.change("minato", department="Sales")
        again = window(browser)
        company.sign_in(again, "minato")
        role = place.membership("minato")
        figures.add("… another department: role", role, aim="", held=role == "")
        company.change("minato", department="PMO")
        last = window(browser)
        company.sign_in(last, "minato")
        last.get_by_role("button", name="利用者メニュー").click()
        last.get_by_role("menuitem", name="サインアウト").click()
        expect(last.get_by_role("heading", level=1)).to_have_text("サインアウトしました")
        left = company.sessions("minato")
        figures.add(
            "… signed out here: sessions at the company that began with it", left, aim="2", held=left == 2
        )


class TestDirectory:
    def test_is_taken_by_keycloak(self, place: Place, figures: Figures) -> None:
        said = realm(place, "ldap", ROOT / "ops/keycloak/ldap.json", **DIRECTORY)
        admin = place.keycloak.admin()
        found = admin.get("/components", type="org.keycloak.storage.UserStorageProvider")
        figures.add("Directory of ldap.json", len(found), aim="1", held=len(found) == 1)
        kinds = {each["providerId"] for each in admin.get("/components", parent=found[0]["id"])}
        figures.add("… with mappers of groups, names and switched off", len(kinds), aim="≥ 3", held=kinds >= {
            "group-ldap-mapper", "user-attribute-ldap-mapper", "msad-user-account-control-mapper",
        })  # fmt: skip
        assert "directory" in said
        admin.ask("DELETE", f"/components/{found[0]['id']}")
