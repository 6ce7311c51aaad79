"""The databases of a rehearsed Galera cluster: they come with their resources and stay until somebody drops them."""

from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.cloud import databases, state
from openstack_k8s_cli.rehearsal.programs import bash
from openstack_k8s_cli.rehearsal.simulators.registering import Registry
from openstack_k8s_cli.workflows.developing import dropping

POD = "openstack/openstack-cell1-galera-0"


def database(uid: str, *, name: str = "nova_cell1", ready: bool = True) -> Body:
    """Make a MariaDBDatabase."""
    condition = {"type": "Ready", "status": "True" if ready else "False"}
    return {
        "metadata": {"name": "nova-cell1", "uid": uid, "labels": {"dbName": "openstack-cell1"}},
        "spec": {"name": name},
        "status": {"conditions": [condition]},
    }


def said(
    folder: Path, capsys: pytest.CaptureFixture[str], statements: str, pod: str = POD
) -> tuple[int, str, str]:
    """Ask the client."""
    code = databases.client(folder, pod, statements)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_database_outlives_its_resource(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is made once its resource is Ready, once for each, and what is in it stays until it is dropped."""
    registry = Registry(tmp_path)
    registry.made(database("one", ready=False))
    nothing = said(tmp_path, capsys, "SHOW TABLES FROM nova_cell1")
    registry.made(database("one"))
    made = said(tmp_path, capsys, "CREATE TABLE nova_cell1.hosts (id INT); SHOW TABLES FROM nova_cell1")
    Registry(tmp_path).made(database("one"))
    registry.made(database("two"))
    kept = said(tmp_path, capsys, "SHOW TABLES FROM `nova_cell1`")
    gone = said(tmp_path, capsys, "DROP DATABASE IF EXISTS `nova_cell1`; show databases")
    Registry(tmp_path).made(database("two"))
    still = said(tmp_path, capsys, "SHOW DATABASES")
    registry.made(database("three"))
    again = said(tmp_path, capsys, "SHOW TABLES FROM nova_cell1")

    assert (1, "", "ERROR 1049 (42000) at line 1: Unknown database 'nova_cell1'\n") == nothing
    assert (0, "hosts\n", "") == made == kept
    assert (0, "information_schema\nmysql\nperformance_schema\nsys\n", "") == gone == still
    assert (0, "", "") == again


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        (
            "DROP DATABASE nova",
            "ERROR 1008 (HY000) at line 1: Can't drop database 'nova'; database doesn't exist",
        ),
        (
            "CREATE TABLE a.b (id INT); CREATE TABLE a.b (id INT)",
            "ERROR 1050 (42S01) at line 1: Table 'b' already exists",
        ),
        ("SELECT 1", "ERROR 1235 (42000) at line 1: This rehearsal doesn't yet support 'SELECT 1'"),
    ],
)
def test_what_the_client_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: str, error: str
) -> None:
    """By the server's numbers and words; nothing is changed then."""
    with state.opened(tmp_path) as cloud:
        databases.make(cloud, "openstack-cell1", "a")
        databases.make(cloud, "openstack-cell1", "a")

    assert (1, "", f"{error}\n") == said(tmp_path, capsys, statement)
    assert (0, "", "") == said(tmp_path, capsys, "SHOW TABLES FROM a")


def test_other_pods_have_no_client(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is in the pods of Galera clusters only, each with its own databases."""
    with state.opened(tmp_path) as cloud:
        databases.make(cloud, "openstack", "a")

    assert (127, "", "bash: mysql: command not found\n") == said(tmp_path, capsys, "SHOW DATABASES", "a/b")
    assert "a" not in said(tmp_path, capsys, "SHOW DATABASES")[1].splitlines()
    assert "a" in said(tmp_path, capsys, "SHOW DATABASES", "openstack/openstack-galera-2")[1].splitlines()


def test_what_osk_runs_is_played(capsys: pytest.CaptureFixture[str]) -> None:
    """The very script that drops databases reaches the client; another one does not."""
    script: Any = dropping._SCRIPT
    known = bash.main(["-c", script, "mysql", "SHOW DATABASES"])
    other = bash.main(["-c", f"{script}; rm -rf /", "mysql", "SHOW DATABASES"])

    assert (127, 2) == (known, other)
    assert "command not found" in capsys.readouterr().err
