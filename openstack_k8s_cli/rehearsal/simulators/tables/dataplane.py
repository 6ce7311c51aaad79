"""openstack-operator's data plane: node sets with their addresses and inventory, and deployments of services as Jobs."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators, wording
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row, trouble
from openstack_k8s_cli.rehearsal.simulators.tables import ansible, baremetal, hostversions, named
from openstack_k8s_cli.rehearsal.simulators.world import View

DATAPLANE, NETWORK = "dataplane.openstack.org", "network.openstack.org"
_SOURCE = "openstack-operator, controllers/dataplane"


def _default_services(body: Body, view: View) -> Iterator[Body]:
    """Make the services that the operator ships; the user's own stay as they are."""
    for name in get(body, "spec", "services") or ():
        if (
            name in ansible.PLAYBOOKS
            and view.get(in_namespace(body, DATAPLANE, "OpenStackDataPlaneService", name)) is None
        ):
            made = objects.custom(
                DATAPLANE,
                "OpenStackDataPlaneService",
                name,
                namespace=namespace_of(body),
                spec={"playbook": ansible.PLAYBOOKS[name], "edpmServiceType": name},
            )
            yield objects.unowned(made)


def _ip_sets(body: Body, _view: View) -> Iterator[Body]:
    for host, node in named.hosts(body):
        networks = named.networks(body, node)
        if networks:
            labels = {"openstackdataplanenodeset": name_of(body)}
            yield objects.custom(
                NETWORK,
                "IPSet",
                host,
                namespace=namespace_of(body),
                labels=labels,
                spec={"networks": networks},
            )


def _has_networks(body: Body, view: View) -> Lack | None:
    if not view.all(NETWORK, "NetConfig", namespace_of(body)):
        return trouble("NodeSetIPReservationReady error occurred no NetConfig CR exists yet")
    for host, node in named.hosts(body):
        if not any(each["name"].lower() == "ctlplane" for each in named.networks(body, node)):
            return trouble(
                f"NodeSetIPReservationReady error occurred ctlplane network should be defined for node {host}"
            )
    return None


def _reserved(body: Body, view: View) -> Iterator[tuple[str, dict[str, Any]]]:
    for host, _ in named.hosts(body):
        there = view.get(in_namespace(body, NETWORK, "IPSet", host)) or {}
        for each in get(there, "status", "reservations") or ():
            yield host, each


def _names(body: Body, view: View) -> Iterator[Body]:
    hosts = [
        {
            "ip": each["address"],
            "hostnames": list(
                dict.fromkeys([f"{short(host)}.{each['dnsDomain']}", named.name_in(host, each)])
            ),
        }
        for host, each in _reserved(body, view)
    ]
    yield objects.custom(
        NETWORK, "DNSData", name_of(body), namespace=namespace_of(body), spec={"hosts": hosts, "dnsDataLabelSelectorValue": "dnsdata"}
    )  # fmt: skip


def _has_dns(body: Body, view: View) -> Lack | None:
    there = view.all(NETWORK, "DNSMasq", namespace_of(body))
    if len(there) > 1:
        return trouble("NodeSet DNSData error occurred. Multiple DNSMasq resources exist")
    return None if there and needs.is_ready(there[0]) else Lack()


def _has_key(body: Body, view: View) -> Lack | None:
    name = str(get(body, "spec", "nodeTemplate", "ansibleSSHPrivateKeySecret") or "")
    there = view.get(in_namespace(body, "", "Secret", name))
    if there is None:
        return trouble(f"Waiting for input secret/{name}, not yet ready")
    if "ssh-privatekey" not in (there.get("data") or {}):
        return trouble(f"Input data error occurred field ssh-privatekey not found in Secret {name}")
    return None


def _account(body: Body, _view: View) -> list[Body]:
    return [objects.made("v1", "ServiceAccount", name_of(body), namespace=namespace_of(body))]


def _inventory(body: Body, view: View) -> Iterator[Body]:
    if any(_runs(each) for each in _deployments(body, view)):
        return  # never rebuilt under a running deployment
    addresses = {
        host: each["address"] for host, each in _reserved(body, view) if each["network"].lower() == "ctlplane"
    }
    hosts = {short(host): {"ansible_host": addresses.get(host) or get(node, "ansible", "ansibleHost")} for host, node in named.hosts(body)}  # fmt: skip
    labels = {
        "openstack.org/operator-name": "dataplane",
        "openstackdataplanenodeset": name_of(body),
        "inventory": "true",
    }
    text = json.dumps({name_of(body): {"hosts": hosts}}, sort_keys=True)
    yield objects.secret(
        f"dataplanenodeset-{name_of(body)}", namespace_of(body), {"inventory": text}, labels=labels
    )


