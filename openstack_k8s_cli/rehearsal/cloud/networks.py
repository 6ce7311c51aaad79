"""Networks, routers, security groups, ports and floating addresses."""

from ipaddress import ip_address, ip_network

from openstack_k8s_cli.rehearsal.cloud.answers import Answer, Listed, RefusedError, Shown
from openstack_k8s_cli.rehearsal.cloud.commands import Asked, Command, drop, one
from openstack_k8s_cli.rehearsal.cloud.state import State, Thing, fresh_id


def _made(state: State, kind: str, name: str, **fields: object) -> Thing:
    thing = {"id": fresh_id(), "name": name, **fields}
    state.of(kind).append(thing)
    return thing


def make_port(state: State, network: Thing, device: str) -> Thing:
    """Make a port with the network's next address."""
    subnet = next((each for each in state.of("subnet") if each["network"] == network["id"]), None)
    if subnet is None:
        raise RefusedError(f"Network {network['id']} requires a subnet in order to boot instances on.")
    return _made(
        state, "port", "", network=network["id"], device=device, address=_free(state, subnet), status="ACTIVE", groups=[]
    )  # fmt: skip


def _free(state: State, subnet: Thing) -> str:
    taken = {each["address"] for kind in ("port", "floating ip") for each in state.of(kind)}
    first, last = map(ip_address, subnet["pool"])
    free = (str(first + step) for step in range(int(last) - int(first) + 1) if str(first + step) not in taken)
    found = next(free, None)
    if found is None:
        raise RefusedError(f"No more IP addresses available on network {subnet['network']}. (HTTP 409)")
    return found


def _create_network(state: State, asked: Asked) -> Answer:
    return Shown(_made(state, "network", asked.name, external=asked.external, subnets=[], status="ACTIVE"))


def _list_networks(state: State, asked: Asked) -> Answer:
    found = [each for each in state.of("network") if not asked.external or each["external"]]
    return Listed.of({"ID": "id", "Name": "name", "Subnets": "subnets"}, found)


def _delete_networks(state: State, asked: Asked) -> Answer:
    for word in asked.networks:
        network = one(state, "network", word)
        used = [each for kind in ("port", "floating ip") for each in state.of(kind) if each["network"] == network["id"]]  # fmt: skip
        gateway = [each for each in state.of("router") if each["gateway"] == network["id"]]
        if used or gateway:
            raise RefusedError(
                f"Failed to delete network with name or ID '{word}': ConflictException: 409: Unable to complete operation"
                f" on network {network['id']}. There are one or more ports still in use on the network"
            )
        drop(state, "subnet", [each for each in state.of("subnet") if each["network"] == network["id"]])
        drop(state, "network", [network])
    return None


def _create_subnet(state: State, asked: Asked) -> Answer:
    network, whole = one(state, "network", asked.network), ip_network(asked.subnet_range)
    pool = [str(whole.network_address + 2), str(whole.broadcast_address - 1)]
    for each in asked.allocation_pool:
        said = dict(part.split("=", 1) for part in each.split(","))
        pool = [said["start"], said["end"]]
    outside = [each for each in pool if ip_address(each) not in whole]
    if outside:
        raise RefusedError(f"BadRequestException: 400: The allocation pool {pool} is not in {whole}.")
    made = _made(state, "subnet", asked.name, network=network["id"], cidr=str(whole), pool=pool)
    network["subnets"].append(made["id"])
    return Shown(made)


def _list_subnets(state: State, _asked: Asked) -> Answer:
    return Listed.of({"ID": "id", "Name": "name", "Network": "network", "Subnet": "cidr"}, state.of("subnet"))


def _create_router(state: State, asked: Asked) -> Answer:
    return Shown(_made(state, "router", asked.name, gateway=None, status="ACTIVE", admin_state_up=True))


def _list_routers(state: State, _asked: Asked) -> Answer:
    columns = {
        "ID": "id",
        "Name": "name",
        "Status": "status",
        "State": "admin_state_up",
        "Project": "project",
    }
    return Listed.of(columns, state.of("router"))


def _set_router(state: State, asked: Asked) -> Answer:
    router, network = one(state, "router", asked.router), one(state, "network", asked.external_gateway)
    if not network["external"]:
        raise RefusedError(f"BadRequestException: 400: Network {network['id']} is not an external network")
    router["gateway"] = network["id"]
    return None


def _unset_router(state: State, asked: Asked) -> Answer:
    router = one(state, "router", asked.router)
    inside = {each["id"] for each in _ports(state, router)}
    if any(each["port"] in inside for each in state.of("floating ip")):
        raise RefusedError("ConflictException: 409: a gateway is required by one or more floating IPs.")
    router["gateway"] = None
    return None


def _ports(state: State, router: Thing) -> list[Thing]:
    return [each for each in state.of("port") if each["device"] == router["id"]]


def _add_subnet(state: State, asked: Asked) -> Answer:
    router, subnet = one(state, "router", asked.router), one(state, "subnet", asked.subnet)
    make_port(state, one(state, "network", subnet["network"]), router["id"])
    return None


