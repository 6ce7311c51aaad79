"""What others made on osk's behalf."""

from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.teardown import belongings, volumes
from openstack_k8s_cli.teardown.found import Found

KEYSTONE = "keystone.openstack.org/v1beta1"
NS = "openstack"


def _body(api: str, kind: str, name: str, *owners: Body, namespace: str = NS, **content: Any) -> Body:
    references = [
        {"apiVersion": each["apiVersion"], "kind": each["kind"], "uid": each["metadata"]["uid"]}
        for each in owners
    ]
    meta = {"name": name, "uid": f"uid-{kind}-{name}", **content.pop("meta", {})}
    if namespace:
        meta["namespace"] = namespace
    if references:
        meta["ownerReferences"] = references
    return {"apiVersion": api, "kind": kind, "metadata": meta, **content}


def _found(*bodies: Body) -> Found:
    return Found({id_of(each): each for each in bodies})


def test_children_belong_to_the_ledgers_object_at_their_top() -> None:
    """Owners are followed up through objects that are nobody's own."""
    top = _body("core.openstack.org/v1beta1", "OpenStackControlPlane", "cp")
    api = _body(KEYSTONE, "KeystoneAPI", "keystone", top)
    endpoint = _body(KEYSTONE, "KeystoneEndpoint", "keystone", api)
    found = _found(top, api, endpoint)
    children = belongings.children(found, [NS], [id_of(top)])

    assert {id_of(top): (id_of(api), id_of(endpoint))} == children.of
    assert ((), ()) == (children.orphans, children.strangers)


def test_orphans_and_strangers_are_told_apart() -> None:
    """An object whose OpenStack owner is gone is an operator's; one without an owner, or with another's, is not."""
    gone = _body(KEYSTONE, "KeystoneAPI", "gone")
    orphan = _body(KEYSTONE, "KeystoneEndpoint", "orphan", gone)
    made_without_owner = _body("network.openstack.org/v1beta1", "IPSet", "node", meta=_written("manager"))
    users = _body(KEYSTONE, "KeystoneService", "mine")
    of_another = _body(KEYSTONE, "KeystoneService", "theirs", _body("example.org/v1", "App", "app"))
    elsewhere = _body(KEYSTONE, "KeystoneService", "far", namespace="other")
    found = _found(orphan, made_without_owner, users, of_another, elsewhere)
    children = belongings.children(found, [NS], [])

    assert {id_of(orphan), id_of(made_without_owner)} == set(children.orphans)
    assert {id_of(users), id_of(of_another)} == set(children.strangers)


@pytest.mark.parametrize(
    "name",
    [
        "mysql-db-openstack-galera-0",
        "persistence-rabbitmq-server-2",
        "ovndbcluster-nb-etc-ovn-ovsdbserver-nb-0",
        "swift-swift-storage-0",
        "glance-glance-default-internal-api-0",
        "var-lib-ironic-ironic-conductor-0",
    ],
)
def test_claims_of_stateful_sets_are_known_by_name(name: str) -> None:
    """Claims are found after their StatefulSet went."""
    claim = _body("v1", "PersistentVolumeClaim", name)

    assert [id_of(claim)] == list(belongings.claims(_found(claim), [NS], whole=()))


def test_claims_are_found_by_their_stateful_set() -> None:
    """The claims of an OpenStack StatefulSet are its templates' names; other claims are someone's own."""
    owner = _set("db", _body("mariadb.openstack.org/v1beta1", "Galera", "gone"))
    mine = _body("v1", "PersistentVolumeClaim", "data-db-0")
    theirs = _body("v1", "PersistentVolumeClaim", "movies")
    found = _found(owner, mine, theirs)

    assert [id_of(mine)] == list(belongings.claims(found, [NS], whole=()))
    assert [id_of(mine), id_of(theirs)] == list(belongings.claims(found, [NS], whole=[NS]))


def _set(name: str, *owners: Body, claim: str = "data") -> Body:
    spec = {"volumeClaimTemplates": [{"metadata": {"name": claim}}]}
    return _body("apps/v1", "StatefulSet", name, *owners, spec=spec)


def test_claims_of_ones_own_stateful_set_are_left() -> None:
    """A StatefulSet without an owner of OpenStack's keeps its claims, whatever they are called."""
    own = _set("rabbit-server", claim="persistence")
    claim = _body("v1", "PersistentVolumeClaim", "persistence-rabbit-server-0")

    assert [] == list(belongings.claims(_found(own, claim), [NS], whole=()))


def test_owners_are_followed_to_openstack() -> None:
    """A StatefulSet of another operator's cluster that an OpenStack operator made is OpenStack's."""
    rabbit = _body("rabbitmq.openstack.org/v1beta1", "RabbitMq", "cell1")
    cluster = _body("rabbitmq.com/v1beta1", "RabbitmqCluster", "cell1", rabbit)
    claim = _body("v1", "PersistentVolumeClaim", "persistence-cell1-server-0")
    found = _found(rabbit, cluster, _set("cell1-server", cluster, claim="persistence"), claim)

    assert [id_of(claim)] == list(belongings.claims(found, [NS], whole=()))


