"""Explaining, comparing and telling profiles apart."""

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile import outline, paths, reference
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.difference import diff
from openstack_k8s_cli.profile.explain import explain
from openstack_k8s_cli.profile.fingerprint import digest
from openstack_k8s_cli.profile.loading import Loaded, lay, load
from tests.fakes.profiles import Texts


def crc(*sets: str) -> Loaded:
    """Load crc."""
    return load("crc", sets=sets, reader=ProfileFiles())


def test_an_explanation_has_everything() -> None:
    """Value, place, what it overrode with its place, type, default and meaning."""
    found = explain(crc("storage.local.capacity=20Gi"), "storage.local.capacity")

    assert (found.value, found.place, found.default) == ("20Gi", "--set", "10Gi")
    ((place, value),) = [(each.place, each.value) for each in found.overridden]
    assert (place.startswith("profile crc:"), value) == (True, "10Gi")
    assert found.type.startswith("a size with its unit")
    assert found.description.endswith(".")


@pytest.mark.parametrize(
    ("sets", "path", "place"),
    [
        ([], "networks.storage.mtu", "derived"),
        ([], "networks.isolation", "default"),
        ([], "controlplane.spec", "default"),
        (["storage.local=null"], "storage.local", "default, since --set removes it"),
        (["controlplane.spec={galera: null}"], "controlplane.spec.galera", "--set"),
    ],
)
def test_values_without_a_line_say_why(sets: list[str], path: str, place: str) -> None:
    """A default, a derived value and a removed one are told apart."""
    assert explain(crc(*sets), path).place == place


def test_what_the_profile_does_not_have_is_no_default() -> None:
    """A value of a node set that is not there comes from nowhere; what it would be is said all the same."""
    found = explain(crc(), "dataplane.nodesets.xyz.count")

    assert "nowhere: the profile has no `dataplane.nodesets.xyz`" == found.place
    assert found.description


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("networks.ctplane.cidr", "networks.ctlplane.cidr"),
        ("networks.ctplane", "networks.ctlplane"),
    ],
)
def test_a_mistyped_name_is_refused(path: str, near: str) -> None:
    """A path into a network that is not there is a mistake where one has nearly its name: that path is given."""
    with pytest.raises(OskError) as caught:
        explain(crc(), path)

    problem = caught.value.problems[0]
    assert (ExitCode.USAGE, "OSK1446") == (caught.value.exit_code, problem.code)
    assert "The profile has no `networks.ctplane`" == problem.summary
    assert f"osk profile explain {near}" == problem.advice[0].command


def test_a_value_of_a_wrong_profile_is_explained() -> None:
    """What refuses a profile names this command, so that it works where the profile does not."""
    laid = lay("crc", sets=["networks.defaults.mtu=big", "secrets.a.b=hush"], reader=ProfileFiles())

    found = explain(laid, "networks.defaults.mtu")

    assert (found.value, found.place, found.type) == ("big", "--set", "a whole number")
    assert explain(laid, "secrets.a").value == {"b": "•••"}


def test_secrets_are_dots() -> None:
    """Neither the value, nor what it overrode, nor a mapping around it shows a literal."""
    loaded = crc("secrets.a.b=hush")

    found = [explain(loaded, path) for path in ("secrets", "secrets.a", "secrets.a.b")]

    assert "hush" not in repr(found)
    assert found[2].value == "•••"


@pytest.mark.parametrize(
    ("path", "code"),
    [("networks.defaults.mtv", "OSK0106"), ("a..b", "OSK0112")],
)
def test_a_path_that_is_not_there_is_refused(path: str, code: str) -> None:
    """With the nearest one."""
    with pytest.raises(OskError) as caught:
        explain(crc(), path)

    assert [problem.code for problem in caught.value.problems] == [code]


def test_every_path_can_be_explained() -> None:
    """The whole schema: each path has a type and a meaning, its own or its section's."""
    loaded = crc()

    for path, spot in outline.fields():
        found = explain(loaded, paths.write(path))
        assert found.type, path
        assert found.description or not spot.own, path


def test_a_difference_is_value_by_value() -> None:
    """What one setting changes, also where it follows from it, and nothing else."""
    found = [(each.path, each.before, each.after) for each in diff(crc(), crc("networks.defaults.mtu=9000"))]

    assert found[0] == ("networks.defaults.mtu", 1500, 9000)
    assert {path for path, _, _ in found[1:]} == {
        f"networks.{name}.mtu" for name in networks_of(crc().values["networks"])
    }


def test_secrets_differ_without_showing() -> None:
    """Two passwords are a difference, and dots."""
    found = diff(crc("secrets.a.b=one"), crc("secrets.a.b=two"))

    assert [(each.path, each.before, each.after) for each in found] == [("secrets.a.b", "•••", "•••")]


def test_filling_an_empty_mapping_is_one_difference() -> None:
    """The mapping itself is not said to have gone."""
    found = diff(crc(), crc("controlplane.spec={a: 1}"))

    assert [(each.path, each.before, each.after) for each in found] == [("controlplane.spec.a", None, 1)]


def test_what_is_not_set_on_both_sides_is_no_difference() -> None:
    """A section that goes is a difference at each of its values, and not once more as a whole."""
    found = diff(crc(), crc("storage.local=null"))

    assert found
    assert all(each.before != each.after for each in found)
    assert "storage.local" not in {each.path for each in found}


def test_a_digest_tells_profiles_apart() -> None:
    """The same values give the same digest, other values another; a literal secret counts as given only."""
    assert digest(crc()) == digest(crc("networks.isolation=true"))
    assert digest(crc()) != digest(crc("networks.isolation=false"))
    assert digest(crc("secrets.a.b=one")) == digest(crc("secrets.a.b=two"))


def test_a_file_over_a_built_in_profile_is_the_same_cloud() -> None:
    """Where it changes nothing but how it is written: `osk init --from crc` goes on with the cloud of `crc`."""
    text = "apiVersion: osk/v1\nkind: Profile\nname: crc\nsummary: mine\nextends: [crc]\n"
    file = load("osk.yaml", reader=Texts({"osk.yaml": text}, beside=ProfileFiles()))

    assert digest(file) == digest(crc())


def test_the_reference_has_every_path() -> None:
    """A row a path, and what is planned besides."""
    text = reference.markdown({})

    assert all(f"| `{paths.write(path)}` |" in text for path, _ in outline.fields())
    assert "| `controlplane.from` |" in text
