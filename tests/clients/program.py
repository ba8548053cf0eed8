"""Imports every module of the generated client, and lists keys with it: `python program.py URL TOKEN` prints their names."""

import importlib
import json
import pkgutil
import sys

import client
from client import AuthenticatedClient
from client.api.keys import create_key, list_keys, revoke_key
from client.models import NewKeyRequest, Problem

for module in pkgutil.walk_packages(client.__path__, "client."):
    importlib.import_module(module.name)

url, token = sys.argv[1:]
with AuthenticatedClient(base_url=url, token=token) as api:
    created = create_key.sync(client=api, body=NewKeyRequest(name="notebook", expires_in_days=30))
    assert created.key.startswith("nb_"), created
    names = [key.name for key in list_keys.sync(client=api, limit=100).keys]
    refused = revoke_key.sync(4711, client=api)
    assert isinstance(refused, Problem), refused
print(json.dumps([*names, refused.code]))
