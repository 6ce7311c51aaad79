"""`hooks` in a profile: its form, and the files it names."""

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile import loading, redaction
from openstack_k8s_cli.profile.loading import Loaded
from tests.fakes.profiles import HEAD, Texts


def load(hooks: str, **texts: str) -> Loaded:
    """Load a profile in the folder `clouds`."""
    profile = f"{HEAD}name: lab\nhooks: {hooks}\n"
    named = {f"clouds/{name}.yml": text for name, text in texts.items()}
    return loading.load("clouds/lab.yaml", reader=Texts({"clouds/lab.yaml": profile}, texts=named))


def test_files_are_read_beside_the_profile() -> None:
    """A playbook, an inventory and what else a hook reads count from the folder of the file that names them."""
    loaded = load(
        "{a: {after: all, playbook: play.yml, inventory: hosts.yml, files: [more.yml]}}",
        play="p",
        hosts="h",
        more="m",
    )

    assert {"hooks.a": "", "hooks.a.playbook": "p", "hooks.a.inventory": "h", "hooks.a.files[0]": "m"} == {
        path: source.text for path, source in loaded.files.items()
    }
    assert "clouds" == loaded.files["hooks.a"].name


def test_a_file_that_is_not_there_is_told_as_a_hooks() -> None:
    """The advice is about paths of hooks, not about names of profiles."""
    with pytest.raises(OskError) as refused:
        load("{a: {after: all, playbook: gone.yaml}}")

    (problem,) = refused.value.problems
    assert "folder of the file that names it" in problem.advice[0].text


def test_hosts_are_no_file() -> None:
    """An inventory with a comma names hosts."""
    assert (
        "hooks.a.inventory" not in load('{a: {after: all, playbook: p.yml, inventory: "one,"}}', p="p").files
    )


@pytest.mark.parametrize(
    ("hook", "why"),
    [
        ("{after: all}", "exactly one of"),
        ("{after: all, command: a, wait: {kind: Pod, name: a}}", "exactly one of"),
        ("{command: a}", "comes `after`"),
        ("{after: all, wait: {kind: Pod, name: a}, outputs: {a: str}}", "only a `playbook` or `command`"),
        ("{after: all, command: a, outputs: {a: text}}", "must be one of `str`, `int`"),
        ("{after: all, playbook: missing.yml}", "missing.yml"),
    ],
)
def test_what_makes_no_sense_is_refused(hook: str, why: str) -> None:
    """A hook is one thing with a place in the graph, and its files are there."""
    with pytest.raises(OskError, match=why):
        load(f"{{a: {hook}}}")


def test_values_of_the_environment_are_secret() -> None:
    """A literal there is never shown; where a value comes from is."""
    values = load("{a: {after: all, command: a, env: {A: abc, B: {env: HOME}}}}").values

    assert isinstance(values["hooks"]["a"]["env"]["A"], SecretText)
    assert {"A": redaction.DOTS, "B": {"env": "HOME"}} == redaction.redacted(values["hooks"]["a"]["env"])


def test_an_output_stands_for_an_id() -> None:
    """Ceph's id comes from the hook that makes Ceph; any other text must be a UUID."""
    hook = "{a: {after: all, command: a, outputs: {id: str}}}\nstorage: {ceph: {fsid: %s}}"

    values = load(hook % "'${hooks.a.outputs.id}'").values

    assert "${hooks.a.outputs.id}" == values["storage"]["ceph"]["fsid"]
    with pytest.raises(OskError, match="fsid"):
        load(hook % "hooks.a")
