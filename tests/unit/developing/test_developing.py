"""Entries, the layer that they are together, and the words for them."""

import json

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.developing import entries, layers, operators, telling
from openstack_k8s_cli.developing.entries import Effect, Kind, State
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.rehearsal.simulators import operators as simulated
from tests.fakes.entries import FIX, entry

CRD = Effect(
    ObjectId("apiextensions.k8s.io", "CustomResourceDefinition", "", "novas.nova.openstack.org"), "v1", True
)
JOB = Effect(ObjectId("batch", "Job", "openstack", "load"), "v1", False)
STOPPED = {"operators": {"overrides": {"nova": {"replicas": 0}}}}


def test_entries_are_one_layer_that_a_profile_loads() -> None:
    """Two entries of one operator stand side by side, one that leaves does not count."""
    keystone = entry(name="keystone", state=State.LEAVING)
    found = layers.layer([entry(), entry(Kind.RUN, values=STOPPED), keystone])

    assert found is not None
    overrides = loading.load("crc", reader=ProfileFiles(), overlays=(found,)).values["operators"]["overrides"]
    assert {"nova"} == overrides.keys() - {"infra"}
    assert (FIX, 0) == (overrides["nova"]["image"], overrides["nova"]["replicas"])
    assert layers.LABEL in json.dumps(found.label)


def test_no_entries_are_no_layer() -> None:
    """Nothing is loaded twice for them."""
    assert layers.layer([]) is None
    assert layers.layer([entry(state=State.LEAVING)]) is None


def test_two_entries_that_contradict_each_other_are_refused() -> None:
    """The later one, by the path, the other one's name, and whose it is; the same value is none."""
    other = entry(
        Kind.RUN, values={"operators": {"overrides": {"nova": {"image": "x", "replicas": 0}}}}, by="c@d"
    )

    with pytest.raises(OskError) as caught:
        layers.check([other], entry())

    (problem,) = caught.value.problems
    assert ("OSK1402", ExitCode.REFUSED) == (problem.code, caught.value.exit_code)
    assert "`operators.overrides.nova.image` is set by run nova already" in problem.summary
    assert "c@d" in (problem.detail or "")
    layers.check([entry(Kind.RUN, values=STOPPED)], entry())
    layers.check([entry(values={})], entry())


def test_an_entry_in_the_place_of_another_keeps_what_that_one_made() -> None:
    """Its effects are still to be put back, the first made first, and none twice."""
    old = entry(effects=(CRD,), version="7")
    new = entries.after(old, entry(effects=(JOB, CRD), note="other"))

    assert ((CRD, JOB), "7", "other") == (new.effects, new.version, new.note)
    assert [new] == [*entries.put([old], new)]
    assert () == entries.without([old], [new])


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.THERE, ""),
        (State.PENDING, "; not finished: the same command goes on"),
        (State.LEAVING, "; half taken back: `osk dev reset` goes on"),
    ],
)
def test_a_line_says_what_by_whom_since_when_and_how_far(state: State, said: str) -> None:
    """All that another developer has to know."""
    assert f"image nova = {FIX} (a@b, since 2025-06-15 15:06Z{said})" == telling.line(entry(state=state))


def test_objects_of_a_plan_are_marked_by_what_they_show() -> None:
    """An image shows in the Subscription, a stopped operator in the resource OpenStack."""
    both = (entry(), entry(Kind.RUN, values=STOPPED))

    assert "dev: nova by a@b since 2025-06-15 15:06Z" == telling.mark(both, "Subscription")
    assert telling.mark(both, "OpenStack")
    assert "" == telling.mark(both, "OpenStackControlPlane")


def test_a_deployment_says_in_one_line_what_it_keeps() -> None:
    """And how it goes away."""
    assert telling.kept([entry(), entry(name="glance")]).count("image ") == 2
    assert "osk dev reset" in telling.kept([entry()])
    assert "" == telling.kept([])


def test_the_operators_are_those_of_the_resource_openstack() -> None:
    """The rehearsal starts the same ones; placement's own is of older releases."""
    assert {*simulated.NAMES} - {"placement"} <= {*operators.NAMES}
    assert 21 == len(operators.NAMES)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("nvoa", "Did you mean `nova`?"),
        ("placement", "`nova` does its work"),
        ("xyz", "Known are: openstack"),
    ],
)
def test_an_unknown_operator_is_refused(name: str, advice: str) -> None:
    """With the nearest name, or whose work it is."""
    with pytest.raises(OskError) as caught:
        operators.check(name)

    assert ("OSK1400", ExitCode.USAGE) == (caught.value.problems[0].code, caught.value.exit_code)
    assert advice in caught.value.problems[0].advice[0].text


@pytest.mark.parametrize(
    ("image", "valid"),
    [
        (FIX, True),
        ("registry:5000/a/b", True),
        ("localhost/a@sha256:" + "0" * 64, True),
        ("quay.io/Me/nova", False),
        ("quay.io/me/nova:", False),
        ("https://quay.io/me/nova", False),
        ("", False),
    ],
)
def test_what_cannot_be_an_image_is_refused(image: str, *, valid: bool) -> None:
    """Before anything is asked of the cluster."""
    if valid:
        operators.check_image(image)
        return
    with pytest.raises(OskError) as caught:
        operators.check_image(image)

    assert "OSK1406" == caught.value.problems[0].code
