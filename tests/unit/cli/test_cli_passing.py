"""Words that are handed on: osk's own options among them are said, not swallowed."""

from collections.abc import Sequence

import pytest

from openstack_k8s_cli.cli import passing
from openstack_k8s_cli.model.problems import ExitCode, OskError

SSH = ("osk", "hosts", "ssh", "edpm-compute-0")
CLIENT = ("osk", "openstack", "server")


@pytest.mark.parametrize(
    ("words", "before", "command"),
    [
        (["--rehearsal=default"], SSH, "osk hosts ssh --rehearsal=default edpm-compute-0"),
        (["uptime", "--rehearsal"], SSH, "osk hosts ssh --rehearsal edpm-compute-0 uptime"),
        (["-v", "--", "uptime"], SSH, "osk hosts ssh -v edpm-compute-0 -- uptime"),
        (["--kubeconfig", "k", "uptime"], SSH, "osk hosts ssh --kubeconfig k edpm-compute-0 uptime"),
        (["list", "--rehearsal"], CLIENT, "osk openstack --rehearsal server list"),
    ],
)
def test_an_option_behind_is_refused(words: Sequence[str], before: Sequence[str], command: str) -> None:
    """The remedy is the same line with the option in its place."""
    with pytest.raises(OskError) as caught:
        passing.check(words, before=before, first=before == SSH)
    (problem,) = caught.value.problems

    assert (ExitCode.USAGE, "OSK1195") == (caught.value.exit_code, problem.code)
    assert command == problem.advice[0].command


@pytest.mark.parametrize(
    ("words", "before"),
    [
        ([], SSH),
        (["--", "osk", "status", "--rehearsal"], SSH),
        (["ls", "-l"], SSH),
        (["list", "-f", "json", "--os-cloud", "x"], CLIENT),
    ],
)
def test_what_is_handed_on(words: Sequence[str], before: Sequence[str]) -> None:
    """The options of what is run, and all behind `--`, are nobody's business."""
    passing.check(words, before=before, first=before == SSH)
