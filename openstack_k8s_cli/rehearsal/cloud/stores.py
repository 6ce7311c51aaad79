"""Images, flavors and volumes."""

from openstack_k8s_cli.rehearsal.cloud.answers import Answer, Listed, RefusedError, Shown
from openstack_k8s_cli.rehearsal.cloud.commands import Act, Asked, Command, drop, one
from openstack_k8s_cli.rehearsal.cloud.state import State, fresh_id


def _shows(kind: str) -> Act:
    def show(state: State, asked: Asked) -> Answer:
        return Shown(one(state, kind, asked.name))

    return show


def _lists(kind: str, columns: dict[str, str]) -> Act:
    def listed(state: State, _asked: Asked) -> Answer:
        return Listed.of(columns, state.of(kind))

    return listed


def _deletes(kind: str) -> Act:
    def delete(state: State, asked: Asked) -> Answer:
        drop(state, kind, [one(state, kind, each) for each in asked.names])
        return None

    return delete


def _create_image(state: State, asked: Asked) -> Answer:
    if asked.file not in state.files:
        raise RefusedError(f"[Errno 2] No such file or directory: '{asked.file}'")
    image = {
        "id": fresh_id(),
        "name": asked.name,
        "status": "active",
        "disk_format": asked.disk_format or "raw",
        "container_format": asked.container_format or "bare",
    }
    state.of("image").append(image)
    return Shown({**image, "status": "queued"})


def _create_flavor(state: State, asked: Asked) -> Answer:
    if state.named("flavor", asked.name):
        raise RefusedError(f"ConflictException: 409: Flavor with name {asked.name} already exists.")
    sizes = {"ram": int(asked.ram or 256), "disk": int(asked.disk or 0), "vcpus": int(asked.vcpus or 1)}
    flavor = {"id": asked.id or fresh_id(), "name": asked.name, **sizes, "ephemeral": 0, "public": True}
    state.of("flavor").append(flavor)
    return Shown(flavor)


def _create_volume(state: State, asked: Asked) -> Answer:
    volume = {
        "id": fresh_id(),
        "name": asked.name,
        "status": "available",
        "size": int(asked.size),
        "server": None,
    }
    state.of("volume").append(volume)
    return Shown({**volume, "status": "creating"})


def _delete_volumes(state: State, asked: Asked) -> Answer:
    for word in asked.names:
        volume = one(state, "volume", word)
        if volume["status"] not in ("available", "error"):
            raise RefusedError(
                f"Failed to delete volume with name or ID '{word}': Invalid volume: Volume status must be available or"
                " error or error_restoring (HTTP 400)"
            )
        drop(state, "volume", [volume])
    return None


_IMAGES = {"ID": "id", "Name": "name", "Status": "status"}
_FLAVORS = {"ID": "id", "Name": "name", "RAM": "ram", "Disk": "disk", "Ephemeral": "ephemeral", "VCPUs": "vcpus", "Is Public": "public"}  # fmt: skip
_VOLUMES = {"ID": "id", "Name": "name", "Status": "status", "Size": "size", "Attached to": "server"}

COMMANDS = (
    Command(
        "image create", "--disk-format= --container-format= --file= --public --private name", _create_image
    ),
    Command("image list", "--name= --long", _lists("image", _IMAGES)),
    Command("image show", "name", _shows("image")),
    Command("image delete", "names+", _deletes("image")),
    Command("flavor create", "--id= --ram= --disk= --vcpus= --public --private name", _create_flavor),
    Command("flavor list", "--all --long", _lists("flavor", _FLAVORS)),
    Command("flavor show", "name", _shows("flavor")),
    Command("flavor delete", "names+", _deletes("flavor")),
    Command("volume create", "--size= --image= --type= name", _create_volume),
    Command("volume list", "--all-projects --long", _lists("volume", _VOLUMES)),
    Command("volume show", "name", _shows("volume")),
    Command("volume delete", "--force --purge names+", _delete_volumes),
)
