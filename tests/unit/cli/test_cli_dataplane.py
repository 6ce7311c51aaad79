"""`osk dataplane`: what it prints and writes, without hosts; tests/ssh has those."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner
from typer.testing import Result as Done

from openstack_k8s_cli.cli import hosting, playbooks
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.dataplane import fitness
from openstack_k8s_cli.dataplane.checks import Checked, Seen
from openstack_k8s_cli.dataplane.targets import Target
from openstack_k8s_cli.model.checks import Result, State
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.ansible import GOOD

PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: lab
extends: [crc]
dataplane:
  nodesets:
    compute:  # the computes
      nodes:
        old: {address: 192.168.122.150}  # stays
"""


@pytest.fixture(autouse=True)
def lab(home: Path) -> Path:
    """Run in a folder with a profile."""
    (home / "osk.yaml").write_text(PROFILE)
    lines = [f"new-{each} ansible_host=192.168.122.{160 + each} edpm_x=1" for each in range(3)]
    (home / "hosts.ini").write_text("\n".join(["[compute]", *lines, "old ip=192.168.122.151", ""]))
    return home


def osk(*args: str) -> Done:
    """Run a command line."""
    return CliRunner().invoke(app, list(args))


def test_an_inventory_is_taken_into_the_profile(lab: Path) -> None:
    """New hosts on lines of their own, known ones in their places, comments kept; the rule makes no further host."""
    done = osk("dataplane", "import", "hosts.ini")
    text = (lab / "osk.yaml").read_text()

    assert (0, "osk.yaml: hosts 4 in compute\n") == (done.exit_code, done.stdout.replace(f"{lab}/", ""))
    assert "    compute:  # the computes\n" in text
    assert "        old: {address: 192.168.122.151}  # stays\n" in text
    assert "\n        new-2: {address: 192.168.122.162, vars: {edpm_x: 1}}\n" in text
    assert 0 == YAML(typ="safe").load(text)["dataplane"]["nodesets"]["compute"]["count"]
    assert "unchanged" in osk("dataplane", "import", "hosts.ini").stdout


def test_a_secret_of_an_inventory_is_named_and_not_written(lab: Path) -> None:
    """The warning says where it belongs, and does not repeat it."""
    with (lab / "hosts.ini").open("a") as file:
        file.write("[compute:vars]\nsecret_password=topsecret1\n")
    done = osk("dataplane", "import", "hosts.ini")

    assert "left out: secret_password (4 hosts)" in done.stderr
    assert "varsFrom" in done.stderr
    assert "topsecret1" not in done.output + (lab / "osk.yaml").read_text()


def test_an_inventory_is_printed(lab: Path) -> None:
    """With -o yaml or json nothing is written."""
    done = osk("dataplane", "import", "hosts.ini", "-o", "yaml")

    assert PROFILE == (lab / "osk.yaml").read_text()
    assert {"new-0", "new-1", "new-2", "old"} == set(
        YAML(typ="safe").load(done.stdout)["dataplane"]["nodesets"]["compute"]["nodes"]
    )


def test_an_inventory_that_does_not_fit(lab: Path) -> None:
    """Outside of the network: the profile stays as it is, and the refusal is the profile's own."""
    (lab / "hosts.ini").write_text("[compute]\nfar ip=10.9.9.9\n")
    done = osk("dataplane", "import", "hosts.ini")

    assert (ExitCode.USAGE, PROFILE) == (done.exit_code, (lab / "osk.yaml").read_text())
    assert "outside ctlplane" in done.stderr


def found() -> list[Checked]:
    """Give a good host, one that is not fit and one that does not answer."""
    outputs = {
        "a": Seen(GOOD, began=100, ended=101),
        "b": Seen(GOOD.replace("python 3.9", "python 3.6"), began=100, ended=101),
        "c": Seen(unreachable="ssh: connect to host c port 22: Connection timed out"),
    }
    return [fitness.judge(Target(name, "compute", "10.0.0.1"), seen) for name, seen in outputs.items()]


