"""dataplane.masking: no secret of a log line is shown, and what is none stays readable."""

import base64

import pytest

from openstack_k8s_cli.apply.hooks import MASK
from openstack_k8s_cli.dataplane.masking import Mask, named, parts

CEPH = "AQBx1z2y3w4v5u6t7s8r9q0pABCDEFGHIJKLMN=="
BEGIN, END = "-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"
KEY = f"{BEGIN}\nAAAA\nBBBB\n{END}"


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
        (f"key = {CEPH}", f"key = {MASK}"),
        (rf'"stdout": "[client.x]\n\tkey = \"{CEPH}\""', rf'"stdout": "[client.x]\n\tkey = \"{MASK}\""'),
        (
            '["virsh", "secret-set-value", "--base64", "aHVu"]',
            f'["virsh", "secret-set-value", "--base64", "{MASK}"]',
        ),
        ("virsh secret-set-value u --base64 aHVu x", f"virsh secret-set-value u --base64 {MASK} x"),
        ('"rhsm_activation_key": "hunter2"', f'"rhsm_activation_key": "{MASK}"'),
        ("register --activationkey=hunter2 --org=1", f"register --activationkey={MASK} --org=1"),
        ("encryption_key=hunter2", f"encryption_key={MASK}"),
        ('"fernet_key": "hunter2"', f'"fernet_key": "{MASK}"'),
        ("luks_key: hunter2", f"luks_key: {MASK}"),
        ("db_pw=hunter2", f"db_pw={MASK}"),
        (" neighbor 10.0.0.1 password hunter2", f" neighbor 10.0.0.1 password {MASK}"),
        ("echo root:hunter2 | chpasswd", f"echo root:{MASK} | chpasswd"),
        ("chpasswd <<< root:hunter2", f"chpasswd <<< root:{MASK}"),
        ("ipmitool -U admin -P hunter2 -H h", f"ipmitool -U admin -P {MASK} -H h"),
        ('["ipmitool", "-P", "hunter2"]', f'["ipmitool", "-P", "{MASK}"]'),
        ("root:$6$salt$0123456789abcdef:19000:0:", f"root:{MASK}:19000:0:"),
        ('["podman", "login", "--password", "hunter2"]', f'["podman", "login", "--password", "{MASK}"]'),
        ("--creds me:hunter2 x", f"--creds me:{MASK} x"),
        ("rhc connect -o 1 -a hunter2", f"rhc connect -o 1 -a {MASK}"),
        ("ldapsearch -x -w hunter2 -b dc", f"ldapsearch -x -w {MASK} -b dc"),
        ("redis-cli -a hunter2 ping", f"redis-cli -a {MASK} ping"),
        ("keytool -storepass hunter2 x", f"keytool -storepass {MASK} x"),
        ("swift_hash_path_suffix = hunter2", f"swift_hash_path_suffix = {MASK}"),
        ("psk=hunter2 shared_key: hunter2", f"psk={MASK} shared_key: {MASK}"),
        ("echo 'hunter2 x' | passwd --stdin root", f"echo '{MASK}' | passwd --stdin root"),
        ('echo -n "hunter2" | podman login -u me', f'echo -n "{MASK}" | podman login -u me'),
        ("cryptsetup luksOpen /dev/vdb x <<< 'hunter2'", f"cryptsetup luksOpen /dev/vdb x <<< '{MASK}'"),
        ("htpasswd -bBn admin hunter2", f"htpasswd -bBn admin {MASK}"),
        ("htpasswd -b /etc/x admin hunter2 | cat", f"htpasswd -b /etc/x admin {MASK} | cat"),
        ("openssl passwd -6 -salt ab hunter2", f"openssl passwd -6 -salt ab {MASK}"),
        ("openssl rsa -passin pass:hunter2", f"openssl rsa -passin pass:{MASK}"),
        ("rabbitmqctl add_user nova hunter2", f"rabbitmqctl add_user nova {MASK}"),
        ("GRANT x TO n@'%' IDENTIFIED BY 'hunter2';", f"GRANT x TO n@'%' IDENTIFIED BY '{MASK}';"),
        (r'"SELECT PASSWORD(\"hunter2\")"', rf'"SELECT PASSWORD(\"{MASK}\")"'),
        ("CREATE USER n WITH PASSWORD 'hunter2'", f"CREATE USER n WITH PASSWORD '{MASK}'"),
        ("the password is Hunter2", f"the password is {MASK}"),
        ("Password for user root: hunter2", f"Password for user root: {MASK}"),
        (
            "  edpm_container_registry_logins:\n    quay.io:\n      me: hunter2\n  next: x",
            f"  edpm_container_registry_logins:\n{MASK}\n  next: x",
        ),
        ("db_password:\n  hunter2\nnext", f"db_password:\n  {MASK}\nnext"),
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
        '"key": "value1", "monkey": "x", "keyring": "/etc/ceph/k"',
        "neighbor 10.0.0.1 is down: password mismatch",
        "costs $1 or $2, awk '{print $1}'",
        "the password is required, password for the user is missing",
        "'password' is undefined",
        "echo done | tee x; printf '%s' | sudo tee y",
        "openssl passwd -6 -stdin, htpasswd -v x, rabbitmqctl status",
        "compass:x bypass:y",
        "e = AQAB==, ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ== me",
    ],
)
def test_what_is_none(text: str) -> None:
    """Words about secrets say nothing of them."""
    assert text == Mask()(text)


