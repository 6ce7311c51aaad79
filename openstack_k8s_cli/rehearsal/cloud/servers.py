"""Servers: started on a host that can take them, moved between hosts, with addresses and volumes."""

from openstack_k8s_cli.rehearsal.cloud.answers import Answer, Listed, RefusedError, Shown
from openstack_k8s_cli.rehearsal.cloud.commands import Asked, Command, drop, one
from openstack_k8s_cli.rehearsal.cloud.networks import make_port
from openstack_k8s_cli.rehearsal.cloud.state import State, Thing, fresh_id

_NOWHERE = "No valid host was found. There are not enough hosts available."
_COLUMNS = {"ID": "id", "Name": "name", "Status": "status", "Networks": "addresses", "Image": "image", "Flavor": "flavor"}  # fmt: skip
_NAMES = {
    "host": "OS-EXT-SRV-ATTR:host",
    "hypervisor": "OS-EXT-SRV-ATTR:hypervisor_hostname",
    "addresses": "addresses",
}


def _settled(server: Thing) -> Thing:
    """Let a server come up once somebody looks again."""
    looked = server.pop("looked", False)
    if server["status"] == "BUILD":
        server |= {"status": "ACTIVE"} if looked else {"looked": True}
    return server


def _host(state: State, *, but: str = "") -> str | None:
    """Choose the host with the fewest servers, as the scheduler would for servers that are all alike."""
    counts = {host.name: 0 for _, host in state.usable if host.name != but}
    for each in state.of("server"):
        if each["host"] in counts:
            counts[each["host"]] += 1
    return min(counts, key=lambda name: (counts[name], name), default=None)


def _create(state: State, asked: Asked) -> Answer:
    image, flavor = one(state, "image", asked.image), one(state, "flavor", asked.flavor)
    server = {
        "id": fresh_id(),
        "name": asked.name,
        "status": "BUILD",
        "host": _host(state),
        "image": image["name"],
        "flavor": flavor["name"],
        "addresses": {},
        "volumes_attached": [],
    }
    for word in asked.network:
        network = one(state, "network", word)
        port = make_port(state, network, server["id"])
        port["groups"] = [one(state, "security group", each)["id"] for each in asked.security_group]
        server["addresses"][network["name"]] = [port["address"]]
    if server["host"] is None:
        server |= {"status": "ERROR", "fault": {"code": 500, "message": _NOWHERE}}
    state.of("server").append(server)
    return Shown(_shown({**server, "status": "BUILD"}))


def _shown(server: Thing) -> Thing:
    fields = {
        key: value for key, value in server.items() if key not in ("host", "looked", "before", "source")
    }
    hosts = {_NAMES["host"]: server["host"], _NAMES["hypervisor"]: server["host"]}
    return {**hosts, **fields}


def _show(state: State, asked: Asked) -> Answer:
    return Shown(_shown(_settled(one(state, "server", asked.server))))


def _list(state: State, asked: Asked) -> Answer:
    found = [_settled(each) for each in state.of("server")]
    wanted = [
        each
        for each in found
        if asked.host in (None, each["host"])
        and asked.status in (None, each["status"])
        and asked.name in (None, each["name"])
    ]
    more = {"Host": "host"} if asked.long else {}
    return Listed.of(_COLUMNS | more | ({"Project ID": "project"} if asked.all_projects else {}), wanted)


def _delete(state: State, asked: Asked) -> Answer:
    gone = [one(state, "server", each) for each in asked.servers]
    ids = {each["id"] for each in gone}
    ports = [each for each in state.of("port") if each["device"] in ids]
    for each in state.of("floating ip"):
        if each["port"] in {port["id"] for port in ports}:
            each |= {"port": None, "fixed": None}
    for each in state.of("volume"):
        if each["server"] in ids:
            each |= {"server": None, "status": "available"}
    drop(state, "port", ports)
    drop(state, "server", gone)
    return None


