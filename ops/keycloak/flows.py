"""The ways to sign in: Keycloak changes none of them in place, so a new one is made beside the old one."""

from __future__ import annotations

import secrets
import urllib.parse
from typing import Any

from ops.keycloak.admin import Admin, differs

#: Fields of the realm that name a flow.
IN_USE = ("browserFlow", "registrationFlow", "directGrantFlow")


class Flows:
    """Those of the file, and those of the realm."""

    def __init__(self, admin: Admin, wanted: dict[str, Any]) -> None:
        self.admin = admin
        self.flows = {flow["alias"]: flow for flow in wanted.get("authenticationFlows", [])}
        self.configs = {each["alias"]: each["config"] for each in wanted.get("authenticatorConfig", [])}
        self.used = {name: wanted[name] for name in IN_USE if name in wanted}

    def run(self) -> list[str]:
        """Make those that are missing or otherwise; answers their names."""
        found = {flow["alias"] for flow in self.admin.get("/authentication/flows")}
        done, old = [], []
        for top in (flow for flow in self.flows.values() if flow["topLevel"]):
            if top["alias"] in found:
                if self._shape(top["alias"]) == self._wanted_shape(top):
                    continue
                old.append(self._put_aside(top["alias"]))
            done.append(f"flow {top['alias']}")
            self._make(top)
        if done or differs(self.used, self.admin.get("")):
            self.admin.ask("PUT", "", self.used)
        # At the end: until then people sign in by them.
        for identity in old:
            self.admin.ask("DELETE", f"/authentication/flows/{identity}")
        return done

    def _wanted_shape(self, flow: dict[str, Any], level: int = 0) -> list[Any]:
        lines: list[Any] = []
        for each in sorted(flow["authenticationExecutions"], key=lambda one: one["priority"]):
            name = each.get("flowAlias") or each["authenticator"]
            config = self.configs[each["authenticatorConfig"]] if each.get("authenticatorConfig") else {}
            lines.append([level, name, each["requirement"], config])
            if each.get("flowAlias"):
                lines += self._wanted_shape(self.flows[name], level + 1)
        return lines

    def _executions(self, alias: str) -> list[dict[str, Any]]:
        return list(self.admin.get(f"/authentication/flows/{urllib.parse.quote(alias)}/executions"))

    def _shape(self, alias: str) -> list[Any]:
        lines = []
        for each in self._executions(alias):
            config = each.get("authenticationConfig")
            kept = self.admin.get(f"/authentication/config/{config}")["config"] if config else {}
            name = each["displayName"] if each.get("authenticationFlow") else each["providerId"]
            lines.append([each["level"], name, each["requirement"], kept])
        return lines

    def _put_aside(self, alias: str) -> str:
        """Another name for a flow and all below it: names are unique, and it is in use until the new one is."""
        mark = secrets.token_hex(3)
        ids = {flow["alias"]: flow["id"] for flow in self.admin.get("/authentication/flows")}
        for each in self._executions(alias):
            if each.get("authenticationFlow"):
                path = f"/authentication/flows/{each['flowId']}"
                self.admin.ask(
                    "PUT", path, {**self.admin.get(path), "alias": f"{each['displayName']} ({mark})"}
                )
        path = f"/authentication/flows/{ids[alias]}"
        self.admin.ask("PUT", path, {**self.admin.get(path), "alias": f"{alias} ({mark})"})
        return str(ids[alias])

    def _make(self, flow: dict[str, Any]) -> str:
        fields = ("alias", "description", "providerId", "topLevel", "builtIn")
        made = str(self.admin.ask("POST", "/authentication/flows", {name: flow[name] for name in fields}))
        for each in sorted(flow["authenticationExecutions"], key=lambda one: one["priority"]):
            execution = {
                "parentFlow": made,
                "requirement": each["requirement"],
                "authenticatorFlow": "flowAlias" in each,
            }
            if "flowAlias" in each:
                execution["flowId"] = self._make(self.flows[each["flowAlias"]])
            else:
                execution["authenticator"] = each["authenticator"]
            identity = self.admin.ask("POST", "/authentication/executions", execution)
            if each.get("authenticatorConfig"):
                config = {
                    "alias": each["authenticatorConfig"],
                    "config": self.configs[each["authenticatorConfig"]],
                }
                self.admin.ask("POST", f"/authentication/executions/{identity}/config", config)
        return made
