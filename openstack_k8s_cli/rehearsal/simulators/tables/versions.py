"""openstack-operator's OpenStackVersion: what is on offer, and the steps of a minor update in their order."""

from collections.abc import Iterable, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.rehearsal import images
from openstack_k8s_cli.rehearsal.simulators import needs, operators
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Needs, Row
from openstack_k8s_cli.rehearsal.simulators.tables import releases
from openstack_k8s_cli.rehearsal.simulators.tables.infrastructure import is_on
from openstack_k8s_cli.rehearsal.simulators.tables.releases import CORE
from openstack_k8s_cli.rehearsal.simulators.world import View

DATAPLANE = "dataplane.openstack.org"
_OVN = "ovn.openstack.org"
_HOSTS_OVN = "OvnControllerImage"


def _plane(body: Body, view: View) -> Body | None:
    return view.get(in_namespace(body, CORE, "OpenStackControlPlane", name_of(body)))


def _is_known(body: Body, view: View) -> Lack | None:
    """Need a target that the operator has; for another one it says nothing more, for ever."""
    target = get(body, "spec", "targetVersion")
    return None if not target or target in _known(body, view) else Lack()


def _known(body: Body, view: View) -> set[str]:
    return {
        *(get(body, "status", "containerImageVersionDefaults") or {}),
        releases.of_operator(view),
    }


def _updated(body: Body, there: Iterable[Body]) -> bool:
    allowed = frozenset(releases.wanted(body).values())
    return all(releases.runs(each, allowed) and needs.is_ready(each) for each in there)


def _ovn(body: Body, view: View) -> Lack | None:
    plane = _plane(body, view)
    if plane is None or not is_on(plane, "ovn"):
        return None
    kinds = ("OVNDBCluster", "OVNNorthd", "OVNController")
    there = [each for kind in kinds for each in view.all(_OVN, kind, namespace_of(body))]
    return None if there and _updated(body, there) else Lack()


def _node_sets(body: Body, view: View) -> list[Body]:
    """List the node sets with hosts."""
    there = view.all(DATAPLANE, "OpenStackDataPlaneNodeSet", namespace_of(body))
    return [each for each in there if get(each, "spec", "nodes")]


def _ovn_on_hosts(body: Body, view: View) -> Lack | None:
    """Need the new OVN on hosts that have it; where it stays the same, a deployment of OVN that has run."""
    plane = _plane(body, view)
    if plane is None or not is_on(plane, "ovn"):
        return None
    there = view.all(DATAPLANE, "OpenStackDataPlaneDeployment", namespace_of(body))
    mine = [each for each in there if "ovn" in (get(each, "spec", "servicesOverride") or ())]
    if any(not get(each, "status", "deployed") for each in mine):
        return Lack()
    target, before = (
        str(get(body, *path)) for path in (("spec", "targetVersion"), ("status", "deployedVersion"))
    )
    field = "ovnControllerImage"
    if images.image(field, before) == images.image(field, target):
        seen = any(get(each, "status", "deployedVersion") == target for each in mine)
        return None if seen else Lack("not started", reason="Init")
    wanted = releases.wanted(body)[field]
    shown = [
        get(each, "status", "containerImages", _HOSTS_OVN)
        for each in _node_sets(body, view)
        if _settled(each)
    ]
    if len(shown) < len(_node_sets(body, view)):
        return Lack()
    late = [each for each in shown if each and each != wanted]
    return Lack(reason="Requested" if mine else "Init") if late else None


def _settled(body: Body) -> bool:
    return bool(get(body, "status", "observedGeneration") == get(body, "metadata", "generation"))


def _part(group: str, kind: str, section: str, word: str) -> Needs:
    """Need the resources of one kind at the new images, and the control plane's own word for them."""

    def need(body: Body, view: View) -> Lack | None:
        plane = _plane(body, view)
        if plane is None or not is_on(plane, section):
            return None
        there = view.all(group, kind, namespace_of(body))
        said = condition(plane, f"OpenStackControlPlane{word}Ready") or {}
        allowed = frozenset(releases.wanted(body).values())
        run = all(releases.runs(each, allowed) for each in there)
        return None if run and said.get("status") == "True" else Lack()

    return need


