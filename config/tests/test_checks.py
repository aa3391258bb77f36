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
    "INSIDE_NETWORKS": ["127.0.0.1", "::1", "10.0.0.0/8", "fc00::/7", "203.0.113.0/24"],
    "SECURE_SSL_REDIRECT": True,
    "CACHES": {"default": {"LOCATION": "redis://:word@cache:6379/0"}},
    "CELERY_BROKER_URL": "rediss://:word@broker:6379/0",
    "KEYCLOAK_URL": "https://id.example.jp",
    "KEYCLOAK_CLIENT_SECRET": OTHER[::-1],
    "KEYCLOAK_REFRESH_SECONDS": 300,
    "SESSION_IDLE_SECONDS": 1_800,
    "SESSION_ABSOLUTE_SECONDS": 43_200,
    "LIMITS": {"api_user": "100/minute"},
}


class TestProblems:
    def test_are_none_where_all_is_right(self) -> None:
        assert list(problems(WHOLE)) == []

    def test_are_none_where_the_owner_is_not_told(self) -> None:
        assert list(problems(WHOLE | {"DATABASES": {"default": WHOLE["DATABASES"]["default"]}})) == []

    @pytest.mark.parametrize(
        "address",
        ["redis://127.0.0.1:6379/0", "redis://localhost/0", "redis://[::1]/0", "unix:///run/redis.sock"],
    )
    def test_are_none_where_redis_is_on_the_same_machine(self, address: str) -> None:
        here = {"CACHES": {"default": {"LOCATION": address}}, "CELERY_BROKER_URL": address}
        assert list(problems(WHOLE | here)) == []

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
            ({"TRUSTED_PROXIES": ["203.0.0.0/8"]}, "TRUSTED_PROXIES has '203.0.0.0/8'"),
            ({"TRUSTED_PROXIES": ["::/8"]}, "TRUSTED_PROXIES has '::/8'"),
            ({"TRUSTED_PROXIES": ["nginx"]}, "TRUSTED_PROXIES has 'nginx'"),
            ({"TRUSTED_PROXIES": ["10.1.2.3/8"]}, "TRUSTED_PROXIES has '10.1.2.3/8'"),
            ({"DATABASES": {"default": WHOLE["DATABASES"]["owner"], "owner": WHOLE["DATABASES"]["owner"]}}, "the same role"),
            ({"DATABASES": WHOLE["DATABASES"] | {"operator": {"USER": "owner", "HOST": "pool"}}}, "DATABASE_OPERATOR_URL and"),
            ({"CACHES": {"default": {"LOCATION": "redis://cache:6379/0"}}}, "REDIS_URL has no password"),
            ({"CELERY_BROKER_URL": "redis://10.0.0.7/0"}, "REDIS_BROKER_URL has no password"),
            ({"KEYCLOAK_URL": "http://id.example.jp"}, "KEYCLOAK_URL must begin with https://"),
            ({"INSIDE_NETWORKS": ["0.0.0.0/0"]}, "INSIDE_NETWORKS has '0.0.0.0/0'"),
            ({"INSIDE_NETWORKS": ["::/0"]}, "INSIDE_NETWORKS has '::/0'"),
            ({"INSIDE_NETWORKS": ["8.0.0.0/8"]}, "INSIDE_NETWORKS has '8.0.0.0/8'"),
            ({"INSIDE_NETWORKS": ["everywhere"]}, "INSIDE_NETWORKS has 'everywhere'"),
            ({"SECURE_SSL_REDIRECT": False}, "SECURE_SSL_REDIRECT is off"),
            ({"KEYCLOAK_CLIENT_SECRET": OTHER[:31]}, "KEYCLOAK_CLIENT_SECRET is too easy to guess"),
            ({"KEYCLOAK_CLIENT_SECRET": "s" * 40}, "KEYCLOAK_CLIENT_SECRET is too easy to guess"),
            ({"SESSION_IDLE_SECONDS": 0}, "SESSION_IDLE_SECONDS is 0"),
            ({"SESSION_IDLE_SECONDS": 43_201, "SESSION_ABSOLUTE_SECONDS": 86_400}, "SESSION_IDLE_SECONDS is 43201"),
            ({"SESSION_IDLE_SECONDS": 3_600, "SESSION_ABSOLUTE_SECONDS": 1_800}, "SESSION_IDLE_SECONDS is more than"),
            ({"SESSION_ABSOLUTE_SECONDS": 10**9}, "SESSION_ABSOLUTE_SECONDS is 1000000000"),
            ({"KEYCLOAK_REFRESH_SECONDS": 86_400}, "KEYCLOAK_REFRESH_SECONDS is 86400"),
            ({"LIMITS": {"api_user": "100001/minute"}}, "LIMIT_API_USER is '100001/minute', which bounds nothing"),
            ({"LIMITS": {"auth_login": "2/second"}}, "LIMIT_AUTH_LOGIN is '2/second', which bounds nothing"),
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
