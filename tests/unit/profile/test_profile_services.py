"""Services of the catalogue in a profile: names and keys, what they ask for, and texts from files."""

from collections.abc import Mapping
from typing import Any

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError, Problem
from openstack_k8s_cli.profile import explain
from openstack_k8s_cli.profile.loading import Loaded, load
from openstack_k8s_cli.profile.services import parsed
from tests.fakes.profiles import HEAD, Texts

OWN = "kind: OpenStackControlPlane\nmetadata: {name: x}\nspec: {secret: mine}\n"


def loaded(body: str, *, texts: Mapping[str, str] | None = None, services: str = "") -> Loaded:
    """Load a profile over crc, with a service `tea` of one's own where it has a text."""
    more = {"controlplane/services/tea/service.yaml": services} if services else {}
    text = f"{HEAD}name: lab\nextends: crc\n{body}"
    reader = Texts({"lab.yaml": text}, beside=ProfileFiles(), texts=texts, services=more)
    return load("lab.yaml", reader=reader)


def problems(body: str, **more: Any) -> tuple[Problem, ...]:
    """Give what is wrong with it."""
    with pytest.raises(OskError) as caught:
        loaded(body, **more)
    return caught.value.problems


def controlplane(body: str, **more: Any) -> Any:
    """Give the filled control plane of a profile."""
    return loaded(f"controlplane: {body}\n", **more).values["controlplane"]


@pytest.mark.parametrize(
    ("body", "path", "advice"),
    [
        ("{haet: {enabled: true}}", "haet", "Did you mean `controlplane.services.heat`?"),
        ("{haet: null}", "haet", "Did you mean `controlplane.services.heat`?"),
        ("{galera: {replicas: 3}}", "galera", "Did you mean `controlplane.galera`?"),
        ("{zzz: {}}", "zzz", "Remove it, or look for the right name"),
        ("{dns: {storage: 1Gi}}", "dns.storage", "Remove it, or look for the right name"),
        (
            "{openstackclient: {enabled: false}}",
            "openstackclient.enabled",
            "Remove it, or look for the right name",
        ),
        (
            "{cinder: {backends: {a: {config: x, storage: 1Gi}}}}",
            "cinder.backends.a.storage",
            "Remove it, or look for the right name",
        ),
    ],
)
def test_what_no_service_has_a_use_for_is_refused(body: str, path: str, advice: str) -> None:
    """A name that is no service, and a key that this one does nothing with, each with its place."""
    (problem,) = problems(f"controlplane: {{services: {body}}}\n")

    assert (problem.code, problem.advice[0].text) == ("OSK0106", advice)
    assert problem.summary.startswith(f"`controlplane.services.{path}`")
    assert (problem.subject or "").startswith("lab.yaml:5:")


def test_a_service_is_data() -> None:
    """A `service.yaml` more is a service more: with its default, its keys and its passwords."""
    found = controlplane(
        "{replicas: 3, services: {tea: {storage: 1Gi}}}",
        services="summary: Tea.\nenabled: false\nuses: [replicas, storage]\npasswords: {TeaPassword: fernet}\n",
    )

    assert found["services"]["tea"] == {"enabled": False, "replicas": 3, "storage": "1Gi", "spec": {}}
    assert found["passwords"]["TeaPassword"] == "fernet"
    assert found["passwords"]["NovaPassword"] == "password(32)"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("summary: Tea.\nuses: [replica]\n", "did you mean `replicas`?"),
        ("summary: Tea.\nuse: []\n", "extra inputs"),
        ("summary: Tea.\npasswords: {a: short}\n", "must be password(LENGTH)"),
        ("enabled: true\n", "field required"),
    ],
)
def test_a_wrong_service_says_where(text: str, words: str) -> None:
    """The file and the line are named, and what it should be."""
    (problem,) = problems("", services=text)

    assert problem.code == "OSK0140"
    assert words in problem.summary
    assert (problem.subject or "").startswith("controlplane/services/tea/service.yaml:")


def test_the_release_must_have_it() -> None:
    """A service that needs a field of the release is refused where that lacks it, and only when it is on."""
    tea = "summary: Tea.\nenabled: false\nfields: [tea]\n"
    (problem,) = problems("controlplane: {services: {tea: {enabled: true}}}\n", services=tea)

    assert (problem.code, "this release has no Tea" in problem.summary) == ("OSK0142", True)
    assert loaded("", services=tea).values["controlplane"]["services"]["tea"]["enabled"] is False


def test_what_services_name_is_made() -> None:
    """A database, bus or cache that a service names is one more instance, with the settings that it has."""
    found = controlplane(
        "{replicas: 3, galera: {instances: {keys: {replicas: 1, storage: 2G}}}, services: {"
        "barbican: {database: keys, notifications: news}, keystone: {cache: fast}, "
        "heat: {database: unused}, designate: {enabled: true}, redis: {enabled: true}}}"
    )
    galera, services = found["galera"]["instances"], found["services"]

    assert {name: (each["replicas"], each["storage"]) for name, each in galera.items()} == {
        "openstack": (3, "10G"),
        "keys": (1, "2G"),
        "openstack-cell1": (3, "10G"),
    }
    assert list(services["rabbitmq"]["instances"]) == ["rabbitmq", "news", "rabbitmq-cell1"]
    assert list(services["memcached"]["instances"]) == ["memcached", "fast"]
    assert list(services["redis"]["instances"]) == ["redis", "designate-redis"]


