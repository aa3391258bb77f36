"""compose.yaml: what its schema cannot say."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.ops.files import ROOT, compose

FILE = compose()
SERVICES: dict[str, Any] = FILE["services"]


def limits(name: str) -> dict[str, str]:
    return SERVICES[name]["deploy"]["resources"]["limits"]


class TestCompose:
    def test_has_the_parts_of_the_design(self) -> None:
        assert set(SERVICES) >= {
            "nginx", "nginx-2", "backend", "worker", "worker-long", "beat", "migrate", "postgres", "postgres-replica", "pgbouncer", "redis-cache",
            "redis-broker", "keycloak", "prometheus", "alertmanager", "fluentd", "elasticsearch", "kibana",
        }  # fmt: skip
        assert SERVICES["backend"]["deploy"]["replicas"] == 3

    @pytest.mark.parametrize(
        ("service", "cpus", "memory"),
        [
            ("backend", "2", "2G"),
            ("postgres", "4", "8G"),
            ("redis-cache", "1", "2G"),
            ("redis-broker", "1", "2G"),
        ],
    )
    def test_has_the_limits_of_the_design(self, service: str, cpus: str, memory: str) -> None:
        assert limits(service) == {"cpus": cpus, "memory": memory}

    @pytest.mark.parametrize("name", sorted(SERVICES))
    def test_lets_no_service_have_all_of_the_machine(self, name: str) -> None:
        service = SERVICES[name]
        assert limits(name).keys() == {"cpus", "memory"}
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert not service.get("privileged")
        assert service["profiles"], "nothing starts without being asked for"

    @pytest.mark.parametrize("name", sorted(SERVICES))
    def test_names_the_version_of_each_image(self, name: str) -> None:
        image = SERVICES[name]["image"]
        assert image.startswith("${IMAGE:?") or image.rpartition(":")[2] not in {"", "latest", image}

    def test_lets_people_reach_nginx_and_nothing_else(self) -> None:
        outside = {
            name
            for name, service in SERVICES.items()
            if any(not str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
        }
        assert outside == {"nginx", "nginx-2"}

    def test_keeps_databases_off_the_way_in(self) -> None:
        assert FILE["networks"]["database-network"] == {"internal": True}
        at_the_front = {
            name for name, service in SERVICES.items() if "frontend-network" in service["networks"]
        }
        assert at_the_front == {
            "nginx",
            "nginx-2",
            "grafana",
            "kibana",
            "data-postgres",
            "data-redis-cache",
            "data-redis-broker",
        }

    def test_writes_only_where_it_must(self) -> None:
        for name in (
            "backend",
            "worker",
            "worker-long",
            "beat",
            "migrate",
            "nginx",
            "pgbouncer",
            "redis-cache",
            "redis-broker",
        ):
            assert SERVICES[name]["read_only"] is True, name

    def test_does_not_start_the_site_before_its_tables_are_right(self) -> None:
        for name in ("backend", "worker", "worker-long", "beat"):
            assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}

    def test_takes_no_server_for_ready_that_makes_a_new_cluster(self) -> None:
        """That one listens on a socket alone, and the database of Keycloak is not there yet."""
        asked = {
            name: service["healthcheck"]["test"]
            for name, service in SERVICES.items()
            if "pg_isready" in str(service.get("healthcheck"))
        }
        assert asked
        for name, test in asked.items():
            assert test[test.index("-h") + 1] == "127.0.0.1", name
        (image,) = re.findall(
            r"^ +CMD (\[.*pg_isready.*\])$", (ROOT / "ops/postgres/Dockerfile").read_text(), re.MULTILINE
        )
        assert '"--host", "127.0.0.1"' in image

    def test_mounts_files_that_are_there(self) -> None:
        for name, service in SERVICES.items():
            for volume in service.get("volumes", []):
                source = str(volume).partition(":")[0]
                # What an operator makes: keys of PgBouncer, of TLS.
                if source.startswith("./ops"):
                    assert (ROOT / source).exists(), f"{name}: {source}"
                elif source[0] not in "./$":
                    assert source in FILE["volumes"], f"{name}: {source}"

    def test_sends_the_lines_of_everything_that_serves_to_fluentd(self) -> None:
        sent = compose("compose.logs.yaml")["services"]
        served = {name for name, service in SERVICES.items() if service["profiles"] == ["site"]}
        assert set(sent) == served - {"keycloak-database"}
        options = sent["backend"]["logging"]["options"]
        assert options["tag"] == "project-management.{{.Name}}"
        assert options["fluentd-async"] == "true"
