"""Every branch of `osk crc setup` and `osk crc start`: a fresh host, one that is half done, done, changed, unfit.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from openstack_k8s_cli.crc.sizing import Sizes
from openstack_k8s_cli.crc.steps import delete, setup, stop
from openstack_k8s_cli.crc.wanted import Source
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.workstation.local import Workstation, asked
from tests.fakes.crc.host import FakeHost, changing
from tests.fakes.crc.openshiftlocal import PASSWORD
from tests.unit.crc.wishes import SECRETS, WANTED, host, set_up, start

_SETTINGS = [
    "crc config set network-mode system",
    "crc config set cpus 10",
    "crc config set memory 25600",
    "crc config set disk-size 145",
    "crc config set consent-telemetry no",
    "crc config set disable-update-check true",
    "crc config set pull-secret-file /home/ada/pull.json",
]
_SETUP = "crc setup --show-progressbars -o json"
_START = "crc start -o json"


class _Stopped(Exception):  # noqa: N818  # what a signal raises
    pass


def _changes(place: FakeHost) -> list[str]:
    return [each.replace("/usr/bin/", "") for each in place.changes]


def test_a_fresh_host_gets_settings_before_its_first_setup() -> None:
    """The network mode comes before the setup, which cannot change it later without losing the cluster."""
    place = host()

    told = set_up(place)

    assert _changes(place) == [*_SETTINGS, _SETUP]
    assert "Checking if KVM is enabled" in told
    assert told[-1] == "the host is set up"


def test_a_look_sets_nothing() -> None:
    """Without an answer crc's own check asks about telemetry, and notes that it did."""
    place = host()

    changes = setup(Workstation(place, WANTED).look(), WANTED)

    assert place.state["config"] == {}
    assert "consent-telemetry: not set → no" in map(str, changes)


def test_a_host_without_crc_gets_it_by_its_checksum() -> None:
    """The archive is checked against the list beside it before anything of it runs, and is gone afterwards."""
    place = host(installed=False)

    told = set_up(place)

    words = [each.split()[0] for each in _changes(place)]
    assert words[:6] == ["curl", "mkdir", "curl", "tar", "rm", "mv"]
    assert told[0] == f"download crc from {WANTED.source and WANTED.source.url}"
    assert place.files.has(".local/bin/crc")
    assert not [path for path in place.files.texts if path.endswith(".partial")]


def test_an_archive_with_another_checksum_is_never_unpacked() -> None:
    """Neither is it kept."""
    place = host(installed=False)

    with pytest.raises(OskError) as caught:
        set_up(place, source=Source("https://mirror.example/crc.tar.xz", "0" * 64))

    assert caught.value.problems[0].code == "OSK1243"
    assert not any(each.startswith("tar") for each in place.changes)
    assert not [path for path in place.files.texts if path.endswith(".partial")]


def test_a_download_that_breaks_off_is_fetched_again() -> None:
    """What came of it is not taken."""
    place = host(installed=False, fails={"curl": False})
    known = Source("https://mirror.example/crc.tar.xz", "8b3a3f1f" * 8)
    place.state["fails"]["curl"] = True

    with pytest.raises(OskError) as caught:
        set_up(place, source=known)
    assert not place.state["installed"]
    place.state["fails"]["curl"] = False
    set_up(place)

    assert "transfer closed" in str(caught.value.problems[0].detail)
    assert place.state["set_up"]


def test_a_host_that_is_half_done_gets_the_rest() -> None:
    """What is set already is not set again."""
    place = host(config={"network-mode": "system", "cpus": "10", "consent-telemetry": "no"})

    set_up(place)

    done = {
        "crc config set network-mode system",
        "crc config set cpus 10",
        "crc config set consent-telemetry no",
    }
    assert _changes(place) == [*(each for each in _SETTINGS if each not in done), _SETUP]


def test_a_second_run_calls_nothing_that_changes_anything() -> None:
    """Neither setup nor start."""
    place = host()
    set_up(place)
    start(place)
    place.calls.clear()

    told = [*set_up(place), *start(place)]

    assert (place.changes, told) == ([], [])


def test_a_setting_that_changed_is_set_and_nothing_else() -> None:
    """A running machine has it after its next start, which is asked for."""
    place = host()
    set_up(place)
    start(place)
    place.calls.clear()

    set_up(place, sizes=Sizes(12, 25600, 145))
    start(place, sizes=Sizes(12, 25600, 145))

    assert _changes(place) == ["crc config set cpus 12", "crc stop --force -o json", _START]


def test_sizes_that_follow_from_the_profile_are_the_least() -> None:
    """Who has set more has reasons; a size that the profile writes is that size."""
    place = host(config={"memory": "40960"})

    set_up(place)
    kept = place.state["config"]["memory"]
    set_up(place, exact=frozenset({"memory"}))

    assert (kept, place.state["config"]["memory"]) == ("40960", "25600")


def test_a_bundle_may_be_a_path_or_an_address() -> None:
    """Crc itself does not know what `~` is; another bundle takes another setup."""
    place, other = host(), host()
    set_up(place)
    place.calls.clear()

    set_up(place, settings={**WANTED.settings, "bundle": "~/own.crcbundle"})
    set_up(other, settings={**WANTED.settings, "bundle": "docker://quay.io/lab/own:1"})

    assert _changes(place) == ["crc config set bundle /home/ada/own.crcbundle", _SETUP]
    assert other.state["config"]["bundle"] == "docker://quay.io/lab/own:1"


def test_what_the_profile_no_longer_has_is_unset() -> None:
    """A proxy that was taken out, for example."""
    place = host(config={"http-proxy": "http://proxy:3128"})

    set_up(place)

    assert "crc config unset http-proxy" in _changes(place)


