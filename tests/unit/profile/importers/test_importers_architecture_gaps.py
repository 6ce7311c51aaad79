"""What an example leaves to be filled in, and what cannot be: a draft is always one that loads."""

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.profile.importers import minimal
from tests.unit.profile.importers.examples import (
    HOSTS,
    hosts,
    imported,
    loaded,
    lost,
    networks,
    objects,
    replaced,
    services,
)


def test_a_text_with_a_placeholder_stays_and_is_marked() -> None:
    """Where any text may stand, the placeholder stands, with a comment; the report has the path."""
    outcome = imported({**networks(), **hosts(HOSTS.replace("quiet", "CHANGEME"))})

    assert "vars: {edpm_kernel_args: CHANGEME}  # to be filled in" in outcome.profile
    assert [("dataplane.nodesets.compute.vars.edpm_kernel_args", "CHANGEME")] == [
        (each.place, each.given) for each in outcome.open
    ]
    assert (
        "to be filled in: dataplane.nodesets.compute.vars.edpm_kernel_args: the example has CHANGEME"
        in outcome.report()
    )


def test_a_snippet_with_a_placeholder_is_marked_at_its_key() -> None:
    """A text of several lines is marked beside its key, so that it stays what it is; the line that is open is shown."""
    outcome = imported(services('  neutron: {customServiceConfig: "[ml2]\\nx = CHANGEME\\n"}\n'))

    assert "config: |  # to be filled in" in outcome.profile
    (left,) = outcome.open
    assert ("controlplane.services.neutron.config", "x = CHANGEME") == (left.place, left.given)


def test_a_value_that_no_placeholder_can_be_is_a_comment() -> None:
    """A VLAN or an address that is to be filled in stands as a comment, and the draft loads without it."""
    files = replaced(("vlan: 120", "vlan: CHANGEME_VLAN"))
    outcome = imported(files)

    assert "    # vlan: CHANGEME_VLAN  # to be filled in" in outcome.profile.splitlines()
    assert ("networks.internalapi.vlan", "CHANGEME_VLAN") in [
        (each.place, each.given) for each in outcome.open
    ]
    assert "OpenStackControlPlane openstack/controlplane" in objects(files)


def test_an_example_of_placeholders_only_still_gives_a_profile() -> None:
    """Where every address is to be filled in, what is left loads, and says what is missing."""
    files = replaced(("10.1.0.", "CHANGEME_"), ("master-0", "CHANGEME_NODE"))
    outcome = imported(files)

    assert () == outcome.faults
    assert loaded(files)
    assert {"networks.internalapi.cidr", "platform.workers"} <= {each.place for each in outcome.open}
    assert not outcome.is_whole


def test_a_section_of_which_all_is_to_be_filled_in_is_a_comment_as_a_whole() -> None:
    """A key with comments alone below it would be null and take the network out, so it is a comment too."""
    files = replaced(("10.1.0.0/24", "CHANGEME_CIDR"))
    profile = imported(files).profile
    reader = minimal.With(ProfileFiles(), profile)

    assert "internalapi" in loading.load(minimal.NAME, reader=reader).values["networks"]


def test_what_keeps_a_profile_from_loading_is_given_up() -> None:
    """A value that osk refuses is not in the draft; the report has it, and osk's own reason."""
    files = replaced(("mtu: 1400", "mtu: 9000"))

    assert (
        "`networks.internalapi.mtu`: 9000 is more than the 1500 of `ctlplane`, which carries it"
        == lost(files)["networks.internalapi.mtu: 9000"]
    )
    assert 1500 == loaded(files)["networks"]["internalapi"]["mtu"]


def test_of_several_values_at_one_place_only_the_one_that_is_wrong_is_given_up() -> None:
    """Where a problem names a value, the others beside it stay."""
    node = "networks: &on [{name: ctlplane, subnetName: subnet1, defaultRoute: true}, {name: internalapi, subnetName: subnet1"
    files = {
        **networks(),
        **hosts(HOSTS.replace(node, f"{node}, fixedIP: 10.1.0.10").replace("networks: *on", "networks: []")),
    }
    found = loaded(files)["dataplane"]["nodesets"]["compute"]["nodes"]

    assert "10.1.0.10" not in str(found)
    assert 2 == loaded(files)["dataplane"]["nodesets"]["compute"]["count"]


def test_machines_get_everything() -> None:
    """The document for machines has the profile, what is lost, and what is to be filled in."""
    document = imported({**networks(), **hosts(HOSTS.replace("quiet", "CHANGEME"))}).document()

    assert [{"place": "dataplane.nodesets.compute.vars.edpm_kernel_args", "given": "CHANGEME"}] == document[
        "open"
    ]
    assert {"profile", "lost", "needless", "faults"} <= set(document)


def test_values_that_are_laid_out_otherwise_are_named() -> None:
    """What no example has is an error that names file and ConfigMap, not one of osk's own."""
    files = {**networks(), **hosts(HOSTS.replace("networks: *on", "networks: 5"))}

    with pytest.raises(OskError) as caught:
        imported(files)

    (problem,) = caught.value.problems
    assert problem.code == "OSK1343"
    assert str(problem.subject).startswith("edpm/nodeset/values.yaml")


def test_a_file_that_cannot_be_read_is_told_as_lost() -> None:
    """A typing error does not make the values of a whole file go without a word; a list, as patches are, does."""
    files = {
        **networks(),
        "control-plane/a.yaml": "kind: ConfigMap\n  a: b\n",
        "p.yaml": "# a patch\n- op: add\n",
    }

    found = lost(files)

    assert [name for name in found if name.endswith(".yaml")] == ["control-plane/a.yaml"]
    assert "a.yaml:2" in found["control-plane/a.yaml"]
