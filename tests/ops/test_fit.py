"""The files of production fit each other, and each fault that they have had would be seen (tests/ops/fit)."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.ops.files import ROOT, compose
from tests.ops.fit import from_compose, from_kubernetes
from tests.ops.fit.model import Installation, Mount
from tests.ops.fit.rules import faults
from tests.ops.test_kubernetes import PLACES, made_of, objects

Change = Callable[[Installation], Installation]


@pytest.fixture(scope="module")
def composed() -> Installation:
    return from_compose.read()


def clustered(place: str = "production") -> Installation:
    return from_kubernetes.read(place, tuple(objects(place)))


@pytest.fixture(scope="module")
def bucketed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Production as an operator makes it whose attachments lie in a bucket (k8s/README.md)."""
    folder = tmp_path_factory.mktemp("bucketed")
    for name in ("k8s", "ops"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "k8s/production/kustomization.yaml").open("a", encoding="utf-8") as file:
        file.write("components: [../bucket]\n")
    return from_kubernetes.read("production", tuple(made_of(folder, "production")))


class TestFiles:
    def test_of_compose_fit(self, composed: Installation) -> None:
        assert faults(composed) == []

    @pytest.mark.parametrize("place", PLACES)
    def test_of_a_cluster_fit(self, place: str) -> None:
        assert faults(clustered(place)) == []

    def test_of_a_cluster_with_a_bucket_fit(self, bucketed: Installation) -> None:
        assert faults(bucketed) == []
        assert bucketed.one("worker").given["ATTACHMENTS_KEY_SECRET"] == "word-of-KEY_SECRET"

    def test_of_development_are_whole(self) -> None:
        lines = (ROOT / "ops/development.env").read_text(encoding="utf-8").splitlines()
        env = dict(line.partition("  #")[0].split("=", 1) for line in lines if line[:1].isalpha())
        assert from_compose.read(env).containers

    def test_say_what_is_missing_from_an_env(self) -> None:
        env = from_compose.filled_in()
        del env["REDIS_CACHE_PASSWORD"]
        with pytest.raises(from_compose.UnresolvedError, match="REDIS_CACHE_PASSWORD is not set"):
            from_compose.read(env)


def given(name: str, **variables: str | None) -> Change:
    """A container with other variables; None takes one away."""

    def change(place: Installation) -> Installation:
        told = dict(place.one(name).given) | variables
        return place.with_changed(
            name, given={key: value for key, value in told.items() if value is not None}
        )

    return change


def told(name: str, *secrets: str) -> Change:
    """A container that more secrets reach."""
    return lambda place: place.with_changed(name, secrets=place.one(name).secrets | set(secrets))


def written(name: str, path: str, before: str, after: str) -> Change:
    """A file of a container with other words."""

    def change(place: Installation) -> Installation:
        mounts = {}
        for where, mount in place.one(name).mounts.items():
            texts = {
                key: text.replace(before, after) if f"{where}/{key}".rstrip("/") == path else text
                for key, text in mount.texts.items()
            }
            mounts[where] = replace(mount, texts=texts)
        return place.with_changed(name, mounts=mounts)

    return change


def mounted(name: str, path: str, mount: Mount | None) -> Change:
    """A container with something else at a path, or nothing."""

    def change(place: Installation) -> Installation:
        others = {where: each for where, each in place.one(name).mounts.items() if where != path}
        return place.with_changed(name, mounts=others | ({path: mount} if mount else {}))

    return change


def env_file_for_all(place: Installation) -> Installation:
    file = copy.deepcopy(compose())
    for name in ("backend", "worker", "worker-long", "beat", "migrate"):
        file["services"][name]["env_file"] = [".env"]
    return from_compose.read(file=file)


