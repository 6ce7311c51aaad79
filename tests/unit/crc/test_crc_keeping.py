"""What crc itself does to the kubeconfig, as the recorded one does after its source, and what stays of the user's choice all the same."""

from collections.abc import Sequence
from typing import Any

import pytest

from openstack_k8s_cli.crc import kubeconfigs, starts
from openstack_k8s_cli.crc.ports import Ran
from openstack_k8s_cli.crc.steps import stop
from openstack_k8s_cli.model.kubeyaml import documents
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.workflows.workstation.local import Workstation
from tests.fakes.crc.host import HOME, FakeHost
from tests.unit.crc.wishes import WANTED, host, set_up, start

_PATH = f"{HOME}/.kube/config"
_WORK = """\
clusters: [{name: work, cluster: {server: "https://work:6443"}}]
contexts: [{name: work, context: {cluster: work, user: me}}]
current-context: work
users: [{name: me, user: {token: hush}}]
"""


def _running(**wishes: Any) -> FakeHost:
    place = host()
    set_up(place, **wishes)
    start(place, **wishes)
    return place


def _stop(place: FakeHost) -> list[str]:
    told: list[str] = []
    work = Workstation(place, WANTED)
    work.make(stop(work.look()), told.append)
    return told


def _contexts(place: FakeHost) -> tuple[dict[str, Any], str]:
    found = documents(place.files.read(".kube/config"))[0]
    return {each["name"]: each["context"] for each in found["contexts"]}, found["current-context"]


def test_a_stop_leaves_osks_context_and_what_the_user_set_in_it() -> None:
    """Crc takes out all that leads to its API; a namespace and the choice of the context are the user's."""
    place = _running()
    kubeconfigs.merge(place, None)
    mine = place.files.read(".kube/config").replace("user: osk-crc", "user: osk-crc\n    namespace: mine")
    place.files.write(".kube/config", mine)

    _stop(place)
    _stop(place)

    contexts, current = _contexts(place)
    assert (set(contexts), current) == ({"osk-crc"}, "osk-crc")
    assert contexts["osk-crc"]["namespace"] == "mine"
    assert kubeconfigs.merge(place, None) == ""


def test_a_stop_puts_nothing_of_others_back() -> None:
    """Where osk has no entry the file is as crc left it."""
    place = _running()
    assert _contexts(place)[1] == "crc-admin"

    _stop(place)

    assert _contexts(place) == ({}, "")


def test_a_start_leaves_the_current_context() -> None:
    """That of microshift would become it, whatever the user works with."""
    place = host()
    place.write(_PATH, _WORK.encode(), 0o600)

    set_up(place, preset="microshift")
    start(place, preset="microshift")
    kubeconfigs.merge(place, None)

    contexts, current = _contexts(place)
    assert ({"work", "microshift", "osk-crc"}, "work") == (set(contexts), current)


@pytest.mark.parametrize(
    ("server", "current"), [(kubeconfigs.SERVER, "osk-crc"), ("https://edge:6443", "microshift")]
)
def test_crcs_microshift_gives_way_and_no_other(server: str, current: str) -> None:
    """Its name says little: it is crc's where it leads there."""
    place = _running(preset="microshift")
    text = place.files.read(".kube/config").replace(kubeconfigs.SERVER, server)
    place.files.write(".kube/config", text)

    kubeconfigs.merge(place, None)

    assert _contexts(place)[1] == current


def test_a_kubeconfig_that_is_none_does_not_hold_up_a_stop() -> None:
    """Crc only warns of it, and nothing is written over it."""
    place = _running()
    place.write(_PATH, b"- a\n", 0o600)

    _stop(place)

    assert place.read(_PATH) == b"- a\n"
    assert not place.state["running"]


@pytest.mark.parametrize("word", ["stop", "start"])
def test_what_is_interrupted_leaves_osks_context(word: str) -> None:
    """Crc had taken it out by then."""
    place = _running()
    kubeconfigs.merge(place, None)
    if word == "start":
        _stop(place)

    def interrupt(argv: Sequence[str]) -> None:
        if word in argv:
            place.files.write(".kube/config", _WORK)
            raise KeyboardInterrupt

    place.broken = interrupt
    with pytest.raises(KeyboardInterrupt):
        _stop(place) if word == "stop" else start(place)

    assert set(_contexts(place)[0]) == {"work", "osk-crc"}


class _Taken(FakeHost):
    """One whose kubeconfig somebody else has, and whose crc does as it does but may say otherwise."""

    says = ""

    def run(self, argv: Sequence[str], **more: Any) -> Ran:
        if argv[0] == "mkdir" and argv[-1].endswith(".lock"):
            return Ran(1, "", "File exists")
        ran = super().run(argv, **more)
        return Ran(0, self.says, "") if self.says and "stop" in argv else ran


def _taken() -> _Taken:
    place, taken = _running(), _Taken()
    kubeconfigs.merge(place, None)
    taken.state, taken.files = place.state, place.files
    return taken


def test_a_kubeconfig_that_is_locked_does_not_undo_a_stop() -> None:
    """What cannot be put back is told, and the stop has come to its end."""
    place = _taken()
    starts.begin(place)

    told = _stop(place)

    assert told[-1].startswith(f"warning: contexts are not put back in {_PATH}: ")
    assert told[-1].endswith(": File exists")
    assert (place.state["running"], starts.is_begun(place)) == (False, False)


def test_a_kubeconfig_that_is_locked_does_not_hide_crcs_own_error() -> None:
    """It is crc's that is to be mended."""
    place = _taken()
    place.says = '{"success": false, "error": "the moon is full"}'

    with pytest.raises(OskError) as caught:
        _stop(place)

    assert caught.value.problems[0].detail == "the moon is full"
