"""Dropping databases, which operators do not: as root, by the client in a pod of their Galera cluster.

The password comes from where the pod itself has it, and stands on no command line.
"""

import re
from collections.abc import Iterator, Mapping

from openstack_k8s_cli.apply.ports import Cluster, Ran
from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.telling import Told

_CONTAINER = "galera"
_NAME = re.compile(r"[A-Za-z0-9_$-]+")
_OWN = frozenset({"information_schema", "mysql", "performance_schema", "sys"})
_SCRIPT = (
    "auth=/var/lib/operator-scripts/mysql_root_auth.sh; [ ! -f $auth ] || . $auth; "
    'export MYSQL_PWD="${MYSQL_PWD:-$DB_ROOT_PASSWORD}"; '
    'exec mysql --user=root --batch --skip-column-names --execute="$1"'
)


def ask(cluster: Cluster, namespace: str, pod: str, statements: str) -> Ran:
    """Let the client in a pod of a Galera cluster say statements as root; raises ClusterError."""
    command = ("bash", "-c", _SCRIPT, "mysql", statements)
    return cluster.exec(namespace, pod, command, container=_CONTAINER)


def pod_of(cluster: Cluster, namespace: str, instance: str) -> str | None:
    """Name a pod of a Galera cluster that is Ready; raises ClusterError."""
    pods, sets = cluster.resource("", "Pod"), cluster.resource("apps", "StatefulSet")
    name = f"{instance}-galera"
    there = cluster.get(sets, namespace, name) if sets else None
    for number in range(int(get(there or {}, "spec", "replicas") or 0)):
        body = cluster.get(pods, namespace, f"{name}-{number}") if pods else None
        if body is not None and _is_ready(body):
            return f"{name}-{number}"
    return None


def drop(cluster: Cluster, namespace: str, databases: Mapping[str, tuple[str, ...]]) -> Iterator[Told]:
    """Drop databases; those that are gone already are no error. Raises OskError and ClusterError."""
    for instance, names in databases.items():
        wrong = [each for each in names if not _NAME.fullmatch(each) or each in _OWN]
        if wrong:
            raise _failed(instance, f"`{wrong[0]}` is no name that osk drops")
        pod = pod_of(cluster, namespace, instance)
        if pod is None:
            raise _failed(instance, f"no pod of Galera {namespace}/{instance} is Ready")
        ran = ask(cluster, namespace, pod, "; ".join(f"DROP DATABASE IF EXISTS `{each}`" for each in names))
        if ran.exit_code:
            raise _failed(instance, ran.stderr.strip() or f"exit status {ran.exit_code}")
        yield from (Told(each, f"database is dropped in {instance}") for each in names)


def _is_ready(body: Body) -> bool:
    going = get(body, "metadata", "deletionTimestamp")
    return not going and (condition(body, "Ready") or {}).get("status") == "True"


def _failed(instance: str, why: str) -> OskError:
    problem = Problem(
        "OSK1434",
        f"Databases cannot be dropped in {instance}: {why.splitlines()[-1]}",
        subject=f"Galera {instance}",
        detail=why if "\n" in why else None,
        advice=(Advice("Mend what it says; the same command goes on from here", "osk status"),),
    )
    return OskError(problem, exit_code=ExitCode.FAILED)
