"""deploy.sh against a kubectl that writes down what it is told, and fails where it is told to."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ops.files import ROOT

KUBECTL = """#!/bin/sh
echo "$*" >>"$FAKE_LOG"
case "$*" in
    "kustomize "*) cat "$FAKE_RENDERED"; exit 0 ;;
esac
case "$*" in
    *"apply --filename"*stage=rollout) file=${*#*--filename }; cp "${file%% *}" "${FAKE_APPLIED:-/dev/null}" ;;
esac
case "$*" in
    *"${FAKE_FAILS:-nothing}"*) exit 1 ;;
esac
# What is not there yet is said by no word.
case "$*" in
    *"get deployment/"* | *"get cronjob/"*)
        if [ -n "${FAKE_NEW:-}" ] && ! grep -q "stage=rollout" "$FAKE_LOG"; then exit 0; fi ;;
esac
# nginx, PgBouncer and Keycloak are the same in both versions, so that their revision stays.
case "$*" in
    *"get cronjob/"*) printf 'cronjob.batch/backup' ;;
    *"get deployment/"*itdo-before*)
        name=${*#*deployment/}; name=${name%% *}
        said=$(sed -n "s|.*annotate --overwrite deployment/$name itdo-before=||p" "$FAKE_LOG" | tail -n 1)
        printf '%s' "${said:-${FAKE_BEFORE:-}}" ;;
    *"get deployment/nginx "* | *"get deployment/pgbouncer "* | *"get deployment/keycloak "*) printf 3 ;;
    *"get deployment/"*) if grep -q "undo\\|stage=rollout" "$FAKE_LOG"; then printf 5; else printf 4; fi ;;
    *"get job/${FAKE_BROKEN:-none} "*) printf 'FailureTarget Failed' ;;
    *"get job/"*) printf 'SuccessCriteriaMet Complete' ;;
