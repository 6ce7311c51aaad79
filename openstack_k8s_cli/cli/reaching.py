"""What `osk hosts list` and `osk hosts ssh` do."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters.ssh import Ssh
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.dataplane import checking, keys, reaching
from openstack_k8s_cli.workflows.world import Target

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session


def listed(work: "Work", machines: Mapping[str, str]) -> list[dict[str, Any]]:
    """List the profile's hosts, with addresses that the cluster gave where the options name one, and the state of machines."""
    plan, cluster = work.plan(Target()), work.connection.cluster if work.has_cluster else None
    found = refusals.reading(lambda: reaching.known(plan, cluster))
    rows = [
        {
            "host": each.host,
            "nodeset": each.nodeset,
            "address": each.place.address if each.place else None,
            "user": each.place.user if each.place else None,
            "port": each.place.port if each.place else None,
            "machine": machines.get(each.key),
        }
        for each in found
    ]
    blank = dict.fromkeys(("nodeset", "address", "user", "port"))
    more = machines.keys() - {each.key for each in found}
    return [*rows, *({"host": name, **blank, "machine": machines[name]} for name in sorted(more))]


def text(hosts: Sequence[dict[str, Any]]) -> str:
    """Give the table."""
    if not hosts:
        return "the profile has no hosts"
    made = any(each["machine"] for each in hosts)
    rows = [
        (
            each["host"],
            each["nodeset"] or "-",
            each["address"] or ("from the cluster" if each["nodeset"] else "-"),
            each["user"] or "",
            str(each["port"] or ""),
            *([each["machine"] or "-"] if made else ()),
        )
        for each in hosts
    ]
    heads = ("HOST", "NODE SET", "ADDRESS", "USER", "PORT", *(["MACHINE"] if made else ()))
    return printing.table(rows, heads=heads)


def ssh(session: "Session", name: str, words: Sequence[str]) -> int:
    """Open a shell on a host, or run a command there; gives its exit status."""
    work = session.work
    checking.refuse_rehearsed(work.loaded.values)
    given = keys.given(work.loaded.values, work.secrets)
    if given and not work.has_cluster:
        found = reaching.one(work.plan(Target()), work.loaded.values, name)
        return _opened(session, found, given, words)
    world = work.informed
    checking.refuse_rehearsed(world.loaded.values)
    _, plan = planning.bearings(world)
    found = refusals.reading(lambda: reaching.one(plan, world.loaded.values, name, world.cluster))
    secret = str(world.loaded.values["dataplane"]["sshSecret"])
    key = refusals.reading(lambda: keys.needed(world.cluster, world.namespace, secret))
    return _opened(session, found, key, words)


def _opened(session: "Session", found: reaching.Known, key: SecretText, words: Sequence[str]) -> int:
    if found.place is None:
        advice = Advice(
            "Deploy its node set first; the cluster makes the host", "osk deploy dataplane/nodesets"
        )
        problem = Problem(
            "OSK1151", f"The address of {found.host} is not known yet", found.host, None, (advice,)
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    return Ssh(session.environment).open(found.place, key, tuple(words))