def test_known_values_wherever_they_are() -> None:
    """A value that a Secret holds is hidden without a name before it; short ones would hide half of every text."""
    mask = Mask(["correct horse", "on"])

    assert f"said {MASK} on line 3" == mask("said correct horse on line 3")


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (f'[client.openstack]\n\tkey = "{CEPH[2:]}"\n', f"said {CEPH[2:]} here"),
        (
            "[DEFAULT]\ntransport_url = rabbit://u:hunter2xyz@r1:5671,u:hunter3xyz@r2/\n",
            "said hunter3xyz here",
        ),
        ("S3cret Value!", "said UzNjcmV0IFZhbHVlIQ== here"),
        ("S3cret/Value!", "said S3cret%2FValue%21 here"),
        ('S3cret"Value', r"said S3cret\"Value here"),
        ('S3cret"Value', r"said S3cret\\\"Value here"),
        ("S3cret<&>Value", r"said S3cret\u003c\u0026\u003eValue here"),
        ("S3cret<&>Value", "said S3cret&lt;&amp;&gt;Value here"),
        ("S3cret'Value", r"said S3cret'\''Value here"),
        ('{"login": {"activation": "S3cretValue"}}', "said S3cretValue here"),
    ],
)
def test_known_values_in_other_forms(value: str, line: str) -> None:
    """What a known file has as a secret, and known values as base64, JSON and addresses have them."""
    assert f"said {MASK} here" == Mask([value])(line)


@pytest.mark.parametrize("before", ["", "x", "xy", "password: "])
def test_known_values_within_base64(before: str) -> None:
    """A file that was read as base64 holds a value wherever it begins: nothing that gives it away is shown."""
    shown = Mask(["S3cretValue!"])(base64.b64encode(f"{before}S3cretValue! and more".encode()).decode())

    left, _, right = shown.partition(MASK)
    assert -(-len(before) * 4 // 3) == len(left)
    assert b"and more" == base64.b64decode(right)[-8:] if len(right) % 4 == 0 else len(right) < 16


def test_parts_of_a_file() -> None:
    """Only what is secret in it: other lines may be in any log."""
    text = """[DEFAULT]
debug = True
log_dir = /var/log/nova
admin_password = hunter2xyz
ssl_key = /etc/pki/tls/x.key
key = shorter
"""

    assert ["hunter2xyz"] == list(parts(text))
    assert ["one line"] == list(parts("one line\n"))
    assert ["rabbit://u:hunter2xyz@r/", "hunter2xyz"] == list(parts("rabbit://u:hunter2xyz@r/"))
    assert ["A" * 64, "B" * 64] == list(parts(f"{BEGIN}\n{'A' * 64}\n{'B' * 64}\n{END}"))


def test_texts_under_names() -> None:
    """Of variables only what a name says is secret, however deep below it; no words and no paths."""
    given = {
        "edpm_frr_bgp_neighbor_password": "hunter2xyz",
        "edpm_container_registry_logins": {"quay.io": {"me": "hunter3xyz"}},
        "all": [{"token": "hunter4xyz"}, {"name": "something"}],
        "ssh_password_file": "/etc/a/path",
        "pin_password": "short",
    }

    assert ["hunter2xyz", "hunter3xyz", "hunter4xyz"] == list(named(given))


@pytest.mark.parametrize("text", ["a\n\nb\n", "password=x\n", "\npassword=x", "İ password=x\nb", ""])
def test_other_lines_stay(text: str) -> None:
    """Whatever is beside a secret is given as it was, to the last line's end."""
    assert text.replace("=x", f"={MASK}") == Mask()(text)


def test_secrets_of_one_line_in_many() -> None:
    """Each that has one is found, the first, the last and those one behind the other."""
    lines = [f"password=hunter{number}" if number % 7 in {0, 1} else "ok: [host]" for number in range(57)]

    shown = Mask()("\n".join(lines)).split("\n")

    assert [f"password={MASK}" if "hunter" in each else each for each in lines] == shown