def test_the_table_of_checks() -> None:
    """A line for each host, then each trouble with its code, hosts, remedy and command."""
    text = hosting.text(found())
    rows = [line.split() for line in text.splitlines()]

    assert ["HOST", "NODE", "SET", "SSH", "SUDO", "PYTHON"] == rows[0][:6]
    assert ["b", "compute", "ok", "ok", "FAIL"] == rows[2][:5]
    assert ["c", "compute", "?", "-", "-"] == rows[3][:5]
    assert (
        "failed OSK1103 python: Python 3.6; Ansible needs 3.7\n  at host b\n  → Install a newer one" in text
    )
    assert "unknown OSK1101 ssh: timed out\n  at host c\n" in text
    assert text.endswith("3 hosts: 1 warning, 1 failed, 1 unknown")


def test_the_document_of_checks() -> None:
    """Every host with every check, its state, code and remedy."""
    document = json.loads(json.dumps(hosting.document(found())))
    by_host = {each["host"]: each for each in document["hosts"]}

    assert not document["fit"]
    assert "OSK1103" == by_host["b"]["checks"]["python"]["code"]
    assert "failed" == by_host["b"]["checks"]["python"]["state"]
    assert hosting.is_fit(found()[:1])
    assert not hosting.is_fit(found()[2:])


def test_many_hosts_are_not_all_shown() -> None:
    """Those that something is wrong with are."""
    good, bad = found()[0], found()[1]
    fine = Checked(good.target, {name: Result(State.OK) for name in good.results})
    text = hosting.text([*[fine] * 60, bad])

    assert 1 == sum(line.startswith(("a ", "b ")) for line in text.splitlines())
    assert "61 hosts: " in text


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--nodeset", "compute"),
        ("run", "a.yaml", "--service", "ovn", "--nodeset", "compute"),
        ("run", "a.yaml"),
    ],
)
def test_a_run_that_is_not_clear(words: tuple[str, ...]) -> None:
    """It takes a playbook or a service, and a node set."""
    done = osk("dataplane", *words)

    assert ExitCode.USAGE == done.exit_code
    assert "OSK1130" in done.stderr


def test_variables(lab: Path) -> None:
    """By name, from a file, or as a mapping; the last one wins."""
    (lab / "more.yaml").write_text("a: [1, 2]\nb: x\n")

    assert {"a": [1, 2], "b": "y", "c": 3} == playbooks.variables(["b=z", "@more.yaml", "{c: 3, b: y}"])


@pytest.mark.parametrize("word", ["a", "=1", "@none.yaml", "{a", "@hosts.ini"])
def test_variables_that_cannot_be_read(word: str) -> None:
    """They are refused."""
    with pytest.raises(OskError):
        playbooks.variables([word])


def test_a_key_that_is_not_there() -> None:
    """The file is named."""
    done = osk("dataplane", "check", "--key", "no-such-key")

    assert (ExitCode.USAGE, True) == (done.exit_code, "no-such-key" in done.stderr)


def test_hosts_are_added_and_taken_out(lab: Path) -> None:
    """In the profile alone, comments kept: the last one by its count, one in the middle by name; others stay."""
    added = osk("hosts", "add", "compute", "3", "--profile-only")
    osk("hosts", "remove", "edpm-compute-1", "old", "--profile-only")
    text = (lab / "osk.yaml").read_text()
    listed = osk("hosts", "list", "-o", "json")

    assert 0 == added.exit_code
    assert "3 new hosts: edpm-compute-1, edpm-compute-2, edpm-compute-3" in added.stderr
    assert "    compute:  # the computes\n" in text
    assert ["edpm-compute-0", "edpm-compute-2", "edpm-compute-3"] == [
        each["host"] for each in json.loads(listed.stdout)
    ]
    assert 2 == osk("hosts", "remove", "edpm-compute-9", "--profile-only").exit_code
