"""Which layers there are, in which order, and what can be wrong with the chain."""

import pytest

from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.profile.loading import Loaded, load
from openstack_k8s_cli.profile.sources import Source
from tests.fakes.profiles import HEAD, Texts


def profile(name: str, body: str = "") -> str:
    """Write a profile."""
    return f"{HEAD}name: {name}\n{body}"


def problems(texts: dict[str, str], name: str = "lab") -> tuple[Problem, ...]:
    """Give what is wrong with a profile over these texts."""
    with pytest.raises(OskError) as caught:
        load(name, reader=Texts(texts))
    assert caught.value.exit_code is ExitCode.USAGE
    assert all(problem.advice for problem in caught.value.problems)
    return caught.value.problems


def image(loaded: Loaded) -> object:
    """Give the catalog of the OpenStack operator."""
    return loaded.values["operators"]["openstack"]["index"]


def test_later_layers_win() -> None:
    """Base, release, extended profiles, the file, overlays, --set: each over all before it."""
    texts = {
        "base": profile("base", "summary: not handed on\nplatform: {context: base}\n"),
        "low": profile("low", "platform: {context: low}\n"),
        "lab": profile("lab", "extends: low\nplatform: {context: lab}\n"),
    }
    overlay = Source("rehearsal", "platform: {context: rehearsal}\n", "rehearsal")

    loaded = load("lab", sets=["platform.context=set"], reader=Texts(texts), overlays=[overlay])

    origin = loaded.provenance["platform.context"]
    assert [origin.label, *(each.label for each in origin.overridden)] == [
        "--set",
        "rehearsal",
        "lab",
        "low",
        "base",
    ]
    assert (loaded.values["platform"]["context"], loaded.name, loaded.values["summary"]) == ("set", "lab", "")


def test_extends_goes_depth_first_and_each_profile_counts_once() -> None:
    """In a diamond the common ground is laid first, and the later branch wins."""
    texts = {
        "ground": profile("ground", "dataplane: {user: ground, interface: ground, bridge: ground}\n"),
        "left": profile("left", "extends: ground\ndataplane: {user: left, interface: left}\n"),
        "right": profile("right", "extends: ground\ndataplane: {user: right}\n"),
        "lab": profile("lab", "extends: [left, right]\n"),
    }

    dataplane = load("lab", reader=Texts(texts)).values["dataplane"]

    assert (dataplane["user"], dataplane["interface"], dataplane["bridge"]) == ("right", "left", "ground")


def test_paths_are_relative_to_the_file_that_names_them() -> None:
    """A profile in another folder extends its own neighbours."""
    texts = {
        "shared/low.yaml": profile("low", "dataplane: {user: low}\n"),
        "shared/mid.yaml": profile("mid", "extends: low.yaml\n"),
        "lab.yaml": profile("lab", "extends: shared/mid.yaml\n"),
    }

    assert load("lab.yaml", reader=Texts(texts)).values["dataplane"]["user"] == "low"


def test_the_release_is_chosen_by_the_highest_layer_and_lies_low() -> None:
    """The release's values are under the profile's, whoever names the release."""
    releases = {
        "next": "apiVersion: osk/v1\nkind: Release\nname: next\noperators: {openstack: {index: next:1, channel: c}}\n"
    }
    texts = {"lab": profile("lab", "release: main\noperators: {openstack: {channel: mine}}\n")}

    loaded = load("lab", sets=["release=next"], reader=Texts(texts, releases=releases))

    assert (image(loaded), loaded.values["operators"]["openstack"]["channel"]) == ("next:1", "mine")
    assert loaded.name == "lab"


def test_a_catalog_in_place_of_a_release() -> None:
    """`{index: IMAGE}` takes the release main and that catalog, and says where it stands."""
    loaded = load("lab", reader=Texts({"lab": profile("lab", "release: {index: my:1}\n")}))

    assert (image(loaded), str(loaded.provenance["operators.openstack.index"])) == ("my:1", "lab:4:18")


def test_a_circle_is_shown() -> None:
    """The error is at the line that closes the circle and names all that are in it."""
    texts = {
        "lab": profile("lab", "extends: [a]\n"),
        "a": profile("a", "extends: [b]\n"),
        "b": profile("b", "extends: [a]\n"),
    }

    (problem,) = problems(texts)

    assert (problem.code, problem.subject) == ("OSK0105", "b:4:11")
    assert problem.summary.endswith("a → b → a")


def test_a_profile_that_extends_itself_is_a_circle() -> None:
    """The smallest circle has one profile."""
    (problem,) = problems({"lab": profile("lab", "extends: lab\n")})

    assert problem.summary.endswith("lab → lab")


def test_an_unknown_profile_has_its_place_and_the_nearest_name() -> None:
    """A misspelt `extends` entry is found in the file."""
    (problem,) = problems({"lab": profile("lab", "extends: [lob]\n"), "crc": profile("crc")})

    assert (problem.code, problem.subject, problem.summary) == (
        "OSK0103",
        "lab:4:11",
        "There is no profile `lob`",
    )
    assert problem.advice[0].text == "Did you mean `lab`?"


def test_an_unknown_release_has_its_place() -> None:
    """A misspelt release is found in the file."""
    (problem,) = problems({"lab": profile("lab", "release: mane\n")})

    assert (problem.subject, problem.advice[0].text) == ("lab:4:10", "Did you mean `main`?")


def test_a_profile_has_a_name_of_its_own() -> None:
    """It is what a deployment is known by, so that it does not come from another profile."""
    (problem,) = problems({"lab": f"{HEAD}extends: crc\n", "crc": profile("crc")})

    assert (problem.summary, problem.subject) == ("`name` is missing", "lab:1:1")


def test_a_missing_name_hides_nothing() -> None:
    """A misspelt `name` is found with the key that was meant, and so is all else."""
    text = f"{HEAD}nmae: lab\nextends: crc\nnetworks: {{defaults: {{mtu: big}}}}\n"

    found = problems({"lab": text, "crc": profile("crc")})

    assert [
        ("OSK0108", "lab:1:1"),
        ("OSK0106", "lab:3:1"),
        ("OSK0108", "lab:5:28"),
    ] == [(problem.code, problem.subject) for problem in found]


def test_what_is_wrong_with_several_files_comes_at_once() -> None:
    """A broken neighbour does not hide a wrong head."""
    texts = {"lab": "kind: Cloud\nextends: [a, b]\n", "a": "x: [\n", "b": profile("b", "extends: nowhere\n")}

    codes = [(problem.code, problem.subject) for problem in problems(texts)]

    assert codes == [
        ("OSK0102", "lab:1:1"),
        ("OSK0102", "lab:1:7"),
        ("OSK0101", "a:2:1"),
        ("OSK0103", "b:4:10"),
        ("OSK0108", "lab:1:1"),
    ]
