"""What administrators ask of hosts: compute services, network agents, hypervisors."""

from collections.abc import Iterator
from datetime import UTC, datetime

from openstack_k8s_cli.rehearsal.cloud import hosts
from openstack_k8s_cli.rehearsal.cloud.answers import Answer, Listed, RefusedError
from openstack_k8s_cli.rehearsal.cloud.commands import Asked, Command
from openstack_k8s_cli.rehearsal.cloud.state import Compute, Host, State

_ENDPOINTS = Listed(
    ("Service Name", "Service Type", "Interface"),
    (("keystone", "identity", "public"), ("keystone", "identity", "internal")),
)
_COMPUTE = "nova-compute"
_CONTROL = ("nova-conductor", "nova-scheduler")


def _computes(state: State) -> Iterator[tuple[Host, Compute]]:
    yield from ((host, host.compute) for host in state.hosts.values() if host.compute)


def _list_services(state: State, asked: Asked) -> Answer:
    when = datetime.now(UTC).isoformat(timespec="microseconds").removesuffix("+00:00")
    rows: list[tuple[object, ...]] = [
        (
            f"{name}-0",
            name,
            f"{name.replace('nova', 'nova-cell0')}-0",
            "internal",
            "enabled",
            "up",
            when,
            None,
        )
        for name in _CONTROL
    ]
    rows += [
        (
            each.id,
            _COMPUTE,
            host.name,
            "nova",
            "enabled" if each.enabled else "disabled",
            "up" if host.alive else "down",
            when,
            each.reason,
        )
        for host, each in _computes(state)
    ]
    wanted = [row for row in rows if asked.service in (None, row[1]) and asked.host in (None, row[2])]
    heads = ("ID", "Binary", "Host", "Zone", "Status", "State", "Updated At", "Disabled Reason")
    width = len(heads) if asked.long else len(heads) - 1
    return Listed(heads[:width], tuple(row[:width] for row in wanted))


def _set_service(state: State, asked: Asked) -> Answer:
    if asked.disable_reason and not asked.disable:
        raise RefusedError("Cannot specify option --disable-reason without --disable specified.")
    found = [each for host, each in _computes(state) if host.name == asked.host]
    if not found or asked.service != _COMPUTE:
        raise RefusedError(f'Compute service for host "{asked.host}" and binary "{asked.service}" not found.')
    if asked.enable or asked.disable:
        found[0].enabled, found[0].reason = not asked.disable, asked.disable_reason
    return None


def _delete_services(state: State, asked: Asked) -> Answer:
    for word in asked.services:
        host = next((host for host, each in _computes(state) if each.id == word), None)
        if host is None:
            raise RefusedError(f"Failed to delete compute service with ID '{word}': 404")
        if any(each["host"] == host.name for each in state.of("server")):
            raise RefusedError(
                f"Failed to delete compute service with ID '{word}': 409: Unable to delete compute service"
                " that is hosting instances. Migrate or delete the instances first."
            )
        host.compute = None
    hosts.tidy(state)
    return None


def _list_agents(state: State, asked: Asked) -> Answer:
    rows = [
        (agent, kind, host.name, "", host.alive, True, hosts.AGENTS[kind])
        for host in state.hosts.values()
        for kind, agent in host.agents.items()
        if asked.host in (None, host.name)
    ]
    heads = ("ID", "Agent Type", "Host", "Availability Zone", "Alive", "State", "Binary")
    return Listed(heads, tuple(rows))


def _delete_agents(state: State, asked: Asked) -> Answer:
    for word in asked.agents:
        host = next((each for each in state.hosts.values() if word in each.agents.values()), None)
        if host is None:
            raise RefusedError(f"Failed to delete network agent with ID '{word}': No agent found for {word}")
        host.agents = {kind: agent for kind, agent in host.agents.items() if agent != word}
    hosts.tidy(state)
    return None


def _list_hypervisors(state: State, _asked: Asked) -> Answer:
    rows = [
        (each.id, host.name, "QEMU", host.address, "up" if host.alive else "down")
        for host, each in _computes(state)
        if each.mapped
    ]
    return Listed(("ID", "Hypervisor Hostname", "Hypervisor Type", "Host IP", "State"), tuple(rows))


def _list_endpoints(_state: State, _asked: Asked) -> Answer:
    return _ENDPOINTS


COMMANDS = (
    Command("endpoint list", "--service= --interface= --region=", _list_endpoints),
    Command("compute service list", "--host= --service= --long", _list_services),
    Command(
        "compute service set",
        "--enable --disable --disable-reason= --up --down host service",
        _set_service,
    ),
    Command("compute service delete", "services+", _delete_services),
    Command("network agent list", "--agent-type= --host= --network= --router= --long", _list_agents),
    Command("network agent delete", "agents+", _delete_agents),
    Command("hypervisor list", "--matching= --long", _list_hypervisors),
)
