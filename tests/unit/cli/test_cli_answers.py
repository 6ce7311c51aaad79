"""Commands that answer: their data on stdout, in every form, without a cluster."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from openstack_k8s_cli import __version__
from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.cli import clouding, printing, questions
from openstack_k8s_cli.cli.commands import rehearse
from openstack_k8s_cli.cli.journal import Journal
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import COMMANDS
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile.loading import load
from tests.unit.cli import commands_page
from tests.unit.cli.walking import leaves

pytestmark = pytest.mark.usefixtures("home")


def osk(*args: str) -> Result:
    """Run a command line."""
    return CliRunner().invoke(app, list(args))


def test_every_command_of_the_table_is_there() -> None:
    """Each command that `osk --help` lists can be loaded, and says of itself what the list says."""
    assert set(COMMANDS) == {words[0] for words, _ in leaves()}
    assert all(
        summary in osk("--help").stdout.replace("\n              ", " ") for summary in COMMANDS.values()
    )


def test_commands_page_is_current() -> None:
    """docs/commands.md is what `python -m tests.unit.cli.commands_page` writes."""
    assert commands_page.page() == commands_page.PAGE.read_text()


@pytest.mark.parametrize("words", [words for words, _ in leaves()], ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    """Each command answers --help with its own and the global options."""
    done = osk(*words, "--help")

    assert 0 == done.exit_code
    assert "Global options:" in done.stdout
    assert "Examples:" in done.stdout


def test_version() -> None:
    """`osk --version` and `osk version` name the same version, in every form."""
    assert f"osk {__version__}\n" == osk("--version").stdout
    assert __version__ == json.loads(osk("version", "-o", "json").stdout)["osk"]
    assert __version__ == YAML(typ="safe").load(osk("version", "-o", "yaml").stdout)["osk"]


def test_an_unknown_command_is_answered_with_the_nearest() -> None:
    """A misspelt command is exit status 2 and a suggestion."""
    done = osk("deplyo")

    assert 2 == done.exit_code
    assert "Did you mean 'deploy'?" in done.stderr


def test_init_writes_a_valid_profile_once(home: Path) -> None:
    """`osk init` writes a profile that validates, and never over one that is there."""
    assert 0 == osk("init").exit_code
    text = (home / "osk.yaml").read_text()

    assert 0 == osk("profile", "validate").exit_code
    again = osk("init")
    assert 2 == again.exit_code
    assert "OSK1004" in again.stderr
    assert text == (home / "osk.yaml").read_text()


def test_profile_set_keeps_comments_and_validity(home: Path) -> None:
    """`osk profile set` changes one value, keeps comments, and writes nothing that is not valid."""
    osk("init")
    assert 0 == osk("profile", "set", "networks.defaults.mtu", "9000").exit_code
    text = (home / "osk.yaml").read_text()

    assert "# The OpenStack release" in text
    assert 9000 == json.loads(osk("profile", "show", "-o", "json").stdout)["networks"]["defaults"]["mtu"]
    assert 2 == osk("profile", "set", "networks.defaults.mtu", "many").exit_code
    assert text == (home / "osk.yaml").read_text()


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("secrets.osp-secret.AdminPassword", "HUNTER2", 0),
        ("secrets.osp-secret.AdminPassword=HUNTER2", "x", 2),
        ("secrets.osp-secret.AdminPassword", "{x: HUNTER2}", 2),
        ("secrets.osp-secret.AdminPassword", "[HUNTER2]", 2),
        ("secrets.osp-secret", "{AdminPassword: [HUNTER2}", 2),
        ("secrets.osp-secret", "HUNTER2", 2),
        ("secrets", "{osp-secret: HUNTER2}", 2),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_profile_set_prints_no_secret(home: Path, form: str, path: str, value: str, code: int) -> None:
    """A secret value that is set, or refused, is printed nowhere."""
    osk("init")

    done = osk("profile", "set", path, value, "-vv", "-o", form)

    assert code == done.exit_code
    assert "HUNTER2" not in done.output
    assert ("HUNTER2" in (home / "osk.yaml").read_text()) == (code == 0)


def test_a_built_in_profile_is_not_changed() -> None:
    """Setting a value in a built-in profile is refused, with the way to a profile of one's own."""
    done = osk("profile", "set", "name", "lab", "-p", "crc")

    assert 2 == done.exit_code
    assert "osk init --from crc" in done.stderr


def test_explain_says_where_a_value_comes_from() -> None:
    """A value that --set gives is shown as such, with what it took the place of."""
    known = json.loads(
        osk(
            "--set", "networks.ctlplane.mtu=9000", "profile", "explain", "networks.ctlplane.mtu", "-o", "json"
        ).stdout
    )

    assert (9000, "--set") == (known["value"], known["place"])


