"""Makes secret values: passwords, keys, key pairs."""

import base64
import re
import secrets
import string
from collections.abc import Mapping
from typing import TYPE_CHECKING

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

PAIRS = ("ssh-ed25519", "ecdsa-p521", "rsa-4096")
"""Kinds of key pairs; `.private` and `.public` name their halves."""

_CALL = re.compile(r"^(password|hex)\((\d+)\)$")
_LETTERS = string.ascii_letters
_CHARACTERS = string.ascii_letters + string.digits


def make(recipes: Mapping[str, str], present: Mapping[str, str]) -> dict[str, str]:
    """Make a value for each key of `recipes`.

    Halves of a pair fit each other, also where the private one is there already:
    `present` has those, by recipe.
    """
    made: dict[str, str] = {}
    privates: dict[str, str] = dict(_private_halves(present))
    for key, recipe in sorted(recipes.items(), key=lambda item: item[1].endswith(".public")):
        pair, _, half = recipe.rpartition(".")
        if pair in PAIRS and half == "private":
            made[key] = privates[pair] = _private(pair)
        elif pair in PAIRS and half == "public":
            made[key] = public_of(
                privates.setdefault(pair, _private(pair)) if pair not in privates else privates[pair]
            )
        else:
            made[key] = _single(key, recipe)
    return made


def private_of(recipe: str) -> str | None:
    """Name the recipe that the private half is made by, of a public half; None for any other."""
    pair, _, half = recipe.rpartition(".")
    return f"{pair}.private" if pair in PAIRS and half == "public" else None


def _private_halves(present: Mapping[str, str]) -> Mapping[str, str]:
    return {
        recipe.rpartition(".")[0]: text for recipe, text in present.items() if recipe.endswith(".private")
    }


def _single(key: str, recipe: str) -> str:
    if recipe == "fernet":
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    call = _CALL.match(recipe)
    if call is None:
        raise _unknown(key, recipe)
    length = int(call[2])
    if call[1] == "hex":
        return secrets.token_hex((length + 1) // 2)[:length]
    return (
        secrets.choice(_LETTERS) + "".join(secrets.choice(_CHARACTERS) for _ in range(length - 1))
        if length
        else ""
    )


def _unknown(key: str, recipe: str) -> OskError:
    known = f"password(N), hex(N), fernet, or one of {', '.join(PAIRS)} with .private or .public"
    return OskError(
        Problem(
            "OSK0521",
            f"No generator is called `{recipe}`",
            subject=key,
            advice=(Advice(f"use {known}"),),
        ),
        exit_code=ExitCode.USAGE,
    )


def _private(pair: str) -> str:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  # heavy, and rarely needed
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415

    key: PrivateKeyTypes
    if pair == "ssh-ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    elif pair == "ecdsa-p521":
        key = ec.generate_private_key(ec.SECP521R1())
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=4096)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    ).decode()


def public_of(private: str) -> str:
    """Derive the public half of a private key; ValueError where it is none, or has a passphrase."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  # heavy, and rarely needed

    try:
        key = serialization.load_ssh_private_key(private.encode(), password=None)
    except ValueError:
        loaded = serialization.load_pem_private_key(private.encode(), password=None)
        public = loaded.public_key()
    else:
        public = key.public_key()
    text = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return text.decode() + "\n"
