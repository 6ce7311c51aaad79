"""The global options, before and after every subcommand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.cli.options import hoisted, spelled_out
from openstack_k8s_cli.cli.scope import Output, Scope
from tests.unit.cli.walking import NEEDED, leaves, parsed

LEAVES = [words for words, _ in leaves()]
OPTIONS: dict[str, tuple[list[str], Any, list[str], Any]] = {
    "profile": (["-p", "far"], "far", ["--profile", "near"], "near"),
    "sets": (["--set", "a=1"], ["a=1"], ["--set", "b=2"], ["a=1", "b=2"]),
    "catalogs": (["--catalog", "a"], [Path("a")], ["--catalog", "b"], [Path("a"), Path("b")]),
    "kubeconfig": (["--kubeconfig", "far"], "far", ["--kubeconfig=near"], "near"),
    "context": (["--context", "far"], "far", ["--context", "near"], "near"),
    "rehearsal": (["--rehearsal"], "default", ["--rehearsal=near"], "near"),
    "output": (["-o", "json"], Output.JSON, ["--output", "text"], Output.TEXT),
    "log_file": (["--log-file", "far"], Path("far"), ["--log-file", "near"], Path("near")),
    "no_color": (["--no-color"], True, ["--no-color"], True),
    "verbose": (["-v"], 1, ["-vv"], 3),
}


def line(words: tuple[str, ...], *, before: Sequence[str] = (), after: Sequence[str] = ()) -> list[str]:
    """Put a command line together."""
    return [*before, *words, *after, *NEEDED.get(words, [])]


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_works_on_both_sides_of_every_command(words: tuple[str, ...], name: str) -> None:
    """Each global option is understood before and after each command, and the nearest one wins."""
    far, far_value, near, near_value = OPTIONS[name]

    assert far_value == parsed(*line(words, before=far))[name]
    assert far_value == parsed(*line(words, after=far))[name]
    assert near_value == parsed(*line(words, before=far, after=near))[name]


@pytest.mark.parametrize("words", [each for each in LEAVES if len(each) > 1], ids=" ".join)
def test_works_between_group_and_command(words: tuple[str, ...]) -> None:
    """A global option is understood between a group and its command too, and is nearer than one before the group."""
    args = ["-p", "far", words[0], "-p", "near", *words[1:], *NEEDED.get(words, [])]

    assert "near" == parsed(*args)["profile"]


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_has_examples(words: tuple[str, ...]) -> None:
    """Each command's help says what it does and shows examples that begin with osk."""
    command = dict(leaves())[words]

    assert command.help
    assert "Examples:" in command.epilog
    assert "osk " in command.epilog


def test_rehearse_alone_means_run() -> None:
    """`osk rehearse -p ha --keep` is `osk rehearse run -p ha --keep`."""
    assert parsed("rehearse", "run", "-p", "ha", "--keep") == parsed("rehearse", "-p", "ha", "--keep")
    assert parsed("rehearse", "run", "--pace", "instant") == parsed("rehearse", "--pace", "instant")
    assert parsed("-p", "ha", "rehearse", "--keep") == parsed("rehearse", "run", "-p", "ha", "--keep")


def test_what_openstack_is_given_stays_untouched() -> None:
    """Osk's own options are read up to the first word of the client; all that follows is handed on."""
    given = parsed(
        "openstack", "-p", "lab", "--rehearsal", "server", "list", "-o", "json", "--rehearsal", "--", "-p"
    )

    assert "lab" == given["profile"]
    assert "default" == given["rehearsal"]
    assert ["server", "list", "-o", "json", "--rehearsal", "--", "-p"] == given["args"]


def test_an_unknown_option_of_the_client_comes_through() -> None:
    """The client's own options need no `--` before them."""
    assert ["--os-cloud", "x", "token", "issue"] == parsed("openstack", "--os-cloud", "x", "token", "issue")[
        "args"
    ]


def test_a_bare_rehearsal_never_takes_the_next_word() -> None:
    """`--rehearsal deploy` names the default cluster, not one called deploy."""
    assert ["--rehearsal=default", "deploy"] == spelled_out(["--rehearsal", "deploy"], frozenset())


def test_hoisting_leaves_the_group_its_own_options() -> None:
    """Only global options move behind the subcommand."""
    assert ["--help", "deploy", "-p", "x", "all"] == hoisted(["-p", "x", "--help", "deploy", "all"])


@pytest.mark.parametrize(
    ("given", "environment", "local", "expected"),
    [
        ("lab", "other", True, "lab"),
        (None, "other", True, "other"),
        (None, None, True, "osk.yaml"),
        (None, None, False, "crc"),
    ],
)
def test_chooses_the_profile(
    tmp_path: Path, *, given: str | None, environment: str | None, local: bool, expected: str
) -> None:
    """The option goes before OSK_PROFILE, that before ./osk.yaml, that before crc."""
    if local:
        (tmp_path / "osk.yaml").touch()

    assert Scope(profile=given).profile_name(environment, tmp_path).endswith(expected)