esac
"""
RENDERED = """kind: Deployment
image: registry.example.co.jp/itdo:0.1.0
image: registry.example.co.jp/itdo-postgres:17.6-1
image: registry.example.co.jp/itdo:0.1.0
"""


class Cluster:
    """A cluster that is none."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        (folder / "rendered").write_text(RENDERED)
        kubectl = folder / "bin" / "kubectl"
        kubectl.parent.mkdir()
        kubectl.write_text(KUBECTL)
        kubectl.chmod(0o755)
        self.variables = {
            "PATH": f"{kubectl.parent}:{os.environ['PATH']}",
            "FAKE_LOG": str(self.log),
            "FAKE_RENDERED": str(folder / "rendered"),
            "DEPLOY_LOOKS": "2",
            "DEPLOY_PAUSE_SECONDS": "0",
        }

    def deploy(
        self, *arguments: str, fails: str = "nothing", **more: str
    ) -> subprocess.CompletedProcess[str]:
        variables = self.variables | {"FAKE_FAILS": fails} | more
        command = [str(ROOT / "deploy.sh"), *arguments]
        return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)

    def told(self) -> list[str]:
        """What it was told, without where and about what."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split("--namespace itdo ")[-1] for line in lines]

    def changed(self) -> list[str]:
        words = ("delete", "create", "apply --filename", "rollout undo")
        return [line for line in self.told() if line.startswith(words)]


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    if not shutil.which("sh"):
        pytest.skip("no sh on this machine")
    return Cluster(tmp_path)


def place(told: list[str], beginning: str) -> int:
    return next(number for number, line in enumerate(told) if line.startswith(beginning))


class TestDeploy:
    def test_backs_up_migrates_and_only_then_rolls_out(self, cluster: Cluster) -> None:
        result = cluster.deploy("production")
        assert result.returncode == 0, result.stderr
        assert "registry.example.co.jp/itdo:0.1.0 runs on production." in result.stdout
        told = cluster.told()
        order = [
            "apply --dry-run=server", "create job backup-before-deploy", "get job/backup-before-deploy",
            "delete job migrate", "get job/migrate", "annotate", "rollout status deployment/backend", "exec deployment/backend",
        ]  # fmt: skip
        places = [place(told, each) for each in order]
        assert places == sorted(places)
        applied = [line for line in told if line.startswith("apply --filename")]
        assert [line.rpartition(" ")[2] for line in applied] == ["stage!=rollout", "stage=rollout"]
        assert place(told, applied[0]) < place(told, "get job/migrate") < place(told, applied[1])

    def test_speaks_to_the_cluster_that_it_was_told(self, cluster: Cluster) -> None:
        cluster.deploy("staging")
        lines = cluster.log.read_text().splitlines()
        assert lines[0] == "kustomize k8s/staging"
        assert all(line.startswith("--context itdo-staging --namespace itdo ") for line in lines[1:])
        assert not [line for line in lines if "backup" in line]

    def test_says_each_step_and_does_none_when_asked_to(self, cluster: Cluster) -> None:
        result = cluster.deploy("production", "--dry-run")
        assert result.returncode == 0
        assert cluster.told() == ["kustomize k8s/production"]
        for step in ("Checks", "Backup", "Migration", "Rolling update", "Health", "Nothing was changed."):
            assert step in result.stdout

    @pytest.mark.parametrize("fails", ["auth can-i", "--dry-run=server"])
    def test_changes_nothing_when_a_check_fails(self, cluster: Cluster, fails: str) -> None:
        assert cluster.deploy("production", fails=fails).returncode == 1
        assert cluster.changed() == []

    @pytest.mark.parametrize(
        "failure", [{"fails": "create job backup-before-deploy"}, {"FAKE_BROKEN": "backup-before-deploy"}]
    )
    def test_does_not_migrate_without_a_backup(self, cluster: Cluster, failure: dict[str, str]) -> None:
        result = cluster.deploy("production", **failure)
        assert result.returncode == 1
        assert "there is no backup" in result.stderr
        assert not [line for line in cluster.changed() if "apply" in line]

    def test_brings_the_first_release_of_all(self, cluster: Cluster) -> None:
        result = cluster.deploy("production", FAKE_NEW="yes")
        assert result.returncode == 0, result.stderr
        assert "nothing is here yet" in result.stdout
        assert not [
            line for line in cluster.told() if "backup-before-deploy" in line or line.startswith("annotate")
        ]
        assert place(cluster.told(), "get job/migrate") < place(
            cluster.told(), "rollout status deployment/pgbouncer"
        )

    def test_takes_no_answer_for_no_sign_that_it_is_the_first(self, cluster: Cluster) -> None:
        for fails in ("get deployment/backend", "get cronjob/backup"):
            result = cluster.deploy("production", fails=fails, FAKE_NEW="yes")
            assert result.returncode == 1
            assert "there is no backup" in result.stderr
        assert cluster.changed() == []

    @pytest.mark.parametrize(
        "name", ["deployment/pgbouncer", "deployment/keycloak", "statefulset/redis-cache"]
    )
    def test_says_so_where_the_first_release_does_not_run(self, cluster: Cluster, name: str) -> None:
        result = cluster.deploy("production", fails=f"rollout status {name}", FAKE_NEW="yes")
        assert result.returncode == 1
        assert "nothing ran before it" in result.stderr
        assert not [line for line in cluster.told() if "undo" in line]

    def test_keeps_the_old_version_when_the_migration_fails(self, cluster: Cluster) -> None:
        result = cluster.deploy("production", FAKE_BROKEN="migrate")
        assert result.returncode == 1
        assert "the old version goes on" in result.stderr
        assert not [line for line in cluster.told() if "stage=rollout" in line or "undo" in line]

    def test_does_not_wait_for_ever(self, cluster: Cluster) -> None:
        result = cluster.deploy("production", fails="get job/migrate", DEPLOY_JOB_SECONDS="0")
        assert result.returncode == 1
        assert "has not ended within 0 s" in result.stdout

    @pytest.mark.parametrize("fails", ["delete job migrate", "stage!=rollout"])
    def test_waits_for_no_migration_that_was_not_started(self, cluster: Cluster, fails: str) -> None:
        result = cluster.deploy("production", fails=fails)
        assert result.returncode == 1
        assert not [line for line in cluster.told() if "get job/migrate" in line or "stage=rollout" in line]

    @pytest.mark.parametrize("fails", ["rollout status deployment/worker", "exec deployment/backend"])
    def test_goes_back_by_itself_where_something_has_changed(self, cluster: Cluster, fails: str) -> None:
        result = cluster.deploy("production", fails=fails)
        assert result.returncode == 1
        undone = [line for line in cluster.told() if line.startswith("rollout undo")]
        assert [line.rpartition("/")[2] for line in undone] == [
            f"{name} --to-revision=4" for name in ("backend", "worker", "worker-long", "beat")
        ]

    def test_rolls_nothing_out_that_it_could_not_take_back(self, cluster: Cluster) -> None:
        result = cluster.deploy("production", fails="get deployment/beat")
        assert result.returncode == 1
        assert not [line for line in cluster.told() if "stage=rollout" in line]

    def test_says_so_when_going_back_fails_too(self, cluster: Cluster) -> None:
        result = cluster.deploy("production", fails="rollout status")
        assert result.returncode == 1
        assert "going back too" in result.stderr

    def test_goes_back_when_asked_to_and_touches_nothing_else(self, cluster: Cluster) -> None:
        result = cluster.deploy("staging", "--rollback", FAKE_BEFORE="3")
        assert result.returncode == 0, result.stderr
        assert [line.split()[2] for line in cluster.changed()] == [
            f"deployment/{name}" for name in ("backend", "worker", "worker-long", "beat")
        ]

    def test_goes_back_once_only(self, cluster: Cluster) -> None:
        cluster.deploy("staging", "--rollback", FAKE_BEFORE="3")
        cluster.log.write_text(
            "\n".join(line for line in cluster.log.read_text().splitlines() if "annotate" in line)
            + "\n undo\n"
        )
        again = cluster.deploy("staging", "--rollback")
        assert again.returncode == 0, again.stderr
        assert cluster.changed() == []

    def test_does_not_guess_what_ran_before(self, cluster: Cluster) -> None:
        result = cluster.deploy("staging", "--rollback")
        assert result.returncode == 1
        assert "what ran before is unknown" in result.stdout
        assert cluster.changed() == []

    def test_brings_the_release_that_is_named(self, cluster: Cluster) -> None:
        result = cluster.deploy("staging", "--image", "r.example.jp/itdo@sha256:" + "a" * 64)
        assert f"r.example.jp/itdo@sha256:{'a' * 64} runs on staging." in result.stdout

    def test_brings_it_whatever_the_repository_is_called(self, cluster: Cluster) -> None:
        release = "ghcr.example.jp/company/pm@sha256:" + "a" * 64
        assert f"{release} runs on staging." in cluster.deploy("staging", "--image", release).stdout

    def test_brings_what_makes_dumps_too(self, cluster: Cluster) -> None:
        postgres = "ghcr.example.jp/company/pm-postgres@sha256:" + "b" * 64
        applied = cluster.variables["FAKE_APPLIED"] = str(cluster.log.with_name("applied"))
        assert cluster.deploy("staging", "--postgres-image", postgres).returncode == 0
        images = [line for line in Path(applied).read_text().splitlines() if line.startswith("image: ")]
        assert images == [
            "image: registry.example.co.jp/itdo:0.1.0", f"image: {postgres}", "image: registry.example.co.jp/itdo:0.1.0"
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("nowhere",),
            ("staging", "--image"),
            ("staging", "--image", "itdo:latest"),
            ("staging", "--image", "a;b"),
            ("staging", "--postgres-image", "itdo-postgres:latest"),
        ],
    )
    def test_refuses_what_it_does_not_know(self, cluster: Cluster, arguments: tuple[str, ...]) -> None:
        assert cluster.deploy(*arguments).returncode == 1
        assert cluster.told() == []
