"""What a cluster's network policies let through: pods by their labels, everything outside by its port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.ops.fit.model import Installation
from tests.ops.fit.programs import programs

Labels = Mapping[str, str]
Objects = tuple[Mapping[str, Any], ...]


def selects(selector: Mapping[str, Any], labels: Labels) -> bool:
    """Whether a selector of labels means these."""
    exact = selector.get("matchLabels", {})
    return exact.items() <= labels.items() and all(
        labels.get(each["key"]) in each["values"] if each["operator"] == "In" else each["key"] in labels
        for each in selector.get("matchExpressions", [])
    )


def lets_out(objects: Objects, labels: Labels, to: Labels | None, port: int) -> bool:
    """Whether a pod may open a connection to another one, or (`None`) to what is outside."""
    return _lets(objects, "Egress", labels, lambda peer: _is_meant(peer, to), port)


def lets_in(objects: Objects, labels: Labels, source: Labels, port: int) -> bool:
    """Whether a pod takes a connection of another one."""
    return _lets(objects, "Ingress", labels, lambda peer: _is_meant(peer, source), port)


def lets_namespace_in(objects: Objects, labels: Labels, namespace: str, port: int) -> bool:
    """Whether a pod takes a connection of a namespace beside its own."""
    name = {"kubernetes.io/metadata.name": namespace}
    return _lets(
        objects,
        "Ingress",
        labels,
        lambda peer: selects(peer.get("namespaceSelector", {"matchLabels": {"": ""}}), name),
        port,
    )


def _is_meant(peer: Mapping[str, Any], other: Labels | None) -> bool:
    if other is None:
        return "ipBlock" in peer
    return "podSelector" in peer and "namespaceSelector" not in peer and selects(peer["podSelector"], other)


def _lets(objects: Objects, way: str, labels: Labels, is_meant: Any, port: int) -> bool:
    kind, peers = ("egress", "to") if way == "Egress" else ("ingress", "from")
    found = [
        each["spec"]
        for each in objects
        if each["kind"] == "NetworkPolicy"
        and way in each["spec"]["policyTypes"]
        and selects(each["spec"]["podSelector"], labels)
    ]
    rules = [rule for spec in found for rule in spec.get(kind, [])]
    return not found or any(
        any(is_meant(peer) for peer in rule[peers]) and port in [each["port"] for each in rule["ports"]]
        for rule in rules
    )


# -- rules of a cluster ----------------------------------------------------------------------------------------------


def services_lead_to_ports(place: Installation) -> Iterator[str]:
    """Each service has pods, and each of its ports one that they name."""
    for each in place.objects:
        if each["kind"] == "Service" and "selector" in each["spec"]:
            name = each["metadata"]["name"]
            named = {
                port for container in place.containers if name in container.hosts for port in container.ports
            }
            for port in each["spec"]["ports"]:
                if port["targetPort"] not in named:
                    yield f"the service {name} leads to a port {port['targetPort']}, which no pod of it names"


def outside_comes_in(place: Installation) -> Iterator[str]:
    """The ingress reaches what it leads to, and Prometheus what it asks."""
    for each in place.objects:
        if each["kind"] == "Ingress":
            for path in (path for rule in each["spec"]["rules"] for path in rule["http"]["paths"]):
                found = path["backend"]["service"]
                yield from _comes_in(place, "ingress-nginx", found["name"], found["port"]["name"])
        if each["kind"] == "ServiceMonitor":
            for service in place.objects:
                if service["kind"] == "Service" and selects(
                    each["spec"]["selector"], service["metadata"].get("labels", {})
                ):
                    for endpoint in each["spec"]["endpoints"]:
                        yield from _comes_in(
                            place, "monitoring", service["metadata"]["name"], endpoint["port"]
                        )


def _comes_in(place: Installation, namespace: str, name: str, port: str) -> Iterator[str]:
    services = [
        each for each in place.objects if (each["kind"], each["metadata"]["name"]) == ("Service", name)
    ]
    targets = [
        each["targetPort"]
        for service in services
        for each in service["spec"]["ports"]
        if each["name"] == port
    ]
    if not targets:
        yield f"{namespace} asks the service {name} at {port}, which it does not have"
    for each in place.containers:
        if targets and name in each.hosts and targets[0] in each.ports:
            number = each.ports[targets[0]]
            if not lets_namespace_in(place.objects, each.labels, namespace, number):
                yield f"no policy lets {namespace} in to {each.name} at {number}"
            if number not in programs()[each.program].listens(each):
                yield f"{namespace} asks {each.name} at {number}, where it does not listen"


def names_and_certificates_get_through(place: Installation) -> Iterator[str]:
    """Every pod may ask for names, also of a node's own server; those who solve certificates' challenges are reached."""
    for container in place.containers:
        for port in (53,):
            blocks = _blocks_of_names(place.objects, container.labels)
            if "169.254.20.10/32" not in blocks:
                yield f"{container.name} cannot ask the name server of its node (169.254.20.10:{port})"
    solver = {"acme.cert-manager.io/http01-solver": "true"}
    if not lets_namespace_in(place.objects, solver, "ingress-nginx", 8089):
        yield "no policy lets ingress-nginx in to the pods that solve certificates' challenges (8089)"


def _blocks_of_names(objects: Objects, labels: Labels) -> set[str]:
    specs = [
        each["spec"]
        for each in objects
        if each["kind"] == "NetworkPolicy"
        and "Egress" in each["spec"]["policyTypes"]
        and selects(each["spec"]["podSelector"], labels)
    ]
    rules = [
        rule
        for spec in specs
        for rule in spec.get("egress", [])
        if 53 in [each["port"] for each in rule["ports"]]
    ]
    return {peer["ipBlock"]["cidr"] for rule in rules for peer in rule["to"] if "ipBlock" in peer}


def secrets_are_listed(place: Installation) -> Iterator[str]:
    """The list of k8s/README.md names each secret that a pod is told, and no other."""
    told = {name for each in place.containers for name in each.secrets}
    for name in sorted(told - set(place.listed)):
        yield f"the secret {name} is in no line of k8s/README.md"
    for name in sorted(set(place.listed) - told):
        yield f"the secret {name} of k8s/README.md is told to no pod"
