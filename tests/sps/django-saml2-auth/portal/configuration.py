"""samlproof's Configuration, turned into the plugin's settings and into rows.

What this SP has no word for is refused before it starts: an SP that quietly ignored a part of a
scenario would be judged on something else than what was asked.
"""

import json
import os
from pathlib import Path

GROUPS = "groups"


class CannotHold(Exception):
    """The configuration says something that this SP has no setting for."""


class Configuration:
    """One identity provider, the groups and the users that exist before the first login."""

    def __init__(self, document):
        entries = document.get("entries", [])
        if len(entries) > 1:
            raise CannotHold(f"{len(entries)} entries; this SP holds one identity provider")
        self.entry = entries[0] if entries else {}
        self.resources = [team(name) for name in document.get("resources", [])]
        self.users = document.get("users", [])

    @classmethod
    def from_environment(cls):
        path = os.environ.get("SAMLPROOF_CONFIG")
        return cls(json.loads(Path(path).read_text()) if path else {})

    def saml2_auth(self, base_url, data):
        """The dictionary that django-saml2-auth reads. Keys that are absent keep its defaults."""
        entry = self.entry
        settings = {
            "ENTITY_ID": entry.get("entity_id") or f"{base_url}/sso/acs/",
            "ASSERTION_URL": base_url,
            "DEFAULT_NEXT_URL": "/",
            "CREATE_USER": entry.get("settings", {}).get("jit", True),
            "TOKEN_REQUIRED": entry.get("token") is not None,
            "ATTRIBUTES_MAP": {
                "email": "user.email",
                "username": "user.username",
                "first_name": "user.first_name",
                "last_name": "user.last_name",
                "token": "token",
                "groups": GROUPS,
            },
            "GROUPS_MAP": self.groups_map(),
            "NEW_USER_PROFILE": {"USER_GROUPS": self.starting_groups()},
            "CREATE_GROUPS": self.creates_groups(),
            # The SP has no key of its own.
            "AUTHN_REQUESTS_SIGNED": False,
            "LOGOUT_REQUESTS_SIGNED": False,
        }
        for switch in ("sign_authn", "enforce_saml"):
            if entry.get("settings", {}).get(switch):
                raise CannotHold(f"{switch}; the plugin has no such setting, or no key for it")
        if entry.get("name_id_format"):
            settings["NAME_ID_FORMAT"] = entry["name_id_format"]
        return settings | self.metadata(data)

    def metadata(self, data):
        """Pasted metadata goes into a file; otherwise it is fetched, at every login."""
        source = self.entry.get("metadata")
        if isinstance(source, dict) and "xml" in source:
            pasted = data / "idp-metadata.xml"
            pasted.write_text(source["xml"])
            return {"METADATA_LOCAL_FILE_PATH": str(pasted)}
        return {"METADATA_AUTO_CONF_URL": os.environ.get("IDP_METADATA_URL")}

    def groups_map(self):
        """IdP group to Django group: a map has one value."""
        groups = {}
        for mapping in self.entry.get("mappings", []):
            when, roles = mapping.get("when", []), mapping.get("roles", [])
            if len(when) != 1 or when[0][0] != GROUPS or len(roles) != 1:
                raise CannotHold(f"mapping {mapping.get('id')}: not one group to one team")
            if mapping.get("account_admin"):
                raise CannotHold(f"mapping {mapping.get('id')}: account_admin")
            group, joined = when[0][1], membership(*roles[0])
            if groups.setdefault(group, joined) != joined:
                raise CannotHold(f"mapping {mapping.get('id')}: another one has its group")
        return groups

    def starting_groups(self):
        """What a new user joins. Groups of the assertion replace it in the same login."""
        grants = (self.entry.get("defaults") or {}).get("grants", [])
        return [membership(grant["resource"], grant["role"]) for grant in grants]

    def creates_groups(self):
        teams = self.entry.get("group_teams")
        if teams and teams["attribute"] != GROUPS:
            raise CannotHold(f"group_teams from the attribute {teams['attribute']}")
        return bool(teams and teams["auto_create"])

    def load(self):
        """Writes the groups and users that are not there yet."""
        from django.contrib.auth.models import Group, User

        for name in self.resources:
            Group.objects.get_or_create(name=name)
        for seed in self.users:
            if User.objects.filter(email__iexact=seed["email"]).exists():
                continue
            if seed.get("status", "active") not in ("active", "inactive"):
                raise CannotHold(f"{seed['email']}: status {seed['status']}")
            roles = seed.get("roles", {})
            user = User.objects.create_user(
                # The plugin finds users by their user name, and Okta's is an e-mail address.
                username=seed["email"].lower(),
                email=seed["email"],
                password=seed.get("password"),
                is_active=seed.get("status", "active") == "active",
                is_superuser=roles.get("account") == "admin",
            )
            names = [membership(grant["resource"], grant["role"]) for grant in roles.get("grants", [])]
            user.groups.set([Group.objects.get_or_create(name=name)[0] for name in names])


def team(resource):
    """The group's name in `team X`."""
    kind, _, name = resource.partition(" ")
    if kind != "team" or not name:
        raise CannotHold(f"`{resource}`; this SP has teams only")
    return name


def membership(resource, role):
    """The group's name in a role on a team: a Django group knows members and nothing else."""
    if role != "member":
        raise CannotHold(f"{resource} {role}; a group has members only")
    return team(resource)