def _deployments(body: Body, view: View) -> list[Body]:
    return list(view.naming(DATAPLANE, "OpenStackDataPlaneDeployment", namespace_of(body), name_of(body)))


def _made(deployment: Body) -> tuple[str, str]:
    return str(deployment["metadata"].get("creationTimestamp")), name_of(deployment)


def _runs(deployment: Body) -> bool:
    ready = condition(deployment, "Ready")
    return ready is not None and ready.get("status") != "True" and ready.get("reason") == "Requested"


def _hash(body: Body) -> str:
    return hashlib.sha256(json.dumps(get(body, "spec"), sort_keys=True).encode()).hexdigest()[:32]


def _is_deployed(body: Body, view: View) -> Lack | None:
    """Need a deployment of this very spec; the newest one speaks for the others."""
    there = sorted(_deployments(body, view), key=_made)
    if not there:
        return Lack()
    if any(get(each, "status", "nodeSetHashes", name_of(body)) == _hash(body) and get(each, "status", "deployed") for each in there):  # fmt: skip
        return None
    failed = condition(there[-1], "DeploymentReady")
    if failed is not None and failed.get("reason") in ("Error", "BackoffLimitExceeded"):
        return Lack(str(failed.get("message")), reason="Error", severity="Error")
    return Lack("Deployment in progress") if _runs(there[-1]) else Lack()


def _node_set_status(body: Body, view: View) -> dict[str, Any]:
    names: dict[str, dict[str, str]] = {}
    addresses: dict[str, dict[str, str]] = {}
    for host, each in _reserved(body, view):
        names.setdefault(host, {})[each["network"]] = named.name_in(host, each)
        addresses.setdefault(host, {})[each["network"]] = each["address"]
    status: dict[str, Any] = {"configHash": _hash(body)}
    if names:
        status |= {"allHostnames": names, "allIPs": addresses, "inventorySecretName": f"dataplanenodeset-{name_of(body)}"}  # fmt: skip
    there = sorted(_deployments(body, view), key=_made)
    gone = dict.fromkeys(
        get(body, "status", "deploymentStatuses") or ()
    )  # None takes it out of what is there
    status["deploymentStatuses"] = gone | {
        name_of(each): found
        for each in there
        if (found := get(each, "status", "nodeSetConditions", name_of(body)))
    }
    if there and _is_deployed(body, view) is None:
        status["deployedConfigHash"] = _hash(body)
        status |= hostversions.running(body, there)
    return status


def _node_sets(body: Body, view: View) -> list[Body]:
    found = (
        view.get(in_namespace(body, DATAPLANE, "OpenStackDataPlaneNodeSet", str(name)))
        for name in get(body, "spec", "nodeSets") or ()
    )
    return [each for each in found if each is not None]


def _are_set_up(body: Body, view: View) -> Lack | None:
    """Need every node set; nothing tells that this is waited for."""
    there = _node_sets(body, view)
    wanted = len(get(body, "spec", "nodeSets") or ())
    ready = len(there) == wanted and all(needs.is_ready(each, "SetupReady") for each in there)
    return None if ready else Lack("Input data not checked", reason="Init", severity="", status="Unknown")


def _is_given_up(body: Body) -> bool:
    """Tell a deployment that failed for good: its controller never looks at it again, nor at its other node sets."""
    return (condition(body, "DeploymentReady") or {}).get("reason") == "BackoffLimitExceeded"


def _plays(body: Body, view: View) -> Iterator[Body]:
    if _is_given_up(body):
        return
    for node_set in _node_sets(body, view):
        yield from ansible.reached(body, node_set, view)


def _plays_done(body: Body, view: View) -> Lack | None:
    """Need every node set; the first that fails for good ends it, however far the others are."""
    found = {name_of(each): ansible.state(body, each, view) for each in _node_sets(body, view)}
    errors = [f"nodeSet: {name} error: {state.error}" for name, state in found.items() if state.error]
    if errors:
        text = " & ".join(errors)
        return Lack(f"Deployment error occurred {text}", reason="BackoffLimitExceeded", severity="Error")
    return None if all(state.done for state in found.values()) else Lack()


