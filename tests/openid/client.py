"""Runs Authlib through one whole life of a sign-in.

Argument: the settings as JSON (`issuer`, `client_id`, `client_secret`, `redirect_uri`, `now`). Prints the address that the
person opens, reads the address that they come back with, and prints what it learned as JSON.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore", category=DeprecationWarning)

import httpx
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oidc.core import CodeIDToken

settings = json.loads(sys.argv[1])
metadata = httpx.get(settings["issuer"] + "/.well-known/openid-configuration").raise_for_status().json()
session = OAuth2Client(
    settings["client_id"],
    settings["client_secret"],
    scope="openid profile email offline_access",
    redirect_uri=settings["redirect_uri"],
    code_challenge_method="S256",
    token_endpoint_auth_method="client_secret_basic",
)
verifier, nonce = generate_token(48), generate_token(20)
address, state = session.create_authorization_url(
    metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
)
print(address, flush=True)
back = sys.stdin.readline().strip()

token = session.fetch_token(
    metadata["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state
)
keys = JsonWebKey.import_key_set(httpx.get(metadata["jwks_uri"]).raise_for_status().json())
claims = JsonWebToken(["ES256", "RS256"]).decode(
    token["id_token"],
    keys,
    claims_cls=CodeIDToken,
    claims_options={"iss": {"value": settings["issuer"]}, "aud": {"value": settings["client_id"]}},
    claims_params={"nonce": nonce, "client_id": settings["client_id"], "access_token": token["access_token"]},
)
claims.validate(now=settings["now"], leeway=30)


def person(access_token):
    answer = httpx.get(metadata["userinfo_endpoint"], headers={"Authorization": f"Bearer {access_token}"})
    return answer.json() if answer.status_code == 200 else answer.status_code


name = person(token["access_token"])
refreshed = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
seen = session.introspect_token(metadata["introspection_endpoint"], token=refreshed["access_token"]).json()
session.revoke_token(metadata["revocation_endpoint"], token=refreshed["refresh_token"])
try:
    session.refresh_token(metadata["token_endpoint"], refresh_token=refreshed["refresh_token"])
    refused = None
except OAuthError as error:
    refused = error.error
print(
    json.dumps(
        {
            "name": name["name"],
            "same": name["sub"] == claims["sub"],
            "active": seen["active"],
            "revoked": person(refreshed["access_token"]),
            "refused": refused,
        }
    ),
    flush=True,
)
