"""Ansible against hosts, with the cluster's key: in a private folder that goes with the run."""

import json
import os
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from openstack_k8s_cli.adapters import ansible, keyfiles
from openstack_k8s_cli.adapters.ansible import Play
from openstack_k8s_cli.dataplane import playing
from openstack_k8s_cli.dataplane.playing import Asked, Ended


class Hosts:
    """Runs playbooks over hosts from this machine."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    @property
    def here(self) -> bool:
        """Whether Ansible is installed."""
        return ansible.is_here()

    def check(self, what: str) -> None:
        """Refuse where Ansible is not installed; raises OskError."""
        ansible.require(what)

    def has(self, collection: str) -> bool:
        """Tell whether Ansible finds a collection here."""
        return any((place / Path(*collection.split("."))).is_dir() for place in self._collections())

    def play(
        self,
        asked: Asked,
        *,
        hear: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool] = lambda: False,
    ) -> Ended:
        """Run a playbook over an inventory; the key is in a file that only its owner reads, for as long as it runs."""
        with _private() as folder:
            key = str(keyfiles.written(folder / "key", asked.key)) if asked.key else None
            inventory = _with_key(asked.inventory, key)
            (folder / "inventory.json").write_text(json.dumps(inventory), encoding="utf-8")
            chosen = Play(
                playbook=_playbook(asked.playbook, folder),
                inventory=folder / "inventory.json",
                folder=folder,
                environment={**self._environment, **playing.SETTINGS, **_places(folder), **asked.settings},
            )
            words = {
                name: getattr(asked, name)
                for name in ("vars", "limit", "tags", "skip_tags", "dry", "forks", "verbosity")
            }
            played = ansible.play(replace(chosen, **words), hear=hear, over=stopped)
        return Ended(played.exit_code, played.last)

    def _collections(self) -> list[Path]:
        """List the folders that Ansible looks for collections in."""
        told = self._environment.get("ANSIBLE_COLLECTIONS_PATH") or ""
        given = [Path(each).expanduser() for each in told.split(os.pathsep) if each]
        home = Path(self._environment.get("HOME", "/")) / ".ansible" / "collections"
        places = given or [home, Path("/usr/share/ansible/collections")]
        return [*(each / "ansible_collections" for each in places), *ansible.beside("ansible_collections")]


@contextmanager
def _private() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="osk-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _with_key(inventory: Mapping[str, Any], key: str | None) -> Any:
    """Put the key's file where the inventory has its mark."""
    return json.loads(json.dumps(inventory).replace(json.dumps(playing.KEY), json.dumps(key or "")))


def _places(folder: Path) -> dict[str, str]:
    """Have Ansible write nowhere else; sockets need a short path."""
    return {"ANSIBLE_LOCAL_TEMP": str(folder / "tmp"), "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "cp")}


def _playbook(asked: str, folder: Path) -> Path:
    """Give a playbook's file: of its name, or written where it is given as text; a collection's keeps its name."""
    if "\n" in asked:
        file = folder / "playbook.yaml"
        file.write_text(asked, encoding="utf-8")
        return file
    return Path(asked)
