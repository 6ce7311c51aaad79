"""install_yamls' variables into a profile: what each kind of rule does."""

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile.importers import install_yamls, mapping
from openstack_k8s_cli.profile.sources import Source
from tests.fakes import importing


def test_nothing_given_gives_the_base() -> None:
    """The README's flow with no variable is the profile crc and nothing more."""
    assert {"extends[0]": "crc"} == importing.written("")


def test_defaults_written_out_do_not_come_back() -> None:
    """Values that are the default anyway leave no trace in the profile."""
    assert {"extends[0]": "crc"} == importing.written(
        'NETWORK_MTU=1500\nSTORAGE_CLASS="local-storage"\nPV_NUM=12\nNNCP_BRIDGE=ospbr\nREDHAT_OPERATORS=false'
    )


def test_the_profile_has_sections_in_order_and_old_names_behind_values() -> None:
    """The text reads like one that a person wrote."""
    expected = """\
# Imported from install_yamls: vars.env; make targets: crc_storage openstack_deploy.
# Old names stand behind the values.
apiVersion: osk/v1
kind: Profile
name: vars
extends: [crc]
namespaces:
  openstack: cloud  # NAMESPACE
  labels:
    pod-security.kubernetes.io/enforce: null  # no make edpm_deploy
    security.openshift.io/scc.podSecurityLabelSync: null  # no make edpm_deploy
networks:
  defaults: {mtu: 9000}  # NETWORK_MTU
controlplane:
  services:
    neutron:
      config: |  # OPENSTACK_NEUTRON_CUSTOM_CONF
        [DEFAULT]
        debug = true
dataplane:
  nodesets: null  # no make edpm_deploy
"""
    lines = "OPENSTACK_NEUTRON_CUSTOM_CONF=n.conf\nNETWORK_MTU=9000\nNAMESPACE=cloud\n"
    files = {"n.conf": "[DEFAULT]\ndebug = true\n"}

    found = importing.outcome(lines, ["crc_storage", "openstack_deploy"], files).profile

    assert expected == found


def test_who_deployed_no_hosts_has_none() -> None:
    """Nor the labels that their Ansible needs; a target or variable of the data plane has the profile keep both."""
    without = importing.values("", ["openstack_deploy"])

    assert (without["dataplane"]["nodesets"], without["namespaces"]["labels"]) == ({}, {})
    for lines, targets in (("", ["edpm_deploy"]), ("DATAPLANE_NTP_SERVER=ntp\n", ["openstack_deploy"])):
        assert list(importing.values(lines, targets)["dataplane"]["nodesets"]) == ["compute"]


def test_what_is_needless_is_said_with_how_osk_does_it() -> None:
    """A variable that osk has no need of is neither lost nor in the profile."""
    found = importing.outcome("OUT=/tmp/out\n")

    assert ["OUT"] == [each.name for each in found.needless]
    assert () == found.lost


def test_an_unknown_name_gets_the_nearest_known_one() -> None:
    """A misspelt variable and a misspelt target are named with what was meant."""
    found = importing.outcome("NNCP_BRIGE=x\n", ["openstack_deply"])

    assert [
        ("openstack_deply", "did you mean `openstack_deploy`?"),
        ("NNCP_BRIGE", "did you mean `NNCP_BRIDGE`?"),
    ] == [(each.name, each.instead) for each in found.lost]


def test_values_that_cannot_be_read_are_named_together() -> None:
    """Every wrong value is said at once, with its place."""
    with pytest.raises(OskError) as caught:
        importing.outcome("NETWORK_MTU=big\nPV_NUM=few\nDATAPLANE_EXTRA_NOVA_CONFIG_FILE=gone.conf\n")

    assert ExitCode.USAGE == caught.value.exit_code
    assert {
        ("OSK0130", "vars.env:1"),
        ("OSK0130", "vars.env:2"),
        ("OSK0131", "vars.env:3"),
    } == {(each.code, each.subject) for each in caught.value.problems}
    assert any(
        "DATAPLANE_EXTRA_NOVA_CONFIG_FILE" in each.summary and "gone.conf" in each.summary
        for each in caught.value.problems
    )


