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
        ("admin_pass: hunter2", f"admin_pass: {MASK}"),
        ("--os-admin-pass hunter2 x", f"--os-admin-pass {MASK} x"),
        ('{"adminPass": "hunter2"}', f'{{"adminPass": "{MASK}"}}'),
        ("user=admin pass=hunter2", f"user=admin pass={MASK}"),
        ("MYSQL_PWD=hunter2 mysql", f"MYSQL_PWD={MASK} mysql"),
        ("mysql -uroot -phunter2 -e 'x'", f"mysql -uroot -p{MASK} -e 'x'"),
        ('["mysqldump", "-phunter2", "nova"]', f'["mysqldump", "-p{MASK}", "nova"]'),
        ("sshpass -p hunter2 ssh host", f"sshpass -p {MASK} ssh host"),
        ("curl -k -u admin:hunter2 https://x", f"curl -k -u admin:{MASK} https://x"),
        ('["curl", "--user", "admin:hunter2"]', f'["curl", "--user", "admin:{MASK}"]'),
        ("skopeo copy --src-creds me:hunter2 a b", f"skopeo copy --src-creds me:{MASK} a b"),
        ("podman login -u me -p hunter2 quay.io", f"podman login -u me -p {MASK} quay.io"),
        ('["podman", "login", "-p", "hunter2"]', f'["podman", "login", "-p", "{MASK}"]'),
        (
            "edpm_container_registry_logins: {'quay.io': {'me': 'hunter2'}} there",
            f"edpm_container_registry_logins: {MASK} there",
        ),
        ('"quay.io": {"auth": "bWU6aHVudGVyMg=="}', f'"quay.io": {{"auth": "{MASK}"}}'),
        (r'{"password": "hun\"ter2", "x": 1}', f'{{"password": "{MASK}", "x": 1}}'),
        (
            r'"{\"password\": \"hun\\\"ter2\", \"x\": 1}"',
            rf'"{{\"password\": \"{MASK}\", \"x\": 1}}"',
        ),
        ("db_password: 'two words' next", f"db_password: '{MASK}' next"),
        ("mysql+pymysql://nova:p@ss@db/nova", f"mysql+pymysql://nova:{MASK}@db/nova"),
        (
            "rabbit://a:one@h1:5671,b:t@wo@h2:5671/ down",
            f"rabbit://a:{MASK}@h1:5671,b:{MASK}@h2:5671/ down",
        ),
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
        "PWD=/root OLDPWD=/home",
        "bypass: true, passive: no, compass: north",
        "mkdir -p /var/lib/nova && podman run -p 8080:80 -u 1000:1000 x",
        "podman login quay.io failed: no such host",
        "First pass: 12 files",
        "ssh://git@github.com/x, http://proxy:3128, image quay.io/nova@sha256:abc",
        "sudo -u nova python3 -m mysql.check",
        "curl -k https://keystone:5000/v3 failed: 503",
        "authorized_keys: changed, auth: ok",
        "mysql -u root -e 'select 1'",
    ],
)
def test_what_is_none(text: str) -> None:
    """Words about secrets say nothing of them."""
    assert text == Mask()(text)


def test_known_values_wherever_they_are() -> None:
    """A value that a Secret holds is hidden without a name before it; short ones would hide half of every text."""
    mask = Mask(["correct horse", "on"])

    assert f"said {MASK} on line 3" == mask("said correct horse on line 3")
