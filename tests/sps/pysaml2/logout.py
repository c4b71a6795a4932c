"""Single logout as an SP by pysaml2 has it: one message a call, in JSON.

Standard input says which SP it is (`entity_id`, `slo_url`, `key_file`, `cert_file`), what it knows of
its IdP (`metadata`), and what it is to do:

- `"do": "request"`: a signed LogoutRequest for `name_id`, by `binding`.
- `"do": "read_response"`: whether a LogoutResponse is good, and answers `request_id`.
- `"do": "answer"`: reads a LogoutRequest and answers it, signed.

Whatever pysaml2 refuses is said as `{"refused": …}`.
"""

import base64
import json
import shutil
import sys

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.saml import NameID
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

BINDINGS = {"POST": BINDING_HTTP_POST, "REDIRECT": BINDING_HTTP_REDIRECT}


def sp(asked):
    config = SPConfig().load(
        {
            "entityid": asked["entity_id"],
            "key_file": asked["key_file"],
            "cert_file": asked["cert_file"],
            "xmlsec_binary": shutil.which("xmlsec1"),
            "metadata": {"inline": [asked["metadata"]]},
            "accepted_time_diff": 60,
            "service": {
                "sp": {
                    "endpoints": {
                        "single_logout_service": [
                            (asked["slo_url"], binding) for binding in BINDINGS.values()
                        ],
                    },
                    # Unsigned messages of the IdP are none.
                    "want_response_signed": True,
                },
                # Where pysaml2 looks whether requests have to be signed, whoever it is.
                "idp": {"want_authn_requests_signed": True},
            },
        }
    )
    return Saml2Client(config=config)


def carried(client, binding, message, destination, response, relay_state=""):
    """How a browser brings a message: by an address, or by a form."""
    if binding == BINDING_HTTP_POST:
        return {
            "action": destination,
            "message": base64.b64encode(str(message).encode()).decode(),
        }
    sent = client.apply_binding(
        binding,
        str(message),
        destination,
        relay_state,
        response=response,
        sign=True,
        sigalg=SIG_RSA_SHA256,
    )
    return {"location": dict(sent["headers"])["Location"]}


def request(client, asked):
    binding = BINDINGS[asked["binding"]]
    (idp,) = client.metadata.identity_providers()
    endpoint = client.metadata.single_logout_service(idp, binding, "idpsso")[0]["location"]
    name_id = NameID(text=asked["name_id"], format=asked["name_id_format"])
    number, message = client.create_logout_request(
        endpoint,
        idp,
        name_id=name_id,
        session_indexes=[asked["session_index"]],
        sign=binding == BINDING_HTTP_POST,
        sign_alg=SIG_RSA_SHA256,
        digest_alg=DIGEST_SHA256,
    )
    return {"id": number, **carried(client, binding, message, endpoint, response=False)}


def read_response(client, asked):
    response = client.parse_logout_request_response(asked["message"], BINDING_HTTP_POST)
    return {
        "in_response_to": response.in_response_to,
        "issuer": response.issuer(),
        "status": response.response.status.status_code.value,
    }


def answer(client, asked):
    binding = BINDINGS[asked["binding"]]
    read = client.parse_logout_request(
        asked["message"],
        binding,
        relay_state=asked.get("relay_state"),
        sigalg=asked.get("sigalg"),
        signature=asked.get("signature"),
    ).message
    response = client.create_logout_response(
        read,
        bindings=[binding],
        sign=binding == BINDING_HTTP_POST,
        sign_alg=SIG_RSA_SHA256,
        digest_alg=DIGEST_SHA256,
    )
    endpoint = client.response_args(read, [binding])["destination"]
    return {
        "name_id": read.name_id.text,
        "session_index": [index.text for index in read.session_index],
        **carried(client, binding, response, endpoint, response=True),
    }


def main():
    asked = json.load(sys.stdin)
    do = {"request": request, "read_response": read_response, "answer": answer}[asked["do"]]
    client = sp(asked)
    try:
        done = do(client, asked)
    except Exception as refused:  # Whatever it is, the test reads which.
        done = {"refused": f"{type(refused).__name__}: {refused}"}
    print(json.dumps(done))


if __name__ == "__main__":
    main()
