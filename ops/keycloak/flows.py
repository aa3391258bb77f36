"""The ways to sign in: Keycloak changes none of them in place, so a new one is made beside the old one."""

from __future__ import annotations

import re
import secrets
import urllib.parse
from typing import Any

from ops.keycloak.admin import Admin, differs

#: Fields of the realm that name a flow.
IN_USE = ("browserFlow", "registrationFlow", "directGrantFlow")
#: Fields of an identity provider that name one.
FLOWS_OF_PROVIDERS = ("firstBrokerLoginFlowAlias", "postBrokerLoginFlowAlias")
#: At the end of the name of a flow that was put aside.
MARK = r"old[0-9a-f]{6}"


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
        done = []
        for top in (flow for flow in self.flows.values() if flow["topLevel"]):
            if top["alias"] in found:
                if self._shape(top["alias"]) == self._wanted_shape(top):
                    continue
                self._put_aside(top["alias"])
            done.append(f"flow {top['alias']}")
            self._make(top)
        if done or differs(self.used, self.admin.get("")):
            self.admin.ask("PUT", "", self.used)
        self._follow()
        self._throw_away()
        return done

    def _follow(self) -> None:
        """Identity providers that name one put aside name the new one: what is in use cannot be thrown away."""
        for alias in [each["alias"] for each in self.admin.get("/identity-provider/instances")]:
            found = self.admin.get(f"/identity-provider/instances/{alias}")
            named = {field: found.get(field, "").rpartition(" ") for field in FLOWS_OF_PROVIDERS}
            new = {
                field: name
                for field, (name, _, mark) in named.items()
                if name in self.flows and re.fullmatch(MARK, mark)
            }
            if new:
                self.admin.ask("PUT", f"/identity-provider/instances/{alias}", found | new)

    def _throw_away(self) -> None:
        """Those put aside, at the end: until then people sign in by them. Also those of a run that broke off."""
        for flow in self.admin.get("/authentication/flows"):
            name, _, mark = flow["alias"].rpartition(" ")
            if name in self.flows and re.fullmatch(MARK, mark):
                self.admin.ask("DELETE", f"/authentication/flows/{flow['id']}")

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

    def _put_aside(self, alias: str) -> None:
        """Other names for a flow and all below it: names are unique, and it is in use until the new one is."""
        mark = f"old{secrets.token_hex(3)}"
        top = next(flow["id"] for flow in self.admin.get("/authentication/flows") if flow["alias"] == alias)
        below = self._executions(alias)
        parts = [f"flows/{each['flowId']}" for each in below if each.get("authenticationFlow")]
        parts += [
            f"config/{each['authenticationConfig']}" for each in below if each.get("authenticationConfig")
        ]
        for part in [*parts, f"flows/{top}"]:
            found = self.admin.get(f"/authentication/{part}")
            self.admin.ask("PUT", f"/authentication/{part}", found | {"alias": f"{found['alias']} {mark}"})

    def _make(self, flow: dict[str, Any], parent: dict[str, Any] | None = None) -> None:
        """A flow, hung where it belongs before it is filled: one that hangs nowhere could not be found again."""
        fields = ("alias", "description", "providerId", "topLevel", "builtIn")
        made = str(self.admin.ask("POST", "/authentication/flows", {name: flow[name] for name in fields}))
        if parent is not None:
            self.admin.ask("POST", "/authentication/executions", parent | {"flowId": made})
        for each in sorted(flow["authenticationExecutions"], key=lambda one: one["priority"]):
            execution = {"parentFlow": made, "requirement": each["requirement"]}
            if "flowAlias" in each:
                self._make(self.flows[each["flowAlias"]], execution | {"authenticatorFlow": True})
            else:
                self._execution(
                    execution | {"authenticator": each["authenticator"]}, each.get("authenticatorConfig")
                )

    def _execution(self, execution: dict[str, Any], config: str | None) -> None:
        made = self.admin.ask("POST", "/authentication/executions", execution)
        if config:
            body = {"alias": config, "config": self.configs[config]}
            self.admin.ask("POST", f"/authentication/executions/{made}/config", body)
