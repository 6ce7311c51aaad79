"""What osk says that it would change, and what is there."""

from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.workflows import looking, planning
from openstack_k8s_cli.workflows.world import Target
from tests.unit.workflows import worlds


def changes(preview: planning.Preview) -> dict[str, Change]:
    """Give each object's change word."""
    return {str(row.object): row.change for row in preview.rows}


def test_an_empty_cluster() -> None:
    """On an empty cluster everything would be created, also what cannot be tried yet."""
    preview = planning.preview(worlds.world(worlds.cluster()), Target())

    assert {"Namespace openstack": Change.CREATED, "ConfigMap openstack/settings": Change.CREATED} == changes(
        preview
    )
    assert preview.differs


SECRETS = """\
summary: A password
steps:
  - name: passwords
    manifests: [passwords.yaml.j2]
    policy: ensure
"""
PASSWORDS = """\
apiVersion: v1
kind: Secret
metadata: {name: osp-secret, namespace: openstack}
stringData: {AdminPassword: "{{ secret('osp-secret', 'AdminPassword', 'hex(8)') }}"}
"""


@pytest.mark.parametrize(
    ("given", "path", "near"),
    [
        (
            {"secrets": {"osp-secret": {"AdminPasword": "x"}}},
            "secrets.osp-secret.AdminPasword",
            "AdminPassword",
        ),
        ({"secrets": {"osp-secrets": {"AdminPassword": "x"}}}, "secrets.osp-secrets", "secrets.osp-secret"),
        ({"secrets": {"osp-secret": {"Y": {"generate": True}}}}, "secrets.osp-secret.Y", "AdminPassword"),
        (
            {"nics": {"default": "eth0", "onne": {"default": "eth1"}}},
            "platform.nics.onne",
            "platform.nics.one",
        ),
    ],
)
def test_what_nothing_has_a_use_for_is_refused(given: dict[str, Any], path: str, near: str) -> None:
    """A misspelt key of a Secret would silently leave a random password: it is refused with place and nearest name."""
    files = {
        **worlds.FILES,
        "operators/secrets/component.yaml": SECRETS,
        "operators/secrets/passwords.yaml.j2": PASSWORDS,
    }
    values = worlds.values(**{key: value for key, value in given.items() if key != "secrets"})
    values["secrets"] = given.get("secrets", {})
    loaded = worlds.Profile(values, provenance={path: "osk.yaml:7:3"})

    with pytest.raises(OskError) as refused:
        planning.offline(loaded, components.parse(files), Target())

    (problem,) = refused.value.problems
    assert refused.value.exit_code is ExitCode.USAGE
    assert (problem.code, problem.subject) == ("OSK0113", "osk.yaml:7:3")
    assert path in problem.summary
    assert near in problem.advice[0].text


@pytest.mark.parametrize("source", ["x", {"generate": True}, {"env": "X"}])
def test_what_something_has_a_use_for_is_not_refused(source: Any) -> None:
    """A key that a template asks for, and nodes where no worker is known, are taken."""
    files = {
        **worlds.FILES,
        "operators/secrets/component.yaml": SECRETS,
        "operators/secrets/passwords.yaml.j2": PASSWORDS,
    }
    values = worlds.values(workers=[], nics={"default": "eth0", "two": {"default": "eth1"}})
    values["secrets"] = {"osp-secret": {"AdminPassword": source}}

    assert planning.offline(worlds.Profile(values), components.parse(files), Target()).steps


def test_nothing_is_written() -> None:
    """A plan leaves the cluster as it was."""
    made = worlds.cluster()

    planning.preview(worlds.world(made), Target())

    namespaces = made.resource("", "Namespace")
    assert namespaces is not None
    assert made.get(namespaces, "", "openstack") is None


def test_fields_that_differ() -> None:
    """An object that is there is compared field by field."""
    made = worlds.cluster()
    before = worlds.world(made)
    for manifest in planning.whole(before.loaded, before.catalogue, planning.found(before)).manifests:
        made.apply(manifest.body)

    preview = planning.preview(worlds.world(made, colour="blue"), Target())

    assert {
        "Namespace openstack": Change.UNCHANGED,
        "ConfigMap openstack/settings": Change.CONFIGURED,
    } == changes(preview)
    assert [("data.colour", "red", "blue")] == [
        (each.path, each.before, each.after) for row in preview.rows for each in row.differences
    ]


