"""Bad input that needs no cluster: each ends with one clear error, exit code 2, and works once it is corrected."""

import shutil
from pathlib import Path

import pytest

from openstack_k8s_cli import components, shipped
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.cli.profiling import Profiles
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.world import Target
from tests.cluster.commands import Osk

HEAD = "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc]\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give an empty home."""
    return tmp_path


@pytest.fixture
def osk(home: Path) -> Osk:
    """Give the command in an empty home."""
    return Osk(home)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        pytest.param(
            "controlplane: {galera: {replica: 3}}\n",
            "controlplane: {galera: {replicas: 3}}\n",
            ("OSK0106", "lab.yaml:5:25", "Did you mean `controlplane.galera.replicas`?"),
            id="unknown-key",
        ),
        pytest.param(
            "networks: {defaults: {mtu: big}}\n",
            "networks: {defaults: {mtu: 9000}}\n",
            (
                "OSK0108",
                "lab.yaml:5:28",
                "must be a whole number",
                "osk profile explain networks.defaults.mtu",
            ),
            id="wrong-type",
        ),
        pytest.param(
            "networks: {defaults: [\n",
            "networks: {}\n",
            ("OSK0101", "lab.yaml:6:1", "osk profile validate"),
            id="not-yaml",
        ),
    ],
)
def test_mistake_in_a_file_names_place_and_remedy(
    osk: Osk, home: Path, wrong: str, right: str, said: tuple[str, ...]
) -> None:
    """A mistake is one error with code, file, line, column and remedy; nothing goes to stdout; corrected it renders."""
    profile = home / "lab.yaml"
    profile.write_text(HEAD + wrong)
    refused = osk("render", "-p", profile)
    profile.write_text(HEAD + right)
    corrected = osk("render", "-p", profile)

    assert (refused.code, refused.stdout) == (ExitCode.USAGE, "")
    assert refused.stderr.count("error OSK") == 1
    assert [words for words in said if words not in refused.stderr] == []
    assert corrected.code == ExitCode.DONE


def test_all_mistakes_of_a_file_come_at_once(osk: Osk, home: Path) -> None:
    """Two mistakes in a file are two errors of one run."""
    (home / "lab.yaml").write_text(f"{HEAD}networks: {{defaults: {{mtu: big}}}}\ncontrolpane: {{}}\n")
    refused = osk("deploy", "-p", "lab.yaml")

    assert refused.code == ExitCode.USAGE
    assert refused.stderr.count("error OSK") == 2
    assert "Did you mean `controlplane`?" in refused.stderr


@pytest.mark.parametrize("what", ["missing", "folder", "binary"])
def test_unreadable_file_is_named(osk: Osk, home: Path, what: str) -> None:
    """A profile that is not there, is a folder, or is no text is one error with its path."""
    profile = home / "lab.yaml"
    if what == "folder":
        profile.mkdir()
    if what == "binary":
        profile.write_bytes(b"\xff\xfe\x00name")
    refused = osk("render", "-p", profile)

    assert (refused.code, refused.stdout) == (ExitCode.USAGE, "")
    assert refused.stderr.count("error OSK") == 1
    assert str(profile) in refused.stderr
    assert "→" in refused.stderr


def test_include_cycle_shows_the_circle(osk: Osk, home: Path) -> None:
    """Profiles that extend each other are one error that prints the circle and where it closes."""
    (home / "one.yaml").write_text("apiVersion: osk/v1\nkind: Profile\nname: one\nextends: [./two.yaml]\n")
    (home / "two.yaml").write_text("apiVersion: osk/v1\nkind: Profile\nname: two\nextends: [./one.yaml]\n")
    refused = osk("render", "-p", "one.yaml")

    assert refused.code == ExitCode.USAGE
    assert refused.stderr.count("error OSK") == 1
    assert "one.yaml → " in refused.stderr
    assert "two.yaml:4:11" in refused.stderr


def test_unknown_path_of_set_is_named(osk: Osk) -> None:
    """A `--set` of a path that there is not is an error with the nearest one."""
    refused = osk("render", "--set", "controlplane.replica=3")

    assert (refused.code, refused.stdout) == (ExitCode.USAGE, "")
    assert "controlplane.replicas" in refused.stderr


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Give a copy of the component catalogue, to be spoiled."""
    return shutil.copytree(shipped.templates(), tmp_path / "catalogue")


def offline(catalogue: Path) -> None:
    """Make the plan of the profile crc with a catalogue."""
    loaded = Profiles(files.ProfileFiles(), ()).load("crc")
    planning.offline(loaded, components.parse(files.catalogue(catalogue)), Target())


def test_template_error_names_template_line_and_path(catalogue: Path) -> None:
    """A template that reads a value that there is not is an error with file, line and the path; corrected it plans."""
    template = catalogue / "networks" / "netconfig" / "netconfig.yaml.j2"
    good = template.read_text()
    template.write_text(f"{{# one #}}\n# {{{{ networks.nonsense.cidr }}}}\n{good}")
    with pytest.raises(OskError) as caught:
        offline(catalogue)
    template.write_text(good)
    offline(catalogue)

    (problem,) = caught.value.problems
    assert caught.value.exit_code is ExitCode.USAGE
    assert "networks/netconfig/netconfig.yaml.j2:2" in (problem.subject or "")
    assert "nonsense" in f"{problem.summary} {problem.detail}"
    assert problem.advice


def test_component_cycle_shows_the_cycle(catalogue: Path) -> None:
    """Components that wait for each other are an error that prints the cycle."""
    component = catalogue / "operators" / "metallb" / "component.yaml"
    good = component.read_text()
    component.write_text(good.replace("after: [marketplace]", "after: [marketplace, netconfig]"))
    (catalogue / "networks" / "netconfig" / "component.yaml").write_text(
        "summary: Networks\nafter: [metallb]\nsteps: [{name: netconfig, manifests: [netconfig.yaml.j2]}]\n"
    )
    with pytest.raises(OskError) as caught:
        offline(catalogue)

    (problem,) = caught.value.problems
    assert caught.value.exit_code is ExitCode.USAGE
    assert "metallb" in f"{problem.summary} {problem.detail}"
    assert "netconfig" in f"{problem.summary} {problem.detail}"
    assert problem.advice
