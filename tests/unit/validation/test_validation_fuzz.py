"""Single values of valid objects are replaced by others: whatever stands there, validation ends with findings."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from openstack_k8s_cli.cli import validating
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.validation import manifests, running
from openstack_k8s_cli.validation.schemas import Schemas
from tests.unit.validation.samples import (
    attachment,
    balancer,
    body,
    data_service,
    deployment,
    interface,
    net_config,
    network,
    node_set,
    on,
    plane,
    policy,
    pool,
    secret,
    service,
    vlan,
)
from tests.unit.validation.test_validation_objects import definition

STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    2.5,
    "",
    "x",
    "::",
    "10.0.0.1/8",
    [],
    [1],
    [[]],
    {},
    {"a": 1},
    [{"a": []}],
)
"""What is put in a value's place."""
TRIES = 250


def _network_objects() -> tuple[Body, ...]:
    bridge = interface("ospbr", type="ovs-bridge", bridge={"port": [{"name": "enp6s0"}]})
    bond = interface("bond0", None, **{"type": "bond", "link-aggregation": {"mode": "1", "port": ["eth1"]}})
    routes = {"config": [{"destination": "0.0.0.0/0", "next-hop-address": "172.17.0.1"}]}
    spare = {"ipRanges": [{"range": "172.17.1.0/24"}], "type": "whereabouts", "range": "172.17.1.0/24"}
    return (
        net_config(network(gateway="172.17.0.1", vlan=20)),
        policy(vlan("internalapi", "172.17.0.10", mtu=1500), bridge, bond, routes=routes),
        attachment(),
        attachment("spare", ipam=spare),
        attachment("both", plugins=[{"type": "bridge", "bridge": "ospbr"}]),
        pool(),
        body("metallb.io/v1beta1", "L2Advertisement", "l2", spec={"ipAddressPools": ["internalapi"], "interfaces": ["ospbr"]}),
        body("metallb.io/v1beta1", "BGPAdvertisement", "bgp", spec={"ipAddressPools": ["internalapi"], "peers": ["peer"]}),
        body("metallb.io/v1beta2", "BGPPeer", "peer", spec={"peerAddress": "10.0.0.1", "passwordSecret": {"name": "bgp"}}),
    )  # fmt: skip


def _cloud_objects() -> tuple[Body, ...]:
    mounts = [{"extraVol": [{"volumes": [{"secret": {"secretName": "ceph"}}]}]}]
    template = {"networks": [on()], "ansibleSSHPrivateKeySecret": "ssh", "extraMounts": mounts,
                "ansible": {"ansibleVars": {"edpm_network_config_os_net_config_mappings": {"a": {"nic1": "52:54:00:00:00:01"}}},
                            "ansibleVarsFrom": [{"secretRef": {"name": "rhc"}}]}}  # fmt: skip
    keystone = {
        "template": {
            "databaseInstance": "openstack",
            "override": {"service": {"internal": balancer("172.17.0.80")}},
        }
    }
    galera = {"templates": {"openstack": {"storageClass": "local", "secret": "osp-secret"}}}
    return (
        secret(AdminPassword="kX8s-92ms-Lq0z"),
        body("v1", "Secret", "ceph", data={"ceph.conf": "YWJj"}, type="Opaque"),
        body("v1", "ConfigMap", "words", data={"a": "b"}, binaryData={"c": "YWJj"}),
        service("internal", balancer("172.17.0.81", sharing="x")),
        body("storage.k8s.io/v1", "StorageClass", "local", namespace="", provisioner="x"),
        plane(secret="osp-secret", storageClass="local", keystone=keystone, galera=galera, extraMounts=mounts,
              tls={"podLevel": {"enabled": True}, "caBundleSecretName": "ca"}, topologyRef={"name": "spread"}),
        body("topology.openstack.org/v1beta1", "Topology", "spread", spec={}),
        node_set([on(address="172.17.0.100")], template=template, services=["bootstrap", "mine"], tlsEnabled=True),
        data_service("mine", dataSources=[{"secretRef": {"name": "nova"}}]),
        deployment("compute", servicesOverride=["install-certs"]),
        body("metal3.io/v1alpha1", "BareMetalHost", "metal",
             spec={"bootMACAddress": "52:54:00:00:00:01", "bmc": {"credentialsName": "bmc"}, "networkData": {"name": "x"}}),
        definition("Thing", "things", "x.org") | {"metadata": {"name": "things.x.org"}},
        body("x.org/v1", "Thing", "thing", spec={"size": 1, "list": [{"key": "a"}], "labels": {"a": "b"}}),
    )  # fmt: skip


WHOLE = (*_network_objects(), *_cloud_objects())
STAGES = {
    "vas": {"hci": {"stages": [{"name": "a", "path": "b", "wait_conditions": ["oc wait --timeout=5m"]}]}}
}


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, str) and value.startswith("{"):
        yield from (("json", *path, each) for each in _paths(json.loads(value)))
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from _paths(each, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if path[0] == "json":
        *above, within = path[1:]
        text = value
        for key in above:
            text = text[key]
        return _replaced(value, tuple(above), json.dumps(_replaced(json.loads(text), within, new)))
    whole = copy.deepcopy(value)
    here = whole
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = new
    return whole


def _cases() -> list[tuple[int, tuple[Any, ...], Any]]:
    every = [(at, path, new) for at, each in enumerate(WHOLE) for path in _paths(each) for new in STRANGE]
    return random.Random(20).sample(every, TRIES)


def _validated(*documents: Any) -> int:
    """Read, check and print objects; give how many findings there are, 1 for what cannot be read."""
    texts = [manifests.Text(f"{at}.yaml", json.dumps(each)) for at, each in enumerate(documents)]
    try:
        read = manifests.read(texts)
    except OskError:  # says where, and has advice
        return 1
    found = running.validate(read.items, Schemas(), stages=read.stages)
    assert validating.lines(found) or not found
    return len(found)


def test_no_value_breaks_validation() -> None:
    """Findings come out of a set whatever one value in it is, within the JSON of an attachment too."""
    for at, path, new in _cases():
        changed = [_replaced(each, path, new) if number == at else each for number, each in enumerate(WHOLE)]
        try:
            _validated(*changed)
        except Exception as error:  # noqa: BLE001  # any is the failure looked for
            pytest.fail(f"{WHOLE[at]['kind']} {path} = {new!r}: {type(error).__name__}: {error}")


def test_no_value_breaks_stages() -> None:
    """A description of stages may have any shape."""
    for path in _paths(STAGES):
        for new in STRANGE:
            if path != ("vas",) or new is not None:
                assert 0 <= _validated(_replaced(STAGES, path, new))
