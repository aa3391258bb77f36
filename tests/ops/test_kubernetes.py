"""What both clusters get, and what no schema can say of it."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.web.queues import Queue
from tests.ops.files import ROOT, compose, module

install = module("ops/checks/install.py")
PLACES = ["staging", "production"]
#: Kinds that start pods.
STARTS = ("Deployment", "StatefulSet", "Job", "CronJob", "DaemonSet")


@cache
def objects(place: str) -> list[dict[str, Any]]:
    return made_of(ROOT, place)


def made_of(folder: Path, place: str) -> list[dict[str, Any]]:
    """What kustomize makes of an overlay below a folder that holds `k8s` and `ops`."""
    kubectl = install.find("kubectl")
    if kubectl is None:
        pytest.skip("no kubectl on this machine (ops/checks/install.py)")
    result = subprocess.run(
        [kubectl, "kustomize", f"k8s/{place}"], cwd=folder, capture_output=True, text=True, check=True
    )
    return list(yaml.safe_load_all(result.stdout))


def one(place: str, kind: str, name: str) -> dict[str, Any]:
    return next(each for each in objects(place) if (each["kind"], each["metadata"]["name"]) == (kind, name))


def pods(place: str) -> dict[str, dict[str, Any]]:
    """Specs of pods by the name of what starts them."""
    found = {}
    for each in objects(place):
        if each["kind"] in STARTS:
            spec = each["spec"]["jobTemplate"]["spec"] if each["kind"] == "CronJob" else each["spec"]
            found[each["metadata"]["name"]] = spec["template"]["spec"]
    return found


@pytest.mark.parametrize("place", PLACES)
class TestPods:
    def test_have_no_rights(self, place: str) -> None:
        for name, pod in pods(place).items():
            assert pod["automountServiceAccountToken"] is False, name
            assert pod["securityContext"]["runAsNonRoot"] is True, name
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
            for container in (*pod["containers"], *pod.get("initContainers", ())):
                context = container["securityContext"]
                assert context["capabilities"] == {"drop": ["ALL"]}, name
                assert context["allowPrivilegeEscalation"] is False, name
                assert context["readOnlyRootFilesystem"] is (name != "keycloak"), name
        kinds = {each["kind"] for each in objects(place)}
        assert not kinds & {"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "Secret"}

    def test_have_limits_and_a_version(self, place: str) -> None:
        for name, pod in pods(place).items():
            for container in pod["containers"]:
                assert {"cpu", "memory"} <= container["resources"]["limits"].keys(), name
                tag = container["image"].rpartition(":")[2]
                assert tag not in {"", "latest", container["image"]}, name

    def test_of_the_site_take_secrets_from_files(self, place: str) -> None:
        for name in ("backend", "worker", "worker-long", "beat", "migrate"):
            (container,) = pods(place)[name]["containers"]
            assert {"name": "secrets", "mountPath": "/run/secrets/itdo", "readOnly": True} in container[
                "volumeMounts"
            ]
            assert not [each for each in container.get("env", []) if "valueFrom" in each]

    def test_are_let_end(self, place: str) -> None:
        # Longer than gunicorn's own patience, and than a job may take.
        assert pods(place)["backend"]["terminationGracePeriodSeconds"] > 25 + 5
        assert pods(place)["worker"]["terminationGracePeriodSeconds"] > 600
        assert pods(place)["worker-long"]["terminationGracePeriodSeconds"] > 600

    def test_of_what_is_short_take_nothing_long_and_together_they_take_everything(self, place: str) -> None:
        taken = {}
        for name in ("worker", "worker-long"):
            role, option, queues = pods(place)[name]["containers"][0]["args"]
            assert (role, option) == ("worker", "--queues")
            taken[name] = set(queues.split(","))
        assert taken == {"worker": {Queue.NOW, Queue.SOON}, "worker-long": {*Queue, "celery"}}

    def test_can_be_reached_as_written_only(self, place: str) -> None:
        policies = [each["spec"] for each in objects(place) if each["kind"] == "NetworkPolicy"]
        assert {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} in policies
        named = set()
        for policy in policies:
            selector = policy["podSelector"]
            named |= set(selector.get("matchLabels", {}).values())
            for expression in selector.get("matchExpressions", []):
                named |= set(expression["values"])
            # 5432, 6379 and 8000 from inside only.
            for rule in policy.get("ingress", []):
                assert not [source for source in rule["from"] if "ipBlock" in source]
        labels = {
            "backend",
            "worker",
            "worker-long",
            "beat",
            "migrate",
            "nightly",
            "backup",
            "nginx",
            "pgbouncer",
            "redis",
            "keycloak",
        }
        assert labels <= named


class TestNames:
    @pytest.mark.parametrize("name", ["backend", "worker", "worker-long", "beat", "nginx"])
    def test_of_a_container_is_its_deployments(self, name: str) -> None:
        """`kubectl set image deployment/backend backend=…`, as the design's runbook types it."""
        files = sorted((ROOT / "k8s/base").glob("*.yaml"))
        found = [each for file in files for each in yaml.safe_load_all(file.read_text(encoding="utf-8"))]
        (deployment,) = [
            each
            for each in found
            if (each["kind"], each.get("metadata", {}).get("name")) == ("Deployment", name)
        ]
        container, *_beside = deployment["spec"]["template"]["spec"]["containers"]
        assert container["name"] == name

    def test_of_the_site_is_one_everywhere(self) -> None:
        assert compose()["services"]["backend"]["command"] == ["web"]
        jobs = yaml.safe_load((ROOT / "ops/prometheus/prometheus.yml").read_text(encoding="utf-8"))[
            "scrape_configs"
        ]
        assert "backend" in [job["job_name"] for job in jobs]
        assert "deployment/backend --container backend" in (ROOT / "deploy.sh").read_text(encoding="utf-8")
        rules = (ROOT / "ops/prometheus/rules/service.yaml").read_text(encoding="utf-8")
        assert set(re.findall(r'container="(\w+)"', rules)) == {"backend"}
        assert "project-management.{*backend*," in (ROOT / "ops/fluentd/fluent.conf").read_text(
            encoding="utf-8"
        )


