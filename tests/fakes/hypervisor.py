"""A hypervisor in memory: what osk's playbooks over machines come to there, told as Ansible would."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from openstack_k8s_cli.dataplane import hearing
from openstack_k8s_cli.dataplane.making import domains
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.dataplane.playing import Asked, Ended

_HEAD = (
    "user me|home /home/me|python3 yes|base64 yes|iso xorrisofs|podman yes|containers running|libvirt yes|"
    "pool running|network default|bridge ospbr"
)


class FakeHypervisor:
    """Fulfils dataplane.playing.Ansible; knows the machines of one profile."""

    here = True

    def __init__(self, profile: str, machines: tuple[Machine, ...], *, made: str = "") -> None:
        self.profile = profile
        self.known = {each.name: each for each in machines}
        self.states: dict[str, str] = dict.fromkeys(self.known, made) if made else {}
        self.volumes = {each.volume: f"{each.volume} v1" for one in machines if made for each in one.disks}
        """What each holds."""
        self.room = 10**12
        self.played: list[str] = []
        """`PLAYBOOK HOST` of what was changed, in turn."""
        self.stuck: set[str] = set()
        """Machines that do not shut down by themselves."""
        self.interrupted: Callable[[str], object] = len
        """Called with the playbook before it runs; may raise, as a signal does."""

    def check(self, what: str) -> None:
        """Have Ansible."""
        assert what

    def has(self, collection: str) -> bool:
        """Have no collections."""
        return not collection

    def play(
        self,
        asked: Asked,
        *,
        hear: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool] = lambda: False,
    ) -> Ended:
        """Play one of the playbooks."""
        del stopped
        name = Path(asked.playbook).stem
        if name == "hypervisor":
            hear(_event("hypervisor", hearing.TASK, {"stdout": self._probe()}))
            return Ended(0)
        self.interrupted(name)
        shared = asked.inventory["all"]["vars"]
        ends = [
            self._played(name, form["osk_machine"], shared, hear)
            for form in asked.inventory["all"]["children"]["machines"]["hosts"].values()
        ]
        return Ended(0 if all(ends) else 2)

    def _played(
        self, playbook: str, form: Mapping[str, Any], shared: Mapping[str, Any], hear: Callable[..., None]
    ) -> bool:
        name = form["name"]
        if playbook == "machines-stop" and name in self.stuck and not shared["osk_force"]:
            res = {"stderr": "it does not shut down within 300 s"}
            hear({**_event(name, "Shut the machine down", res), "event": "runner_on_failed"})
            return False
        lost = [each["source"] for each in form.get("copies", ()) if each["source"] not in self.volumes]
        if lost:
            res = {"stderr": f"there is no volume {lost[0]}"}
            hear({**_event(name, "Copy the disks", res), "event": "runner_on_failed"})
            return False
        {
            "create": self._create,
            "delete": self._delete,
            "machines-stop": lambda form: self.states.update({form["name"]: "shut off"}),
            "machines-start": lambda form: self.states.update({form["name"]: "running"}),
            "volumes-copy": self._copy,
            "volumes-delete": self._free,
        }[playbook](form)
        self.played.append(f"{playbook} {name}")
        hear(_event(name, playbook, {"changed": True}))
        return True

    def _create(self, form: Mapping[str, Any]) -> None:
        self.states[form["name"]] = "running"
        self.volumes |= {each["volume"]: f"{each['volume']} v1" for each in form["disks"]}

    def _delete(self, form: Mapping[str, Any]) -> None:
        del self.states[form["name"]]
        for each in form["volumes"]:
            self.volumes.pop(each, None)

    def _copy(self, form: Mapping[str, Any]) -> None:
        assert self.states[form["name"]] == "shut off"
        for each in form["copies"]:
            self.volumes[each["target"]] = self.volumes[each["source"]]

    def _free(self, form: Mapping[str, Any]) -> None:
        for each in form["volumes"]:
            self.volumes.pop(each, None)

    def _probe(self) -> str:
        lines = [
            *_HEAD.split("|"),
            f"room {self.room}",
            *(f"volume {each}" for each in self.volumes),
            *(f"size {each} 1073741824" for each in self.volumes),
        ]
        for name, state in self.states.items():
            xml = domains.text(self.known[name], self.profile, "osk")
            coded = b64encode(xml.encode()).decode()
            lines += [f"domain {name}", f"state.{name} {state}", f"xml.{name} {coded}"]
        return "\n".join(f"@osk {each}" for each in lines)


def _event(host: str, task: str, res: Mapping[str, Any]) -> dict[str, Any]:
    return {"event": "runner_on_ok", "event_data": {"host": host, "task": task, "res": res}}
