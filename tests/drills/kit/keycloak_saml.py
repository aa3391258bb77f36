"""A company whose own accounts are SAML's: another realm of the same Keycloak, brokered by ours."""

from __future__ import annotations

import base64
import urllib.request
from typing import Any, Final
from urllib.parse import parse_qs

from playwright.sync_api import Page, Request

from tests.drills.kit import keycloak_people as people
from tests.drills.kit.keycloak_place import IDENTITY, Place

ALIAS: Final = "company-saml"
OURS: Final = f"https://{IDENTITY}/realms/itdo"
THEIRS: Final = f"https://{IDENTITY}/realms/company"
PASSWORD: Final = "password of the company"  # of a drill
#: What the company tells of a person, under the names of ops/keycloak/realm.json.
TOLD: Final = {"username": "username", "email": "email", "firstName": "givenName", "lastName": "surname"}


class Company:
    """The company, its person `minato`, and the trust between both realms."""

    def __init__(self, place: Place) -> None:
        self.place, self.ours, self.theirs = place, place.keycloak.admin(), place.keycloak.admin("company")
        self.answers: list[str] = []
        place.keycloak.admin("").ask("POST", "", {"realm": "company", "displayName": "会社", "enabled": True})
        profile = self.theirs.get("/users/profile")
        self.theirs.ask("PUT", "/users/profile", profile | {"unmanagedAttributePolicy": "ENABLED"})
        self.theirs.ask("POST", "/users", {
            "username": "minato", "enabled": True, "firstName": "湊", "lastName": "藍沢", "email": "minato@company.example.jp", "emailVerified": True,
            "attributes": {"department": ["PMO"]}, "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
        })  # fmt: skip
        self._be_believed()
        self._believe()

    def _be_believed(self) -> None:
        """What an operator does in our console: the company's metadata, and the switch."""
        ours = self.ours.get(f"/identity-provider/instances/{ALIAS}")
        asked = {"providerId": "saml", "fromUrl": f"{THEIRS}/protocol/saml/descriptor"}
        read = self.ours.ask("POST", "/identity-provider/import-config", asked)
        strict = {
            name: ours["config"][name]
            for name in ours["config"]
            if name.startswith(("want", "validate", "entityId", "sync"))
        }
        self.ours.ask(
            "PUT",
            f"/identity-provider/instances/{ALIAS}",
            ours | {"enabled": True, "config": ours["config"] | read | strict},
        )

    def _believe(self) -> None:
        """What the company's people do on their side with our metadata."""
        keycloak = f"http://{self.place.keycloak.address}:8080"
        with urllib.request.urlopen(
            f"{keycloak}/realms/itdo/broker/{ALIAS}/endpoint/descriptor", timeout=20
        ) as found:
            metadata = found.read()
        client = self.theirs.ask("POST", "/client-description-converter", metadata)
        client["protocolMappers"] = [
            _mapper(name, "saml-user-property-mapper", {"user.attribute": name}, told)
            for name, told in TOLD.items()
        ]
        client["protocolMappers"].append(
            _mapper(
                "department", "saml-user-attribute-mapper", {"user.attribute": "department"}, "department"
            )
        )
        client["attributes"] |= {
            "saml.encrypt": "true",
            "saml.assertion.signature": "true",
            "saml.server.signature": "true",
        }
        self.theirs.ask("POST", "/clients", client)

    def sign_in(self, page: Page, username: str) -> None:
        """By the second button of our form, the company's form, and back."""
        page.on("request", self._note)
        people.knock(page)
        page.locator(f"#social-{ALIAS}").click()
        page.locator("#username").fill(username)
        page.locator("#password").fill(PASSWORD)
        page.locator("#kc-login").click()
        people.arrive(page)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and request.url.startswith(f"{OURS}/broker/{ALIAS}/endpoint"):
            self.answers += parse_qs(request.post_data or "").get("SAMLResponse", [])

    def seen(self) -> tuple[bool, bool]:
        """Whether the company's answers were signed, and encrypted."""
        texts = [base64.b64decode(answer).decode() for answer in self.answers]
        return all("SignatureValue" in text for text in texts), all(
            "EncryptedAssertion" in text for text in texts
        )

    def change(self, username: str, **attributes: str) -> None:
        """Another department, say."""
        found = self.theirs.get("/users", username=username, briefRepresentation="false")[0]
        found["attributes"] |= {name: [value] for name, value in attributes.items()}
        self.theirs.ask("PUT", f"/users/{found['id']}", found)

    def sessions(self, username: str) -> int:
        """How many the company has of a person."""
        found = self.theirs.get("/users", username=username)[0]
        return len(self.theirs.get(f"/users/{found['id']}/sessions"))


def _mapper(name: str, kind: str, config: dict[str, str], told: str) -> dict[str, Any]:
    basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
    fields = {"attribute.name": told, "attribute.nameformat": basic, "friendly.name": told}
    return {"name": name, "protocol": "saml", "protocolMapper": kind, "config": {**fields, **config}}