def test_claims_of_a_strangers_database_are_left() -> None:
    """What an operator made for a Galera that someone else put there is someone else's."""
    galera = _body("mariadb.openstack.org/v1beta1", "Galera", "mine")
    claim = _body("v1", "PersistentVolumeClaim", "mysql-db-mine-galera-0")
    found = _found(galera, _set("mine-galera", galera, claim="mysql-db"), claim)
    strangers = belongings.children(found, [NS], []).strangers

    assert [] == list(belongings.claims(found, [NS], whole=(), strangers=strangers))


@pytest.mark.parametrize(
    ("managers", "taken"),
    [
        (["manager"], True),
        (["operators"], True),
        (["manager", "kubectl-edit"], True),
        (["kubectl-create"], False),
        ([], False),
    ],
)
def test_kinds_without_owners_are_judged_by_their_writer(managers: list[str], *, taken: bool) -> None:
    """An object that no owner leads to is an operator's only where an operator wrote its spec."""
    service = _body(
        "dataplane.openstack.org/v1beta1", "OpenStackDataPlaneService", "one", meta=_written(*managers)
    )
    children = belongings.children(_found(service), [NS], [])

    assert ((id_of(service),) if taken else ()) == children.orphans
    assert (() if taken else (id_of(service),)) == children.strangers


def test_an_operators_finalizer_does_not_make_an_object_its_own() -> None:
    """An account of one's own stays one's own when its operator writes a finalizer and the status."""
    meta = _written("kubectl-create")
    of_status = {"manager": "manager", "subresource": "status", "fieldsV1": {"f:status": {}}}
    meta["managedFields"] += [{"manager": "manager", "fieldsV1": {"f:metadata": {}}}, of_status]
    account = _body("mariadb.openstack.org/v1beta1", "MariaDBAccount", "mine", meta=meta)

    assert (id_of(account),) == belongings.children(_found(account), [NS], []).strangers


def _written(*managers: str) -> dict[str, Any]:
    fields: Body = {"f:metadata": {}, "f:spec": {}}
    return {
        "managedFields": [{"manager": each, "operation": "Update", "fieldsV1": fields} for each in managers]
    }


def test_sizes_are_what_the_volume_has() -> None:
    """The bound capacity counts before what was asked for."""
    asked = {"spec": {"resources": {"requests": {"storage": "10Gi"}}}}

    assert belongings.size(asked) == "10Gi"
    assert belongings.size({**asked, "status": {"capacity": {"storage": "20Gi"}}}) == "20Gi"
    assert belongings.size({"spec": {"capacity": {"storage": "5Gi"}}}) == "5Gi"
    assert belongings.size(None) == ""


def _secret(name: str, *owners: Body, issuer: str = "") -> Body:
    notes = (
        {"cert-manager.io/certificate-name": name, "cert-manager.io/issuer-name": issuer} if issuer else {}
    )
    return _body("v1", "Secret", name, *owners, meta={"annotations": notes})


def test_certificates_are_found_by_annotation_and_name() -> None:
    """Issued Secrets and the authorities' own are found; where others live too, only OpenStack's authorities count."""
    issued, theirs = _secret("web", issuer="rootca-public"), _secret("shop", issuer="letsencrypt")
    root = _secret("rootca-internal")
    found = _found(issued, theirs, root, _secret("rootca-owned", root), _secret("osp-secret"))

    assert {id_of(issued), id_of(root)} == set(belongings.certificates(found, [NS], whole=[]))
    assert {id_of(issued), id_of(theirs), id_of(root)} == set(
        belongings.certificates(found, [NS], whole=[NS])
    )


OLM = "operators.coreos.com/v1alpha1"


def _subscription(**content: Any) -> Body:
    return _body(OLM, "Subscription", "sub", spec={"name": "metallb-operator"}, namespace="m", **content)


def test_installed_versions_are_found_without_their_copies() -> None:
    """The Subscription's status and OLM's label name its versions; copies in other namespaces are OLM's own."""
    label = {"operators.coreos.com/metallb-operator.m": ""}
    sub = _subscription(status={"installedCSV": "metallb.v2"})
    named = _body(OLM, "ClusterServiceVersion", "metallb.v2", namespace="m")
    labelled = _body(OLM, "ClusterServiceVersion", "metallb.v1", namespace="m", meta={"labels": label})
    copied = {**label, "olm.copiedFrom": "x"}
    copy = _body(OLM, "ClusterServiceVersion", "metallb.copy", namespace="m", meta={"labels": copied})
    other = _body(OLM, "ClusterServiceVersion", "other", namespace="m")
    found = _found(sub, named, labelled, copy, other)

    assert {id_of(named), id_of(labelled)} == set(
        belongings.installed(belongings.package_of(id_of(sub), found), found)
    )


