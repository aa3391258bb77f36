"""A running realm brought to its file, without losing its people: nothing that holds them is ever replaced."""

from __future__ import annotations

from typing import Any

from ops.keycloak.admin import Admin, differs, merged
from ops.keycloak.flows import IN_USE, Flows

#: Lists of the file that are brought over one by one; the rest of it are fields of the realm itself.
LISTS = {
    "realm", "roles", "groups", "clients", "scopeMappings", "authenticationFlows", "authenticatorConfig", "identityProviders",
    "identityProviderMappers", *IN_USE,
}  # fmt: skip


class Update:
    """One run over the file; `done` says what was changed."""

    def __init__(self, admin: Admin, wanted: dict[str, Any]) -> None:
        self.admin, self.wanted = admin, wanted
        self.done: list[str] = []

    def run(self) -> list[str]:
        """All of it, in an order in which what is named is there already."""
        self._realm()
        self._roles()
        for group in self.wanted.get("groups", []):
            self._group(group, "")
        for client in self.wanted.get("clients", []):
            self._client(client)
        for mapping in self.wanted.get("scopeMappings", []):
            self._scope(mapping)
        self.done += Flows(self.admin, self.wanted).run()
        self._providers()
        return self.done

    def _change(self, words: str, method: str, path: str, body: Any) -> Any:
        self.done.append(words)
        return self.admin.ask(method, path, body)

    def _realm(self) -> None:
        fields = {name: value for name, value in self.wanted.items() if name not in LISTS}
        found = self.admin.get("")
        names = [name for name, value in fields.items() if differs(value, found.get(name))]
        if names:
            self.done.append(f"realm: {', '.join(names)}")
        # In any case: whether a password is the same, Keycloak does not say.
        self.admin.ask("PUT", "", merged(fields, {"attributes": found.get("attributes", {})}))

    def _roles(self) -> None:
        found = {role["name"]: role for role in self.admin.get("/roles")}
        for role in self.wanted.get("roles", {}).get("realm", []):
            if role["name"] not in found:
                self._change(f"role {role['name']}", "POST", "/roles", role)
            elif differs(role, found[role["name"]]):
                self._change(f"role {role['name']}", "PUT", f"/roles-by-id/{found[role['name']]['id']}", role)

    def _group(self, group: dict[str, Any], under: str) -> None:
        """Made where it is missing. One that is there stays with its people: it is never replaced."""
        path = f"/groups/{under}/children" if under else "/groups"
        found = {each["name"]: each for each in self.admin.get(path, max="1000", briefRepresentation="false")}
        own = {name: value for name, value in group.items() if name in {"name", "attributes"}}
        here = found.get(group["name"])
        if here is None:
            made = self._change(f"group {group['name']}", "POST", path, own)
            identity = made["id"] if isinstance(made, dict) else made
        else:
            identity = here["id"]
            if differs(own, here):
                self._change(f"group {group['name']}", "PUT", f"/groups/{identity}", own)
        for child in group.get("subGroups", []):
            self._group(child, identity)

    def _client(self, client: dict[str, Any]) -> None:
        found = self.admin.get("/clients", clientId=client["clientId"])
        if not found:
            self._change(f"client {client['clientId']}", "POST", "/clients", client)
            return
        path = f"/clients/{found[0]['id']}"
        here = self.admin.get(path)
        mappers = {mapper["name"]: mapper for mapper in here.get("protocolMappers", [])}
        own = {name: value for name, value in client.items() if name not in {"protocolMappers", "secret"}}
        secret = self.admin.get(f"{path}/client-secret").get("value")
        if differs(own, here) or client.get("secret") != secret:
            self._change(
                f"client {client['clientId']}",
                "PUT",
                path,
                merged({**own, "secret": client.get("secret")}, here),
            )
        for mapper in client.get("protocolMappers", []):
            known = mappers.get(mapper["name"])
            words, place = f"mapper {mapper['name']}", f"{path}/protocol-mappers/models"
            if known is None:
                self._change(words, "POST", place, mapper)
            elif differs(mapper, known):
                self._change(words, "PUT", f"{place}/{known['id']}", merged(mapper, known))

    def _scope(self, mapping: dict[str, Any]) -> None:
        client = self.admin.get("/clients", clientId=mapping["client"])[0]["id"]
        path = f"/clients/{client}/scope-mappings/realm"
        missing = set(mapping["roles"]) - {role["name"] for role in self.admin.get(path)}
        if missing:
            roles = [role for role in self.admin.get("/roles") if role["name"] in missing]
            self._change(f"roles that {mapping['client']} is told", "POST", path, roles)

    def _providers(self) -> None:
        """Made where they are missing. Those that are there are the company's own: its certificates and addresses stand in them."""
        found = {each["alias"] for each in self.admin.get("/identity-provider/instances")}
        for each in self.wanted.get("identityProviders", []):
            if each["alias"] in found:
                continue
            self._change(f"identity provider {each['alias']}", "POST", "/identity-provider/instances", each)
            for mapper in self.wanted.get("identityProviderMappers", []):
                if mapper["identityProviderAlias"] == each["alias"]:
                    self.admin.ask("POST", f"/identity-provider/instances/{each['alias']}/mappers", mapper)
