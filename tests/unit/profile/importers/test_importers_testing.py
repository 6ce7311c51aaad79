"""Tests of install_yamls: resources of the test-operator, and kuttl."""

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile.importers import mapping
from openstack_k8s_cli.profile.importers.rules import Fate
from tests.fakes import importing

OWN = """\
apiVersion: test.openstack.org/v1beta1
kind: Tempest
metadata: {name: mine}
spec:
  containerImage: a:1
  storageClass: local-storage
  tempestRun: {includeList: "one\\ntwo\\n", concurrency: 4, smoke: true}
  tempestconfRun: null
  parallel: true
"""


@pytest.mark.parametrize("variable", ["TEST_CR", "TEMPEST_CR"])
def test_a_resource_of_ones_own_becomes_a_test(variable: str) -> None:
    """What tests have keys for, and the rest in `spec`."""
    found = importing.values(f"{variable}=own.yaml\n", ("test_operator_deploy",), {"own.yaml": OWN})["tests"][
        "tempest"
    ]

    assert (found["name"], found["image"], found["include"], found["concurrency"]) == (
        "mine",
        "a:1",
        ["one", "two"],
        4,
    )
    assert found["spec"] == {"parallel": True, "tempestRun": {"smoke": True}}


def test_the_operators_samples_are_what_osk_runs() -> None:
    """A path in the clone says nothing new; another sample is not known."""
    clone = "TEST_CR=/home/me/out/operator/test-operator/config/samples/test_v1beta1_tobiko.yaml\n"
    (lost,) = importing.outcome("TOBIKO=config/samples/other.yaml\n").lost

    assert importing.outcome(clone).lost == ()
    assert (lost.name, lost.instead) == ("TOBIKO", "`tests.tobiko`")


def test_another_kind_is_refused() -> None:
    """The variable and the file are named."""
    with pytest.raises(OskError) as caught:
        importing.outcome("TEST_CR=own.yaml\n", (), {"own.yaml": "apiVersion: v1\nkind: Pod\n"})

    assert "`own.yaml` holds no resource of the test-operator" in caught.value.problems[0].summary


def test_tests_have_their_commands() -> None:
    """Each variable and target of kuttl and the test-operator has its command; chainsaw has none."""
    rules = {name: rule for rule in mapping.RULES["Tests"] for name in rule.variables}

    assert {rule.fate for rule in rules.values()} == {Fate.CARRIED, Fate.LOST}
    assert rules["KEYSTONE_KUTTL_DIR"].place == "osk test kuttl NAME --suite DIR"
    assert mapping.targets()["keystone_kuttl"].fate is Fate.CARRIED
    assert mapping.targets()["mariadb_chainsaw"].fate is Fate.LOST
