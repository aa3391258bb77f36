"""An overlay of k8s, as the cluster starts it with the secrets that k8s/README.md lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.ops.files import ROOT
from tests.ops.fit import policies
from tests.ops.fit.model import Address, Container, Installation, Mount
from tests.ops.fit.programs import programs

STARTS: Final = ("Deployment", "StatefulSet", "Job", "CronJob", "DaemonSet")
_IMAGES: Final = {
    "itdo-postgres": "dump", "blackbox-exporter": "blackbox", "nginx-unprivileged": "nginx", "pgbouncer": "pgbouncer:users.txt", "restic": "restic", "keycloak": "keycloak",
    "postgres-exporter": "postgres-exporter", "pgbouncer-exporter": "pgbouncer-exporter", "redis_exporter": "redis-exporter",
}  # fmt: skip
Objects = tuple[Mapping[str, Any], ...]


def listed_secrets(*, with_bucket: bool) -> dict[str, str]:
    """`secret/key` of the list in k8s/README.md, with the address that it shows as an example, if any."""
    text = (ROOT / "k8s/README.md").read_text(encoding="utf-8")
    text = text if with_bucket else text.partition("\n## Attachments in a bucket")[0]
    found = {}
    for secret, key, words in re.findall(r"^\| `([\w-]+)` \| `([\w.-]+)` \| (.*) \|$", text, re.MULTILINE):
        example = re.search(r"`([a-z:]+://[^`]+)`", words)
        found[f"{secret}/{key}"] = example[1].replace("…", "word") if example else f"word-of-{key}"
    return found


def read(place: str, objects: Objects) -> Installation:
    """All pods of an overlay; `objects` is what kustomize makes of it."""
    listed = listed_secrets(
        with_bucket=any(each["metadata"]["name"].startswith("attachments-") for each in objects)
    )
    containers = []
    for each in objects:
        if each["kind"] in STARTS:
            spec = each["spec"]["jobTemplate"]["spec"] if each["kind"] == "CronJob" else each["spec"]
            pod = spec["template"]
            all_of_them = [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]
            several = len(all_of_them) > 1
            for container in all_of_them:
                name = each["metadata"]["name"] + (f"/{container['name']}" if several else "")
                containers.append(_Reader(place, objects, listed, each, pod).container(name, container))
    return Installation(
        place=place, containers=tuple(containers), reach=reach, listed=listed, objects=objects
    )


class _Reader:
    """One pod."""

    def __init__(
        self, place: str, objects: Objects, listed: Mapping[str, str], started: Any, pod: Any
    ) -> None:
        self.place, self.objects, self.listed, self.started = place, objects, listed, started
        self.spec, self.labels = pod["spec"], pod["metadata"]["labels"]
        self.secrets: set[str] = set()

    def container(self, name: str, told: Mapping[str, Any]) -> Container:
        """With what the pod has for it."""
        words = [str(word) for word in (*told.get("command", []), *told.get("args", []))]
        mounts = dict(self._mounts(told))
        given = dict(self._given(told))
        is_site = _program(told["image"], words).startswith("site:")
        for variable, path in list(given.items()):
            if is_site and variable.endswith("_FILE") and (found := self._secret_at(told, path)):
                given[variable.removesuffix("_FILE")] = found
        user = self.spec["securityContext"].get("runAsUser", "")
        return Container(
            place=self.place, name=name, program=_program(told["image"], words), given=given, words=tuple(words),
            secrets=frozenset(self.secrets), mounts=mounts, user=str(user), labels=self.labels,
            hosts=frozenset(_services_of(self.objects, self.labels)),
            ports={port["name"]: port["containerPort"] for port in told.get("ports", [])},
        )  # fmt: skip

    def _given(self, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for each in told.get("envFrom", []):
            if "configMapRef" in each:
                yield from self._data(each["configMapRef"]["name"]).items()
            else:
                secret = each["secretRef"]["name"]
                for name in (name for name in self.listed if name.startswith(f"{secret}/")):
                    yield name.partition("/")[2], self._secret(name)
        for each in told.get("env", []):
            source = each.get("valueFrom", {})
            if "secretKeyRef" in source:
                yield (
                    each["name"],
                    self._secret(f"{source['secretKeyRef']['name']}/{source['secretKeyRef']['key']}"),
                )
            elif "configMapKeyRef" in source:
                named = source["configMapKeyRef"]
                yield each["name"], self._data(named["name"]).get(named["key"], "")
            else:
                yield each["name"], str(each.get("value", ""))

    def _secret(self, name: str) -> str:
        self.secrets.add(name)
        return self.listed.get(name, "")

    def _data(self, name: str) -> Mapping[str, str]:
        found = [
            each for each in self.objects if (each["kind"], each["metadata"]["name"]) == ("ConfigMap", name)
        ]
        return found[0].get("data", {}) if found else {}

    def _mounts(self, told: Mapping[str, Any]) -> Iterator[tuple[str, Mount]]:
        claims = [each["metadata"]["name"] for each in self.started["spec"].get("volumeClaimTemplates", [])]
        volumes = {each["name"]: each for each in self.spec.get("volumes", [])}
        for mount in told.get("volumeMounts", []):
            name, path = mount["name"], mount["mountPath"]
            writes = not mount.get("readOnly", False)
            if name in claims:
                yield path, Mount(f"{self.started['metadata']['name']}-{name}", writes)
                continue
            volume = volumes[name]
            texts = {each: text for source in _sources(volume) for each, text in self._texts(source).items()}
            if "subPath" in mount:
                texts = {"": texts[mount["subPath"]]} if mount["subPath"] in texts else {}
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            yield path, Mount(claim or ("emptyDir" if "emptyDir" in volume else name + "/"), writes, texts)

    def _texts(self, source: Mapping[str, Any]) -> Mapping[str, str]:
        """Files of a ConfigMap, or of a secret, whose keys then reach this pod."""
        if "configMap" in source:
            return self._data(source["configMap"]["name"])
        if "secret" in source:
            secret = source["secret"].get("secretName") or source["secret"]["name"]
            keys = [each["key"] for each in source["secret"].get("items", [])]
            names = [f"{secret}/{key}" for key in keys] or [
                each for each in self.listed if each.startswith(f"{secret}/")
            ]
            return {name.partition("/")[2]: self._secret(name) for name in names}
        return {}

    def _secret_at(self, told: Mapping[str, Any], path: str) -> str:
        folder, _, key = path.rpartition("/")
        for where, mount in self._mounts(told):
            if where == folder:
                return mount.texts.get(key, "")
        return ""


def _sources(volume: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return volume["projected"]["sources"] if "projected" in volume else [volume]


def _program(image: str, words: list[str]) -> str:
    kind = image.rpartition("/")[2].partition(":")[0]
    if kind == "itdo":
        return f"site:{words[0]}"
    if kind == "itdo-postgres" and words[0] == "psql":
        return "psql"
    return f"redis:{words[-1]}" if kind == "redis" else _IMAGES.get(kind, kind)


def _services_of(objects: Objects, labels: Mapping[str, str]) -> Iterator[str]:
    for each in objects:
        selector = each["spec"].get("selector") if each["kind"] == "Service" else None
        if selector and selector.items() <= labels.items():
            yield each["metadata"]["name"]


def reach(place: Installation, asker: Container, asked: Address) -> str:
    """A name leads to a service and its pods, or outside; policies let it out here and in there."""
    name = asked.host.removesuffix(".itdo.svc.cluster.local")
    services = [
        each for each in place.objects if (each["kind"], each["metadata"]["name"]) == ("Service", name)
    ]
    if not services and "." not in name:
        return "" if name == "localhost" else f"{name} is no service"
    if not services or services[0]["spec"].get("type") == "ExternalName":
        ways = policies.lets_out(place.objects, asker.labels, None, asked.port)
        return "" if ways else f"no policy lets {asker.name} out to {asked.port}"
    return _reach_pods(place, asker, services[0], asked.port)


def _reach_pods(place: Installation, asker: Container, service: Mapping[str, Any], port: int) -> str:
    name = service["metadata"]["name"]
    targets = [each for each in service["spec"]["ports"] if each["port"] == port]
    if not targets:
        return f"the service {name} has no port {port}"
    pods = [each for each in place.containers if name in each.hosts]
    behind = [
        (each, each.ports[targets[0]["targetPort"]])
        for each in pods
        if targets[0]["targetPort"] in each.ports
    ]
    if not behind:
        return f"no pod of {name} names a port {targets[0]['targetPort']}"
    for pod, number in behind:
        if number not in programs()[pod.program].listens(pod):
            return f"{pod.name} does not listen on {number}"
        if not policies.lets_out(place.objects, asker.labels, pod.labels, number):
            return f"no policy lets {asker.name} out to {pod.name}"
        if not policies.lets_in(place.objects, pod.labels, asker.labels, number):
            return f"no policy lets {asker.name} in to {pod.name}"
    return ""
