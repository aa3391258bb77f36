"""mozilla-django-oidc's way from a code to a person, with the checks that it leaves to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from projects.oidc import accounts, claims, provider, tokens
from projects.oidc.provider import ProviderRefusedError, WaitBudget
from projects.oidc.refusals import RefusalReason, SignInRefusedError
from projects.oidc.tokens import TokenRefusedError

if TYPE_CHECKING:
    import jwt

    from projects.models import Identity, User


class KeycloakBackend(OIDCAuthenticationBackend):  # type: ignore[misc]  # a package without types
    """One sign-in; afterwards it holds what came with it.

    Checked here and not there: issuer, audience, authorized party, expiry, the key's and the token's algorithm, the subject
    of the user info, the verification of the address; a person is issuer and subject; every request ends in time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.budget = WaitBudget()
        self.tokens: dict[str, Any] = {}
        self.id_claims: dict[str, Any] = {}
        self.identity: Identity | None = None

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        """Ours come from KEYCLOAK_URL and its kin."""
        return provider.setting(attr, *args)

    def get_token(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Tokens for the code; a code that was used before gives none."""
        try:
            self.tokens = provider.token(payload, budget=self.budget)
        except ProviderRefusedError as error:
            raise SignInRefusedError(RefusalReason.NOT_PROVEN, detail=error.error) from error
        return self.tokens

    def retrieve_matching_jwk(self, token: Any) -> jwt.PyJWK:
        """The provider's own key, kept for a while."""
        if not isinstance(token, str):
            raise TokenRefusedError("no ID token")
        return tokens.signing_key(token, budget=self.budget)

    def get_payload_data(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        """The claims of the ID token, all of them checked but the nonce, which the caller compares."""
        self.id_claims = tokens.decode(token, key)
        return self.id_claims

    def get_userinfo(self, access_token: str, id_token: str, payload: dict[str, Any]) -> dict[str, Any]:
        """What the provider says about the person of the ID token; about another one it is not listened to."""
        try:
            found = provider.userinfo(access_token, budget=self.budget)
        except ProviderRefusedError as error:
            raise SignInRefusedError(RefusalReason.NOT_PROVEN, detail="userinfo") from error
        if found.get("sub") != payload["sub"]:
            raise TokenRefusedError("user info of another person")
        return found

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        """The person of issuer and subject."""
        said = payload | self.get_userinfo(access_token, id_token, payload)
        self.identity = accounts.find_or_make(claims.person(said))
        return self.identity.user