def _remove_port(state: State, asked: Asked) -> Answer:
    router, port = one(state, "router", asked.router), one(state, "port", asked.port)
    if port not in _ports(state, router):
        raise RefusedError(f"NotFoundException: 404: Router {router['id']} has no port {port['id']}")
    drop(state, "port", [port])
    return None


def _delete_routers(state: State, asked: Asked) -> Answer:
    for word in asked.routers:
        router = one(state, "router", word)
        if _ports(state, router):
            raise RefusedError(f"ConflictException: 409: Router {router['id']} still has ports")
        drop(state, "router", [router])
    return None


def _list_ports(state: State, asked: Asked) -> Answer:
    device = one(state, "router", asked.router)["id"] if asked.router else None
    device = one(state, "server", asked.server)["id"] if asked.server else device
    network = one(state, "network", asked.network)["id"] if asked.network else None
    found = [
        {**each, "mac": "fa:16:3e:00:00:00", "addresses": [{"ip_address": each["address"]}]}
        for each in state.of("port")
        if device in (None, each["device"]) and network in (None, each["network"])
    ]
    columns = {"ID": "id", "Name": "name", "MAC Address": "mac", "Fixed IP Addresses": "addresses", "Status": "status"}  # fmt: skip
    return Listed.of(columns, found)


def _create_group(state: State, asked: Asked) -> Answer:
    return Shown(
        _made(state, "security group", asked.name, description=asked.description or asked.name, rules=[])
    )


def _list_groups(state: State, _asked: Asked) -> Answer:
    columns = {"ID": "id", "Name": "name", "Description": "description", "Project": "project", "Tags": "tags"}
    return Listed.of(columns, state.of("security group"))


def _create_rule(state: State, asked: Asked) -> Answer:
    group, rule = one(state, "security group", asked.group), {"id": fresh_id(), "protocol": asked.protocol}
    group["rules"].append(rule)
    return Shown(rule)


def _delete_groups(state: State, asked: Asked) -> Answer:
    for word in asked.groups:
        group = one(state, "security group", word)
        if any(group["id"] in each["groups"] for each in state.of("port")):
            raise RefusedError(f"ConflictException: 409: Security Group {group['id']} in use.")
        drop(state, "security group", [group])
    return None


def _create_address(state: State, asked: Asked) -> Answer:
    network = one(state, "network", asked.network)
    subnet = next((each for each in state.of("subnet") if each["network"] == network["id"]), None)
    if subnet is None or not network["external"]:
        raise RefusedError(
            f"BadRequestException: 400: Network {network['id']} does not contain any IPv4 subnet"
        )
    address = _free(state, subnet)
    made = _made(
        state, "floating ip", address, network=network["id"], address=address, port=None, fixed=None, tags=asked.tag
    )  # fmt: skip
    return Shown({"id": made["id"], "floating_ip_address": address, "name": address, "tags": asked.tag})


def _list_addresses(state: State, asked: Asked) -> Answer:
    tags = {tag for each in asked.tags for tag in each.split(",")}
    columns = {"ID": "id", "Floating IP Address": "address", "Fixed IP Address": "fixed", "Port": "port", "Floating Network": "network", "Project": "project"}  # fmt: skip
    return Listed.of(columns, [each for each in state.of("floating ip") if tags <= set(each["tags"])])


def _delete_addresses(state: State, asked: Asked) -> Answer:
    drop(state, "floating ip", [one(state, "floating ip", each) for each in asked.addresses])
    return None


COMMANDS = (
    Command(
        "network create",
        "--external --internal --share --provider-network-type= --provider-physical-network= --provider-segment= name",
        _create_network,
    ),
    Command("network list", "--external --long", _list_networks),
    Command("network delete", "networks+", _delete_networks),
    Command(
        "subnet create",
        "--network= --subnet-range= --allocation-pool=* --dhcp --no-dhcp --gateway= --dns-nameserver=* name",
        _create_subnet,
    ),
    Command("subnet list", "--long", _list_subnets),
    Command("router create", "name", _create_router),
    Command("router list", "--long", _list_routers),
    Command("router set", "--external-gateway= router", _set_router),
    Command("router unset", "--external-gateway router", _unset_router),
    Command("router add subnet", "router subnet", _add_subnet),
    Command("router remove port", "router port", _remove_port),
    Command("router delete", "routers+", _delete_routers),
    Command("port list", "--router= --server= --network= --long", _list_ports),
    Command("security group create", "--description= name", _create_group),
    Command("security group list", "", _list_groups),
    Command(
        "security group rule create", "--protocol= --dst-port= --remote-ip= --ingress group", _create_rule
    ),
    Command("security group delete", "groups+", _delete_groups),
    Command("floating ip create", "--tag=* --floating-ip-address= network", _create_address),
    Command("floating ip list", "--tags=* --network=* --long", _list_addresses),
    Command("floating ip delete", "addresses+", _delete_addresses),
)
