"""Configures an org with Okta's SDK 2.x: users, groups, a rule, a SAML app, assignments, a key.

Arguments: the org's address and its API token. Prints one line of JSON: what was made.
"""

import asyncio
import json
import sys

from okta.client import Client
from okta.models import (
    ApplicationGroupAssignment,
    AppUser,
    Group,
    GroupProfile,
    SamlApplication,
)

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


def app():
    return {
        "label": "SDK 2",
        "visibility": {"autoSubmitToolbar": False, "hide": {"iOS": False, "web": False}},
        "settings": {
            "signOn": {
                "ssoAcsUrl": "http://sp.test/acs",
                "recipient": "http://sp.test/acs",
                "destination": "http://sp.test/acs",
                "audience": "http://sp.test",
                "idpIssuer": "http://www.okta.com/${org.externalKey}",
                "subjectNameIdTemplate": "${user.userName}",
                "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
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
    }


def body(login, password="right"):
    name = login.split("@")[0]
    return {
        "profile": {"firstName": name, "lastName": "Doe", "email": login, "login": login},
        "credentials": {"password": {"value": password}},
    }


async def done(call):
    """What a call gives; an error of it ends the script."""
    *given, error = await call
    if error is not None:
        raise SystemExit(f"the org refused: {error}")
    return given[0]


async def all_users(client):
    users, response, error = await client.list_users({"limit": "100"})
    if error is not None:
        raise SystemExit(f"the org refused: {error}")
    pages = 1
    while response.has_next():
        more, error = await response.next()
        if error is not None:
            raise SystemExit(f"the org refused: {error}")
        users += more
        pages += 1
    return users, pages


async def configure(client):
    await done(client.list_users({"limit": "1"}))
    first = await done(client.create_user(body("jane@one.test")))
    for number in range(1, USERS):
        await done(client.create_user(body(f"u{number}@one.test")))
    group = await done(client.create_group(Group({"profile": GroupProfile({"name": "ml-team"})})))
    await done(client.add_user_to_group(group.id, first.id))
    made = await done(client.create_application(SamlApplication(app())))
    await done(
        client.create_application_group_assignment(
            made.id, group.id, ApplicationGroupAssignment({"priority": 0})
        )
    )
    assigned = await done(
        client.assign_user_to_application(
            made.id,
            AppUser(
                {
                    "id": first.id,
                    "scope": "USER",
                    "credentials": {"userName": "jane.at.sp@one.test"},
                }
            ),
        )
    )
    key = await done(client.generate_application_key(made.id, {"validityYears": "2"}))
    made.credentials.signing.kid = key.kid
    rotated = await done(client.update_application(made.id, made))
    keys = await done(client.list_application_keys(made.id))
    log = await done(client.get_logs({"filter": 'eventType eq "app.keys.rotate"'}))
    users, pages = await all_users(client)
    missing = await client.get_application("0oanone")
    return {
        "app": made.id,
        "user_name": assigned.credentials.user_name,
        "kid": rotated.credentials.signing.kid,
        "certificate": key.x_5_c[0],
        "keys": [one.kid for one in keys],
        "log": [event.event_type for event in log],
        "users": len({user.id for user in users}),
        "pages": pages,
        "error": str(missing[-1]),
    }


async def main():
    url, token = sys.argv[1:]
    client = Client({"orgUrl": url, "token": token})
    print(json.dumps(await configure(client)))


asyncio.run(main())