def test_a_profile_that_does_not_hold_together_is_given_with_a_warning() -> None:
    """What the schema refuses is still printed, so that it can be mended there, with the variable behind it."""
    found = importing.outcome("NETWORK_MTU=99\n")

    assert "mtu: 99" in found.profile
    [fault] = found.faults
    assert fault.startswith("`NETWORK_MTU` (vars.env:1): `networks.defaults.mtu`")
    assert (found.lost, found.is_whole) == ((), False)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("DATAPLANE_TOTAL_NODES", "edpm_deploy"),
        ("DATAPLANE_TOTAL_NODES", "edpm_deploy_baremetal"),
        ("DATAPLANE_TOTAL_NETWORKER_NODES", "edpm_deploy_networker"),
    ],
)
@pytest.mark.parametrize("value", ["two", "-1", ""])
def test_a_count_that_is_none_is_named(name: str, target: str, value: str) -> None:
    """Also where a target reads it; the others are said with it."""
    with pytest.raises(OskError) as caught:
        importing.outcome(f"{name}={value}\nPV_NUM=few\n", [target, "crc_storage"])

    assert [(each.subject, name in each.summary) for each in caught.value.problems] == [
        ("vars.env:1", True),
        ("vars.env:2", False),
    ]


@pytest.mark.parametrize("line", ["INTERNALAPI_HOST_ROUTES=foo", "METALLB_POOL=foo"])
def test_what_is_no_address_is_refused(line: str) -> None:
    """It would be no profile, and says nothing that could be carried over."""
    with pytest.raises(OskError) as caught:
        importing.outcome(line)

    assert line.partition("=")[0] in caught.value.problems[0].summary


def test_targets_without_a_place_are_not_carried_over() -> None:
    """Only those that were named, with what is nearest."""
    found = importing.outcome("", ["openstack", "standalone_deploy", "set_slower_etcd_profile"])

    assert [each.name for each in found.lost] == ["make standalone_deploy", "make set_slower_etcd_profile"]


def test_lines_that_are_not_read_are_not_carried_over() -> None:
    """With their places: what stands there may have been meant."""
    found = importing.outcome("include other.mk\nNAMESPACE=$(shell whoami)\n")

    assert [each.name for each in found.lost] == ["vars.env:1", "vars.env:2"]


def test_an_environment_has_names_of_others() -> None:
    """Those that are like one of install_yamls are misspelt, all others nobody's business."""
    sources = [Source("stdin", "PATH=/bin\nHOME=/home/me\nNETWORK_MTUU=9000\nNAMESPACE=cloud\n", "")]
    found = install_yamls.imported(
        sources, (), reader=ProfileFiles(), read_file=lambda _path, _file: pytest.fail("nothing is read")
    )

    assert [each.name for each in found.lost] == ["NETWORK_MTUU"]


def test_variables_that_others_are_made_of_are_not_unknown() -> None:
    """They are carried over with what refers to them."""
    found = importing.outcome("HOUSE=cloud\nNAMESPACE=$(HOUSE)-1\n")

    assert (found.lost, "openstack: cloud-1" in found.profile) == ((), True)


def test_a_switch_is_read_letter_by_letter() -> None:
    """As Make compares it; who wrote it otherwise is told."""
    found = importing.outcome("NETWORK_ISOLATION=True\n")

    assert "isolation: false" in found.profile
    assert any("`NETWORK_ISOLATION` is taken as switched off" in each for each in found.warnings)


def test_what_scripts_fill_in_is_as_if_it_were_not_given() -> None:
    """An empty value is none to them."""
    lines = "STORAGE_REQUEST=\nPV_NUM=\nSTORAGE_CAPACITY=\nDEPLOYMENT_NAME=\nOPERATOR_CHANNEL=\n"

    assert {"extends[0]": "crc"} == importing.written(lines)


def test_every_variable_and_target_is_in_the_mapping_once() -> None:
    """No target has two answers, and no variable is both carried and lost."""
    names = [name for listed in mapping.TARGETS.values() for target in listed for name in target.names]
    fates: dict[str, set[str]] = {}
    for rules in mapping.RULES.values():
        for rule in rules:
            for name in rule.variables:
                fates.setdefault(name, set()).add(rule.fate)

    assert sorted(set(names)) == sorted(names)
    assert [] == [name for name, found in fates.items() if len(found) > 1]