def _deployment_status(body: Body, view: View) -> dict[str, Any]:
    if _is_given_up(body):
        return {}
    sets = _node_sets(body, view)
    done = bool(sets) and all(ansible.state(body, each, view).done for each in sets)
    time = str(body["metadata"]["creationTimestamp"])
    status: dict[str, Any] = {
        "nodeSetConditions": {name_of(each): ansible.conditions(body, each, view, time) for each in sets},
        "deployed": done,
        "ansibleExecutionSummaries": {
            key: summary for each in sets for key, summary in ansible.summaries(body, each, view).items()
        },
    }
    if done:
        status["nodeSetHashes"] = {name_of(each): _hash(each) for each in sets}
        status |= hostversions.brought(body, sets, view)
    return status


def _machines(body: Body, view: View) -> Iterator[Body]:
    """Make the set of machines that the hosts become: one for each, with its reserved address."""
    template = get(body, "spec", "baremetalSetTemplate") or {}
    addresses = {host: each for host, each in _reserved(body, view) if each["network"].lower() == "ctlplane"}
    hosts = {
        host: {"ctlPlaneIP": f"{addresses[host]['address']}/{str(addresses[host].get('cidr') or '/24').rpartition('/')[2]}"}
        | {key: node[key] for key in ("bmhLabelSelector", "networkData", "userData") if node.get(key)}
        for host, node in named.hosts(body)
        if host in addresses
    }  # fmt: skip
    spec = {
        "deploymentSSHSecret": get(body, "spec", "nodeTemplate", "ansibleSSHPrivateKeySecret"),
        **template,
        "baremetalHosts": hosts,
    }
    yield objects.custom(
        baremetal.GROUP, "OpenStackBaremetalSet", name_of(body), namespace=namespace_of(body), spec=spec
    )


def _reservation(makes_word: str, **more: Any) -> Condition:
    return Condition(
        type=makes_word,
        init=f"{makes_word} not started",
        waiting=f"{makes_word} not yet ready",
        done=f"{makes_word} ready",
        **more,
    )


_BEFORE_SETUP: Sequence[Condition] = (
    _reservation(
        "NodeSetIPReservationReady",
        makes=(_default_services, _ip_sets),
        needs=(_has_networks, needs.children_ready(_ip_sets, named=False)),
    ),
    _reservation(
        "NodeSetDNSDataReady", makes=(_names,), needs=(_has_dns, needs.children_ready(_names, named=False))
    ),
    wording.with_parts(wording.INPUT, needs=(_has_key,)),
    wording.with_parts(wording.SERVICE_ACCOUNT, makes=(_account,)),
)
_PROVISIONED = Condition(
    type="NodeSetBaremetalProvisionReady",
    init="NodeSet baremetal provision not started",
    waiting="NodeSet baremetal provision in progress",
    done="NodeSet baremetal provision ready",
    makes=(_machines,),
    needs=(needs.children_ready(_machines),),
)
_FROM_SETUP: Sequence[Condition] = (
    Condition(
        type="SetupReady", init="Setup started", waiting="Setup started", done="Setup complete", makes=(_inventory,), takes=0.3
    ),
    Condition(
        type="DeploymentReady",
        init="Deployment not started",
        waiting="NodeSet setup ready, waiting for OpenStackDataPlaneDeployment...",
        done="Deployment completed",
        needs=(_is_deployed,),
    ),
)  # fmt: skip


def _node_set(body: Body) -> Sequence[Condition]:
    """Give the conditions of a node set; those of machines that are there already are not provisioned."""
    provisioned = () if get(body, "spec", "preProvisioned") else (_PROVISIONED,)
    return (*_BEFORE_SETUP, *provisioned, *_FROM_SETUP)


ROWS = (
    Row(
        group=DATAPLANE,
        kind="OpenStackDataPlaneNodeSet",
        operator=operators.manager("openstack"),
        source=_SOURCE,
        conditions=_node_set,
        finalizer="openstack.org/openstackdataplanenodeset",
        done="NodeSet Ready",
        status=_node_set_status,
        prunes=True,
    ),
    Row(
        group=DATAPLANE,
        kind="OpenStackDataPlaneDeployment",
        operator=operators.manager("openstack"),
        source=_SOURCE,
        conditions=(
            wording.with_parts(wording.INPUT, needs=(_are_set_up,)),
            Condition(
                type="DeploymentReady",
                init="Deployment not started",
                waiting="Deployment in progress",
                done="Deployment completed",
                makes=(_plays,),
                needs=(_plays_done,),
            ),
        ),
        status=_deployment_status,
    ),
)
