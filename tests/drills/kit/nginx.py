"""nginx with the files of `ops/nginx` as on one machine, in front of two sites, on ports of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from prometheus_client.parser import text_string_to_metric_families

from config.serving.probes import PORT_AFTER
from tests.drills.kit import packages
from tests.drills.kit.programs import Room, free_port, wait_until
from tests.drills.kit.site import HOST
from tests.ops.files import ROOT


def certificate(folder: Path) -> None:
    """For three months, signed by itself, for the site's name and the identity provider's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=90)
    )
    # Programs that look at names take it for the site's when they are told to trust it.
    names = x509.SubjectAlternativeName([x509.DNSName(each) for each in ("localhost", HOST, f"id.{HOST}")])
    made = made.add_extension(names, critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    (folder / "tls.crt").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tls.key").write_bytes(key.private_bytes(*private))


class Proxy:
    """nginx in a folder of its own; the files differ in paths and ports alone."""

    def __init__(
        self,
        nginx: str,
        folder: Path,
        *sites: int,
        changes: Mapping[str, str] | None = None,
        place: str = "machine",
    ) -> None:
        self.http, self.https, self.folder = free_port(), free_port(), folder
        (folder / "tls").mkdir()
        certificate(folder / "tls")
        shutil.copytree(ROOT / "ops/nginx/html", folder / "html")
        media = folder / "media" / "attachments"
        media.mkdir(parents=True)
        (media / "a b").write_bytes(b"%PDF-1.7")
        (folder / "cache").mkdir()
        (folder / "mime.types").write_text("types { text/html html; text/css css; }")
        changed = {
            "/etc/nginx/place.conf": f"{folder}/{place}.conf", "/etc/nginx/": f"{folder}/", "/srv/media/": f"{folder}/media/",
            "/tmp/nginx": f"{folder}/nginx",
            "/var/cache/nginx": f"{folder}/cache", "/run/figures/nginx.sock": f"{folder}/figures.sock",
            "/dev/stdout": f"{folder}/access.log", "/dev/stderr": f"{folder}/error.log",
            "8080": str(self.http), "8443": str(self.https),
            "worker_processes auto": "worker_processes 1", " backlog=1024": "", **(changes or {}),
        }  # fmt: skip
        for source in ("nginx.conf", "site.conf", "tls.conf", "identity.conf", f"place/{place}.conf"):
            text = as_known_to(nginx, (ROOT / "ops/nginx" / source).read_text(encoding="utf-8"))
            if "listen 443" not in changed:
                # Of the machine itself, where other programs may be.
                text = re.sub(r"^ *listen 443 .*\n", "", text, flags=re.MULTILINE)
            # In one pass: a port that was put in may look like one that is to go.
            text = re.sub("|".join(map(re.escape, changed)), lambda found: changed[found[0]], text)
            text = _in_front_of(sites, text)
            (folder / Path(source).name).write_text(text)
        folder.chmod(0o755)
        self.command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        checked = subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "[warn]" not in checked.stderr.replace('the "user" directive', "")
        self.begin()

    def begin(self) -> None:
        """It listens before it goes to the background."""
        subprocess.run(self.command, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def end(self) -> None:
        subprocess.run([*self.command, "-s", "stop"], check=False, capture_output=True)

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        address: str = "127.0.0.1",
        **headers: str,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """`address` is where it comes from: limits are for each."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.https, timeout=10, context=anyone(), source_address=(address, 0)
        )
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers={"Host": "pm.example.jp", **sent})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response, content

    def json(self, path: str, **headers: str) -> dict[str, Any]:
        response, content = self.ask(path, method="GET", body=None, **headers)
        assert response.status == 200, content
        return json.loads(content)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]

    def line_of(self, path: str) -> dict[str, Any]:
        """The first line of a path; it is written when the answer is on its way already."""
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            found[:] = [line for line in self.lines() if line["path"] == path]
            return bool(found)

        wait_until(is_there, f"a line of {path}")
        return found[0]


def as_known_to(nginx: str, text: str) -> str:
    """A file of `ops/nginx` in the words of an older nginx: before 1.25.1 (Debian 12), HTTP/2 was a word of `listen`."""
    said = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=True).stderr
    version = tuple(map(int, re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", said).groups()))
    if version < (1, 25, 1) and "http2 on;" in text:
        text = re.sub(r"^( *listen \S+ ssl)", r"\1 http2", text, flags=re.MULTILINE)
        text = re.sub(r"^ *http2 on;\n", "", text, flags=re.MULTILINE)
    return text


def _in_front_of(sites: tuple[int, ...], text: str) -> str:
    """The two upstreams, with a line for each site as there is one for the first."""
    # Of compose.conf: one name for all of them, looked up anew; here they stay where they are.
    for name, first in ((8000, 8001), (8100, 8101)):
        text = text.replace(f"server backend:{name} resolve ", f"server 127.0.0.1:{first} ")
    for first, more in ((8001, 0), (8101, PORT_AFTER)):
        lines = re.findall(rf"^ *server 127\.0\.0\.1:{first}.*\n", text, re.MULTILINE)
        for line in lines:
            text = re.sub(rf"^ *server 127\.0\.0\.1:{first + 1}.*\n", "", text, flags=re.MULTILINE)
            text = text.replace(line, "".join(line.replace(str(first), str(site + more)) for site in sites))
    return text


def anyone() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Edge:
    """What counts the requests that one nginx answers, as its container does."""

    def __init__(self, room: Room, proxy: Proxy) -> None:
        self.port, path = free_port(), proxy.folder / "figures.sock"
        self.program = room.program(
            f"edge-{self.port}", [sys.executable, "-m", "config.serving.edge"], cwd=ROOT,
            env=os.environ | {"EDGE_SOCKET": str(path), "EDGE_PORT": str(self.port)},
        )  # fmt: skip
        wait_until(self._answers, "figures of nginx")

    def _answers(self) -> bool:
        assert self.program.is_running(), self.program.words()
        return self.figures() is not None

    def figures(self) -> dict[tuple[str, str, str], float]:
        """What Prometheus reads: by name, kind, and status or upper end."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        return {
            (
                sample.name,
                sample.labels["kind"],
                sample.labels.get("status") or sample.labels.get("le", ""),
            ): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


def start(
    room: Room,
    *sites: int,
    name: str = "nginx",
    changes: Mapping[str, str] | None = None,
    place: str = "machine",
) -> Proxy:
    """In front of the sites on these ports of this machine; `changes` are words of the files and what takes their place.

    `place` is the file of `ops/nginx/place`. It is ended with the room.
    """
    started = Proxy(packages.need("nginx")["nginx"], room.folder(name), *sites, changes=changes, place=place)
    room.endings.append(started.end)
    return started
