"""nginx with the files of `ops/nginx` as on one machine, in front of two sites, on ports of its own."""

from __future__ import annotations

import http.client
import json
import shutil
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.drills.kit import packages
from tests.drills.kit.programs import Room, free_port
from tests.ops.files import ROOT


def certificate(folder: Path) -> None:
    """For an hour, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(hours=1)
    )
    (folder / "tls.crt").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tls.key").write_bytes(key.private_bytes(*private))


class Proxy:
    """nginx in a folder of its own; the files differ in paths and ports alone."""

    def __init__(self, nginx: str, folder: Path, old: int, new: int) -> None:
        self.http, self.https, self.folder = free_port(), free_port(), folder
        (folder / "tls").mkdir()
        certificate(folder / "tls")
        shutil.copytree(ROOT / "ops/nginx/html", folder / "html")
        media = folder / "media" / "attachments"
        media.mkdir(parents=True)
        (media / "a b").write_bytes(b"%PDF-1.7")
        (folder / "mime.types").write_text("types { text/html html; text/css css; }")
        changed = {
            "/etc/nginx/place.conf": f"{folder}/machine.conf", "/etc/nginx/": f"{folder}/", "/srv/media/": f"{folder}/media/",
            "/tmp/nginx": f"{folder}/nginx", "/dev/stdout": f"{folder}/access.log", "/dev/stderr": f"{folder}/error.log",
            "8080": str(self.http), "8443": str(self.https), "127.0.0.1:8001": f"127.0.0.1:{old}",
            "127.0.0.1:8002": f"127.0.0.1:{new}", "worker_processes auto": "worker_processes 1", " backlog=1024": "",
        }  # fmt: skip
        for source in ("nginx.conf", "site.conf", "tls.conf", "place/machine.conf"):
            text = (ROOT / "ops/nginx" / source).read_text(encoding="utf-8")
            for before, after in changed.items():
                text = text.replace(before, after)
            (folder / Path(source).name).write_text(text)
        folder.chmod(0o755)
        self.command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        checked = subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "[warn]" not in checked.stderr.replace('the "user" directive', "")
        # It listens before it goes to the background.
        subprocess.run(self.command, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def end(self) -> None:
        subprocess.run([*self.command, "-s", "stop"], check=False, capture_output=True)

    def ask(
        self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPSConnection("127.0.0.1", self.https, timeout=10, context=anyone())
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


def anyone() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def start(room: Room, old: int, new: int) -> Proxy:
    """In front of two sites on these ports of this machine; whoever starts it ends it."""
    return Proxy(packages.need("nginx")["nginx"], room.folder("nginx"), old, new)
