"""dataplane.logs: what Ansible prints, as it was recorded from runs over real hosts (tests/ssh/recording.py)."""

from pathlib import Path

import pytest

from openstack_k8s_cli.dataplane import logs
from openstack_k8s_cli.dataplane.logs import Began, Did, News, Reading, Recap, Summary

RECORDED = Path(__file__).parent / "recorded"
PLAY = "Kinds of results"
SSH = "Failed to connect to the host via ssh: ssh: connect to host 127.0.0.1 port 1: Connection refused"


def read(text: str) -> list[News]:
    """Read a whole log."""
    reading = Reading()
    found = [news for line in text.splitlines() for news in reading.feed(line)]
    return [*found, *reading.settle()]


def recorded(form: str) -> list[News]:
    """Read a recording of every kind of line."""
    return read((RECORDED / f"kinds-{form}.log").read_text(encoding="utf-8"))


def of_task(news: list[News], task: str) -> dict[str, list[str]]:
    """Give the outcomes of a task by host."""
    found: dict[str, list[str]] = {}
    for each in news:
        if isinstance(each, Did) and each.task == task:
            found.setdefault(each.host, []).append(each.outcome)
    return found


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_failures_with_their_words(form: str) -> None:
    """Host, play, task and message of each, out of results of one line or many, in JSON or YAML."""
    bad = [each for each in recorded(form) if isinstance(each, Did) and each.outcome in logs.BAD]

    assert bad == [
        Did("gone", PLAY, "Nothing to do", "unreachable", f"Task failed: {SSH}"),
        Did("good", PLAY, "Leave it at that", "failed", "Error executing command.", ignored=True),
        Did("retries", PLAY, "Try again", "failed", "Error executing command."),
        Did("items", PLAY, "One of several", "failed", "(item=false) Error executing command."),
        Did("good", PLAY, "Go wrong", "failed", "the first line\nthe second line"),
        Did(
            "fails",
            "Second play",
            "Fail with a secret",
            "failed",
            "login with password=hunter2hunter2 refused",
        ),
    ]


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_hosts_of_a_task_come_interleaved(form: str) -> None:
    """Each host has its own outcomes, one for each item, in whichever order they came."""
    news = recorded(form)
    several = of_task(news, "Several things")

    assert [["changed", "changed"]] * 4 == [several[host] for host in ("good", "retries", "items", "fails")]
    assert {"good": ["changed"], "fails": ["changed"]} == of_task(news, "For somebody else")
    assert {"skipped"} == {one for each in of_task(news, "Leave out").values() for one in each}


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_what_a_task_says_is_no_result(form: str) -> None:
    """A message that looks like a failure is one of a task that went well."""
    said = of_task(recorded(form), "Say two lines")

    assert {"good", "retries", "items", "fails"} == set(said)
    assert all(each == ["ok"] for each in said.values())


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_the_recap_and_the_plays(form: str) -> None:
    """What Ansible counted, rescued and ignored failures among it; handlers and included files are tasks."""
    news = recorded(form)
    recaps = {each.host: each for each in news if isinstance(each, Recap)}
    begun = [each for each in news if isinstance(each, Began)]

    assert Recap("good", ok=9, changed=4, skipped=4, rescued=1, ignored=1) == recaps["good"]
    assert {
        "good": "changed",
        "gone": "unreachable",
        "retries": "failed",
        "items": "failed",
        "fails": "failed",
    } == {host: each.outcome for host, each in recaps.items()}
    assert {Began(PLAY, "Restart"), Began(PLAY, "Out of another file")} <= set(begun)
    assert Began("Second play", "Fail with a secret") == begun[-1]


def test_a_failure_waits_for_no_other_line() -> None:
    """Settling gives at once what was held back for more of it, and nothing twice."""
    reading = Reading(play="P", task="T")
    held = list(reading.feed('fatal: [a]: FAILED! => {"msg": "why"}'))
    settled = list(reading.settle())

    assert ([], [Did("a", "P", "T", "failed", "why")], []) == (held, settled, list(reading.settle()))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fatal: [a]: FAILED! => changed=false\n  msg: |-\n    one\n\n    two\n  rc: 1\n", "one\n\ntwo"),
        (
            'fatal: [a]: FAILED! => {"msg": "non-zero return code", "stderr": "broken", "stdout": ""}',
            "non-zero return code\nbroken",
        ),
        ("fatal: [a]: FAILED! => {not closed", "{not closed"),
        ('fatal: [a]: FAILED! => {\n    "msg": "pretty"\n}', "pretty"),
        ('fatal: [a -> b]: FAILED! => {"msg": "there"}', "there"),
        ('failed: [a] (item={"x": "y (z)"}) => {"msg": "no"}', '(item={"x": "y (z)"}) no'),
    ],
)
def test_forms_of_results(text: str, message: str) -> None:
    """Other callbacks and Ansible versions, and what cannot be read, which is shown as it came."""
    assert [Did("a", "", "", "failed", message)] == read(text)


def test_a_long_message_is_cut_in_the_middle() -> None:
    """Its beginning and its end say most."""
    (did,) = read('fatal: [a]: FAILED! => {"msg": "begin' + "x" * 9000 + 'end"}')

    assert isinstance(did, Did)
    assert len(did.message) < 2100
    assert (did.message.startswith("begin"), did.message.endswith("end")) == (True, True)


def test_the_last_lines_are_those_of_the_failure() -> None:
    """What went well, warnings and the recap are not what a person looks for."""
    reading = Reading()
    for line in (RECORDED / "kinds-json.log").read_text(encoding="utf-8").splitlines():
        list(reading.feed(line))

    assert reading.last[-1].startswith("fatal: [fails]: FAILED! =>")
    assert not any(each.startswith(("ok:", "changed:", "skipping:", "[WARNING]")) for each in reading.last)
    assert reading.ended


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (
            '{"totalHosts": 3, "failedHostList": ["b"], "unreachableHostList": ["c"]}',
            Summary(3, ("b",), ("c",)),
        ),
        ({"totalHosts": 2, "failedHostList": None}, Summary(2, (), ())),
        ('{"totalHosts": 3, "failedHostList": ["b"', None),
        ({"totalHosts": 0}, None),
        ("", None),
        (None, None),
        ("[1]", None),
    ],
)
def test_summaries(told: object, found: Summary | None) -> None:
    """From a pod's last words or the operator's status; one that was cut, or is of no host, says nothing."""
    assert found == logs.summary(told)
    assert found is None or found.bad == (*found.failed, *found.unreachable)
