"""That production starts with whole and strong settings, and with nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STRONG = "Zk3vX9qLw7RtYb2NcM5dHf8JgKs1PaUeQoTi6VyBxCz4"  # pragma: allowlist secret  # of these tests
OTHER = "Q8nWz2LmX5vRk9TbYc7JdHs4GfPa3UeKoNi1VyBxCzMt"  # pragma: allowlist secret  # of these tests
WHOLE = {
    "SECRET_KEY": STRONG, "ENCRYPTION_KEY": OTHER, "ALLOWED_HOSTS": "pm.example.jp",
    "DATABASE_URL": "postgres://a:b@127.0.0.1:1/c", "TRUSTED_PROXIES": "10.0.0.0/8",
    "REDIS_URL": "redis://127.0.0.1:1/0", "REDIS_BROKER_URL": "redis://127.0.0.1:2/0",
    "KEYCLOAK_URL": "https://id.example.jp", "KEYCLOAK_REALM": "itdo", "KEYCLOAK_CLIENT_ID": "itdo-web",
    "KEYCLOAK_CLIENT_SECRET": OTHER[::-1],
}  # fmt: skip


def in_production(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python with the settings of production."""
    fixed = {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "production",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=fixed | variables, cwd=ROOT, capture_output=True, text=True, check=False
    )


def settings_say(expression: str, **variables: str) -> str:
    result = in_production(f"from django.conf import settings; print({expression})", **WHOLE | variables)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def refusal(**variables: str) -> str:
    """The last words of a start that was refused."""
    result = in_production("from django.conf import settings; settings.DEBUG", **WHOLE | variables)
    assert result.returncode != 0
    return result.stderr.strip().splitlines()[-1]