def test_explain_works_on_a_wrong_profile(home: Path) -> None:
    """The command that a refusal names says where the wrong value is, in place of the refusal once more."""
    (home / "osk.yaml").write_text(
        "apiVersion: osk/v1\nkind: Profile\nname: bad\nextends: [crc]\nnetworks: {defaults: {mtu: big}}\n"
    )

    refused = osk("plan")
    known = json.loads(osk("profile", "explain", "networks.defaults.mtu", "-o", "json").stdout)

    assert "osk profile explain networks.defaults.mtu" in refused.stderr
    assert ("big", "osk.yaml:5:28") == (known["value"], known["place"])


def test_secrets_show_as_dots() -> None:
    """No form of `profile show` has a secret value."""
    for form in ("text", "json", "yaml"):
        done = osk("profile", "show", "--set", "secrets.osp-secret.AdminPassword=hunter2", "-o", form)
        assert 0 == done.exit_code
        assert "hunter2" not in done.output


def test_every_fault_of_a_profile_at_once(home: Path) -> None:
    """`profile validate` prints all problems with their places; with `-o json` as one document."""
    (home / "bad.yaml").write_text(
        "apiVersion: osk/v1\nkind: Profile\nname: bad\nextends: [crc]\nnetwroks: {}\nrelease: 5\n"
    )

    text = osk("profile", "validate", "./bad.yaml")
    form = osk("profile", "validate", "./bad.yaml", "-o", "json")

    assert (2, 2) == (text.exit_code, form.exit_code)
    assert 2 == len(json.loads(form.stdout)["problems"])
    assert 2 == len(re.findall(r"^error OSK01\d\d: ", text.stderr, re.MULTILINE))
    assert "bad.yaml:5:1" in text.stderr


def test_render_is_the_same_bytes_in_every_form() -> None:
    """Rendering twice gives the same bytes, and YAML and JSON have the same objects."""
    text = osk("render", "-p", "crc").stdout
    as_json = json.loads(osk("render", "-p", "crc", "-o", "json").stdout)

    assert text == osk("render", "-p", "crc").stdout
    assert "List" == as_json["kind"]
    assert list(YAML(typ="safe", pure=True).load_all(text)) == as_json["items"]


def test_render_writes_a_file_a_step(home: Path) -> None:
    """`--output-dir` writes the same objects, in files whose names sort in apply order."""
    done = osk("render", "--layer", "operators", "--output-dir", "out")
    whole = json.loads(osk("render", "--layer", "operators", "-o", "json").stdout)["items"]

    assert 0 == done.exit_code
    yaml = YAML(typ="safe", pure=True)
    assert whole == [
        each for file in sorted((home / "out").iterdir()) for each in yaml.load_all(file.read_text())
    ]


def test_a_given_secret_shows_only_when_asked() -> None:
    """The value that a profile gives for a Secret is a placeholder, and itself with --with-secrets."""
    line = ("render", "--layer", "controlplane", "--set", "secrets.osp-secret.AdminPassword=hunter2")

    assert "hunter2" not in osk(*line).stdout
    assert "hunter2" in osk(*line, "--with-secrets").stdout


def test_graph_draws_both_languages() -> None:
    """The plan is drawn as Mermaid and as Graphviz, and listed as JSON."""
    assert osk("graph").stdout.startswith("flowchart")
    assert osk("graph", "--style", "dot").stdout.startswith("digraph")
    assert {"id", "layer", "action", "after"} == set(
        json.loads(osk("graph", "-o", "json").stdout)["steps"][0]
    )


def test_no_cluster_is_one_clear_error() -> None:
    """Without a cluster every command that needs one ends with exit code 4 and says what to do."""
    for words in (
        ["plan"],
        ["deploy", "all"],
        ["wait"],
        ["status"],
        ["cloud", "env"],
        ["secrets", "list"],
        ["secrets", "rotate", "AdminPassword"],
        ["openstack", "token", "issue"],
    ):
        done = osk(*words)
        assert 4 == done.exit_code, words
        assert "error OSK04" in done.stderr
        assert "osk rehearse" in done.stderr


def test_two_clusters_at_once_are_refused() -> None:
    """--rehearsal with --context is a mistake, not a choice."""
    assert 2 == osk("status", "--rehearsal", "--context", "prod").exit_code


def test_yaml_is_refused_where_lines_stream() -> None:
    """A command that runs has no YAML form and says so before anything else."""
    done = osk("deploy", "all", "-o", "yaml")

    assert 2 == done.exit_code
    assert "OSK1001" in done.stderr


