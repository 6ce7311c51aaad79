"""Checkouts that stand in for what images have."""

from typing import Any

import pytest

from openstack_k8s_cli.developing import mounting
from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.developing.mounting import Checkout, Share
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.entries import entry

NEUTRON = frozenset({"neutron", "neutron/__init__.py"})
SHARE = Share("192.168.130.1", "/home/me/neutron/neutron")


def checkout(**more: Any) -> Checkout:
    """Make a checkout of neutron that pods can have."""
    given: dict[str, Any] = {"path": "/home/me/neutron", "present": NEUTRON, "exports": ("/home/me",)}
    return Checkout(**(given | more))


def profile(**neutron: Any) -> dict[str, Any]:
    """Make the part of a profile that mounts are in."""
    services = {"neutron": {"enabled": True, "spec": neutron}, "heat": {"enabled": False, "spec": {}}}
    nodesets = {"one": {"mounts": [{"extraVolType": "own"}]}, "two": {"mounts": []}}
    return {"controlplane": {"services": services}, "dataplane": {"nodesets": nodesets}}


def test_a_checkout_that_pods_can_have_is_taken() -> None:
    """Exported itself, or below what is."""
    mounting.check("neutron", checkout(), ())
    mounting.check("neutron", checkout(exports=("/home/me/neutron",)), ())
    mounting.check(
        "ansible", checkout(present=frozenset({"galaxy.yml", "roles", "plugins"}), exports=("/",)), ()
    )


@pytest.mark.parametrize(
    ("found", "summary", "command"),
    [
        (checkout(present=frozenset({"setup.py"})), "no `neutron`, so it is no checkout", None),
        (checkout(closed=("/home/me/neutron",)), "could not read /home/me/neutron", "chmod -R o+rX"),
        (
            checkout(exports=("/home/mean", "/home/me/neutron/doc")),
            "does not export the folder",
            "echo '/home/me/neutron 10.0.0.1(ro,sync,insecure,all_squash)' | sudo tee",
        ),
    ],
)
def test_what_pods_cannot_have_is_refused(found: Checkout, summary: str, command: str | None) -> None:
    """With the command that helps, where there is one."""
    with pytest.raises(OskError) as caught:
        mounting.check("neutron", found, ("10.0.0.1",))
    (problem,) = caught.value.problems

    assert ("OSK1428", ExitCode.REFUSED) == (problem.code, caught.value.exit_code)
    assert summary in problem.summary
    assert (command or "None") in str(problem.advice[0].command)


def test_a_service_must_take_mounts_and_be_deployed() -> None:
    """In this release and this profile; those that do are listed."""
    with pytest.raises(OskError) as caught:
        mounting.check_service("nova", ("neutron", "glance", "new"))
    with pytest.raises(OskError) as off:
        mounting.check_enabled(profile(), "heat")
    mounting.check_service("neutron", ("neutron",))
    mounting.check_enabled(profile(), "neutron")

    assert ("OSK1429", "OSK1429") == (caught.value.problems[0].code, off.value.problems[0].code)
    assert "Those that do are: glance, neutron" == caught.value.problems[0].advice[0].text
    assert "osk deploy service heat" == off.value.problems[0].advice[0].command


def test_another_machines_folder_is_named_as_nfs_does() -> None:
    """The package within it is what is mounted, or for Ansible the folder itself."""
    assert Share("nfs.lab", "/src/neutron/neutron") == mounting.named("nfs.lab:/src/neutron/", "neutron")
    assert Share("nfs.lab", "/src/edpm") == mounting.named("nfs.lab:/src/edpm", "ansible")
    assert mounting.named("/home/me:/neutron", "neutron") is None
    assert mounting.named("../neutron", "neutron") is None


def test_a_claim_finds_its_volume_and_nothing_else() -> None:
    """By name, without a class that could make one, and nothing in it can be written or recycled."""
    volume, claim = mounting.objects("neutron", SHARE, "openstack")

    assert (
        claim["spec"]["volumeName"]
        == volume["metadata"]["name"]
        == mounting.name("neutron", SHARE, "openstack")
    )
    assert (
        volume["spec"]["claimRef"].items()
        == {"namespace": "openstack", "name": claim["metadata"]["name"]}.items()
    )
    assert ("", "") == (volume["spec"]["storageClassName"], claim["spec"]["storageClassName"])
    assert "Retain" == volume["spec"]["persistentVolumeReclaimPolicy"]
    assert {"server": SHARE.server, "path": SHARE.path, "readOnly": True} == volume["spec"]["nfs"]
    known = {
        mounting.name("neutron", share, namespace)
        for share, namespace in ((SHARE, "one"), (Share("other", SHARE.path), "one"), (SHARE, "two"))
    }
    assert 3 == len(known)


def test_the_profile_mounts_it_behind_its_own() -> None:
    """In a service's part of the control plane, or in every node set; pods may only read it."""
    own = {"extraVol": [{"extraVolType": "own"}]}
    plain = mounting.values(profile(template={"extraMounts": [own]}), "neutron", "claim", "/at")
    hosts = mounting.values(profile(), "ansible", "claim", "/at")
    first, second = plain["controlplane"]["services"]["neutron"]["spec"]["template"]["extraMounts"]
    (mount,), (volume,) = second["extraVol"][0]["mounts"], second["extraVol"][0]["volumes"]

    assert own == first
    assert "claim" == mounting.claim(plain)
    assert {"name": "claim", "mountPath": "/at", "readOnly": True} == mount
    assert {"claimName": "claim", "readOnly": True} == volume["persistentVolumeClaim"]
    nodesets = hosts["dataplane"]["nodesets"]
    assert ["own", "osk-dev"] == [each["extraVolType"] for each in nodesets["one"]["mounts"]]
    assert ["osk-dev"] == [each["extraVolType"] for each in nodesets["two"]["mounts"]]


def test_a_node_set_that_the_profile_has_no_more_does_not_come_back() -> None:
    """Not by the entry of a time when it was there; one that came since is as the profile has it."""
    sets = {"one": {"mounts": ["then", "mine"]}, "edge": {"mounts": ["mine"]}}
    mounted = entry(Kind.ANSIBLE, "ansible", values={"dataplane": {"nodesets": sets}})

    fitting = mounting.fitting(mounted, profile())

    own = {"extraVolType": "own"}
    assert {"dataplane": {"nodesets": {"one": {"mounts": [own, "mine"]}}}} == fitting.values
    assert entry() == mounting.fitting(entry(), {})


@pytest.mark.parametrize("template", [{}, {"extraMounts": []}, {"extraMounts": [{"name": "later"}]}])
def test_what_the_profile_mounts_since_is_mounted_too(template: dict[str, Any]) -> None:
    """Before what is mounted for a while, and what it mounts no more is not."""
    then = mounting.values(profile(template={"extraMounts": [{"name": "gone"}]}), "neutron", "claim", "/at")
    now = profile(template=template)

    fitting = mounting.fitting(entry(Kind.MOUNT, "neutron", values=then), now)

    assert mounting.values(now, "neutron", "claim", "/at") == fitting.values
    assert "claim" == mounting.claim(fitting.values)