class TestSite:
    def test_reaches_all_that_its_settings_may_name(self) -> None:
        """Sentry and Keycloak at 443, mail at 587, ClamAV where it listens unless told otherwise."""
        spec = one("production", "NetworkPolicy", "site")["spec"]
        ports = {port["port"] for rule in spec["egress"] for port in rule["ports"]}
        assert ports == {6432, 6379, 443, 587, 3310}

    def test_asks_three_different_questions_of_the_site(self) -> None:
        (web,) = pods("production")["backend"]["containers"]
        probes = {name: web[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")}
        assert {name: probe["path"] for name, probe in probes.items()} == {
            "startup": "/health/live", "readiness": "/health/ready", "liveness": "/health/live",
        }  # fmt: skip

    @pytest.mark.parametrize("place", PLACES)
    def test_is_probed_under_a_name_that_it_answers_to(self, place: str) -> None:
        (web,) = pods(place)["backend"]["containers"]
        name = web["envFrom"][0]["configMapRef"]["name"]
        told = one(place, "ConfigMap", name)["data"]
        assert told["ENVIRONMENT"] == place
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert web[probe]["httpGet"]["httpHeaders"] == [{"name": "Host", "value": told["ALLOWED_HOSTS"]}]
        hosts = [rule["host"] for rule in one(place, "Ingress", "site")["spec"]["rules"]]
        assert hosts == [told["ALLOWED_HOSTS"], told["KEYCLOAK_URL"].removeprefix("https://")]

    @pytest.mark.parametrize("place", PLACES)
    def test_starts_with_what_it_is_told(self, place: str) -> None:
        """The settings ask for nothing that neither the ConfigMap nor the secret `site` has."""
        (web,) = pods(place)["backend"]["containers"]
        told = one(place, "ConfigMap", web["envFrom"][0]["configMapRef"]["name"])["data"]
        files = {key.removesuffix("_FILE") for key in told if key.endswith("_FILE")}
        from config.gate.steps import DEPLOYED

        assert DEPLOYED.keys() <= told.keys() | files

    def test_scales_as_the_design_says(self) -> None:
        spec = one("production", "HorizontalPodAutoscaler", "backend-hpa")["spec"]
        assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 10)
        targets = {
            each["resource"]["name"]: each["resource"]["target"]["averageUtilization"]
            for each in spec["metrics"]
        }
        assert targets == {"cpu": 70, "memory": 80}
        # How many is the HPA's business alone: a number here would undo it at every deployment.
        assert "replicas" not in one("production", "Deployment", "backend")["spec"]
        (web,) = pods("production")["backend"]["containers"]
        assert web["resources"]["limits"] == {"cpu": "2", "memory": "2Gi"}

    def test_loses_no_request_while_it_is_rolled_out(self) -> None:
        deployment = one("production", "Deployment", "backend")["spec"]
        assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
        assert deployment["template"]["spec"]["containers"][0]["lifecycle"]["preStop"]

    def test_migrates_before_anything_is_rolled_out(self) -> None:
        stages = {
            each["kind"]: each["metadata"]["labels"].get("stage") for each in objects("production") if each["kind"] in STARTS
        }  # fmt: skip
        assert stages["Deployment"] == "rollout"
        assert stages["Job"] is None

    def test_keeps_a_budget_for_each_that_is_several(self) -> None:
        budgets = {
            each["metadata"]["name"]
            for each in objects("production")
            if each["kind"] == "PodDisruptionBudget"
        }
        assert budgets == {"backend", "worker", "worker-long", "beat", "nginx", "pgbouncer", "keycloak"}


class TestNight:
    def test_is_night_in_japan(self) -> None:
        schedules = {
            each["metadata"]["name"]: (each["spec"]["schedule"], each["spec"]["timeZone"], each["spec"]["concurrencyPolicy"])
            for each in objects("production")
            if each["kind"] == "CronJob"
        }  # fmt: skip
        assert schedules["backup"] == ("0 2 * * *", "Asia/Tokyo", "Forbid")
        assert schedules.keys() == {
            "backup", "verify-backup", "backup-uploads", "forget-uploads", "ensure-partitions",
        }  # fmt: skip

    def test_keeps_uploads_and_ends_of_the_record_where_nothing_was_kept_before(self) -> None:
        pod = pods("production")["backup-uploads"]
        (keeps,) = pod["initContainers"]
        (words,) = keeps["args"]
        assert "restic cat config >/dev/null 2>&1 || restic init" in words
        kept = {each["mountPath"] for each in keeps["volumeMounts"]} - {"/tmp"}
        assert kept == {"/srv/media", "/srv/audit"}
        assert all(path in words for path in kept)
        # What comes after the init container comes only when it went well.
        (notes,) = pod["containers"]
        assert "'uploads', now()" in notes["args"][0]

    def test_asks_for_commands_that_there_are(self) -> None:
        from django.core.management import get_commands

        for pod in pods("production").values():
            for container in pod["containers"]:
                if container.get("args", [""])[0] == "manage":
                    assert container["args"][1] in get_commands()


class TestWatching:
    def test_has_the_rules_that_compose_has(self) -> None:
        made = module("ops/prometheus/as_kubernetes.py").prometheus_rules()
        kept = list(yaml.safe_load_all((ROOT / "k8s/base/alerts.yaml").read_text(encoding="utf-8")))
        assert kept == made, "run: python ops/prometheus/as_kubernetes.py > k8s/base/alerts.yaml"

    def test_leads_from_each_alert_to_what_to_do(self) -> None:
        runbook = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
        anchors = {
            line.lstrip("# ").lower().replace(" ", "-")
            for line in runbook.splitlines()
            if line.startswith("##")
        }
        for rules in yaml.safe_load_all((ROOT / "k8s/base/alerts.yaml").read_text(encoding="utf-8")):
            for group in rules["spec"]["groups"]:
                for rule in group["rules"]:
                    if "alert" in rule:
                        file, _, anchor = rule["annotations"]["runbook"].partition("#")
                        assert file == "docs/operations.md"
                        assert anchor in anchors, rule["alert"]

    def test_shows_figures_that_the_rules_know(self) -> None:
        import json
        import re

        board = json.loads((ROOT / "ops/grafana/dashboards/itdo.json").read_text(encoding="utf-8"))
        shown = " ".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
        recorded = {
            rule["record"]
            for rules in yaml.safe_load_all((ROOT / "k8s/base/alerts.yaml").read_text(encoding="utf-8"))
            for group in rules["spec"]["groups"]
            for rule in group["rules"]
            if "record" in rule
        }
        assert set(re.findall(r"itdo:\w+:\w+", shown)) <= recorded
        places = [tuple(panel["gridPos"][key] for key in "xywh") for panel in board["panels"]]
        for number, (x, y, w, h) in enumerate(places):
            assert x + w <= 24
            for x2, y2, w2, h2 in places[number + 1 :]:
                apart = x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
                assert apart, "two panels lie on each other"