def test_a_cell_has_its_own_database_and_bus() -> None:
    """Any number of them; each bus gets the address after the last one's, and what is given stays."""
    found = controlplane(
        "{services: {nova: {cells: {cell1: {database: openstack, bus: rabbitmq}, cell2: {}, cell3: {}}}}}"
    )
    cells = found["services"]["nova"]["cells"]

    assert {name: (each["database"], each["bus"]) for name, each in cells.items()} == {
        "cell0": ("openstack", "rabbitmq"),
        "cell1": ("openstack", "rabbitmq"),
        "cell2": ("openstack-cell2", "rabbitmq-cell2"),
        "cell3": ("openstack-cell3", "rabbitmq-cell3"),
    }
    assert list(found["galera"]["instances"]) == ["openstack", "openstack-cell2", "openstack-cell3"]
    assert found["addresses"]["rabbitmq-cell3"] == "internalapi[85+2]"


def test_texts_come_from_files_beside_the_profile() -> None:
    """A snippet's file is read once; a file that is not there is one error at the place that names it."""
    named = "{services: {neutron: {config: {file: neutron.conf}, files: {policy.yaml: {file: p.yaml}}}}}"
    found = controlplane(named, texts={"neutron.conf": "[DEFAULT]\n", "p.yaml": "a: b\n"})
    (problem,) = problems(f"controlplane: {named}\n", texts={"p.yaml": ""})

    assert found["services"]["neutron"]["config"] == "[DEFAULT]\n"
    assert found["services"]["neutron"]["files"] == {"policy.yaml": "a: b\n"}
    assert (problem.subject or "").startswith("lab.yaml:5:")


def test_a_control_plane_of_ones_own() -> None:
    """It is read with the profile; services beside it would have no effect."""
    found = controlplane("{from: cp.yaml}", texts={"cp.yaml": OWN})
    beside = problems(
        "controlplane: {from: cp.yaml, services: {heat: {enabled: true}}}\n", texts={"cp.yaml": OWN}
    )

    assert found["from"]["spec"] == {"secret": "mine"}
    assert [each.code for each in beside] == ["OSK0142"]


@pytest.mark.parametrize(
    ("texts", "code", "subject"),
    [
        ({}, "OSK0103", "lab.yaml:5:22"),
        ({"cp.yaml": "kind: ConfigMap\n"}, "OSK0141", "lab.yaml:5:22"),
        ({"cp.yaml": "kind: [\n"}, "OSK0101", "cp.yaml:2:1"),
    ],
)
def test_an_own_control_plane_that_is_none(texts: Mapping[str, str], code: str, subject: str) -> None:
    """One clear error: not there, something else, or no YAML."""
    (problem,) = problems("controlplane: {from: cp.yaml}\n", texts=texts)

    assert (problem.code, problem.subject) == (code, subject)


def test_a_services_default_is_the_catalogues() -> None:
    """`osk profile explain` says whether a service is on unless asked for."""
    known = explain.explain(loaded(""), "controlplane.services.heat.enabled")

    assert (known.value, known.default, known.place) == (False, False, "default")


def test_every_shipped_service_says_what_it_is() -> None:
    """Each has a sentence, and the passwords of all of them are those of install_yamls' Secret."""
    kinds = parsed(ProfileFiles().services())
    passwords = [key for kind in kinds.values() for key in kind.passwords]

    assert all(kind.summary.endswith(".") for kind in kinds.values())
    assert len(passwords) == len(set(passwords)) == 25


@pytest.mark.parametrize(
    ("name", "advice"), [("keystne", "Did you mean `keystone`?"), ("mariadb", "Did you mean `galera`?")]
)
def test_what_cannot_stand_by_itself_is_refused(name: str, advice: str) -> None:
    """With its place and the nearest name."""
    (problem,) = problems(f"controlplane: {{standalone: [keystone, {name}]}}\n")

    assert (problem.code, problem.advice[0].text) == ("OSK0106", advice)
    assert (problem.subject or "").startswith("lab.yaml:5:")


def test_a_service_by_itself_brings_its_operator() -> None:
    """Where the OpenStack operator does not bring all of them; one of one's own choice stays as it is."""
    alone = "controlplane: {standalone: [redis, memcached, galera]}\noperators: {"
    own = loaded(alone + "openstack: {enabled: false}, single: {mariadb: {index: mine}}}\n").values
    brought = loaded(alone + "openstack: {enabled: true}}\n").values

    assert {name: each["index"] for name, each in own["operators"]["single"].items()} == {
        "mariadb": "mine",
        "infra": "quay.io/openstack-k8s-operators/infra-operator-index:latest",
    }
    assert brought["operators"]["single"] == {}
    assert own["controlplane"]["services"]["redis"]["enabled"]


def test_a_test_of_ones_own_name_says_its_kind() -> None:
    """One of a kind's name need not, and is there without being written."""
    (problem,) = problems("tests: {smoke: {}}\n")
    found = loaded("tests: {smoke: {kind: tobiko}}\n").values["tests"]

    assert (problem.code, "`kind`" in problem.summary) == ("OSK0108", True)
    assert {name: (each["kind"], each["name"]) for name, each in found.items()} == {
        **{name: (name, f"{name}-tests") for name in ("tempest", "tobiko", "horizontest", "ansibletest")},
        "smoke": ("tobiko", "smoke-tests"),
    }
