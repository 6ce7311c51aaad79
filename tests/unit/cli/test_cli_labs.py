"""`osk host`: how another machine is named on the command line, and what its bare machines need."""

from types import SimpleNamespace
from typing import Any

import pytest

from openstack_k8s_cli.adapters.secretvalues import ProfileSecrets
from openstack_k8s_cli.cli import labmetal
from openstack_k8s_cli.cli.labs import at, reached
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.unit.dataplane.machines import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lab.example.com", {"address": "lab.example.com"}),
        ("root@lab", {"address": "lab", "user": "root"}),
        ("root@lab:2222", {"address": "lab", "user": "root", "port": 2222}),
        ("fd00::1", {"address": "fd00::1"}),
        ("me@[fd00::1]:22", {"address": "fd00::1", "user": "me", "port": 22}),
        ("localhost", {"address": None}),
    ],
)
def test_a_server(text: str, expected: dict[str, Any]) -> None:
    """It is named as ssh has it; localhost alone is this machine."""
    assert expected == reached(text)


_HYPERVISOR = {"address": "hv", "user": "root", "port": 2222, "key": "~/k", "options": ["A=b"]}


@pytest.mark.parametrize(
    ("host", "reach"),
    [
        (None, ("hv", "root", 2222)),
        ("hv", ("hv", "root", 2222)),
        ("me@hv", ("hv", "me", 2222)),
        ("lab", ("lab", None, None)),
        ("me@lab:22", ("lab", "me", 22)),
    ],
)
def test_account_and_port_are_those_of_the_machine(host: str | None, reach: tuple[Any, ...]) -> None:
    """Another one than the profile's hypervisor has only its key and options."""
    found = at(_HYPERVISOR, host)

    assert reach == (found["address"], found["user"], found["port"])
    assert ("~/k", ["A=b"]) == (found["key"], found["options"])


@pytest.mark.parametrize("text", ["", "@lab", "lab:ssh", "-oProxyCommand=x", "root@"])
def test_no_server(text: str) -> None:
    """It is refused, and no option of ssh's gets through."""
    with pytest.raises(OskError) as caught:
        reached(text)

    assert ("OSK1324", ExitCode.USAGE) == (caught.value.problems[0].code, caught.value.exit_code)


def test_boards_without_a_password() -> None:
    """It is a refusal with the command that gives one; from where the profile says it comes, it goes to Ironic's nodes."""

    def lab(*sets: str) -> Any:
        filled = values(*sets)
        return SimpleNamespace(
            values=filled, name="crc", work=SimpleNamespace(secrets=ProfileSecrets(filled, None))
        )

    found = labmetal.nodes(lab("labs.bmaas.boards.password={command: [echo, word]}"))
    with pytest.raises(OskError) as caught:
        labmetal.nodes(lab())

    assert "word" == found["nodes"][0]["driver_info"]["redfish_password"]
    assert ("OSK1326", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)
    assert "labs.bmaas.boards.password" in str(caught.value.problems[0].advice[0].command)


def test_what_follows_bare_machines() -> None:
    """CRC's card in their network where the profile wants one there; their list in any case."""
    card = "platform.crc.interfaces={metal: {network: crc-bmaas}, other: {network: l41}}"

    assert ["osk host bmaas nodes"] == [*labmetal.following(values())]
    assert ["osk crc network attach metal", "osk host bmaas nodes"] == [*labmetal.following(values(card))]
