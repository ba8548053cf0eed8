"""A website's backend: checks the access token of its page, and keeps an API key of its own."""

import os
from pathlib import Path
from typing import Annotated

import httpx
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.staticfiles import StaticFiles

ISSUER = os.environ.get("NEURALBOX_ISSUER", "http://localhost:8080")
# Name of this API: the page's data-resource. Tokens for other APIs are refused.
RESOURCE = os.environ.get("NEURALBOX_RESOURCE", "https://api.shop.example")
# The key never leaves this process. By default it asks about itself.
KEY = os.environ.get("NEURALBOX_KEY", "")
API_URL = os.environ.get("NEURALBOX_API_URL", f"{ISSUER}/api/v2/key")

app = FastAPI()
bearer = HTTPBearer(auto_error=False)
# Caches the keys, and fetches them again for an unknown `kid`.
jwks = jwt.PyJWKClient(f"{ISSUER}/oauth2/jwks", lifespan=300)


def unauthorized(detail: str) -> HTTPException:
    return HTTPException(401, detail, {"WWW-Authenticate": 'Bearer error="invalid_token"'})


# Not `async`: fetching the keys blocks, so FastAPI runs this on a thread.
def claims(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> dict:
    if sent is None:
        raise unauthorized("Send the access token as Authorization: Bearer")
    try:
        if jwt.get_unverified_header(sent.credentials).get("typ") != "at+jwt":
            raise unauthorized("This is not an access token")
        key = jwks.get_signing_key_from_jwt(sent.credentials)
        required = ["exp", "iss", "aud", "sub"]
        return jwt.decode(
            sent.credentials, key.key, algorithms=["ES256"], audience=RESOURCE, issuer=ISSUER, options={"require": required}
        )
    except jwt.PyJWKClientConnectionError as error:
        raise HTTPException(503, "The keys of the issuer cannot be fetched") from error
    except jwt.PyJWTError as error:
        raise unauthorized("This access token isn't valid here") from error


Claims = Annotated[dict, Depends(claims)]


@app.get("/api/me")
def me(caller: Claims) -> dict:
    return {"person": caller["sub"], "scope": caller["scope"].split()}


@app.get("/api/key")
async def key(caller: Claims) -> dict:
    """Calls the AI API for a signed-in person, with the key of this server."""
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get(API_URL, headers={"Authorization": f"Bearer {KEY}"})
    return {"person": caller["sub"], "status": answer.status_code}


app.mount("/", StaticFiles(directory=Path(__file__).parent.parent / "website", html=True))
