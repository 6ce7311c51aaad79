"""Commands in pods, over a websocket that plays the kubelet."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest
from kubernetes.client.configuration import Configuration
from kubernetes.client.rest import RESTClientObject

from openstack_k8s_cli.adapters.kubernetes.requests import KubernetesCluster
from openstack_k8s_cli.adapters.kubernetes.transport import Access, Transport
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Ran
from tests.unit.adapters.podsocket import PodSocket, listening


def _error(status: Mapping[str, Any]) -> tuple[int, bytes]:
    return 3, json.dumps(status).encode()


_SUCCESS = _error({"status": "Success"})
_EXIT_7 = _error(
    {
        "status": "Failure",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": "7"}]},
    }
)
_KWOK_3 = _error({"status": "Failure", "code": 500, "message": "Internal error occurred: exit status 3"})


def _run(
    pod: PodSocket,
    stdin: Iterable[bytes] | None = None,
    *,
    into: Callable[[bytes], object] | None = None,
) -> Ran:
    with listening(pod) as address:
        configuration = Configuration(host=address, api_key={"BearerToken": "Bearer t"})
        access = Access(configuration, RESTClientObject(configuration).pool_manager)
        cluster = KubernetesCluster(Transport(lambda: access))
        return cluster.exec("n", "p", ("echo", "a b"), container="c", stdin=stdin, into=into)


@pytest.mark.parametrize(
    ("end", "code"), [(_SUCCESS, 0), (_EXIT_7, 7), (_KWOK_3, 3)], ids=["success", "exit code", "kwok"]
)
def test_a_command_ends_with_its_exit_code(end: tuple[int, bytes], code: int) -> None:
    """Output comes by channel, and the status says how the command ended."""
    ran = _run(PodSocket((1, b"out"), (2, b"err"), (1, b"put"), end))

    assert Ran(code, "output", "err") == ran


def test_output_can_be_taken_as_it_comes() -> None:
    """Byte for byte, and the answer has none of it; errors are in the answer as ever."""
    taken: list[bytes] = []
    ran = _run(PodSocket((1, b"\xff\x00"), (2, b"err"), (1, b"put"), _SUCCESS), into=taken.append)

    assert (b"\xff\x00put", Ran(0, "", "err")) == (b"".join(taken), ran)


def test_the_command_goes_word_by_word() -> None:
    """Words are not split again, and the login is sent."""
    pod = PodSocket(_SUCCESS)
    _run(pod)

    assert "command=echo&command=a+b&stdout=true&stderr=true&container=c" in pod.request
    assert "authorization: Bearer t" in pod.request
    assert "v5.channel.k8s.io" in pod.request


def test_input_reaches_the_command_and_ends() -> None:
    """Input of more than a frame arrives whole, and its end is told."""
    pod = PodSocket((1, b"x" * 500), _SUCCESS)
    ran = _run(pod, stdin=[b"0123456789" * 5000])

    assert b"0123456789" * 5000 == pod.stdin
    assert ran.stdout == "x" * 500


def test_input_is_sent_as_it_comes() -> None:
    """The command has the first line before there is a second."""
    pod = PodSocket(_SUCCESS)
    had_first = []

    def lines() -> Iterator[bytes]:
        yield b"first\n"
        had_first.append(pod.heard.wait(60))
        yield b"second\n"

    _run(pod, stdin=lines())

    assert [True] == had_first
    assert b"first\nsecond\n" == pod.stdin


def test_a_command_that_does_not_wait_for_its_input() -> None:
    """A command may end while there could be more to send."""
    ended = threading.Event()

    def silent() -> Iterator[bytes]:
        ended.wait(60)
        yield from ()

    ran = _run(PodSocket((1, b"out"), _SUCCESS, listens=False), stdin=silent())
    ended.set()

    assert Ran(0, "out", "") == ran


def test_input_whose_end_cannot_be_told() -> None:
    """An older API server gets no input, for a command would wait for its end for ever; one that reads none just runs."""
    with pytest.raises(ClusterError, match=r"Kubernetes 1\.30 or newer"):
        _run(PodSocket(_SUCCESS, protocol="v4.channel.k8s.io"), stdin=[b"in"])

    assert 0 == _run(PodSocket(_SUCCESS, protocol="v4.channel.k8s.io", listens=False), stdin=[]).exit_code


def test_a_command_that_could_not_start() -> None:
    """A failure without an exit code is an error of the request."""
    end = _error({"status": "Failure", "code": 500, "message": "Internal error occurred: no such container"})

    with pytest.raises(ClusterError) as raised:
        _run(PodSocket(end))
    assert raised.value.kind is ErrorKind.SERVER


def test_a_connection_that_breaks() -> None:
    """Without a status nobody knows how the command ended."""
    with pytest.raises(ClusterError) as raised:
        _run(PodSocket((1, b"half")))
    assert raised.value.kind is ErrorKind.UNREACHABLE
