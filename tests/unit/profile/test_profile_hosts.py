"""What is found out about hosts, their services and deployments before anything is made."""

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile.hosts import Host, hosts
from openstack_k8s_cli.profile.loading import load
from tests.fakes.profiles import over, problems


def found(body: str, nodeset: str = "compute") -> tuple[Host, ...]:
    """Give the hosts of a node set of a profile over crc."""
    values = over(body).values
    return hosts(values["dataplane"]["nodesets"][nodeset], values["networks"])


@pytest.mark.parametrize(
    ("nodesets", "code", "where", "words"),
    [
        (
            "{more: {name: edpm-compute-0, address: .110}}",
            "OSK0114",
            "lab:5:30",
            "the host name edpm-compute-0 is that of a host of `dataplane.nodesets.compute` already",
        ),
        (
            "{more: {name: b, address: .100}}",
            "OSK0114",
            "lab:5:30",
            "the address 192.168.122.100 is that of a host of `dataplane.nodesets.compute` already",
        ),
        (
            "{compute: {count: 2, nodes: {edpm-compute-1: {hostName: edpm-compute-0}}}}",
            "OSK0114",
            "lab:5:68",
            "the host name edpm-compute-0 is that",
        ),
        (
            "{more: {name: b, address: .110, nodes: {b: {hostName: EDPM-compute-0.example.com}}}}",
            "OSK0114",
            "lab:5:66",
            "the host name edpm-compute-0 is that of a host of `dataplane.nodesets.compute` already",
        ),
        (
            "{compute: {addresses: {storage: 172.99.0.9}}}",
            "OSK0111",
            "lab:5:33",
            "172.99.0.9 of edpm-compute-0 lies outside storage (172.18.0.0/24)",
        ),
        ("{compute: {nodes: {a: {address: 10.9.9.9}}}}", "OSK0111", "lab:5:45", "10.9.9.9 of a lies outside"),
        (
            "{compute: {count: 200}}",
            "OSK0111",
            "lab:5:33",
            "ctlplane has room for 156 of 200 hosts by this rule: widen `networks.ctlplane.cidr` (192.168.122.0/24) to 192.168.122.0/23",
        ),
        (
            "{more: {resource: openstack-edpm-ipam, name: b, address: .110}}",
            "OSK0114",
            "lab:5:41",
            "`openstack-edpm-ipam` is that of the node set `compute` already",
        ),
        (
            "{compute: {networks: [ctlplane, octavia]}}",
            "OSK0110",
            "lab:5:33",
            "that network has no hosts (`networks.octavia.hosts`)",
        ),
        (
            "{compute: {count: 2, subnets: {tenant: 'subnet{n}'}}}",
            "OSK0110",
            "lab:5:33",
            "edpm-compute-1 is in `subnet2` of tenant, which has subnet1",
        ),
        (
            "{compute: {provision: {hosts: {m: {address: 'redfish-virtualmedial://a', mac: '52:54:00:00:00:01', credentials: c}}}}}",
            "OSK0108",
            "lab:5:67",
            "no management board is reached by `redfish-virtualmedial://`; did you mean `redfish-virtualmedia`?",
        ),
        (
            "{compute: {count: 2, address: .110}}",
            "OSK0114",
            "lab:5:33",
            "the address 192.168.122.110 is that of a host of `dataplane.nodesets.compute` already",
        ),
        (
            "{compute: {count: 3, name: b}}",
            "OSK0114",
            "lab:5:50",
            "gives 3 hosts one name: write `{i}`, their number, into it",
        ),
        ("{compute: {tls: false}}", "OSK0115", "lab:5:39", "the control plane uses TLS"),
        ("{compute: {services: [nove]}}", "OSK0110", "lab:5:45", "did you mean `nova`?"),
        (
            "{compute: {services: [bootstrap, qqq]}}",
            "OSK0110",
            "lab:5:56",
            "`dataplane.ownServices` takes one of your own",
        ),
        (
            "{compute: {provision: {hosts: {m: {address: a, mac: '52:54:00:00:00:01'}}}}}",
            "OSK0110",
            "lab:5:57",
            "set `secrets.m-bmc-secret.password`",
        ),
        (
            "{compute: {provision: {hosts: {m: {address: a, mac: '52:54:00:00:00:0a', credentials: c}, n: {address: b, mac: '52:54:00:00:00:0A', credentials: c}}}}}",
            "OSK0114",
            "lab:5:134",
            "the MAC address 52:54:00:00:00:0a is that",
        ),
    ],
)
def test_hosts_that_cannot_be_are_refused(nodesets: str, code: str, where: str, words: str) -> None:
    """Two of one name, address or card, addresses outside, services nobody brings: each has its place."""
    (problem,) = problems(f"dataplane: {{nodesets: {nodesets}}}\n")

    assert (problem.code, problem.subject) == (code, where)
    assert words in problem.summary


@pytest.mark.parametrize(
    ("plane", "code", "words"),
    [
        (
            "{deployments: {a: {name: x}, b: {name: x}}}",
            "OSK0114",
            "is the name of the deployment `a` already",
        ),
        ("{deployments: {a: {nodesets: [hci]}}}", "OSK0110", "there is no node set `hci`"),
        ("{deployments: {a: {after: [b]}}}", "OSK0110", "there is no deployment `b`"),
        ("{deployments: {a: {services: [noba]}}}", "OSK0110", "did you mean `nova`?"),
        ("{deployment: {services: [noba]}}", "OSK0110", "did you mean `nova`?"),
        (
            "{ownServices: {n: {playbook: p, sources: [{configMap: cpu}]}}}",
            "OSK0110",
            "nothing makes `cpu`",
        ),
        ("{secretNames: [registry]}", "OSK0110", "`secrets` has no `registry`"),
    ],
)
def test_deployments_and_sources_that_cannot_be_are_refused(plane: str, code: str, words: str) -> None:
    """Two deployments of one name, what is not there, and data that nothing makes, before anything is applied."""
    (problem,) = problems(f"dataplane: {plane}\n")

    assert problem.code == code
    assert problem.subject is not None
    assert words in problem.summary