def _whole(body: Body, view: View) -> Lack | None:
    plane = _plane(body, view)
    if plane is None or not needs.is_ready(plane):
        return Lack()
    allowed = frozenset(releases.wanted(body).values())
    late = [each["kind"] for each in view.owned(plane["metadata"]["uid"]) if not releases.runs(each, allowed)]
    if not late:
        return None
    text = (
        f"Controlplane images do not match the target version for the following services: {', '.join(late)}"
    )
    return Lack(f"error occured {text}", reason="Error", severity="Warning")


def _hosts(body: Body, view: View) -> Lack | None:
    target = get(body, "spec", "targetVersion")
    there = _node_sets(body, view)
    done = all(
        _settled(each) and needs.is_ready(each) and get(each, "status", "deployedVersion") == target
        for each in there
    )
    return None if done else Lack()


def _step(name: str, need: Needs) -> Condition:
    return Condition(
        type=f"MinorUpdate{name}",
        init="not started",
        waiting="in progress",
        done="completed",
        needs=(need,),
        takes=0.2,
    )


_INITIALIZED = Condition(
    type="Initialized",
    init="not started",
    waiting="in progress",
    done="completed",
    needs=(_is_known,),
    takes=0.2,
)
_STEPS = (
    _step("OVNControlplane", _ovn),
    _step("OVNDataplane", _ovn_on_hosts),
    _step("RabbitMQ", _part("rabbitmq.com", "RabbitmqCluster", "rabbitmq", "RabbitMQ")),
    _step("MariaDB", _part("mariadb.openstack.org", "Galera", "galera", "MariaDB")),
    _step("Memcached", _part("memcached.openstack.org", "Memcached", "memcached", "Memcached")),
    _step("Keystone", _part("keystone.openstack.org", "KeystoneAPI", "keystone", "KeystoneAPI")),
    _step("Controlplane", _whole),
    _step("Dataplane", _hosts),
)
_AVAILABLE = Condition(type="MinorUpdateAvailable", init="not started", done="update available")


def _is_updating(body: Body) -> bool:
    before = get(body, "status", "deployedVersion")
    return bool(before and before != get(body, "spec", "targetVersion"))


def _conditions(body: Body) -> Sequence[Condition]:
    """Give the steps of an update while one is under way; afterwards they are gone."""
    before, available = (get(body, "status", key) for key in ("deployedVersion", "availableVersion"))
    newer = (_AVAILABLE,) if before and before != available else ()
    return (_INITIALIZED, *newer, *(_STEPS if _is_updating(body) else ()))


def _status(body: Body, view: View) -> dict[str, Any]:
    available = releases.of_operator(view)
    target = str(get(body, "spec", "targetVersion") or available)
    status: dict[str, Any] = {
        "availableVersion": available,
        "containerImageVersionDefaults": {
            **(get(body, "status", "containerImageVersionDefaults") or {}),
            available: images.of(available),
        },
    }
    if target in _known(body, view):
        status["containerImages"] = releases.wanted(
            {**body, "spec": {**body["spec"], "targetVersion": target}}
        )
    plane = _plane(body, view)
    ready = plane is not None and needs.is_ready(plane)
    if ready and (not get(body, "status", "deployedVersion") or _has_passed_all(body)):
        status["deployedVersion"] = target
    return status


def _has_passed_all(body: Body) -> bool:
    return _is_updating(body) and all(needs.is_ready(body, each.type) for each in _STEPS)


ROWS = (
    Row(
        group=CORE,
        kind="OpenStackVersion",
        operator=operators.manager("openstack"),
        source="openstack-operator, controllers/core",
        conditions=_conditions,
        finalizer="openstack.org/openstackversion",
        done="Setup complete",
        status=_status,
        stays=True,
    ),
)