@pytest.mark.parametrize(
    ("provenance", "capabilities"),
    [({"platform.capabilities": "osk.yaml:3:3"}, {"scc"}), ({}, {"routes"})],
    ids=["said", "derived"],
)
def test_capabilities_that_the_profile_says(provenance: dict[str, str], capabilities: set[str]) -> None:
    """What the profile itself says of the cluster's capabilities wins over discovery; what follows from a flavour does not."""
    loaded = worlds.Profile(worlds.values(capabilities=["scc"]), provenance=provenance)
    world = replace(worlds.world(worlds.cluster(worlds.ROUTE)), loaded=loaded)

    assert capabilities == planning.found(world).capabilities


@pytest.mark.parametrize(("sets", "said"), [(["platform.capabilities=[olm]"], True), ([], False)])
def test_a_loaded_profile_knows_what_it_says(sets: list[str], *, said: bool) -> None:
    """A default that is filled in is not said."""
    loaded = loading.load("crc", sets=sets, reader=ProfileFiles())

    assert loaded.values["platform"]["capabilities"]
    assert said is loaded.gives("platform.capabilities")


def test_a_refused_object_is_a_problem_of_its_row() -> None:
    """An object that the server refuses does not hide the others."""
    made = worlds.cluster()
    worlds.namespace(made, "openstack")
    made.fail(
        ClusterError(ErrorKind.INVALID, "data: Invalid value"), verb="apply (dry run)", kind="ConfigMap"
    )

    preview = planning.preview(worlds.world(made), Target())

    refused = [row for row in preview.rows if row.problem]
    assert ["ConfigMap openstack/settings"] == [str(row.object) for row in refused]
    assert len(preview.rows) == 2


def test_status() -> None:
    """Status says of each object whether it is there and how it is."""
    made = worlds.cluster()
    worlds.namespace(made, "openstack")

    status = looking.status(worlds.world(made), Target())

    assert {"Namespace openstack": State.READY, "ConfigMap openstack/settings": State.ABSENT} == {
        str(row.object): row.verdict.state for row in status.rows
    }
    assert not status.ready


@pytest.mark.parametrize("times", [1, 9])
def test_status_while_kinds_go(times: int) -> None:
    """A kind that goes between two requests is absent, and no answer of the API server is shown."""
    made = worlds.cluster()
    worlds.namespace(made, "openstack")
    world = worlds.world(made)
    informed = replace(world, bearings=planning.bearings(world))
    gone = ClusterError(ErrorKind.NOT_SERVED, "404 page not found")
    made.fail(gone, kind="ConfigMap", verb="list", times=times)

    status = looking.status(informed, Target())

    assert {State.READY, State.ABSENT} == {row.verdict.state for row in status.rows}


@pytest.mark.parametrize(("times", "code"), [(1, None), (9, "OSK1206")])
def test_facts_while_kinds_go(times: int, code: str | None) -> None:
    """The question is asked again; where kinds go on to go, that is told in osk's own words."""
    made = worlds.cluster()
    made.fail(ClusterError(ErrorKind.NOT_SERVED, "404 page not found"), kind="Node", times=times)

    if code is None:
        assert planning.found(worlds.world(made)).workers == ("one",)
        return
    with pytest.raises(OskError) as refused:
        planning.found(worlds.world(made))
    assert refused.value.problems[0].code == code


def test_a_world_that_has_its_bearings_is_not_looked_at_again() -> None:
    """What was gathered for the preview holds for the deployment: nodes and operators are listed once."""
    made = worlds.cluster()
    world = worlds.world(made)
    informed = replace(world, bearings=planning.bearings(world))
    first = {request.kind for request in made.log}
    made.log.clear()

    planning.preview(informed, Target(("operators",)))

    assert "Node" in first
    assert "Node" not in {request.kind for request in made.log}
    assert planning.bearings(informed) == informed.bearings
