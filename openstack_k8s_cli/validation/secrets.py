"""What the API server wants of Secrets and ConfigMaps beside their schemas."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.validation.constraints import shown
from openstack_k8s_cli.validation.findings import Wrong

_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_LARGEST = 1024 * 1024
"""Bytes of all values together."""
_WANTED = {
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
}
"""Keys that a Secret of a type must have."""


def check(body: Mapping[str, Any]) -> Iterator[Wrong]:
    """Give what is wrong with the data of a Secret or ConfigMap."""
    if body.get("apiVersion") != "v1" or body.get("kind") not in {"Secret", "ConfigMap"}:
        return
    held = {
        word: body[word] for word in ("data", "stringData", "binaryData") if isinstance(body.get(word), dict)
    }
    for word, values in held.items():
        for key in values:
            if not _KEY.fullmatch(str(key)) or str(key) in {".", ".."}:
                yield Wrong(
                    "OSK0806", (word, key), f"{shown(key)} is no key: letters, digits, `-`, `_` and `.`"
                )
    keys = {key for values in held.values() for key in values}
    for key in _WANTED.get(str(body.get("type")), ()):
        if body["kind"] == "Secret" and key not in keys:
            yield Wrong("OSK0803", ("data", key), f"a Secret of type `{body['type']}` must have `{key}`")
    size = sum(len(str(value).encode()) for values in held.values() for value in values.values())
    if size > _LARGEST * 4 // 3:
        yield Wrong("OSK0804", ("data",), f"has {size} bytes, at most 1 MiB may be there")
