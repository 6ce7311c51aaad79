"""What no line of Ansible's may show: which Secrets and variables are looked at, and what of them."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.steps import Manifest, Origin, Step
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.dataplane.hiding import hidden
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets
from tests.unit.workflows.hooked import Hooked

OURS = {"app.kubernetes.io/managed-by": "osk"}
STEPS = ("dataplane/nodesets[compute]/nodeset", "dataplane/deployment/deploy")


def secret(name: str, *, ours: bool = True, **values: str) -> Body:
    """Make a Secret."""
    meta = {"name": name, "namespace": "openstack", **({"labels": OURS} if ours else {})}
    data = {key.replace("_", "-"): base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": data}


def service(name: str, *secrets: str) -> Body:
    """Make a service as the operator does, with Secrets that it reads."""
    sources = [*({"secretRef": {"name": each}} for each in secrets), {"configMapRef": {"name": "x"}}]
    meta = {"name": name, "namespace": "openstack"}
    spec = {"playbook": "osp.edpm.nova", "dataSources": sources}
    kind = {"apiVersion": f"{fleets.GROUP}/v1beta1", "kind": kinds.SERVICE}
    return {**kind, "metadata": meta, "spec": spec}


def scene(
    *secrets: Body, there: tuple[Body, ...] = (), given: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[World, Plan]:
    """Have Secrets in the cluster, and a plan that names them; others are there only. `given`: by kind, into the spec."""
    world = fleets.world(key=False)
    assert isinstance(world.cluster, FakeCluster)
    for body in (*secrets, *there):
        world.cluster.put(body)
    named = tuple(Manifest(id_of(each), "v1", each, "dataplane/x", Origin("x", 0)) for each in secrets)
    plan = fleets.planned()[2]
    steps = tuple(with_spec(each, given or {}) for each in plan.steps if each.id in STEPS)
    last = replace(steps[-1], manifests=(*steps[-1].manifests, *named))
    return world, replace(plan, steps=(*steps[:-1], last))


def with_spec(step: Step, given: Mapping[str, Mapping[str, Any]]) -> Step:
    """Put more into the objects of a kind."""
    return replace(
        step,
        manifests=tuple(
            replace(each, body={**each.body, "spec": {**each.body["spec"], **given[each.id.kind]}})
            if each.id.kind in given
            else each
            for each in step.manifests
        ),
    )


def requests(world: World) -> dict[str, int]:
    """Count what was asked of Secrets and services."""
    assert isinstance(world.cluster, FakeCluster)
    counted = world.cluster.requests().items()
    return {verb: count for verb, count in counted if verb.endswith(("Secret", "Service"))}


def test_the_profiles_secrets_are_hidden() -> None:
    """Also of Secrets that others made; not what is public, nor what any log may have as a word."""
    own = secret("a", password="a long one", publickey="ssh-rsa AAAA", short="word")
    others = secret("b", ours=False, token="another one")

    assert {"a long one", "another one"} == hidden(*scene(own, others))


def test_variables_of_ansible_are_hidden() -> None:
    """Whatever their names and however deep, but for short words and paths."""
    given = {"pin": "first value", "a": {"b": ["second value", 12345678, True, "/etc/a/path"]}, "c": "short"}

    found = hidden(*scene(given={kinds.DEPLOYMENT: {"ansibleExtraVars": given}}))

    assert {"first value", "second value", "12345678"} == found


def test_secrets_that_operators_make_are_hidden() -> None:
    """Those that a service reads which runs here, and only the passwords in them: other lines may be in any log."""
    config = "[DEFAULT]\ndebug = True\ntransport_url = rabbit://default_user:hunter2xyz@r1:5671/?ssl=1\n"
    there = (
        service("nova", "nova-cell1-compute-config", "nova-migration-ssh-key"),
        service("other", "other-config"),
        secret("nova-cell1-compute-config", ours=False, **{"01-nova.conf": config}),
        secret("other-config", ours=False, password="of no host here"),
    )

    assert {"hunter2xyz"} == hidden(*scene(there=there))


def test_secrets_of_node_sets_are_hidden() -> None:
    """Those of variables and mounts, also of single hosts, and what variables have under names that say it."""
    volume = {"name": "ceph", "secret": {"secretName": "ceph-conf-files"}}
    several = {"name": "several", "projected": {"sources": [{"secret": {"name": "of-several"}}]}}
    template = {
        "extraMounts": [{"extraVolType": "Ceph", "volumes": [volume]}, {"volumes": [several]}],
        "ansibleSSHPrivateKeySecret": "key",
        "ansible": {
            "ansibleVarsFrom": [{"secretRef": {"name": "rhsm"}}],
            "ansibleVars": {"edpm_frr_bgp_neighbor_password": "neighbors", "edpm_x": "not a secret"},
        },
    }
    own = {"ansible": {"ansibleVarsFrom": [{"secretRef": {"name": "of-a-host"}}]}}
    there = (
        secret("rhsm", ours=False, rhc_auth='{"login": {"activation_key": "hunter3xyz"}}'),
        secret("of-a-host", ours=False, password="hunter4xyz"),
        secret("ceph-conf-files", ours=False, **{"ceph.client.keyring": "[client.x]\n  key = hunter5xyz\n"}),
        secret("key", ours=False, **{"ssh-privatekey": "the key itself", "ssh-publickey": "ssh-rsa AA"}),
        secret("of-several", ours=False, password="hunter6xyz"),
    )

    found = hidden(
        *scene(there=there, given={kinds.NODESET: {"nodeTemplate": template, "nodes": {"a": own}}})
    )

    wanted = {"neighbors", *(f"hunter{each}xyz" for each in range(3, 7)), "the key itself"}
    assert wanted == found - {'{"login": {"activation_key": "hunter3xyz"}}'}


def test_variables_of_deployments_that_go_are_hidden() -> None:
    """Their pods still have the last word."""
    world, plan = scene()
    meta = {"name": "old", "namespace": "openstack"}
    kind = {"apiVersion": f"{fleets.GROUP}/v1beta1", "kind": kinds.DEPLOYMENT}
    gone: Body = {
        **kind,
        "metadata": meta,
        "spec": {"nodeSets": ["a"], "ansibleExtraVars": {"rhsm": "hunter2xyz"}},
    }
    assert isinstance(world.cluster, FakeCluster)
    world.cluster.put(gone)

    assert {"hunter2xyz"} == hidden(world, replace(plan, uids={id_of(gone): "1"}))


def test_what_hooks_gave_is_hidden(tmp_path: Path) -> None:
    """Only what a hook calls secret, whether the plan runs it or only uses what it gave."""
    script = 'echo \'{"fsid": "4b5c-not-secret", "count": 3, "keyring": "hunter2xyz"}\' > "$OSK_OUTPUTS"\n'
    outputs = "{fsid: str, count: int, keyring: secret}"
    hooks = f"{{ceph: {{before: storage, command: [sh, ceph.sh], files: [ceph.sh], outputs: {outputs}}}}}"
    over = Hooked(tmp_path, hooks, {"ceph.sh": script})
    over.deploy()
    world = over.world
    plan = planning.bearings(world)[1]
    using = replace(plan, steps=tuple(each for each in plan.steps if each.uses and not each.hook))

    assert {"hunter2xyz"} == hidden(world, plan)
    assert {"hunter2xyz"} == hidden(world, using)


def test_secrets_of_machines_cost_no_request_each() -> None:
    """Bare machines have one each; all of osk's own come in one list, and services in another."""
    world, plan = scene(*(secret(f"m{number}", password=f"password {number}") for number in range(200)))
    assert isinstance(world.cluster, FakeCluster)
    world.cluster.log.clear()

    assert len(hidden(world, plan)) == 200
    assert {"list Secret": 1, "list OpenStackDataPlaneService": 1, "get Secret": 1} == requests(world)


def test_one_that_cannot_be_read_hides_no_other() -> None:
    """Rights may be for some of them only, and services may not be known at all."""
    denied = ClusterError(ErrorKind.FORBIDDEN, "no")
    others = (secret("a", ours=False, password="a long one"), secret("b", ours=False, password="another one"))
    for verb, kind in (("get", "Secret"), ("list", "Secret"), ("list", kinds.SERVICE)):
        world, plan = scene(*others)
        assert isinstance(world.cluster, FakeCluster)
        world.cluster.fail(denied, verb=verb, kind=kind)

        assert "another one" in hidden(world, plan), (verb, kind)