class TestOldFaults:
    """Each is put back into what is read, and a rule says it in words."""

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (given("keycloak", SITE_URL=None), "keycloak is not given SITE_URL, which its program needs"),
            (given("keycloak", KEYCLOAK_CLIENT_SECRET=None), "keycloak is not given KEYCLOAK_CLIENT_SECRET"),
            (env_file_for_all, "backend is told POSTGRES_PASSWORD, which its program does not need"),
            (env_file_for_all, "worker is told PGBACKREST_REPO1_CIPHER_PASS"),
            (env_file_for_all, "beat is told KEYCLOAK_ADMIN_PASSWORD"),
            (env_file_for_all, "worker-long is given GRAFANA_PASSWORD, which its program does not read"),
            (told("backend", "DATABASE_OWNER_PASSWORD"), "backend is told DATABASE_OWNER_PASSWORD"),
            (given("backend", DATABASE_OWNER_URL="postgres://o@postgres/x"), "backend is given DATABASE_OWNER_URL"),
            (given("backend", DATABASE_OWNER_URL="postgres://o@postgres/x"), "postgres is on no network of backend"),
            (told("postgres-replica", "POSTGRES_PASSWORD"), "postgres-replica is told POSTGRES_PASSWORD"),
            (told("kibana", "ELASTICSEARCH_PASSWORD"), "kibana is told ELASTICSEARCH_PASSWORD"),
            (told("backend", "SOME_NEW_PASSWORD"), "SOME_NEW_PASSWORD, which reaches backend: say in rules.KINDS"),
            (given("redis-cache", REDISCLI_AUTH=None), "redis-cache is not given REDISCLI_AUTH"),
            (given("backend", REDIS_URL="redis://redis-cache:6379/0"), "backend asks Redis without a password (REDIS_URL)"),
            (given("redis-broker-exporter", REDIS_PASSWORD=None), "redis-broker-exporter asks Redis without a password"),
            (given("worker", REDIS_BROKER_URL="redis://:x@redis-broker:6380/0"), "redis-broker does not listen on 6380"),
            (given("beat", DATABASE_DIRECT_URL=None), "beat is not given DATABASE_DIRECT_URL"),
            (given("worker", EMAIL_HOTS="mail"), "worker is given EMAIL_HOTS, which its program does not read"),
            (written("pgbouncer", "/etc/pgbouncer/pgbouncer.ini", "host=postgres-replica", "host=replica"), "replica is no container"),
            (written("pgbouncer", "/etc/pgbouncer/pgbouncer.ini", "listen_port = 6432", "listen_port = 6433"), "does not listen on 6432"),
            (written("prometheus", "/etc/prometheus/prometheus.yml", "port: 8100", "port: 8001"), "backend does not listen on 8001"),
            (mounted("pgbouncer", "/run/pgbouncer", None), "pgbouncer looks for /run/pgbouncer/users.txt"),
            (mounted("nginx", "/etc/nginx/site.conf", None), "nginx looks for /etc/nginx/site.conf"),
            (mounted("redis-broker", "/data", None), "redis-broker looks for /data"),
            (mounted("uploads", "/srv/uploads", Mount("media")), "media lies at /srv/media and /srv/uploads"),
            (lambda place: place.with_changed("worker", user="10002:10002"), "media is written by 10001:10001 and 10002:10002"),
            (given("backend", ACCEL_REDIRECT_PREFIX="/files/"), "which ops/nginx/site.conf does not know as internal"),
            (lambda place: replace(place, taken=place.taken - {"EMAIL_HOST"}), "EMAIL_HOST of .env.example reaches no container"),
            (lambda place: replace(place, taken=place.taken | {"NEW"}), "NEW is asked for by compose.yaml and has no line"),
            (lambda place: place.with_changed("nginx", published=(("80", 80),)), "nginx opens 80, where its program does not listen"),
        ],
    )  # fmt: skip
    def test_of_compose_are_seen(self, composed: Installation, change: Change, words: str) -> None:
        assert any(words in fault for fault in faults(change(composed))), words
        assert not any(words in fault for fault in faults(composed))

    def test_of_the_name_that_nobody_answered_to_is_seen(self, composed: Installation) -> None:
        """The site asks the identity provider by the name that browsers know: nginx must listen where that leads."""
        silent = composed
        for path in ("/etc/nginx/identity.conf", "/etc/nginx/tls.conf"):
            for name in ("nginx", "nginx-2"):
                silent = written(name, path, "listen 443 ", "listen 4430 ")(silent)
        found = [fault for fault in faults(silent) if "does not listen on 443" in fault]
        assert any("backend asks id.pm.example.co.jp:443 (KEYCLOAK_URL)" in fault for fault in found)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (given("keycloak", SITE_URL=None), "keycloak is not given SITE_URL"),
            (told("backend", "owner/DATABASE_OWNER_URL"), "backend is told owner/DATABASE_OWNER_URL"),
            (told("worker", "backup/owner-password"), "worker is told backup/owner-password"),
            (given("migrate", DATABASE_OWNER_URL=None, DATABASE_OWNER_URL_FILE=None), "migrate is not given DATABASE_OWNER_URL"),
            (given("backend", DATABASE_URL="postgres://a:b@postgres:5432/c"), "no policy lets backend out to 5432"),
            (given("backend", REDIS_URL="redis://redis-cache:6379/0"), "backend asks Redis without a password"),
            (given("redis-cache/exporter", REDIS_PASSWORD=None), "redis-cache/exporter is not given REDIS_PASSWORD"),
            (given("worker", DATABASE_URL="postgres://a:b@pool:6432/c"), "pool is no service"),
            (given("worker", DATABASE_URL="postgres://a:b@pgbouncer:5432/c"), "the service pgbouncer has no port 5432"),
            (written("nginx/nginx", "/etc/nginx/place.conf", ":8100", ":8101"), "the service backend has no port 8101"),
            (mounted("migrate", "/run/secrets/owner", None), "migrate looks for /run/secrets/owner/DATABASE_OWNER_URL"),
            (lambda place: place.with_changed("backend", ports={"http": 8000, "probes": 8200}), "does not listen on 8200"),
            (lambda place: without(place, "certificates"), "no policy lets ingress-nginx in to the pods that solve"),
            (lambda place: without(place, "names"), "cannot ask the name server of its node"),
            (lambda place: without(place, "database"), "no policy lets migrate out to 5432"),
            (lambda place: replace(place, listed={**place.listed, "site/OLD": ""}), "site/OLD of k8s/README.md is told to no pod"),
            (told("backend", "site/NEW_KEY"), "site/NEW_KEY is in no line of k8s/README.md"),
        ],
    )  # fmt: skip
    def test_of_a_cluster_are_seen(self, change: Change, words: str) -> None:
        place = clustered()
        assert any(words in fault for fault in faults(change(place))), words
        assert not any(words in fault for fault in faults(place))

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (mounted("backend", "/srv/media", Mount("media")), "backend mounts media, and attachments lie in a bucket"),
            (given("worker", ATTACHMENTS_BUCKET=None), "site:worker is not told in which bucket"),
            (given("migrate", ATTACHMENTS_KEY_SECRET=None), "migrate is told of a bucket and not ATTACHMENTS_KEY_SECRET"),
            (mounted("worker", "/run/secrets/attachments", None), "worker looks for /run/secrets/attachments/KEY"),
            (told("nginx/nginx", "attachments/KEY"), "nginx/nginx is told attachments/KEY, which its program does not need"),
            (given("backend", ATTACHMENTS_ENDPOINT="https://minio.example.co.jp:9000"), "no policy lets backend out to 9000"),
        ],
    )  # fmt: skip
    def test_of_a_bucket_are_seen(self, bucketed: Installation, change: Change, words: str) -> None:
        assert any(words in fault for fault in faults(change(bucketed))), words


def without(place: Installation, policy: str) -> Installation:
    """A cluster that has lost a network policy."""

    def is_it(each: Mapping[str, Any]) -> bool:
        return (each["kind"], each["metadata"]["name"]) == ("NetworkPolicy", policy)

    return replace(place, objects=tuple(each for each in place.objects if not is_it(each)))
