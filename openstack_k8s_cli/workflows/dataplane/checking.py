"""Are the hosts fit? The hosts of a plan, what they must reach, and the look at them from this machine."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane import fitness, kinds, playing
from openstack_k8s_cli.dataplane.checks import Checked, Seen
from openstack_k8s_cli.dataplane.hearing import Hearing
from openstack_k8s_cli.dataplane.playing import Ansible, Asked
from openstack_k8s_cli.dataplane.targets import Reach, Surroundings, Target, inventory, targets
from openstack_k8s_cli.model.checks import Result, State
from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import naming

FIRST = 20
"""Hosts that are looked at before the others: where none of them answers, the others are not tried."""
FORKS = 50
_REPOSITORIES = ("https://trunk.rdoproject.org/", "https://github.com/")
"""What the service repo-setup fetches from."""
_UNTRIED = Result(
    State.UNKNOWN,
    f"not tried, for none of the first {FIRST} answered",
    "Look from the cluster",
    "osk dataplane check --from-cluster",
)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts of a plan that can be looked at."""

    targets: tuple[Target, ...]
    made: tuple[str, ...] = ()
    """Node sets whose hosts the cluster makes itself."""
    secret: str = ""
    """The Secret with the key."""
    skip: tuple[str, ...] = ()


def hosts(plan: Plan, values: Mapping[str, Any], cluster: Cluster | None, names: Sequence[str] = ()) -> Hosts:
    """Find the hosts of a plan: all, or those of the node sets and hosts that are named; raises OskError."""
    bodies = [each.body for each in plan.manifests]
    nodesets = [each for each in bodies if each["kind"] == kinds.NODESET]
    networks = next((each for each in bodies if each["kind"] == "NetConfig"), None)
    known = deployed(cluster, values["namespaces"]["openstack"]) if cluster else frozenset()
    found = tuple(targets(nodesets, Surroundings(networks, reach(values), frozenset(known))))
    made = tuple(each["metadata"]["name"] for each in nodesets if not get(each, "spec", "preProvisioned"))
    meant = {*naming.of(plan, values).meant(names)}
    chosen = tuple(each for each in found if not names or each.host in meant)
    return Hosts(chosen, made, values["dataplane"]["sshSecret"], tuple(values["dataplane"]["check"]["skip"]))


def refuse_rehearsed(values: Mapping[str, Any]) -> None:
    """Refuse to reach for hosts of a rehearsal: there are none, and others may have their addresses; raises OskError."""
    if values["platform"]["provider"] != "rehearsal":
        return
    advice = (
        Advice("Ask the real hosts, from where they are reachable: the same command without `--rehearsal`"),
        Advice("See what a rehearsal knows of its hosts", "osk dataplane status"),
    )
    problem = Problem(
        "OSK1196", "The hosts of a rehearsal do not exist, so none can be reached", None, None, advice
    )
    raise OskError(problem, exit_code=ExitCode.REFUSED)


def reach(values: Mapping[str, Any]) -> Reach:
    """Say what every host must reach: the registry or its mirror, repositories, and what the profile adds."""
    dataplane, mirror = values["dataplane"], values.get("mirror")
    registry = (mirror["registry"] if mirror else dataplane["registry"]["url"]).partition("/")[0]
    registries = (f"https://{registry}/v2/", *dataplane["check"]["urls"])
    mirrored = tuple(each["url"] for each in (mirror["packages"] if mirror else {}).values())
    repositories = (mirrored or _REPOSITORIES) if dataplane["repositories"] else ()
    addresses = [urlsplit(each).hostname or "" for each in (*registries, *repositories)]
    servers = [*addresses, *dataplane["ntp"]]
    return Reach(registries, repositories, tuple(dict.fromkeys(each for each in servers if _is_name(each))))


def deployed(cluster: Cluster, namespace: str) -> frozenset[str]:
    """Name the hosts on which a deployment of the cluster's ended well, by their short names."""
    items: Iterable[Body] = lookups.listed(cluster, kinds.GROUP, kinds.NODESET, namespace)
    done = (each for each in items if _was_deployed(each))
    return frozenset(
        name.partition(".")[0] for each in done for name in get(each, "status", "allHostnames") or ()
    )


def look(
    ansible: Ansible,
    found: Hosts,
    key: SecretText | None,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[Checked, ...]:
    """Look at hosts from this machine."""
    ansible.check("A check of hosts")
    first, rest = found.targets[:FIRST], found.targets[FIRST:]
    checked = judged(first, _seen(ansible, first, key, stopped), found.skip)
    if rest and all(each.silent for each in checked):
        untried = (fitness.judge(each, None, skip=found.skip) for each in rest)
        return (*checked, *(Checked(each.target, {**each.results, "ssh": _UNTRIED}) for each in untried))
    return (*checked, *judged(rest, _seen(ansible, rest, key, stopped), found.skip))


def judged(
    found: Iterable[Target], seen: Mapping[str, Seen], skip: Sequence[str] = ()
) -> tuple[Checked, ...]:
    """Judge hosts by what was seen of them."""
    return tuple(fitness.judge(each, seen.get(each.host), skip=skip) for each in found)


def _seen(
    ansible: Ansible, found: Sequence[Target], key: SecretText | None, stopped: Callable[[], bool]
) -> dict[str, Seen]:
    if not found:
        return {}
    heard = Hearing()
    asked = Asked(
        str(playing.PLAYBOOKS / "check.yaml"),
        inventory(found, playing.KEY if key else None),
        key,
        forks=min(FORKS, len(found)),
    )
    ended = ansible.play(asked, hear=heard.hear, stopped=stopped)
    if not heard.seen:
        raise OskError(unseen("\n".join(heard.said) or ended.last), exit_code=ExitCode.FAILED)
    return heard.seen


def unseen(said: str) -> Problem:
    """Say that the playbook ended before any host was looked at."""
    return Problem(
        "OSK1122",
        "Ansible ended before it looked at any host",
        None,
        said.strip()[-1500:] or None,
        (Advice("Mend what it says, or look from the cluster", "osk dataplane check --from-cluster"),),
    )


def _was_deployed(nodeset: Body) -> bool:
    if get(nodeset, "status", "deployedConfigHash"):
        return True
    statuses = (get(nodeset, "status", "deploymentStatuses") or {}).values()
    ended = ({"status": {"conditions": each}} for each in statuses if isinstance(each, list))
    return any((condition(each, "NodeSetDeploymentReady") or {}).get("status") == "True" for each in ended)


def _is_name(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return bool(text)
    return False
