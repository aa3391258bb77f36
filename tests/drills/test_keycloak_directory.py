"""A company's own accounts, where they matter: a directory that answers, people who are moved and switched off in it, and admins who come by SAML."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.drills.kit import keycloak
from tests.drills.kit import keycloak_people as people
from tests.drills.kit import keycloak_saml as saml
from tests.drills.kit.figures import Figures
from tests.drills.kit.keycloak_people import Person, window
from tests.drills.kit.keycloak_place import Place
from tests.drills.kit.programs import Program, Room, free_port, wait_until
from tests.drills.kit.site import HOST
from tests.drills.test_keycloak_realm import NOTHING, realm
from tests.ops.files import ROOT

pytestmark = pytest.mark.drill
#: A small directory in memory, of the library that many programs of directories are made of.
ARTIFACT: Final = "com.unboundid:unboundid-ldapsdk:7.0.3"
BASE: Final = "DC=example,DC=jp"
READER: Final = f"CN=keycloak,{BASE}"
WORD: Final = "word-of-the-directory"
#: Seconds after which Keycloak asks it again (`maxLifespan` of ops/keycloak/ldap.json).
REMEMBERED: Final = 2
#: Active Directory's own figures: an account that is usual, and one that is switched off.
USUAL, OFF = 512, 514
PEOPLE: Final = {"midori": USUAL, "kohaku": USUAL, "sumire": OFF}
#: Who is in which group below OU=itdo.
GROUPS: Final = {"admin": ["kohaku"], "pmo": ["midori", "sumire"], "member": [], "guest": []}


def entry(dn: str, *kinds: str, **values: Any) -> str:
    """A paragraph of LDIF; bytes are written as such."""
    lines = [f"dn: {dn}", *(f"objectClass: {kind}" for kind in kinds)]
    for name, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            is_bytes = isinstance(each, bytes)
            text = base64.b64encode(each if is_bytes else str(each).encode()).decode()
            lines.append(f"{name}:: {text}")
    return "\n".join(lines)


def dn(name: str) -> str:
    return f"CN={name},OU=people,{BASE}"


def written() -> str:
    """What an Active Directory shows of three people and four groups."""
    found = [entry(BASE, "domain", dc="example")]
    found += [entry(f"OU={name},{BASE}", "organizationalUnit", ou=name) for name in ("people", "itdo")]
    found += [
        entry(
            dn(name), "top", "person", "organizationalPerson", "user", cn=name, sAMAccountName=name, sn="若葉", givenName=name,
            mail=f"{name}@example.jp", userPassword=WORD, userAccountControl=state, pwdLastSet="1", objectGUID=uuid.uuid4().bytes,
        )
        for name, state in PEOPLE.items()
    ]  # fmt: skip
    found += [
        entry(f"CN={name},OU=itdo,{BASE}", "top", "group", cn=name, member=[dn(each) for each in members])
        for name, members in GROUPS.items()
    ]
    return "\n\n".join(found) + "\n"


class Directory:
    """It runs, and its administrators change it."""

    def __init__(self, room: Room) -> None:
        self.room, self.port = room, free_port()
        maven = shutil.which("mvn")
        if not maven:
            pytest.skip("not run: no Maven that could get a directory (apt install maven)")
        command = [
            maven,
            "-q",
            "-B",
            "dependency:copy",
            f"-Dartifact={ARTIFACT}",
            f"-DoutputDirectory={room.folder('ldap')}",
        ]
        got = room.run(command, check=False)
        if got.returncode:
            pytest.skip(f"not run: Maven did not get {ARTIFACT}: {got.stdout.strip()[:200]}")
        self.java: list[str | Path] = [
            Path(keycloak.java(), "bin/java"),
            "-cp",
            next(room.folder("ldap").glob("*.jar")),
        ]
        file = room.folder("ldap") / "people.ldif"
        file.write_text(written(), encoding="utf-8")
        self.program: Program = room.program("directory", [
            *self.java, "com.unboundid.ldap.listener.InMemoryDirectoryServerTool", "--baseDN", BASE, "--port", str(self.port),
            "--ldifFile", file, "--additionalBindDN", READER, "--additionalBindPassword", WORD,
        ])  # fmt: skip
        wait_until(self.answers, "a directory", seconds=120, every=0.5)

    def answers(self) -> bool:
        assert self.program.is_running(), self.program.words()[-2000:]
        try:
            socket.create_connection(("127.0.0.1", self.port), 2).close()
        except OSError:
            return False
        return True

    def change(self, *paragraphs: str) -> None:
        """`replace` and `delete`, as their administrators do."""
        file = self.room.folder("ldap") / "change.ldif"
        file.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
        self.room.run([
            *self.java, "com.unboundid.ldap.sdk.unboundidds.tools.LDAPModify", "--hostname", "127.0.0.1", "--port", str(self.port),
            "--bindDN", READER, "--bindPassword", WORD, "--ldifFile", file,
        ])  # fmt: skip

    def told(self) -> dict[str, str]:
        """What an operator gives to `ops.keycloak.realm ldap`."""
        return {
            "LDAP_URL": f"ldap://127.0.0.1:{self.port}", "LDAP_BIND_DN": READER, "LDAP_BIND_PASSWORD": WORD,
            # A minute in production.
            "LDAP_REMEMBERED_MILLISECONDS": "1000", "LDAP_USERS_DN": f"OU=people,{BASE}", "LDAP_GROUPS_DN": f"OU=itdo,{BASE}",
        }  # fmt: skip


def replaced(where: str, name: str, *values: str | int) -> str:
    lines = [
        f"dn: {where}",
        "changetype: modify",
        f"replace: {name}",
        *(f"{name}: {value}" for value in values),
    ]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def directory(place: Place) -> Iterator[Directory]:
    made = Directory(place.room)
    yield made
    made.program.kill()


def knocked(browser: Browser, username: str, password: str = WORD) -> Page:
    """A browser whose user has sent name and password."""
    page = window(browser)
    people.knock(page)
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.locator("#kc-login").click()
    page.wait_for_load_state("load")
    return page


def is_in(page: Page) -> bool:
    return urlsplit(page.url).netloc == HOST


def person_of(page: Page) -> Person:
    """Who sets up a code."""
    made = Person.__new__(Person)
    made.used = 0
    people.set_up_code(page, made)
    return made


class TestDirectory:
    def test_lets_its_people_in_as_its_groups_say(
        self, place: Place, directory: Directory, browser: Browser, figures: Figures
    ) -> None:
        said = realm(place, "ldap", ROOT / "ops/keycloak/ldap.json", **directory.told())
        assert "directory" in said
        page = knocked(browser, "midori")
        people.arrive(page)
        role = place.membership("midori")
        figures.add("In the directory's group pmo: role here", role, aim="pmo", held=role == "pmo")
        name = place.sees(
            "import json\nfrom projects.models import User\nprint(json.dumps(User.objects.get(username='midori').display_name))"
        )
        figures.add("… and the name", name, aim="若葉 midori", held=name == "若葉 midori")
        wrong = knocked(browser, "midori", "another word")
        figures.add("Another password", str(is_in(wrong)), aim="False", held=not is_in(wrong))
        off = knocked(browser, "sumire")
        figures.add("Switched off in the directory: in", str(is_in(off)), aim="False", held=not is_in(off))

    def test_asks_its_admins_for_a_second_factor(
        self, place: Place, directory: Directory, browser: Browser, figures: Figures
    ) -> None:
        page = knocked(browser, "kohaku")
        is_asked = page.locator("#totpSecret").count() == 1
        figures.add("An admin of the directory sets up a code", str(is_asked), aim="True", held=is_asked)
        person_of(page)
        people.arrive(page)
        role = place.membership("kohaku")
        figures.add("… and is in as", role, aim="admin", held=role == "admin")

    def test_is_heard_when_it_changes(
        self, place: Place, directory: Directory, browser: Browser, figures: Figures
    ) -> None:
        pmo, member = (f"CN={name},OU=itdo,{BASE}" for name in ("pmo", "member"))
        directory.change(replaced(pmo, "member", dn("sumire")), replaced(member, "member", dn("midori")))
        time.sleep(REMEMBERED)
        people.arrive(knocked(browser, "midori"))
        role = place.membership("midori")
        figures.add(
            "Moved to the group member: role after the next sign-in",
            role,
            aim="member",
            held=role == "member",
        )
        directory.change(replaced(dn("midori"), "userAccountControl", OFF))
        time.sleep(REMEMBERED)
        off = knocked(browser, "midori")
        figures.add("Switched off: in", str(is_in(off)), aim="False", held=not is_in(off))
        directory.change(replaced(dn("midori"), "userAccountControl", USUAL))
        time.sleep(REMEMBERED)
        people.arrive(knocked(browser, "midori"))
        figures.add("Switched on again: in", "True", aim="True")


class TestSamlAdmin:
    def test_is_asked_for_a_second_factor(self, place: Place, browser: Browser, figures: Figures) -> None:
        """The company's password is one factor: who becomes an admin proves a second one here."""
        company = saml.Company(place)
        company.sign_in(window(browser), "minato")
        admin = place.keycloak.admin()
        user = admin.get("/users", username="minato")[0]["id"]
        admin.ask("PUT", f"/users/{user}/groups/{admin.get('/group-by-path/itdo/admin')['id']}")
        page = window(browser)
        people.knock(page)
        page.locator(f"#social-{saml.ALIAS}").click()
        page.locator("#username").fill("minato")
        page.locator("#password").fill(saml.PASSWORD)
        page.locator("#kc-login").click()
        page.wait_for_selector("#totpSecret", state="attached", timeout=60_000)
        figures.add("An admin who comes by SAML sets up a code", "True", aim="True")
        person_of(page)
        people.arrive(page)
        role = place.membership("minato")
        figures.add("… and is in as", role, aim="admin", held=role == "admin")

    def test_keeps_its_way_when_the_realm_is_brought_to_a_newer_file(
        self, place: Place, figures: Figures
    ) -> None:
        """The provider names a flow, and what is in use cannot be thrown away."""
        newer = json.loads((ROOT / "ops/keycloak/realm.json").read_text(encoding="utf-8"))
        for config in newer["authenticatorConfig"]:
            config["config"]["loa-max-age"] = "3600"
        file = place.room.place / "newer.json"
        file.write_text(json.dumps(newer, ensure_ascii=False), encoding="utf-8")
        said = realm(place, "update", "--file", file)
        is_made = "flow itdo after a company" in said
        figures.add(
            "Another age of the levels: the flow is made anew", str(is_made), aim="True", held=is_made
        )
        again = realm(place, "update", "--file", file)
        figures.add("… a second time", again, aim=NOTHING, held=again == NOTHING)
        found = place.keycloak.admin().get(f"/identity-provider/instances/{saml.ALIAS}")
        name = found["postBrokerLoginFlowAlias"]
        figures.add("… and the provider names it", name, aim="", held=name == "itdo after a company")
