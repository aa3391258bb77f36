"""Each thing that production refuses, by itself."""

from __future__ import annotations

from typing import Any

import pytest

from config.checks import problems
from config.tests.test_production import OTHER, STRONG

WHOLE: dict[str, Any] = {
    "ENVIRONMENT": "production",
    "DEBUG": False,
    "DEVELOPMENT_SIGN_IN": False,
    "SECRET_KEY": STRONG,
    "SECRET_KEY_FALLBACKS": [],
    "ENCRYPTION_KEYS": [OTHER],
    "BACKUP_KEYS": [OTHER],
    "ALLOWED_HOSTS": ["pm.example.jp"],
    "CSRF_TRUSTED_ORIGINS": ["https://pm.example.jp"],
    "SITE_URL": "https://pm.example.jp",
    "TRUSTED_PROXIES": ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7", "unix"],
    "DATABASES": {"default": {"USER": "app", "HOST": "db"}, "owner": {"USER": "owner", "HOST": "db"}},
    "KEYCLOAK_URL": "https://id.example.jp",
    "LIMITS": {"api_user": "100/minute"},
}


class TestProblems:
    def test_are_none_where_all_is_right(self) -> None:
        assert list(problems(WHOLE)) == []

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"DEBUG": True}, "DEBUG is on"),
            ({"DEVELOPMENT_SIGN_IN": True}, "DEVELOPMENT_SIGN_IN is on"),
            ({"SECRET_KEY": "x" * 90}, "SECRET_KEY is too easy to guess"),
            ({"SECRET_KEY": STRONG[:42]}, "SECRET_KEY is too easy to guess"),
            ({"SECRET_KEY": f"django-insecure-{STRONG}"}, "SECRET_KEY is too easy to guess"),
            ({"BACKUP_KEYS": ["backup"]}, "BACKUP_KEY is too easy to guess"),
            ({"SECRET_KEY": f"changeme-{STRONG}"}, "SECRET_KEY is too easy to guess"),
            ({"SECRET_KEY_FALLBACKS": ["old"]}, "Key 2 of SECRET_KEY is too easy to guess"),
            ({"SECRET_KEY_FALLBACKS": [STRONG]}, "SECRET_KEY names the same key twice"),
            ({"ENCRYPTION_KEYS": ["development-only-" + OTHER]}, "ENCRYPTION_KEY is too easy to guess"),
            ({"ENCRYPTION_KEYS": [STRONG]}, "SECRET_KEY and ENCRYPTION_KEY share a key"),
            ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS has '*'"),
            ({"ALLOWED_HOSTS": [".example.jp"]}, "ALLOWED_HOSTS has '.example.jp'"),
            ({"ALLOWED_HOSTS": ["pm.example.jp", ""]}, "ALLOWED_HOSTS has ''"),
            ({"CSRF_TRUSTED_ORIGINS": ["https://*.example.jp"]}, "CSRF_TRUSTED_ORIGINS has"),
            ({"CSRF_TRUSTED_ORIGINS": ["http://pm.example.jp"]}, "CSRF_TRUSTED_ORIGINS has"),
            ({"SITE_URL": "http://pm.example.jp"}, "SITE_URL must begin with https://"),
            ({"TRUSTED_PROXIES": ["0.0.0.0/0"]}, "TRUSTED_PROXIES has '0.0.0.0/0'"),
            ({"TRUSTED_PROXIES": ["nginx"]}, "TRUSTED_PROXIES has 'nginx'"),
            ({"TRUSTED_PROXIES": ["10.1.2.3/8"]}, "TRUSTED_PROXIES has '10.1.2.3/8'"),
            ({"DATABASES": {"default": WHOLE["DATABASES"]["owner"], "owner": WHOLE["DATABASES"]["owner"]}}, "the same role"),
            ({"KEYCLOAK_URL": "http://id.example.jp"}, "KEYCLOAK_URL must begin with https://"),
            ({"LIMITS": {}}, "LIMITS is off"),
            ({"LIMITS": {"api_user": "lots"}}, "LIMIT_API_USER: 'lots' is no limit"),
            ({"LIMITS": {"auth_login": ""}}, "LIMIT_AUTH_LOGIN: '' is no limit"),
        ],
    )  # fmt: skip
    def test_are_said_one_by_one(self, change: dict[str, Any], words: str) -> None:
        [said] = problems(WHOLE | change)
        assert said.startswith(words) or words in said
        assert STRONG not in said
        assert said.endswith((".", ')"'))
