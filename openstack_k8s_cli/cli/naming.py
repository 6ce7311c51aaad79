"""The names that shell completion offers; read from folder listings, nothing heavy is imported."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from openstack_k8s_cli import shipped
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.steps import Layer


def profiles(incomplete: str = "") -> list[str]:
    """List built-in profiles, what is under all of them left out, and profile files where the typed path points."""
    built_in = shipped.profile_names(shipped.profiles())
    folder = Path(incomplete).parent if "/" in incomplete else Path()
    return _beginning(incomplete, built_in + [str(path) for path in sorted(folder.glob("*.yaml"))])


def components() -> list[str]:
    """List components as `layer/name`."""
    root = shipped.templates()
    return [
        str(path.parent.relative_to(root))
        for layer in Layer
        for path in sorted(root.glob(f"{layer}/*/component.yaml"))
    ]


def targets(incomplete: str = "") -> list[str]:
    """List what `deploy` takes: layers, `all` and components."""
    return _beginning(incomplete, [*Layer, "all", "service", "crds", *_known_as(), *services()])


def stages(incomplete: str = "") -> list[str]:
    """List what `up` takes: what `deploy` does, with CRC and the hosts before it."""
    known = [each for each in targets() if each not in {"service", "crds"}]
    return _beginning(incomplete, ["crc", "hosts", *dict.fromkeys(known)])


def parts(incomplete: str = "") -> list[str]:
    """List what `teardown` takes: layers, `all` and `service`."""
    return _beginning(incomplete, [*Layer, "all", "service"])


def services(incomplete: str = "") -> list[str]:
    """List the services of the catalogue."""
    folder = shipped.templates() / "controlplane" / "services"
    return _beginning(incomplete, sorted(path.parent.name for path in folder.glob("*/service.yaml")))


def operators(incomplete: str = "") -> list[str]:
    """List the operators that the OpenStack operator starts."""
    from openstack_k8s_cli.developing import operators as known

    return _beginning(incomplete, sorted(known.NAMES))


def operator_images(ctx: typer.Context, incomplete: str = "") -> list[str]:
    """Give the upstream name of the image of the operator that is typed already; colons break words in bash."""
    name = ctx.params.get("operator")
    return _beginning(incomplete, [f"quay.io/openstack-k8s-operators/{name}-operator"] if name else [])


def service_images(incomplete: str = "") -> list[str]:
    """List the images of services."""
    from openstack_k8s_cli.developing import services as known

    return _beginning(incomplete, sorted(known.NAMES))


def mounted(incomplete: str = "") -> list[str]:
    """List what a checkout can be mounted into."""
    from openstack_k8s_cli.developing import mounting as known

    return _beginning(incomplete, sorted([known.ANSIBLE, *known.PACKAGES]))


def changed(incomplete: str = "") -> list[str]:
    """List what `dev reset` may take back."""
    return sorted({*operators(incomplete), *service_images(incomplete), *mounted(incomplete)})


def edited(incomplete: str = "") -> list[str]:
    """List what `edit` takes: the services of the catalogue and the databases."""
    return _beginning(incomplete, sorted(["galera", *services()]))


def known_tests(incomplete: str = "") -> list[str]:
    """List the tests that every profile has, and kuttl."""
    folder = shipped.templates() / "controlplane" / "tests"
    known = sorted(path.name.removesuffix(".yaml.j2") for path in folder.glob("*.yaml.j2"))
    return _beginning(incomplete, [*known, "kuttl"])


def make_targets(incomplete: str = "") -> list[str]:
    """List install_yamls' make targets, behind those that are typed already."""
    from openstack_k8s_cli.profile.importers import mapping

    typed, comma, last = incomplete.rpartition(",")
    return [f"{typed}{comma}{name}" for name in _beginning(last, sorted(mapping.targets()))]


def hosts(ctx: typer.Context, incomplete: str = "") -> list[str]:
    """List the profile's hosts."""
    return _beginning(incomplete, _staff(ctx, made=False))


def machines(ctx: typer.Context, incomplete: str = "") -> list[str]:
    """List the profile's hosts that osk makes, and their node sets."""
    return _beginning(incomplete, _staff(ctx, made=True))


def lab_networks(ctx: typer.Context, incomplete: str = "") -> list[str]:
    """List the profile's networks of libvirt."""
    from openstack_k8s_cli.dataplane.labs import networks

    values = _values(ctx)
    return _beginning(incomplete, [each.name for each in networks.wanted(values)] if values else [])


def crc_interfaces(ctx: typer.Context, incomplete: str = "") -> list[str]:
    """List the roles of CRC's interfaces."""
    values = _values(ctx)
    found = ["default", *values["platform"]["crc"]["interfaces"]] if values else []
    return _beginning(incomplete, found)


def crc_disks(ctx: typer.Context, incomplete: str = "") -> list[str]:
    """List CRC's further disks."""
    values = _values(ctx)
    return _beginning(incomplete, [*values["platform"]["crc"]["disks"]] if values else [])


def _staff(ctx: typer.Context, *, made: bool) -> list[str]:
    from openstack_k8s_cli.profile import hosts

    values = _values(ctx)
    found: list[str] = []
    for key, nodeset in values["dataplane"]["nodesets"].items() if values else ():
        if not made or (nodeset["provision"] or {}).get("libvirt"):
            found += [
                *([key] if made else ()),
                *(each.name for each in hosts.hosts(nodeset, values["networks"])),
            ]
    return found


def _values(ctx: typer.Context) -> Any:
    """Load the profile; nothing where it is not valid: then it has no names to offer."""
    from openstack_k8s_cli.adapters.files import ProfileFiles
    from openstack_k8s_cli.profile import loading

    here = "osk.yaml" if Path("osk.yaml").is_file() else "crc"
    name = ctx.params.get("profile") or os.environ.get("OSK_PROFILE") or here
    values: Any = {}
    with suppress(OskError):
        values = loading.load(
            str(name), sets=tuple(ctx.params.get("sets") or ()), reader=ProfileFiles()
        ).values
    return values


def snapshots(incomplete: str = "") -> list[str]:
    """List the snapshots of CRC on this host."""
    found: list[str] = []
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((Path.home() / ".crc/osk-snapshots/index.json").read_text(encoding="utf-8"))
        found = [str(each["name"]) for each in told["snapshots"]]
    return _beginning(incomplete, found)


def layers(incomplete: str = "") -> list[str]:
    """List the layers and `all`."""
    return _beginning(incomplete, [*Layer, "all"])


def components_beginning(incomplete: str = "") -> list[str]:
    """List components that begin so."""
    return _beginning(incomplete, _known_as())


def _known_as() -> list[str]:
    """List components by their short names, then by their full ones."""
    full = components()
    return [*(name.partition("/")[2] for name in full), *full]


def _beginning(incomplete: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
