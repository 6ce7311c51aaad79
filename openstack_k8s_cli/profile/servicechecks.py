"""What is wrong with services that no single value shows: back ends of no kind, and services whose base is off."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.secrets import RECIPE, RECIPES
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.servicefilling import HOMES
from openstack_k8s_cli.profile.services import Kinds, Stores

Found = tuple[Path, str, str]
_FITS, _THERE = "OSK0111", "OSK0110"
_HOME: Path = ("controlplane", "services")
_MANY = ("backends", "backups")
_ON = {"ceph": "ceph", "cephfs": "ceph", "nfs": "nfs"}
"""What of `storage` a kind needs."""
_FIRST = "cell0"
_ALWAYS = ("bus", "cache")
"""Where null means the usual one."""
_WORDS = ("kind", "config", "configSecrets", "spec")


def findings(values: Mapping[str, Any], stores: Stores) -> Iterator[Found]:
    """Check the services of a filled profile; `stores` are the kinds of back ends that they have."""
    yield from _recipes(values["controlplane"]["passwords"])
    if values["controlplane"]["from"] is not None:
        return
    for name, service in values["controlplane"]["services"].items():
        if not service.get("enabled", True):
            continue
        for many in _MANY:
            for key, backend in (service.get(many) or {}).items():
                path = (*_HOME, name, many, key)
                yield from _backend(path, backend, service, stores.get(name, ()), values)
        yield from _bases(name, service, values["controlplane"])
        if service.get("cells") and _FIRST not in service["cells"]:
            yield (*_HOME, name, "cells", _FIRST), f"{name} needs it, beside whatever others", _THERE


def _backend(
    path: Path,
    backend: Mapping[str, Any],
    service: Mapping[str, Any],
    stores: tuple[str, ...],
    values: Mapping[str, Any],
) -> Iterator[Found]:
    kind = backend["kind"]
    needed = str(kind or "").partition("-")[0]
    if kind is None:
        if not any(backend[word] for word in _WORDS) and not service.get("config"):
            yield path, f"stores nowhere: give it a `kind` ({', '.join(stores)}), or a `config`", _FITS
    elif kind not in stores and not backend["config"]:
        close = difflib.get_close_matches(kind, stores, n=1)
        near = f"did you mean `{close[0]}`?" if close else f"known are: {', '.join(stores)}"
        yield (*path, "kind"), f"{path[2]} has no kind `{kind}`; {near}", _THERE
    elif needed in _ON and not values["storage"][_ON[needed]] and not backend["config"]:
        yield (*path, "kind"), f"`{kind}` needs `storage.{_ON[needed]}`, which is null", _THERE


def _bases(name: str, service: Mapping[str, Any], controlplane: Mapping[str, Any]) -> Iterator[Found]:
    """Find databases, buses and caches that a service names and that are not deployed."""
    homes = {"galera": controlplane["galera"], **controlplane["services"]}
    for key, home in HOMES.items():
        is_used = service.get(key) or (key in _ALWAYS and key in service)
        if is_used and not homes.get(home, {}).get("enabled", True):
            where: Path = ("controlplane", "galera") if home == "galera" else (*_HOME, home)
            yield (*where, "enabled"), f"`{name}` needs it (its `{key}`), and is on", _FITS


def needed(values: Mapping[str, Any], kinds: Kinds) -> Iterator[Found]:
    """Find services that are off and that others, which are on, do not work without."""
    services = values["controlplane"]["services"]
    if values["controlplane"]["from"] is not None or values["controlplane"]["standalone"]:
        return
    for name, service in services.items():
        users = [
            user for user, kind in kinds.items() if name in kind.needs and services[user].get("enabled", True)
        ]
        if users and not service.get("enabled", True):
            told = f"{', '.join(users)} {'needs' if len(users) == 1 else 'need'} it, and {'is' if len(users) == 1 else 'are'} on"
            yield (*_HOME, name, "enabled"), told, _FITS


def _recipes(passwords: Mapping[str, str]) -> Iterator[Found]:
    for key, recipe in passwords.items():
        if not RECIPE.fullmatch(recipe):
            path: Path = ("controlplane", "passwords", key)
            yield path, f"`{recipe}` is no recipe: write {RECIPES}", _FITS
