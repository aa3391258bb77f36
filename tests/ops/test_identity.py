"""The identity provider and the site: what one file says to the other. The drill `keycloak` asks the programs themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import yaml

from tests.drills.kit import keycloak_compose as given
from tests.ops.files import ROOT

KEYCLOAK: Final = ROOT / "ops/keycloak"
THEME: Final = KEYCLOAK / "themes/itdo/login"
FILES: Final = sorted(KEYCLOAK.glob("*.json"))
ENV: Final = given.env_file(
    SITE_URL="https://pm.example.jp", KEYCLOAK_HOST="id.example.jp", SITE_HOST="pm.example.jp"
)


def named(text: str) -> set[str]:
    """Variables without a default."""
    return set(re.findall(r"\$\{([A-Z0-9_]+)\}", text))


def container() -> dict[str, Any]:
    documents = yaml.safe_load_all((ROOT / "k8s/base/keycloak.yaml").read_text(encoding="utf-8"))
    pod = next(each for each in documents if each["kind"] == "Deployment")["spec"]["template"]["spec"]
    return {"pod": pod, **pod["containers"][0]}


class TestRealm:
    def test_names_no_variable_that_keycloak_is_not_given(self) -> None:
        """One that is missing stays as it is written: a redirect to `${SITE_URL}/…` leads nowhere."""
        names = named((KEYCLOAK / "realm.json").read_text(encoding="utf-8"))
        assert names >= {"SITE_URL", "KEYCLOAK_CLIENT_SECRET"}
        assert names <= given.environment("keycloak", ENV).keys()
        assert names <= {each["name"] for each in container()["env"]}

    def test_is_the_same_for_the_site_and_for_keycloak(self) -> None:
        told = given.environment("keycloak", ENV)
        for name in ("SITE_URL", "KEYCLOAK_URL", "KEYCLOAK_CLIENT_SECRET"):
            assert told[name] == ENV[name]
        assert told["KC_HOSTNAME"] == ENV["KEYCLOAK_URL"]

    def test_of_one_version_wherever_it_runs(self) -> None:
        assert container()["image"] == given.SERVICES["keycloak"]["image"]


class TestTheWayThere:
    @pytest.mark.parametrize("service", ["nginx", "nginx-2"])
    def test_leads_to_nginx_by_both_names(self, service: str) -> None:
        assert given.names(service, ENV) == {service, "id.example.jp", "pm.example.jp"}

    @pytest.mark.parametrize("file", ["tls.conf", "identity.conf"])
    def test_has_something_that_listens_at_its_end(self, file: str) -> None:
        """By name it is the port of the address, not the one outside that leads to nginx."""
        port = urlsplit(ENV["SITE_URL"]).port or 443
        listens = re.findall(
            r"^ *listen (\d+) ssl", (ROOT / "ops/nginx" / file).read_text(encoding="utf-8"), re.MULTILINE
        )
        assert str(port) in listens
        assert set(given.published("nginx", ENV).values()) <= {8080, *map(int, listens)}
        # Nothing there is root.
        assert int(given.SERVICES["nginx"]["sysctls"]["net.ipv4.ip_unprivileged_port_start"]) <= port

    def test_is_believed_by_both(self) -> None:
        for service, read in (
            ("backend", given.environment("backend", ENV)["REQUESTS_CA_BUNDLE"]),
            ("keycloak", None),
        ):
            mounted = {target for _source, target in authorities(service)}
            assert mounted == ({read} if read else {"/opt/keycloak/conf/truststores/itdo.pem"})

    def test_leaves_the_admins_realm_and_the_console_inside(self) -> None:
        text = (ROOT / "ops/nginx/identity.conf").read_text(encoding="utf-8")
        assert re.search(r"location \^~ /realms/master/ \{\s+return 404;", text)
        for port in given.SERVICES["keycloak"]["ports"]:
            assert str(port).startswith("127.0.0.1:")


def authorities(service: str) -> list[tuple[str, str]]:
    """What is mounted of the certificates that are believed."""
    found = [str(each).rsplit(":", 2) for each in given.SERVICES[service]["volumes"]]
    return [(parts[0], parts[1]) for parts in found if "CA_FILE" in parts[0]]


class TestTheme:
    def test_is_the_same_on_kubernetes(self) -> None:
        listed = yaml.safe_load((ROOT / "ops/kustomization.yaml").read_text(encoding="utf-8"))[
            "configMapGenerator"
        ]
        files = next(each["files"] for each in listed if each["name"] == "keycloak-theme")
        volume = next(each for each in container()["pod"]["volumes"] if each["name"] == "theme")
        paths = {each["key"]: each["path"] for each in volume["configMap"]["items"]}
        assert {paths[Path(file).name]: ROOT / "ops" / file for file in files} == {
            str(path.relative_to(THEME)): path for path in THEME.rglob("*") if path.is_file()
        }

    def test_has_the_colours_of_the_site(self) -> None:
        def tokens(path: Path) -> dict[str, str]:
            text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            found = re.findall(r"(?<![\w-])(--[a-z0-9-]+):\s*([^;]+);", text)
            # The first word counts: later ones are for those who ask for more contrast.
            return {name: " ".join(value.split()) for name, value in reversed(found)}

        ours = tokens(ROOT / "static/css/tokens.css")
        found = {
            name: value for name, value in tokens(THEME / "resources/css/itdo.css").items() if name in ours
        }
        assert len(found) > 10
        assert found == {name: ours[name] for name in found}
        assert not re.search(
            r"#[0-9a-f]{6}",
            re.sub(r"--[a-z0-9-]+:[^;]+;", "", (THEME / "resources/css/itdo.css").read_text()),
        )

    def test_is_the_realms_and_speaks_its_languages(self) -> None:
        text = (KEYCLOAK / "realm.json").read_text(encoding="utf-8")
        assert '"loginTheme": "itdo"' in text
        assert {path.stem for path in (THEME / "messages").iterdir()} == {"messages_ja", "messages_en"}