def test_yaml_text_reads_back() -> None:
    """What is printed as YAML is read back the same, also as YAML 1.1, long lines and odd strings included."""
    document = {"a": "x " * 3000, "b": ["yes", "N", "12:30:45", "0755"], "c": ["1", 1, None, "é\n#"], "d": {}}
    for reader in (YAML(typ="safe"), YAML(typ="safe", pure=True)):
        reader.version = (1, 1) if reader.pure else None
        assert document == reader.load(io.StringIO(printing.yaml_text(document)))


def test_a_question_without_a_terminal_names_its_answer() -> None:
    """Where nobody can be asked the error says which option answers."""
    with pytest.raises(OskError) as caught:
        questions.confirm("Take it down?", yes=False)

    assert (ExitCode.USAGE, "OSK1003") == (caught.value.exit_code, caught.value.problems[0].code)
    assert "--yes" in str(caught.value.problems[0].advice[0].command)
    questions.confirm("Take it down?", yes=True)


@pytest.mark.parametrize(("given", "code"), [(None, ExitCode.USAGE), ("other", ExitCode.REFUSED)])
def test_a_name_must_be_the_profiles(given: str | None, code: ExitCode) -> None:
    """Outside CRC and rehearsals only the profile's own name confirms."""
    with pytest.raises(OskError) as caught:
        questions.confirm_name("lab", given=given)

    assert code is caught.value.exit_code
    questions.confirm_name("lab", given="lab")


@pytest.mark.parametrize("words", [("deploy",), ("wait",), ("teardown", "all"), ("rehearse",)], ids=" ".join)
def test_a_run_that_does_not_begin_ends_its_stream(words: tuple[str, ...]) -> None:
    """What refuses a run before it has a cluster is a line of the stream, too; other commands print a document."""
    done = osk(*words, "-p", "nowhere.yaml", "--kubeconfig", "none", "-o", "json")
    answer = osk("plan", "-p", "nowhere.yaml", "-o", "json")

    (last,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert ("RunFinished", "refused", 2) == (last["type"], last["outcome"], last["exit_code"])
    assert "type" not in json.loads(answer.stdout)
    assert json.loads(answer.stdout)["problems"] == last["problems"]


@pytest.mark.parametrize(
    "words", [("teardown", "foo"), ("plan", "-o", "xml"), ("rehearse", "up", "--pace", "quick")], ids=" ".join
)
def test_a_word_that_is_no_choice(words: tuple[str, ...]) -> None:
    """What may stand there is named, in words that do not come from a library."""
    done = osk(*words)

    assert 2 == done.exit_code
    assert f"'{words[-1]}' is not one of " in done.stderr
    assert "Value error" not in done.stderr


def test_a_catalogue_of_ones_own_is_added(home: Path) -> None:
    """--catalog adds a component to the shipped ones; a folder that is not there is a mistake."""
    folder = home / "mine" / "networks" / "motd"
    folder.mkdir(parents=True)
    (folder / "component.yaml").write_text(
        "summary: A word\nsteps:\n  - {name: word, manifests: [word.yaml.j2]}\n"
    )
    (folder / "word.yaml.j2").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: motd, namespace: default}\ndata: {word: hello}\n"
    )

    done = osk("render", "--catalog", "mine", "--component", "motd")

    assert 0 == done.exit_code
    assert "word: hello" in done.stdout
    assert 2 == osk("render", "--catalog", "nowhere").exit_code


def test_how_to_use_a_cloud_names_that_cloud() -> None:
    """The commands that a run ends with are pointed where the run was, and name a dashboard only where there is one."""
    values = load("crc", reader=ProfileFiles()).values
    services = {"horizon": {"enabled": True}}
    far = Session(Scope(context="far", sets=("summary=mine",)), "osk deploy", {}, Journal())

    found = clouding.usage(far, {"controlplane": {"services": services}})
    plain = clouding.usage(replace(far, scope=Scope()), values)

    assert (
        "osk --context far --set summary=mine openstack endpoint list",
        "osk cloud env --context far --set summary=mine",
        "osk cloud horizon --context far --set summary=mine",
        "osk status --context far --set summary=mine",
    ) == found
    assert ("osk openstack endpoint list", "osk cloud env", "osk status") == plain


def test_a_rehearsal_that_is_kept_says_how_to_go_on_without_secrets() -> None:
    """The command that goes on after `osk rehearse --keep` has what the first one had, a secret as dots."""
    scope = Scope(profile="ha", sets=("secrets.osp-secret.AdminPassword=HUNTER2", "summary=mine"))
    session = Session(scope, "osk rehearse", {}, Journal())

    assert (
        "osk deploy all --rehearsal=two -p ha --set secrets.osp-secret.AdminPassword=••• --set summary=mine"
        == rehearse.again(session, "two")
    )
