"""Values that osk makes."""

import base64
import string

import pytest
from cryptography.hazmat.primitives import serialization

from openstack_k8s_cli.apply import recipes
from openstack_k8s_cli.model.problems import OskError


def test_password_has_letters_and_digits_and_begins_with_a_letter() -> None:
    """A password is as long as asked, of characters that every service accepts, and starts with a letter."""
    made = recipes.make({"k": "password(32)"}, {})["k"]

    assert len(made) == 32
    assert made[0] in string.ascii_letters
    assert set(made) <= set(string.ascii_letters + string.digits)


def test_hex_is_as_long_as_asked() -> None:
    """An odd number of hexadecimal digits is possible."""
    made = recipes.make({"k": "hex(5)"}, {})["k"]

    assert len(made) == 5
    assert set(made) <= set("0123456789abcdef")


def test_fernet_is_32_bytes() -> None:
    """A fernet key is URL-safe base64 of 32 bytes."""
    assert len(base64.urlsafe_b64decode(recipes.make({"k": "fernet"}, {})["k"])) == 32


@pytest.mark.parametrize(
    ("pair", "algorithm"),
    [("ssh-ed25519", "ssh-ed25519"), ("ecdsa-p521", "ecdsa-sha2-nistp521"), ("rsa-4096", "ssh-rsa")],
)
def test_halves_fit(pair: str, algorithm: str) -> None:
    """Private and public half of a pair belong together, and have OpenSSH's form."""
    made = recipes.make({"public": f"{pair}.public", "private": f"{pair}.private"}, {})

    private = serialization.load_ssh_private_key(made["private"].encode(), password=None)
    form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    assert made["public"].split()[0] == algorithm
    assert made["public"].strip() == private.public_key().public_bytes(*form).decode()


def test_public_half_is_made_of_a_private_one_that_is_there() -> None:
    """A missing public half is derived, whether the private key is in OpenSSH or PEM form."""
    first = recipes.make({"private": "ecdsa-p521.private", "public": "ecdsa-p521.public"}, {})
    key = serialization.load_ssh_private_key(first["private"].encode(), password=None)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()

    derived = [
        recipes.make({"public": "ecdsa-p521.public"}, {"ecdsa-p521.private": text})["public"]
        for text in (first["private"], pem)
    ]

    assert derived == [first["public"]] * 2


def test_values_differ_each_time() -> None:
    """Two runs never make the same value."""
    assert recipes.make({"k": "password(20)"}, {}) != recipes.make({"k": "password(20)"}, {})


@pytest.mark.parametrize("recipe", ["", "password", "password(x)", "dsa.private", "fernet(3)"])
def test_unknown_recipe_is_refused_with_the_known_ones(recipe: str) -> None:
    """A generator that does not exist is an error that lists those that do."""
    with pytest.raises(OskError) as caught:
        recipes.make({"k": recipe}, {})

    assert "fernet" in caught.value.problems[0].advice[0].text
