"""Every command of the developer's loop, whole or killed in its middle, is undone by one, on a real API server; podman is recorded."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from tests.cluster import listings
from tests.cluster.commands import Osk
from tests.cluster.listings import Listing
from tests.cluster.stories import Deployed, Story
from tests.cluster.test_dev import ledgers, live, osk, same, shape, told
from tests.fakes.podman import Recorded

CRD = ObjectId("apiextensions.k8s.io", "CustomResourceDefinition", "", "barbicans.barbican.openstack.org")
NEUTRON = ObjectId("neutron.openstack.org", "NeutronAPI", "openstack", "neutron")
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "barbican": ("image", "barbican", "quay.io/me/barbican-operator:fix", "--crds", "kinds"),
    "keystone": ("build", "keystone", "checkout", "--registry", "quay.io/me"),
    "nova-api": ("service-image", "nova-api", "quay.io/me/nova-api:fix"),
    "neutron": ("mount", "neutron", "nfs.lab:/src/neutron", "--at", "/site/neutron"),
    "ansible": ("ansible", "nfs.lab:/src/edpm-ansible"),
}
"""By what they change, which is what a reset is given."""
PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: crc
extends: [crc]
"""


@pytest.fixture(scope="module")
def deployed(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Have a deployment in the cluster, and a machine with checkouts and a podman; it is given back as it was."""
    standing = story.standing()
    home = standing.osk.home
    (home / "checkout").mkdir()
    (home / "checkout" / "Containerfile").write_text("FROM scratch\n")
    (home / "kinds").mkdir()
    (home / "kinds" / "barbicans.json").write_text(json.dumps(with_a_field(standing)))
    programs = tmp_path_factory.mktemp("programs")
    Recorded(programs)
    path = f"{programs}:{standing.osk.variables['PATH']}"
    yield replace(standing, osk=replace(standing.osk, environment={**standing.osk.environment, "PATH": path}))
    left = told(standing)
    if left:  # a test that failed
        osk(standing, "dev", "reset", "--yes", "-o", "json")
    assert [] == left


def with_a_field(deployed: Deployed) -> dict[str, Any]:
    """Give a kind with a field that is new."""
    crd = live(deployed, CRD)
    (version,) = crd["spec"]["versions"]
    version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["fancy"] = {"type": "string"}
    return {**{key: crd[key] for key in crd if key != "status"}, "metadata": {"name": CRD.name}}


@pytest.fixture
def before(deployed: Deployed) -> Listing:
    """List all objects before something is changed."""
    return listings.quiet(deployed.cluster)


def lasting(listing: Listing) -> dict[ObjectId, Body]:
    """Give what a deployment that changes nothing leaves alone: all but what osk notes of it."""
    noted = ledgers(listings.versions(listing))
    return {target: body for target, body in shape(listing).items() if target not in noted}


def as_before(deployed: Deployed, before: Listing) -> None:
    """Compare all objects with those of before.

    What osk notes of its runs may be other, and the simulated operators take no field out of what they have made: NeutronAPI keeps its mount.
    """
    noted = [*ledgers(listings.versions(before)), NEUTRON]
    same(deployed, {**before, **{target: live(deployed, target) for target in noted}})


def mounted(listing: Listing) -> list[str]:
    """Give where the control plane mounts what osk dev made."""
    (plane,) = (body for target, body in listing.items() if target.kind == "OpenStackControlPlane")
    mounts = get(plane, "spec", "neutron", "template", "extraMounts")
    return [each["extraVol"][0]["mounts"][0]["mountPath"] for each in mounts]


def killed_changing(osk: Osk, *words: str) -> int:
    """Run until the first object of the cloud is another, then kill the process as `kill -9` does; give its status."""
    with osk.led(*words, "-o", "json") as (process, events):
        next(each for each in events if each["type"] == "ObjectChanged" and each["change"] != "unchanged")
        process.kill()
        return process.wait()


def test_all_at_once_stay_over_a_deployment_and_go(deployed: Deployed, before: Listing) -> None:
    """The image with its CRD, the build, the service's image and the mounts; a deployment between them changes nothing else.

    With a checkout for Ansible it would run that, for which it is there.
    """
    *words, last = COMMANDS.values()
    made = [osk(deployed, "dev", *each, "-o", "json") for each in words]
    between = listings.quiet(deployed.cluster)
    deployment = osk(deployed, "deploy", "all", "-o", "json")
    behind = listings.everything(deployed.cluster)
    made.append(osk(deployed, "dev", *last, "-o", "json"))
    states = {each["name"]: each["state"] for each in told(deployed)}
    back = osk(deployed, "dev", "reset", "--yes", "-o", "json")

    assert [(ExitCode.DONE, [])] * len(COMMANDS) == [(each.code, each.problems) for each in made]
    assert dict.fromkeys(COMMANDS, "there") == states
    assert '"image": "quay.io/me/nova-api:fix"' in json.dumps(list(between.values()))
    assert ["/site/neutron"] == mounted(between)
    (claim,) = (each for each in between if each.kind == "PersistentVolumeClaim" and each not in before)
    assert "Bound" == get(between[claim], "status", "phase")
    assert (ExitCode.DONE, []) == (deployment.code, deployment.problems)
    assert {"unchanged"} == {each["change"] for each in deployment.of("ObjectChanged")}
    assert lasting(between) == lasting(behind)
    assert (ExitCode.DONE, []) == (back.code, back.problems)
    as_before(deployed, before)


def test_each_that_is_killed_is_explained_and_taken_back(deployed: Deployed, before: Listing) -> None:
    """All of them killed while the cluster changes, one after another; then one command takes all back."""
    to = ("-p", "crc", f"--rehearsal={deployed.rehearsal.name}")
    killed = [killed_changing(deployed.osk, "dev", *words, *to) for words in COMMANDS.values()]
    states = [each["state"] for each in told(deployed)]
    explained = osk(deployed, "dev", "status").stdout
    back = osk(deployed, "dev", "reset", "--yes", "-o", "json")

    assert [-9] * len(COMMANDS) == killed
    assert ["pending"] * len(COMMANDS) == states
    assert len(COMMANDS) == explained.count("not finished")
    assert (ExitCode.DONE, []) == (back.code, back.problems)
    as_before(deployed, before)


def test_an_edit_that_is_killed_goes_back(deployed: Deployed, before: Listing) -> None:
    """In the cloud, and to the byte in the profile's file."""
    file = deployed.osk.home / "mine.yaml"
    file.write_text(PROFILE)
    script = deployed.osk.home / "editor"
    script.write_text(f"#!{sys.executable}\nimport sys\nopen(sys.argv[1], 'a').write('replicas: 2\\n')\n")
    script.chmod(0o755)
    with_editor = replace(deployed.osk, environment={**deployed.osk.environment, "VISUAL": str(script)})
    to = ("placement", "-y", "-p", "mine.yaml", f"--rehearsal={deployed.rehearsal.name}")
    killed = killed_changing(with_editor, "edit", *to)
    between = file.read_text()
    back = deployed.osk("edit", *to, "--back", "-o", "json")

    assert killed == -9
    assert "replicas: 2" in between
    assert (ExitCode.DONE, []) == (back.code, back.problems), back.stderr
    assert PROFILE == file.read_text()
    as_before(deployed, before)