def test_deployments_in_a_circle_are_refused() -> None:
    """Each after the other is an order that there is not."""
    found_ones = problems("dataplane: {deployments: {a: {after: [b]}, b: {after: [a]}}}\n")

    assert {each.code for each in found_ones} == {"OSK0111"}


def test_a_service_whose_source_is_off_is_refused_where_it_is_asked_for() -> None:
    """What the control plane does not make cannot be read; the release's own list leaves it out."""
    body = "controlplane: {services: {telemetry: {enabled: false}}}\n"
    (problem,) = problems(f"{body}dataplane: {{nodesets: {{compute: {{services: [telemetry]}}}}}}\n")
    loaded = load("crc", sets=["controlplane.services.telemetry.enabled=false"], reader=ProfileFiles())
    services = loaded.values["dataplane"]["nodesets"]["compute"]["services"]

    assert (problem.code, problem.subject) == ("OSK0110", "lab:6:45")
    assert ("telemetry" in services, "nova" in services) == (False, True)


@pytest.mark.parametrize(
    "source",
    [
        "{configMap: cpu, optional: true}",
        "{configMap: cpu, existing: true}",
        "{configMap: there}",
        "{secret: nova-cell1-compute-config}",
        "{secret: neutron-sriov-agent-neutron-config}",
        "{secret: given}",
        "{configMap: ceph-nova}",
    ],
)
def test_sources_that_someone_makes_are_taken(source: str) -> None:
    """The profile, a service of the control plane, Ceph, or the user's word stand for what a service reads."""
    body = (
        "secrets: {given: {a: b}}\n"
        "storage: {ceph: {fsid: 5fe62cc7-0392-4a32-8466-081ce0ea970f}}\n"
        "dataplane:\n  secretNames: [given]\n  configMaps: {there: {a: b}}\n"
        f"  ownServices: {{nova-x: {{type: nova, playbook: osp.edpm.nova, sources: [{source}]}}}}\n"
        "  nodesets: {compute: {services: [nova-x]}}\n"
    )

    assert found(body)


def test_addresses_and_subnets_follow_rules() -> None:
    """`{n}` counts racks, a single host has its own way, and an address may count from its subnet."""
    body = """
networks:
  bgpmain:
    cidr: 172.30.0.0/16
    interface: false
    attached: false
    subnets: {subnet1: {cidr: 172.30.1.0/24}, far: {cidr: 172.30.2.0/24}}
dataplane:
  networks: [ctlplane, bgpmain, storage]
  nodesets:
    compute:
      count: 2
      addresses: {bgpmain: "172.30.{n}.2"}
      subnets: {bgpmain: "subnet{n}"}
      nodes: {edpm-compute-1: {addresses: {storage: .77}, subnets: {bgpmain: far}}}
"""
    first, second = found(body)

    assert [(each.name, each.subnet, each.address, each.route) for each in first.networks] == [
        ("ctlplane", "subnet1", "192.168.122.100", True),
        ("bgpmain", "subnet1", "172.30.1.2", False),
        ("storage", "subnet1", None, False),
    ]
    assert [(each.subnet, each.address) for each in second.networks] == [
        ("subnet1", "192.168.122.101"),
        ("far", "172.30.2.2"),
        ("subnet1", "172.18.0.77"),
    ]


@pytest.mark.parametrize(
    ("written", "routes"), [("false", [False, False]), ("tenant", [False, True]), ("true", [True, False])]
)
def test_the_default_route_is_where_it_is_wanted(written: str, routes: list[bool]) -> None:
    """In the first network, in one by name, or in none."""
    (host,) = found(
        f"dataplane: {{networks: [ctlplane, tenant], nodesets: {{compute: {{defaultRoute: {written}}}}}}}\n"
    )

    assert [each.route for each in host.networks] == routes


def test_deployments_keep_their_order_unless_they_say_otherwise() -> None:
    """`after` moves a deployment behind another, and nothing else."""
    body = "dataplane: {deployments: {a: {after: [c]}, b: {}, c: {}}}\n"
    passes = over(body).values["dataplane"]["deployments"]

    assert list(passes) == ["b", "c", "a"]
    assert passes["b"]["name"] == "edpm-deployment-b"


def test_rooms_of_networks_count_what_is_free() -> None:
    """Addresses that hosts have by a rule, and those that end in .0, are not given out to others."""
    body = """
networks:
  ctlplane: {cidr: 10.8.0.0/22, gateway: .1, slices: {nodes: 10-20, pods: 30-70, vips: 80-90, hosts: 250-260}}
dataplane:
  nodesets:
    compute: {address: "ctlplane[251]"}
    bare: {name: "b-{i}", count: COUNT, provision: {}}
"""
    (problem,) = problems(body.replace("COUNT", "10"))

    assert over(body.replace("COUNT", "9")).values
    assert problem.summary == (
        "`networks.ctlplane.slices.hosts`: ctlplane has 9 free addresses in `subnet1` for 10 hosts:"
        " widen it, or `networks.ctlplane.cidr` (10.8.0.0/22)"
    )


def test_a_network_without_room_is_one_problem() -> None:
    """However many node sets the hosts are split into, the network and what is wide enough is said once."""
    (problem,) = problems("dataplane: {nodesets: {compute: {count: 5000}}}\n")

    assert "ctlplane has room for 156 of 5000 hosts" in problem.summary
    assert "to 192.168.96.0/19" in problem.summary
