"""openstack-baremetal-operator: sets of machines, which take BareMetalHosts, and the servers of their image."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators, wording
from openstack_k8s_cli.rehearsal.simulators.objects import name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row, trouble
from openstack_k8s_cli.rehearsal.simulators.tables import parts
from openstack_k8s_cli.rehearsal.simulators.world import View

GROUP, METAL3 = "baremetal.openstack.org", "metal3.io"
_OPERATOR = operators.manager("openstack-baremetal")
_FREE = frozenset({"available", "ready"})


def _server(body: Body, _view: View) -> Iterator[Body]:
    """Make the server of the image, unless the set names one."""
    if get(body, "spec", "provisionServerName"):
        return
    spec = {
        key: get(body, "spec", key) or objects.image(image)
        for key, image in (
            ("agentImageUrl", "ironic-python-agent"),
            ("apacheImageUrl", "httpd"),
            ("osContainerImageUrl", "edpm-hardened-uefi"),
        )
    }
    spec |= {
        "osImage": get(body, "spec", "osImage") or "edpm-hardened-uefi.qcow2",
        "osImageDir": "/usr/local/apache2/htdocs",
    }
    yield objects.custom(
        GROUP,
        "OpenStackProvisionServer",
        f"{name_of(body)}-provisionserver",
        namespace=namespace_of(body),
        spec=spec,
    )


def _taken(body: Body, view: View) -> Mapping[str, Body | None]:
    """Choose a machine for each host: the one that it has, else the first free one with its labels."""
    namespace = str(get(body, "spec", "bmhNamespace") or namespace_of(body))
    there = view.all(METAL3, "BareMetalHost", namespace)
    chosen: dict[str, Body | None] = {}
    used: set[str] = set()
    for host, asked in sorted((get(body, "spec", "baremetalHosts") or {}).items()):
        labels = {**(get(body, "spec", "bmhLabelSelector") or {}), **(asked.get("bmhLabelSelector") or {})}
        fitting = [each for each in there if name_of(each) not in used and _fits(each, labels, body, host)]
        chosen[host] = min(fitting, key=lambda each: (not get(each, "spec", "consumerRef"), name_of(each)), default=None)  # fmt: skip
        used |= {name_of(found) for found in (chosen[host],) if found is not None}
    return chosen


def _fits(machine: Body, labels: Mapping[str, str], owner: Body, host: str) -> bool:
    taker = get(machine, "spec", "consumerRef", "name")
    if taker:
        mine = get(machine, "metadata", "labels", "osp-host") == host
        return bool(taker == name_of(owner) and mine)
    free = get(machine, "status", "provisioning", "state") in _FREE
    return free and labels.items() <= (get(machine, "metadata", "labels") or {}).items()


def _claims(body: Body, view: View) -> Iterator[Body]:
    """Give each machine that is taken its image and its consumer; all or none of them."""
    chosen = _taken(body, view)
    if None in chosen.values():
        return
    for host, machine in chosen.items():
        if machine is None or get(machine, "spec", "consumerRef"):
            continue
        claimed = objects.custom(
            METAL3,
            "BareMetalHost",
            name_of(machine),
            namespace=namespace_of(machine),
            version="v1alpha1",
            labels={"osp-host": host},
            spec={
                "online": True,
                "image": {"url": "http://rehearsal.invalid:6190/edpm-hardened-uefi.qcow2"},
                "consumerRef": {"kind": body["kind"], "name": name_of(body), "namespace": namespace_of(body)},
            },
        )
        claimed["metadata"]["ownerReferences"] = get(machine, "metadata", "ownerReferences") or []
        yield claimed


def _has_machines(body: Body, view: View) -> Lack | None:
    chosen = _taken(body, view)
    missing = [host for host, machine in chosen.items() if machine is None]
    if missing:
        said = (
            f"unable to find {len(chosen)} requested BaremetalHosts, {len(chosen) - len(missing)} available"
        )
        return trouble(f"OpenStackBaremetalSet BMH provisioning error occured {said}")
    states = (get(each or {}, "status", "provisioning", "state") for each in chosen.values())
    return None if all(each == "provisioned" for each in states) else Lack()


def _set_status(body: Body, view: View) -> dict[str, Any]:
    return {
        "baremetalHosts": {
            host: {
                "hostname": host,
                "bmhRef": name_of(machine),
                "provisioningState": str(get(machine, "status", "provisioning", "state") or ""),
                "networkDataSecretName": f"{name_of(body)}-cloudinit-networkdata-{host}",
                "userDataSecretName": f"{name_of(body)}-cloudinit-userdata-{host}",
                "annotatedForDeletion": False,
            }
            for host, machine in _taken(body, view).items()
            if machine is not None
        }
    }


_pods = parts.deployed("{}-openstackprovisionserver")


def _of_server(kind: str, words: str) -> Condition:
    return Condition(
        type=f"OpenStackProvisionServer{kind}Ready", init=f"{words} not started", done=f"{words} ready"
    )


def _account(body: Body, _view: View) -> list[Body]:
    return [
        objects.made("v1", "ServiceAccount", f"provisionserver-{name_of(body)}", namespace=namespace_of(body))
    ]


ROWS = (
    Row(
        group=GROUP,
        kind="OpenStackBaremetalSet",
        operator=_OPERATOR,
        source="openstack-baremetal-operator, controllers",
        conditions=(
            wording.with_parts(
                wording.INPUT,
                needs=(
                    needs.present(
                        "",
                        "Secret",
                        needs.field("spec", "deploymentSSHSecret"),
                        "Input data resources missing: {}",
                    ),
                ),
            ),
            Condition(
                type="OpenStackBaremetalSetProvServerReady",
                init="OpenStackBaremetalSet provision server not started",
                waiting="OpenStackBaremetalSet provision server deployment in progress",
                done="OpenStackBaremetalSet provision server ready",
                makes=(_server,),
                needs=(needs.children_ready(_server, named=False),),
            ),
            Condition(
                type="OpenStackBaremetalSetBmhProvisioningReady",
                init="OpenStackBaremetalSet BMH provisioning not started",
                waiting="OpenStackBaremetalSet BMH provisioning in progress",
                done="OpenStackBaremetalSet BMH provisioning completed",
                makes=(_claims,),
                needs=(_has_machines,),
            ),
        ),
        finalizer="openstack.org/openstackbaremetalset",
        status=_set_status,
    ),
    Row(
        group=GROUP,
        kind="OpenStackProvisionServer",
        operator=_OPERATOR,
        source="openstack-baremetal-operator, controllers",
        conditions=(
            wording.with_parts(wording.SERVICE_ACCOUNT, makes=(_account,)),
            wording.ROLE,
            wording.ROLE_BINDING,
            wording.CONFIG,
            wording.with_parts(wording.DEPLOYMENT, makes=(_pods,), needs=(needs.rolled_out(_pods),)),
            _of_server("ProvIntf", "OpenStackProvisionServer provisioning interface"),
            _of_server("LocalImageURL", "OpenStackProvisionServer local image URL"),
            _of_server("Checksum", "OpenStackProvisionServer checksum"),
        ),
        finalizer="openstack.org/openstackprovisionserver",
        generation=False,
        status=parts.ready_count(_pods),
    ),
)
