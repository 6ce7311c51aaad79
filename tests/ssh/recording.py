"""Records what ansible-runner prints: `python -m tests.ssh.recording`.

For the rehearsal, whose pods say the same of their hosts, and for the tests of the parser: a run is not repeated for each.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openstack_k8s_cli
from tests.ssh import podruns
from tests.ssh.machines import Machine
from tests.ssh.servers import Keys, Servers

SERVICES = Path(openstack_k8s_cli.__file__).parent / "rehearsal" / "simulators" / "recorded"
KINDS = Path(__file__).parents[1] / "unit" / "dataplane" / "recorded"
FORMS: Mapping[str, Mapping[str, str]] = {
    "kinds-json": {},
    "kinds-yaml": {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"},
}
ENDS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "failed": {"good": {}, "bad": {"fails": True}},
    "unreachable": {"good": {}, "gone": {}},
}
"""How a service ends, and with which hosts."""
_HOSTS = ("good", "retries", "items", "fails")


def main() -> None:
    """Record everything anew."""
    with tempfile.TemporaryDirectory(prefix="recorded") as made:
        folder, keys = Path(made), Keys.made()
        (folder / "hosts").mkdir()
        servers = Servers(folder / "hosts", keys)
        servers.start([Machine(name) for name in ("bad", *_HOSTS)])
        try:
            KINDS.mkdir(exist_ok=True)
            told: dict[str, Mapping[str, Any]] = {name: {} for name in (*_HOSTS, "gone")}
            for name, settings in FORMS.items():
                said = podruns.run(
                    folder / name, keys, servers, told, playbook="kinds.yaml", settings=settings
                )
                _write(KINDS, name, said.text, folder)
            SERVICES.mkdir(exist_ok=True)
            for name, hosts in ENDS.items():
                said = podruns.run(folder / name, keys, servers, hosts, playbook="service.yaml")
                _write(SERVICES, name, said.text, folder)
        finally:
            servers.stop()


def _write(place: Path, name: str, text: str, folder: Path) -> None:
    """Keep a recording, without where it was made."""
    plain = text.replace(str(podruns.PLAYBOOKS), "/usr/share/ansible").replace(str(folder / name), "/runner")
    (place / f"{name}.log").write_text(plain, encoding="utf-8")


if __name__ == "__main__":
    main()