def test_another_preset_means_a_new_machine_and_is_asked_for() -> None:
    """The preset is set before the sizes, whose defaults hang on it."""
    place = host()
    set_up(place)
    start(place)
    place.calls.clear()
    questions: list[str] = []
    work = Workstation(place, WANTED)
    wish: dict[str, Any] = {
        "preset": "okd",
        "pull_secret": None,
        "settings": {**WANTED.settings, "pull-secret-file": None},
    }

    told = set_up(place, **wish)

    asked(stop(work.look()), questions.append)
    assert told[0] == "crc delete (the preset of the machine is openshift, not okd)"
    assert _changes(place)[0] == "crc delete --force -o json"
    assert _changes(place)[1:] == [
        "crc config set preset okd",
        "crc config unset pull-secret-file",
        _SETUP,
    ]
    assert questions == []


def test_another_network_mode_loses_the_cluster_and_is_asked_for() -> None:
    """It takes crc's own clean-up as well."""
    place = host()
    set_up(place, network_mode="user", interfaces=())
    start(place, network_mode="user", interfaces=())
    work, questions = Workstation(place, WANTED), list[str]()

    asked(setup(work.look(), WANTED), questions.append)
    set_up(place)

    assert questions == [
        "crc delete (the network mode of the machine is user, not system): this takes away the cluster with everything on it. Go on?"
    ]
    assert [
        each for each in _changes(place) if each.startswith(("crc delete", "crc cleanup", "crc setup"))
    ] == [
        _SETUP,
        "crc delete --force -o json",
        "crc cleanup",
        _SETUP,
    ]


def test_a_host_that_is_too_small_is_refused_before_the_first_change() -> None:
    """All that is wrong is told at once."""
    place = host(memory_kib=16 * 1024**2, kvm=False, free_gib=10)

    with pytest.raises(OskError) as caught:
        set_up(place)

    assert [each.subject for each in caught.value.problems] == ["kvm", "memory", "disk"]
    assert (caught.value.exit_code, place.changes) == (ExitCode.REFUSED, [])


def test_a_setup_that_fails_says_why_and_can_be_repeated() -> None:
    """By crc's own words, with the likely cause."""
    place = host(fails={"setup": "failed to start libvirt service"})

    with pytest.raises(OskError) as caught:
        set_up(place)
    place.state["fails"].clear()
    place.calls.clear()
    set_up(place)

    problem = caught.value.problems[0]
    assert (problem.code, problem.detail) == ("OSK1244", "failed to start libvirt service")
    assert problem.summary == "`crc setup` failed: libvirt does not answer"
    assert _changes(place) == [_SETUP]


def test_a_start_that_fails_is_explained_and_can_be_repeated() -> None:
    """The exit status is 0; only `success` says so."""
    place = host()
    set_up(place)
    place.state["fails"]["start"] = (
        "Failed to renew TLS certificates: please check if a newer CRC release is available"
    )

    with pytest.raises(OskError) as caught:
        start(place)
    place.state["fails"].clear()
    start(place)

    assert (caught.value.problems[0].code, caught.value.exit_code) == ("OSK1245", ExitCode.FAILED)
    assert "certificates ran out" in caught.value.problems[0].summary
    assert place.state["running"]


def test_start_does_nothing_on_a_host_that_is_not_set_up() -> None:
    """It names what is left."""
    place = host()

    with pytest.raises(OskError) as caught:
        start(place)

    assert (caught.value.problems[0].code, place.changes) == ("OSK1247", [])
    assert "network-mode: user → system" in str(caught.value.problems[0].detail)


def _both(place: FakeHost) -> None:
    set_up(place)
    start(place)


@pytest.mark.parametrize("moment", ["interrupted", "broken"])
def test_an_interruption_at_any_step_leaves_what_the_same_command_finishes(moment: str) -> None:
    """Wherever it comes, before a program or behind it, the end is the same."""
    whole = host(installed=False)
    set_up(whole)
    start(whole)
    ends = []
    for number in range(len(whole.changes)):
        place, left = host(installed=False), iter(range(number + 1))

        def interrupted(argv: Sequence[str], place: FakeHost = place, left: Iterator[int] = left) -> None:
            if changing([argv]) and next(left, None) is None:
                setattr(place, moment, len)
                raise _Stopped

        setattr(place, moment, interrupted)
        with pytest.raises(_Stopped):
            _both(place)
        _both(place)
        left_over = [each for each in place.files.texts if each.endswith(".partial")]
        ends.append((place.state["config"], place.state["running"], place.state["set_up"], left_over))

    assert ends == [(whole.state["config"], True, True, [])] * len(ends)
    assert len(ends) > 10


def test_no_command_line_holds_a_secret() -> None:
    """Neither the pull secret nor the password of kubeadmin."""
    place = host(installed=False)
    set_up(place)
    start(place)

    lines = [" ".join(call) for call in place.calls]

    assert not [line for line in lines if any(secret in line for secret in (*SECRETS, PASSWORD))]


def test_stopping_and_deleting_do_nothing_where_nothing_is() -> None:
    """With a machine they do one thing each, and a deletion is asked for."""
    place = host()
    work, questions = Workstation(place, WANTED), list[str]()
    before = (stop(work.look()), delete(work.look(), entirely=True))
    set_up(place)
    start(place)
    facts = work.look()

    asked(delete(facts, entirely=True), questions.append)

    assert before == ((), ())
    assert [each.kind.value for each in (*stop(facts), *delete(facts, entirely=True))] == [
        "stop",
        "delete",
        "cleanup",
    ]
    assert questions == ["crc delete: this takes away the cluster with everything on it. Go on?"]
