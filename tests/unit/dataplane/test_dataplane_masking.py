"""dataplane.masking: no secret of a log line is shown, and what is none stays readable."""

import pytest

from openstack_k8s_cli.apply.hooks import MASK
from openstack_k8s_cli.dataplane.masking import Mask

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\nBBBB\n-----END OPENSSH PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("login with password=hunter2 refused", f"login with password={MASK} refused"),
        ("db_password: 'hunter2'", f"db_password: '{MASK}'"),
        ('{"rhsm_password": "a b\'c", "msg": "no"}', f'{{"rhsm_password": "{MASK}", "msg": "no"}}'),
        (
            r'"cmd": "curl -d {\"token\": \"abcdef\"} x"',
            rf'"cmd": "curl -d {{\"token\": \"{MASK}\"}} x"',
        ),
        ("podman login --password hunter2 quay.io", f"podman login --password {MASK} quay.io"),
        ("Authorization: Bearer abc.def-123456", f"Authorization: Bearer {MASK}"),
        (
            "connect rabbit://nova:s3cr3t@rabbit:5671/ failed",
            f"connect rabbit://nova:{MASK}@rabbit:5671/ failed",
        ),
        (f"wrote {KEY} there", f"wrote {MASK} there"),
        (KEY.replace("\n", r"\n"), MASK),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA", MASK),
        ("OS_SECRET=abc; next", f"OS_SECRET={MASK}; next"),
    ],
)
def test_what_looks_like_a_secret(text: str, shown: str) -> None:
    """Passwords, tokens, keys and logins in addresses, in whichever form."""
    assert shown == Mask()(text)


@pytest.mark.parametrize(
    "text",
    [
        "sudo: a password is required",
        "Permission denied (publickey,password).",
        "secret/dataplane-ansible-ssh-private-key-secret not found",
        "https://quay.io:443/v2/ does not answer",
        "no token came within 5 s",
        '"ansible_ssh_private_key_file": <omitted>',
    ],
)
def test_what_is_none(text: str) -> None:
    """Words about secrets say nothing of them."""
    assert text == Mask()(text)


def test_known_values_wherever_they_are() -> None:
    """A value that a Secret holds is hidden without a name before it; short ones would hide half of every text."""
    mask = Mask(["correct horse", "on"])

    assert f"said {MASK} on line 3" == mask("said correct horse on line 3")