def _migrate(state: State, asked: Asked) -> Answer:
    server = _settled(one(state, "server", asked.server))
    target = asked.host or _host(state, but=server["host"])
    if target is None:
        raise RefusedError(f"{_NOWHERE} (HTTP 400)" if not asked.live_migration else f"{_NOWHERE} (HTTP 500)")
    wanted = {"ACTIVE", "PAUSED"} if asked.live_migration else {"ACTIVE", "SHUTOFF"}
    if server["status"] not in wanted:
        raise RefusedError(
            f"Cannot 'os-migrateLive' instance {server['id']} while it is in vm_state {server['status']}"
        )
    if not asked.live_migration:
        server |= {"before": server["status"], "status": "VERIFY_RESIZE", "source": server["host"]}
    server["host"] = target
    return None


def _confirm(state: State, asked: Asked) -> Answer:
    server = one(state, "server", asked.server)
    if server["status"] != "VERIFY_RESIZE":
        raise RefusedError(f"Instance has not been resized. (HTTP 400) {server['id']}")
    server["status"] = server.pop("before")
    del server["source"]
    return None


def _list_migrations(state: State, asked: Asked) -> Answer:
    """Give the cold ones that wait for a confirmation; others leave no trace here."""
    rows = [
        {
            "from": each["source"],
            "to": each["host"],
            "status": "finished",
            "id": each["id"],
            "type": "migration",
            "number": at,
        }
        for at, each in enumerate(state.of("server"), start=1)
        if each.get("source") and asked.host in (None, each["source"], each["host"])
        if asked.server in (None, each["id"], each["name"])
    ]
    columns = {"Id": "number", "Source Compute": "from", "Dest Compute": "to", "Status": "status", "Server UUID": "id", "Type": "type"}  # fmt: skip
    wanted = asked.status in (None, "finished") and asked.type in (None, "cold-migration")
    return Listed.of(columns, rows if wanted else ())


def _stop(state: State, asked: Asked) -> Answer:
    for each in asked.servers:
        _settled(one(state, "server", each))["status"] = "SHUTOFF"
    return None


def _start(state: State, asked: Asked) -> Answer:
    for each in asked.servers:
        one(state, "server", each)["status"] = "ACTIVE"
    return None


def _add_address(state: State, asked: Asked) -> Answer:
    server, address = one(state, "server", asked.server), one(state, "floating ip", asked.address)
    port = next((each for each in state.of("port") if each["device"] == server["id"]), None)
    if port is None:
        raise RefusedError(f"Server {server['name']} has no port")
    address |= {"port": port["id"], "fixed": port["address"]}
    return None


def _add_volume(state: State, asked: Asked) -> Answer:
    server, volume = one(state, "server", asked.server), one(state, "volume", asked.volume)
    if volume["status"] != "available":
        raise RefusedError(
            f"Invalid volume: status must be 'available', it is '{volume['status']}' (HTTP 400)"
        )
    volume |= {"status": "in-use", "server": server["id"]}
    return Shown(
        {"ID": volume["id"], "Server ID": server["id"], "Volume ID": volume["id"], "Device": "/dev/vdb"}
    )


def _remove_volume(state: State, asked: Asked) -> Answer:
    server, volume = one(state, "server", asked.server), one(state, "volume", asked.volume)
    if volume["server"] != server["id"]:
        raise RefusedError(f"volume_id not found: {volume['id']} (HTTP 404)")
    volume |= {"status": "available", "server": None}
    return None


COMMANDS = (
    Command(
        "server create",
        "--image= --flavor= --network=* --security-group=* --key-name= --availability-zone= --wait name",
        _create,
    ),
    Command("server show", "server", _show),
    Command(
        "server list", "--all-projects --host= --status= --name= --long --no-name-lookup --limit=", _list
    ),
    Command("server delete", "--force --all-projects --wait servers+", _delete),
    Command("server migrate", "--live-migration --host= --wait server", _migrate),
    Command("server resize confirm", "server", _confirm),
    Command("server migration list", "--server= --host= --status= --type=", _list_migrations),
    Command("server stop", "--all-projects servers+", _stop),
    Command("server start", "--all-projects servers+", _start),
    Command("server add floating ip", "--fixed-ip-address= server address", _add_address),
    Command("server add volume", "--device= server volume", _add_volume),
    Command("server remove volume", "server volume", _remove_volume),
)