def test_operands_must_be_younger_than_their_subscription() -> None:
    """A namespace that was there before osk installed the operator is not the operator's."""
    package = {"spec": {"name": "openshift-cert-manager-operator"}}
    young, old = {"creationTimestamp": "2026-02-01T00:00:00Z"}, {"creationTimestamp": "2025-01-01T00:00:00Z"}
    sub = {**_subscription(meta={"creationTimestamp": "2026-01-01T00:00:00Z"}), **package}
    for times, count in ((young, 1), (old, 0)):
        space = _body("v1", "Namespace", "cert-manager", namespace="", meta=times)
        found = _found(sub, space)

        assert count == len(list(belongings.operands(belongings.package_of(id_of(sub), found), found)))


def test_a_subscription_that_is_gone_is_remembered_by_olm() -> None:
    """A teardown that goes on after the Subscription went finds what it had installed all the same."""
    target = ObjectId("operators.coreos.com", "Subscription", "m", "metallb-operator-sub")
    trace = _body("operators.coreos.com/v1", "Operator", "metallb-operator.m", namespace="")
    label = {"operators.coreos.com/metallb-operator.m": ""}
    version = _body(OLM, "ClusterServiceVersion", "metallb.v1", namespace="m", meta={"labels": label})
    crd = _crd("pools.metallb.io", "metallb.io", labels=label)
    found = _found(trace, version, crd)
    package = belongings.package_of(target, found)

    assert [id_of(version)] == list(belongings.installed(package, found))
    assert [id_of(crd)] == list(belongings.definitions([package], found))
    assert [id_of(trace)] == list(belongings.traces(package, found))


def _crd(name: str, group: str, **meta: Any) -> Body:
    spec = {"group": group, "names": {}, "scope": "Namespaced"}
    return _body(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", name, namespace="", spec=spec, meta=meta
    )


def _version(name: str, *kinds: str) -> Body:
    owned = [{"name": each} for each in kinds]
    spec = {"customresourcedefinitions": {"owned": owned}}
    return _body(OLM, "ClusterServiceVersion", name, namespace="m", spec=spec)


def test_definitions_are_the_versions_own_and_openstacks() -> None:
    """`--crds` takes what the deleted operators brought, not all that sounds like OpenStack."""
    sub = _subscription(status={"installedCSV": "openstack"})
    ours = _version("openstack", "openstacks.operator.openstack.org", "pools.metallb.io")
    crds = (
        _crd("openstacks.operator.openstack.org", "operator.openstack.org"),
        _crd("nova.nova.openstack.org", "nova.openstack.org"),
        _crd("pools.metallb.io", "metallb.io"),
        _crd("directors.osp-director.openstack.org", "osp-director.openstack.org"),
        _crd("others.example.org", "example.org"),
    )
    found = _found(sub, ours, *crds)
    package = belongings.package_of(id_of(sub), found)

    assert {id_of(each) for each in crds[:3]} == set(belongings.definitions([package], found))


def test_definitions_of_others_operators_stay() -> None:
    """While an OpenStack operator that others installed is there, its kinds are not touched."""
    theirs = _version("openstack", "openstacks.operator.openstack.org")
    found = _found(theirs, _crd("nova.nova.openstack.org", "nova.openstack.org"))

    assert [] == list(belongings.definitions([], found))


def test_definitions_stay_with_an_operator_that_olm_does_not_know() -> None:
    """Where osk installed MetalLB only, `--crds` takes MetalLB's kinds: OpenStack's came with someone's manifests."""
    sub = _subscription(status={"installedCSV": "metallb"})
    crds = (_crd("pools.metallb.io", "metallb.io"), _crd("nova.nova.openstack.org", "nova.openstack.org"))
    found = _found(sub, _version("metallb", "pools.metallb.io"), *crds)
    package = belongings.package_of(id_of(sub), found)

    assert [id_of(crds[0])] == list(belongings.definitions([package], found))


def test_the_wiping_job_runs_the_other_script_in_the_same_pod() -> None:
    """A Job that made directories is followed by one that empties them, where the script is there."""
    mount = {"name": "s", "subPath": "create-storage.sh"}
    items = [{"key": "create-storage.sh", "path": "create-storage.sh"}]
    volume = {"name": "s", "configMap": {"name": "scripts", "items": items}}
    pod = {
        "containers": [{"name": "c", "volumeMounts": [mount]}],
        "volumes": [volume],
        "nodeSelector": {"a": "b"},
    }
    job = _body("batch/v1", "Job", "make", spec={"template": {"spec": pod}, "selector": {"x": "y"}})
    scripts = _body("v1", "ConfigMap", "scripts", data={"delete-storage.sh": "rm"})
    (made,) = volumes.wiping([id_of(job)], _found(job, scripts))
    wiped = made.body["spec"]["template"]["spec"]

    assert ObjectId("batch", "Job", NS, "make-wipe") == made.id
    assert "selector" not in made.body["spec"]
    assert wiped["containers"][0]["volumeMounts"][0]["subPath"] == "delete-storage.sh"
    assert wiped["volumes"][0]["configMap"]["items"] == [
        {"key": "delete-storage.sh", "path": "delete-storage.sh"}
    ]
    assert wiped["nodeSelector"] == {"a": "b"}
    assert [] == list(volumes.wiping([id_of(job)], _found(job)))
