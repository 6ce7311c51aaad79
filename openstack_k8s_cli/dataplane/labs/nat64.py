"""The router of NAT64 and DNS64: a machine of osk's with tayga, unbound and radvd, which cloud-init sets up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from openstack_k8s_cli.dataplane.making.wanted import Link, Machine, of_a_lab

_CARD, _TUNNEL = "lan0", "nat64"
_UNIT = """\
[Unit]
Description=NAT64
Wants=network-online.target
After=network-online.target

[Service]
ExecStartPre=/bin/mkdir -p /var/lib/osk-nat64
ExecStartPre=-/usr/sbin/tayga --mktun --config /etc/osk-nat64.conf
ExecStartPre=/sbin/ip link set {tunnel} up
ExecStartPre=/sbin/ip route replace {pool} dev {tunnel}
ExecStartPre=/sbin/ip -6 route replace {prefix} dev {tunnel}
ExecStartPre=/usr/sbin/nft -f /etc/osk-nat64.nft
ExecStart=/usr/sbin/tayga --nodetach --config /etc/osk-nat64.conf
Restart=on-failure

[Install]
WantedBy=multi-user.target
"""
_TRANSLATOR = """\
tun-device {tunnel}
ipv4-addr {own}
prefix {prefix}
dynamic-pool {pool}
data-dir /var/lib/osk-nat64
"""
_MASQUERADE = """\
add table ip osk_nat64
delete table ip osk_nat64
table ip osk_nat64 {{
  chain postrouting {{
    type nat hook postrouting priority 100
    ip saddr {pool} masquerade
  }}
}}
"""
_RESOLVER = """\
server:
  interface: {four}
  interface: {six}
  ip-freebind: yes
  access-control: 0.0.0.0/0 allow
  access-control: ::/0 allow
  module-config: "dns64 iterator"
  dns64-prefix: {prefix}
  dns64-synthall: yes
forward-zone:
  name: "."
"""
_ADVERTISER = """\
interface {card} {{
  AdvSendAdvert on;
  prefix {net} {{ }};
  RDNSS {six} {{ }};
}};
"""
_FORWARDING = "net.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n"


def router(wanted: Mapping[str, Any], profile: str, resolvers: Sequence[str]) -> Machine:
    """Give the machine; `resolvers` are name servers that it asks."""
    inside, outside = ip_network(wanted["ipv4"]), ip_network(wanted["ipv6"])
    four, six = str(inside[2]), str(outside[2])
    name = str(wanted["name"])
    link = Link(
        _CARD,
        (f"{four}/{inside.prefixlen}", f"{six}/{outside.prefixlen}"),
        (str(inside[1]), str(outside[1])),
        tuple(resolvers),
        1500,
        "nat64",
    )
    data = _user_data(wanted, four, six, resolvers)
    made = of_a_lab(name, wanted, profile)
    return replace(made, autostart=True, link=link, image=wanted["image"], user_data=data)


def _user_data(wanted: Mapping[str, Any], four: str, six: str, resolvers: Sequence[str]) -> dict[str, Any]:
    words = {
        "tunnel": _TUNNEL,
        "card": _CARD,
        "pool": wanted["pool"],
        "own": str(ip_network(wanted["pool"])[1]),
        "prefix": wanted["prefix"],
        "net": wanted["ipv6"],
        "four": four,
        "six": six,
    }
    forwards = "".join(f"  forward-addr: {each}\n" for each in resolvers)
    files = {
        "/etc/osk-nat64.conf": _TRANSLATOR.format(**words),
        "/etc/osk-nat64.nft": _MASQUERADE.format(**words),
        "/etc/systemd/system/osk-nat64.service": _UNIT.format(**words),
        "/etc/unbound/unbound.conf.d/osk.conf": _RESOLVER.format(**words) + forwards,
        "/etc/radvd.conf": _ADVERTISER.format(**words),
        "/etc/sysctl.d/90-osk.conf": _FORWARDING,
    }
    return {
        "package_update": True,
        "packages": ["tayga", "unbound", "radvd", "nftables"],
        "write_files": [{"path": path, "content": content} for path, content in files.items()],
        "runcmd": [
            ["sysctl", "--system"],
            ["sh", "-c", "systemctl disable --now tayga || true"],
            ["systemctl", "daemon-reload"],
            ["systemctl", "enable", "osk-nat64", "unbound", "radvd"],
            ["systemctl", "restart", "osk-nat64", "unbound", "radvd"],
        ],
    }