class TestProduction:
    def test_starts_when_everything_is_right(self) -> None:
        assert settings_say("settings.DEVELOPMENT_SIGN_IN, settings.DEBUG") == "False False"

    @pytest.mark.parametrize("missing", sorted(WHOLE))
    def test_does_not_start_without_a_variable_and_names_it(self, missing: str) -> None:
        given = {name: value for name, value in WHOLE.items() if name != missing}
        result = in_production("from django.conf import settings; settings.DEBUG", **given)
        assert result.returncode != 0
        assert f"{missing} is not set" in result.stderr.splitlines()[-1]

    def test_needs_the_owner_of_the_tables_for_what_only_the_owner_may(self) -> None:
        code = "import django; django.setup(); from django.core.management import call_command; call_command('migrate')"
        result = in_production(code, **WHOLE)
        assert result.returncode != 0
        assert "DATABASE_OWNER_URL is not set" in result.stderr.splitlines()[-1]

    def test_has_no_clock_whose_lock_a_pool_would_lose(self) -> None:
        code = "import django; django.setup(); from config.beat import direct_alias; print(direct_alias())"
        assert "DATABASE_DIRECT_URL is not set" in in_production(code, **WHOLE).stderr.splitlines()[-1]
        told = in_production(code, **WHOLE, DATABASE_DIRECT_URL="postgres://a:b@127.0.0.1:1/c")
        assert told.stdout.strip() == "direct"

    def test_takes_an_empty_variable_for_one_that_is_not_set(self) -> None:
        assert settings_say(
            "settings.EMAIL_PORT, settings.LIMITS['api_user']", EMAIL_PORT="", LIMIT_API_USER="", LIMITS=""
        ) == ("587 100/minute")

    def test_reads_secrets_from_files(self, tmp_path: Path) -> None:
        secret = tmp_path / "key"
        secret.write_text(f"{STRONG}x\n")
        assert settings_say("settings.SECRET_KEY", SECRET_KEY="", SECRET_KEY_FILE=str(secret)) == f"{STRONG}x"

    def test_takes_several_keys_the_newest_first(self) -> None:
        older = STRONG[::-1]
        said = settings_say(
            "settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS", SECRET_KEY=f"{STRONG}, {older}"
        )
        assert said == f"{STRONG} {[older]}"

    def test_names_its_cookies_so_that_no_other_host_can_set_them(self) -> None:
        names = "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME"
        assert settings_say(names) == "__Host-sessionid __Host-csrftoken"
        code = "import django; django.setup(); from config.web import headers; print(headers._HostCookies.cookie_name)"
        assert in_production(code, **WHOLE).stdout.strip() == "__Host-messages"
        flags = (
            "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY"
        )
        assert settings_say(flags) == "True True True"

    def test_enters_the_domain_into_lists_of_browsers_where_its_owner_says_so(self) -> None:
        facts = "settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_PRELOAD"
        assert settings_say(facts) == "31536000 False"
        assert settings_say(facts, HSTS_PRELOAD="on") == "31536000 True"

    @pytest.mark.parametrize("name", ["DEBUG", "DEVELOPMENT_SIGN_IN"])
    def test_refuses_what_is_for_development(self, name: str) -> None:
        assert f"{name} is on" in refusal(**{name: "true"})

    def test_names_everything_that_is_wrong_at_once(self) -> None:
        said = refusal(DEBUG="on", SECRET_KEY="short", ALLOWED_HOSTS="*", LIMITS="off")
        for name in ("DEBUG is on", "SECRET_KEY is too easy", "ALLOWED_HOSTS has '*'", "LIMITS is off"):
            assert name in said

    def test_never_repeats_a_key(self) -> None:
        assert "secret-but-short" not in refusal(SECRET_KEY="secret-but-short")  # pragma: allowlist secret

    def test_is_what_an_unset_environment_means(self) -> None:
        assert (
            settings_say("settings.ENVIRONMENT, settings.DEVELOPMENT_SIGN_IN", ENVIRONMENT="")
            == "production False"
        )
        said = in_production("import config.settings", ENVIRONMENT="").stderr
        assert "SECRET_KEY is not set. ENVIRONMENT, not set, means production, which needs it" in said
        assert "On a developer's machine bin/run starts everything" in said

    def test_says_which_number_is_none(self) -> None:
        assert "SESSION_IDLE_SECONDS is 'half an hour'; write a whole number" in refusal(
            SESSION_IDLE_SECONDS="half an hour"
        )

    def test_bounds_what_may_be_set(self) -> None:
        said = refusal(SECURE_SSL_REDIRECT="0", INSIDE_NETWORKS="0.0.0.0/0", LIMIT_AUTH_LOGIN="9999/second")
        for name in (
            "SECURE_SSL_REDIRECT is off",
            "INSIDE_NETWORKS has '0.0.0.0/0'",
            "LIMIT_AUTH_LOGIN is '9999/second'",
        ):
            assert name in said

    def test_holds_for_staging_too(self) -> None:
        assert "ENVIRONMENT=staging does not start: DEBUG is on" in refusal(ENVIRONMENT="staging", DEBUG="1")


def by_hand(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py …` where no ENVIRONMENT is said."""
    command = [sys.executable, "manage.py", *arguments]
    given = {"PATH": os.environ["PATH"]} | variables
    return subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True, check=False)


class TestCommandsByHand:
    ASK = ("diffsettings", "--output", "unified")

    def test_work_on_a_developers_machine(self) -> None:
        """Where no server is named they reach the clone's own one, or none (`manage.py schedule`)."""
        result = by_hand(*self.ASK)
        assert "+ ENVIRONMENT = 'development'" in result.stdout, result.stderr

    @pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL_FILE"])
    def test_of_an_installation_take_its_environment_for_production(self, name: str) -> None:
        value = {"DATABASE_URL": WHOLE["DATABASE_URL"], "SECRET_KEY": STRONG}.get(name, "/dev/null")
        result = by_hand(*self.ASK, **{name: value})
        assert result.returncode != 0
        assert "means production" in result.stderr.splitlines()[-1]
