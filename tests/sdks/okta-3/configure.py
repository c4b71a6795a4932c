"""Configures an org with Okta's SDK 3.x: users, groups, a rule, a SAML app, assignments, a key.

Arguments: the org's address and its API token. Prints one line of JSON: what was made.
"""

import asyncio
import json
import sys

import okta.models as models
from okta.client import Client

USERS = 250

STATEMENTS = [
    {
        "type": "EXPRESSION",
        "name": "mail",
        "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
        "values": ["String.toUpperCase(user.email)"],
    },
    {
        "type": "GROUP",
        "name": "groups",
        "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
        "filterType": "STARTS_WITH",
        "filterValue": "ml-",
    },
]


def app(**more):
    return models.SamlApplication.from_dict(
        {
            "label": "SDK 3",
            "signOnMode": "SAML_2_0",
            "settings": {
                "signOn": {
                    "ssoAcsUrl": "http://sp.test/acs",
                    "recipient": "http://sp.test/acs",
                    "destination": "http://sp.test/acs",
                    "audience": "http://sp.test",
                    "idpIssuer": "http://www.okta.com/${org.externalKey}",
                    "subjectNameIdTemplate": "${user.userName}",
                    "subjectNameIdFormat": (
                        "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
                    ),
                    "responseSigned": True,
                    "assertionSigned": True,
                    "signatureAlgorithm": "RSA_SHA256",
                    "digestAlgorithm": "SHA256",
                    "honorForceAuthn": True,
                    "authnContextClassRef": (
                        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
                    ),
                    "requestCompressed": False,
                    "allowMultipleAcsEndpoints": False,
                    "attributeStatements": STATEMENTS,
                }
            },
            **more,
        }
    )


def body(login, password="right"):
    name = login.split("@")[0]
    return models.CreateUserRequest.from_dict(
        {
            "profile": {"firstName": name, "lastName": "Doe", "email": login, "login": login},
            "credentials": {"password": {"value": password}},
        }
    )


async def done(call):
    """What a call gives; an error of it ends the script."""
    given = await call
    if given[-1] is not None:
        raise SystemExit(f"the org refused: {given[-1]}")
    return given[0]


def next_of(response):
    """The cursor of the next page. The SDK keeps one `Link` header, the last."""
    link = response.headers.get("link") or response.headers.get("Link") or ""
    if 'rel="next"' not in link:
        return None
    return link.split("after=")[1].split("&")[0].split(">")[0]


async def all_users(client):
    users, after, pages = [], None, 0
    while True:
        more, response, error = await client.list_users(limit=100, after=after)
        if error is not None:
            raise SystemExit(f"the org refused: {error}")
        users += more
        pages += 1
        after = next_of(response)
        if after is None:
            return users, pages


async def restrict(client, app_id, group_id):
    """Keeps the group out of the app, adds a claim to it, and asks for a certificate of its own."""
    policy = models.AccessPolicy.from_dict({"name": "No guests", "type": "ACCESS_POLICY"})
    policy = await done(client.create_policy(policy))
    rule = models.AccessPolicyRule.from_dict(
        {
            "name": "Guests",
            "type": "ACCESS_POLICY",
            "conditions": {"people": {"groups": {"include": [group_id]}}},
            "actions": {"appSignOn": {"access": "DENY"}},
        }
    )
    await done(client.create_policy_rule(policy.id, rule))
    await done(client.assign_application_policy(app_id, policy.id))
    claim = {"name": "claimed", "expression": "user.profile.lastName"}
    claim = models.FederatedClaimRequestBody.from_dict(claim)
    await done(client.create_federated_claim(app_id, claim))
    subject = models.CsrMetadata.from_dict({"subject": {"countryName": "US", "commonName": "SP"}})
    await done(client.generate_csr_for_application(app_id, subject))
    return {
        "rules": [one.name for one in await done(client.list_policy_rules(policy.id))],
        "csrs": [one.kty for one in await done(client.list_csrs_for_application(app_id))],
    }


async def configure(client):
    await done(client.list_users(limit=1))
    first = await done(client.create_user(body("jane@one.test")))
    for number in range(1, USERS):
        await done(client.create_user(body(f"u{number}@one.test")))
    group = models.AddGroupRequest.from_dict({"profile": {"name": "ml-team"}})
    group = await done(client.add_group(group))
    await done(client.assign_user_to_group(group.id, first.id))
    made = await done(client.create_application(app()))
    await done(client.assign_group_to_application(made.id, group.id))
    wanted = models.AppUserAssignRequest.from_dict(
        {"id": first.id, "scope": "USER", "credentials": {"userName": "jane.at.sp@one.test"}}
    )
    assigned = await done(client.assign_user_to_application(made.id, wanted))
    key = await done(client.generate_application_key(made.id, 2))
    named = app(name=made.name, credentials={"signing": {"kid": key.kid}})
    rotated = await done(client.replace_application(made.id, named))
    keys = await done(client.list_application_keys(made.id))
    guests = models.AddGroupRequest.from_dict({"profile": {"name": "guests"}})
    guests = await done(client.add_group(guests))
    guest = await done(client.get_user("u1@one.test"))
    for one in (group, guests):
        await done(client.assign_user_to_group(one.id, guest.id))
    log = await done(client.list_log_events(filter='eventType eq "app.keys.rotate"'))
    users, pages = await all_users(client)
    missing = await client.get_application("0oanone")
    return {
        "app": made.id,
        "user_name": assigned.credentials.user_name,
        "kid": rotated.credentials.signing.kid,
        "certificate": key.x5c[0],
        "keys": [one.kid for one in keys],
        "log": [event.event_type for event in log],
        "users": len({user.id for user in users}),
        "pages": pages,
        "error": str(missing[-1]),
        "guest": "u1@one.test",
        **await restrict(client, made.id, guests.id),
    }


async def main():
    url, token = sys.argv[1:]
    client = Client({"orgUrl": url, "token": token})
    print(json.dumps(await configure(client)))


asyncio.run(main())
