"""Bad input that needs no cluster: each ends with one clear error, exit code 2, and works once it is corrected."""

from pathlib import Path

import pytest

from openstack_k8s_cli.model.problems import ExitCode
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
    """A profile that is not there, is a folder, or is no text is one error with its path; once it is one it renders."""
    profile = home / "lab.yaml"
    if what == "folder":
        profile.mkdir()
    if what == "binary":
        profile.write_bytes(b"\xff\xfe\x00name")
    refused = osk("render", "-p", profile)
    if what == "folder":
        profile.rmdir()
    profile.write_text(HEAD)
    corrected = osk("render", "-p", profile)

    assert (refused.code, refused.stdout) == (ExitCode.USAGE, "")
    assert refused.stderr.count("error OSK") == 1
    assert str(profile) in refused.stderr
    assert "→" in refused.stderr
    assert corrected.code == ExitCode.DONE, corrected.stderr


def test_include_cycle_shows_the_circle(osk: Osk, home: Path) -> None:
    """Profiles that extend each other are one error that prints the circle and where it closes; cut, they render."""
    (home / "one.yaml").write_text("apiVersion: osk/v1\nkind: Profile\nname: one\nextends: [./two.yaml]\n")
    (home / "two.yaml").write_text("apiVersion: osk/v1\nkind: Profile\nname: two\nextends: [./one.yaml]\n")
    refused = osk("render", "-p", "one.yaml")
    (home / "two.yaml").write_text("apiVersion: osk/v1\nkind: Profile\nname: two\nextends: [crc]\n")
    corrected = osk("render", "-p", "one.yaml")

    assert refused.code == ExitCode.USAGE
    assert refused.stderr.count("error OSK") == 1
    assert "one.yaml → " in refused.stderr
    assert "two.yaml:4:11" in refused.stderr
    assert corrected.code == ExitCode.DONE, corrected.stderr


def test_unknown_path_of_set_is_named(osk: Osk) -> None:
    """A `--set` of a path that there is not is an error with the nearest one, which renders."""
    refused = osk("render", "--set", "controlplane.replica=3")
    corrected = osk("render", "--set", "controlplane.replicas=3")

    assert (refused.code, refused.stdout) == (ExitCode.USAGE, "")
    assert "controlplane.replicas" in refused.stderr
    assert corrected.code == ExitCode.DONE, corrected.stderr


@pytest.fixture
def catalogue(home: Path) -> Path:
    """Give a catalogue of one's own, with one component that has an empty template."""
    component = home / "own" / "networks" / "extra"
    component.mkdir(parents=True)
    (component / "extra.yaml.j2").write_text("")
    (component / "component.yaml").write_text(component_text(""))
    return component


def component_text(more: str) -> str:
    """Write a component."""
    return f"summary: One more\n{more}steps: [{{name: extra, manifests: [extra.yaml.j2]}}]\n"


def test_template_error_names_template_line_and_path(osk: Osk, catalogue: Path) -> None:
    """A template that reads a value that there is not is an error with file, line and path; corrected it renders."""
    template = catalogue / "extra.yaml.j2"
    template.write_text("# one\n# {{ networks.nonsense.cidr }}\n")
    refused = osk("render", "--catalog", "own")
    template.write_text("# {{ networks.ctlplane.cidr }}\n")
    corrected = osk("render", "--catalog", "own")

    assert (refused.code, refused.stdout) == (ExitCode.USAGE, "")
    assert refused.stderr.count("error OSK") == 1
    assert "networks/extra/extra.yaml.j2:2" in refused.stderr
    assert "nonsense" in refused.stderr
    assert "→" in refused.stderr
    assert corrected.code == ExitCode.DONE, corrected.stderr


def test_component_cycle_shows_the_cycle(osk: Osk, catalogue: Path) -> None:
    """Components that wait for each other are an error that prints the cycle; without it they render."""
    component = catalogue / "component.yaml"
    other = catalogue.with_name("other") / "component.yaml"
    other.parent.mkdir()
    (other.parent / "extra.yaml.j2").write_text("")
    component.write_text(component_text("after: [other]\n"))
    other.write_text(component_text("after: [extra]\n"))
    refused = osk("render", "--catalog", "own")
    other.write_text(component_text(""))
    corrected = osk("render", "--catalog", "own")

    assert (refused.code, refused.stdout) == (ExitCode.USAGE, "")
    assert refused.stderr.count("error OSK") == 1
    assert "networks/extra" in refused.stderr
    assert "networks/other" in refused.stderr
    assert "→" in refused.stderr
    assert corrected.code == ExitCode.DONE, corrected.stderr
