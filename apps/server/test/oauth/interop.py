"""PyJWT and Authlib, as their documentation uses them, against a running server: reads {"issuer", "id", "secret",
"audience", "key_client", "private_key"} and answers what each of them was told."""

import json
import sys

import jwt
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oauth2.rfc7523 import PrivateKeyJWT

given = json.load(sys.stdin)
metadata = requests.get(f"{given['issuer']}/.well-known/oauth-authorization-server", timeout=10).json()
told = {"issuer": metadata["issuer"]}


def session(client_id, secret, method="client_secret_basic"):
    return OAuth2Session(
        client_id,
        secret,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
    )


def fetch(client):
    return client.fetch_token(
        metadata["token_endpoint"], grant_type="client_credentials", resource=given["audience"]
    )["access_token"]


client = session(given["id"], given["secret"])
token = fetch(client)

keys = jwt.PyJWKClient(metadata["jwks_uri"])
key = keys.get_signing_key_from_jwt(token)
told["PyJWT"] = jwt.decode(
    token, key.key, algorithms=[jwt.get_unverified_header(token)["alg"]], audience=given["audience"], issuer=metadata["issuer"]
)

key_set = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
claims = JsonWebToken([jwt.get_unverified_header(token)["alg"]]).decode(
    token,
    key_set,
    claims_options={
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": given["audience"]},
    },
)
claims.validate()
told["authlib"] = dict(claims)


def introspect():
    return client.introspect_token(metadata["introspection_endpoint"], token).json()


told["before"] = introspect()
told["revoked"] = client.revoke_token(metadata["revocation_endpoint"], token).status_code
told["after"] = introspect()

# Its kid goes into the header of the assertion.
private_key = JsonWebKey.import_key(given["private_key"], {"kid": "mine"})
by_key = session(given["key_client"], private_key, "private_key_jwt")
by_key.register_client_auth_method(PrivateKeyJWT(metadata["token_endpoint"]))
told["by_key"] = jwt.decode(fetch(by_key), options={"verify_signature": False})["client_id"]

json.dump(told, sys.stdout)
