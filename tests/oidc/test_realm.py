"""The realm that is shipped: that it says what the site expects of it. Keycloak itself is not asked here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from ops.keycloak.admin import Admin
from ops.keycloak.flows import Flows
from projects.models import OrganizationRole
from projects.oidc import claims, provider

REALM: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "ops" / "keycloak" / "realm.json").read_text(encoding="utf-8")
)
CLIENT: dict[str, Any] = REALM["clients"][0]
SITE = "${SITE_URL}"


class TestClient:
    def test_is_the_sites(self):
        assert (REALM["realm"], CLIENT["clientId"]) == (settings.KEYCLOAK_REALM, settings.KEYCLOAK_CLIENT_ID)
        assert CLIENT["redirectUris"] == [SITE + reverse("projects:sign_in_return")]
        attributes = CLIENT["attributes"]
        assert attributes["post.logout.redirect.uris"] == SITE + reverse("projects:signed_out")
        assert attributes["backchannel.logout.url"] == SITE + reverse("projects:sign_in_back_channel")
        assert attributes["backchannel.logout.session.required"] == "true"

    def test_allows_the_code_with_pkce_alone(self):
        assert CLIENT["attributes"]["pkce.code.challenge.method"] == "S256"
        assert CLIENT["standardFlowEnabled"]
        for flow in (
            "implicitFlowEnabled",
            "directAccessGrantsEnabled",
            "serviceAccountsEnabled",
            "publicClient",
        ):
            assert CLIENT[flow] is False, flow

    def test_signs_as_the_site_checks(self):
        assert CLIENT["attributes"]["id.token.signed.response.alg"] == provider.setting("OIDC_RP_SIGN_ALGO")

    def test_lets_an_answer_get_lost(self):
        """A token that is good once is used up by a question whose answer came too late, and the session ends with it.

        The client proves itself with its secret, so RFC 9700 (2.2.2) asks for no new token with every use.
        """
        assert REALM["revokeRefreshToken"] is False
        assert CLIENT["publicClient"] is False

    def test_holds_no_secret(self):
        assert CLIENT["secret"] == "${KEYCLOAK_CLIENT_SECRET}"
        assert not REALM.get("users")

    @pytest.mark.parametrize("claim", ["groups", "realm_access.roles"])
    def test_puts_what_the_site_reads_where_it_reads_it(self, claim: str):
        """Keycloak puts roles into the access token alone unless a mapper says otherwise."""
        found = next(
            mapper["config"]
            for mapper in CLIENT["protocolMappers"]
            if mapper["config"]["claim.name"] == claim
        )
        assert found["id.token.claim"] == found["userinfo.token.claim"] == "true"

    def test_has_a_role_and_a_group_for_each_of_ours(self):
        groups = [group["path"] for top in REALM["groups"] for group in top["subGroups"]]
        roles = [role["name"] for role in REALM["roles"]["realm"]]
        for role in OrganizationRole.values:
            assert claims.places({"groups": [group for group in groups if group.endswith(role)]}) == {
                "itdo": role
            }
            said = {"realm_access": {"roles": [name for name in roles if name.endswith(role)]}}
            assert claims.places(said) == {"itdo": role}
        assert len(groups) == len(roles) == len(OrganizationRole.values)
        assert REALM["scopeMappings"] == [{"client": CLIENT["clientId"], "roles": roles}]


class TestSecondFactor:
    def test_is_what_the_site_asks_of_admins(self):
        levels = json.loads(REALM["attributes"]["acr.loa.map"])
        assert levels == json.loads(CLIENT["attributes"]["acr.loa.map"])
        assert [levels[acr] for acr in settings.KEYCLOAK_ADMIN_ACR] == [2]
        configs = {config["alias"]: config["config"] for config in REALM["authenticatorConfig"]}
        assert configs["level 2"]["loa-condition-level"] == "2"


class TestFlows:
    def test_lead_nowhere_that_is_not_there(self):
        aliases = {flow["alias"] for flow in REALM["authenticationFlows"]}
        configs = {config["alias"] for config in REALM["authenticatorConfig"]}
        for flow in REALM["authenticationFlows"]:
            for execution in flow["authenticationExecutions"]:
                assert execution.get("flowAlias", flow["alias"]) in aliases
                assert execution.get("authenticatorConfig") in configs | {None}
        assert {REALM[name] for name in ("browserFlow", "registrationFlow", "directGrantFlow")} <= aliases


class TestSaml:
    def test_is_an_example_that_is_off_and_strict(self):
        example = REALM["identityProviders"][0]
        # A company's word for its people's addresses: without it each of them would have to prove theirs by mail first.
        assert (example["providerId"], example["enabled"], example["trustEmail"]) == ("saml", False, True)
        for name in (
            "validateSignature",
            "wantAssertionsSigned",
            "wantAssertionsEncrypted",
            "wantAuthnRequestsSigned",
        ):
            assert example["config"][name] == "true", name
        assert {mapper["identityProviderAlias"] for mapper in REALM["identityProviderMappers"]} == {
            example["alias"]
        }


class TestSessions:
    def test_end_there_when_they_end_here(self):
        assert REALM["ssoSessionIdleTimeout"] == settings.SESSION_IDLE_SECONDS
        assert REALM["ssoSessionMaxLifespan"] == settings.SESSION_ABSOLUTE_SECONDS
        assert REALM["accessTokenLifespan"] - 30 == settings.KEYCLOAK_REFRESH_SECONDS


class Answers(Admin):
    """The console's side of `Flows`, with one provider of a company."""

    def __init__(self, **provider: str) -> None:
        self.provider = {"alias": "company-saml", "config": {"entityId": "us"}, **provider}
        self.told: list[tuple[str, str, dict[str, Any]]] = []

    def get(self, path: str, **query: str) -> Any:
        return [self.provider] if path.endswith("/instances") else self.provider

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        self.told.append((method, path, body))
        return {}


class TestFlowsOfProviders:
    def test_of_a_provider_that_was_put_aside_is_followed_by_the_new_one(self):
        """What is in use cannot be thrown away, and the next update would stop there."""
        kept = {"firstBrokerLoginFlowAlias": "first broker login"}
        answers = Answers(postBrokerLoginFlowAlias="itdo after a company old1a2b3c", **kept)
        Flows(answers, REALM)._follow()
        path = "/identity-provider/instances/company-saml"
        name = {"postBrokerLoginFlowAlias": "itdo after a company"}
        assert answers.told == [("PUT", path, answers.provider | name)]

    def test_of_a_provider_stays_where_it_is_another_or_none(self):
        for told in (
            {"postBrokerLoginFlowAlias": "ours"},
            {"postBrokerLoginFlowAlias": "itdo after a company"},
            {},
        ):
            answers = Answers(**told)
            Flows(answers, REALM)._follow()
            assert answers.told == []

    def test_after_a_company_proves_what_the_site_asks_for(self):
        (provider_,) = REALM["identityProviders"]
        flows = {flow["alias"]: flow for flow in REALM["authenticationFlows"]}
        top = flows[provider_["postBrokerLoginFlowAlias"]]
        first, second = (
            flows[each["flowAlias"]]["authenticationExecutions"] for each in top["authenticationExecutions"]
        )
        levels = {
            each["alias"]: each["config"]["loa-condition-level"] for each in REALM["authenticatorConfig"]
        }
        assert [levels[each[0]["authenticatorConfig"]] for each in (first, second)] == ["1", "2"]
        assert [each[1]["authenticator"] for each in (first, second)] == [
            "allow-access-authenticator",
            "auth-otp-form",
        ]
