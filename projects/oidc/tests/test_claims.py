"""What the provider says, as plain data."""

from __future__ import annotations

from typing import Any

import pytest

from projects.oidc import claims


class TestPlaces:
    @pytest.mark.parametrize(
        ("said", "places"),
        [
            ({}, {}),
            ({"groups": ["/itdo/pmo"]}, {"itdo": "pmo"}),
            ({"groups": ["itdo/pmo"]}, {"itdo": "pmo"}),
            ({"groups": ["/itdo/guest", "/itdo/admin", "/itdo/member"]}, {"itdo": "admin"}),
            ({"groups": ["/itdo/member"], "realm_access": {"roles": ["itdo:pmo"]}}, {"itdo": "pmo"}),
            (
                {"realm_access": {"roles": ["a:guest", "b:admin", "offline_access"]}},
                {"a": "guest", "b": "admin"},
            ),
            ({"groups": ["/itdo", "/itdo/boss", "/itdo/pmo/tokyo", "//pmo", "pmo", "", "/"]}, {"": "pmo"}),
            ({"groups": "/itdo/admin"}, {}),
            ({"groups": [7, None, ["/itdo/admin"]], "realm_access": ["itdo:admin"]}, {}),
            ({"groups": ["/x/guest"] * 500 + ["/itdo/admin"]}, {"x": "guest"}),
        ],
    )
    def test_are_the_highest_role_of_each_organization(self, said: dict[str, Any], places: dict[str, str]):
        assert claims.places(said) == places


class TestPerson:
    @pytest.mark.parametrize(
        ("said", "name"),
        [
            ({"family_name": "藍沢", "given_name": "湊", "name": "湊 藍沢"}, "藍沢 湊"),
            ({"family_name": "Smith", "given_name": "Ann", "name": "Ann Smith"}, "Ann Smith"),
            ({"family_name": "Smith", "given_name": "Ann"}, "Ann Smith"),
            ({"name": " 藍沢 湊 "}, "藍沢 湊"),
            ({}, ""),
        ],
    )
    def test_is_called_as_people_call_them(self, said: dict[str, Any], name: str):
        assert claims.person({"sub": "x"} | said).display_name == name

    @pytest.mark.parametrize(
        ("locale", "language"), [("en", "en"), ("en-GB", "en"), ("ja", "ja"), ("fr", "ja"), (None, "ja")]
    )
    def test_reads_their_language(self, locale: Any, language: str):
        assert claims.person({"sub": "x", "locale": locale}).language == language
