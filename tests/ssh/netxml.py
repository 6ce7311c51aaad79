"""Networks of libvirt held against what libvirt's schema says of them (network.rng, networkcommon.rng, basictypes.rng of 9.0).

libvirt's own schemas are not to be had without libvirt: this has of them the elements that osk writes, with their
attributes, how often each may stand, and the forms of values. The recorded virsh refuses what does not fit, and
tests/unit/dataplane/test_dataplane_schemas.py asks libvirt's own schema besides, where that is installed.
The recorded virsh has this file's text in it: nothing but the standard library is imported.
"""

import ipaddress
import re
from xml.etree import ElementTree as ET

_YES_NO, _NUMBER, _DEVICE, _DNS = "yes|no", "[0-9]+", r"[a-zA-Z0-9_.\\:/-]+", "[a-zA-Z0-9.-]+"
_UUID = "[a-fA-F0-9]{8}-([a-fA-F0-9]{4}-){3}[a-fA-F0-9]{12}"
_ADDRESS, _PREFIX, _FAMILY = "address", "prefix", "ipv4|ipv6"
_MANY = 1000
# By element: its attributes (those with ! it must have), its children and how many of each, the form of its text.
_GRAMMAR: dict[str, tuple[dict[str, str], dict[str, int], str]] = {
    "network": (
        {"ipv6": _YES_NO},
        {
            "name": 1,
            "uuid": 1,
            "metadata": 1,
            "forward": 1,
            "bridge": 1,
            "mtu": 1,
            "domain": 1,
            "dns": 1,
            "ip": _MANY,
            "route": _MANY,
        },
        "",
    ),
    "name": ({}, {}, ".+"),
    "uuid": ({}, {}, _UUID),
    "forward": ({"mode": "nat|route|open|bridge", "dev": _DEVICE}, {"nat": 1}, ""),
    "nat": ({"ipv6": _YES_NO}, {"port": 1}, ""),
    "port": ({"start!": _NUMBER, "end!": _NUMBER}, {}, ""),
    "bridge": ({"name": _DEVICE, "stp": "on|off", "delay": _NUMBER, "zone": "[a-zA-Z0-9_-]+"}, {}, ""),
    "mtu": ({"size!": _NUMBER}, {}, ""),
    "domain": ({"name!": _DNS, "localOnly": _YES_NO}, {}, ""),
    "dns": ({"enable": _YES_NO}, {}, ""),
    "ip": ({"address": _ADDRESS, "prefix": _PREFIX, "family": _FAMILY}, {"dhcp": 1}, ""),
    "dhcp": ({}, {"range": _MANY}, ""),
    "range": ({"start!": _ADDRESS, "end!": _ADDRESS}, {}, ""),
    "route": (
        {"address!": _ADDRESS, "prefix": _PREFIX, "family": _FAMILY, "gateway!": _ADDRESS},
        {},
        "",
    ),
}


def check_network(text: str) -> None:
    """Refuse a network that libvirt would; raises AssertionError."""
    top = ET.fromstring(text)
    assert top.tag == "network", top.tag
    _check(top)
    # What libvirt refuses beyond its schema: a name and a bridge are no longer than Linux takes, nat has addresses.
    bridge = top.find("bridge")
    assert bridge is None or len(bridge.get("name", "")) <= 15
    forward = top.find("forward")
    assert forward is None or forward.get("mode") == "open" or top.findall("ip"), (
        "forwarding without addresses"
    )


def _check(element: ET.Element) -> None:
    attributes, children, form = _GRAMMAR[element.tag]
    known = {name.rstrip("!"): value for name, value in attributes.items()}
    for name, value in element.attrib.items():
        assert name in known, f"{element.tag} has no {name}"
        assert _fits(known[name], value), f"{element.tag} {name}={value}"
    for name in attributes:
        assert not name.endswith("!") or name.rstrip("!") in element.attrib, f"{element.tag} lacks {name}"
    assert re.fullmatch(form, (element.text or "").strip()), f"{element.tag}: {element.text}"
    counts: dict[str, int] = {}
    for child in element:
        counts[child.tag] = counts.get(child.tag, 0) + 1
        assert counts[child.tag] <= children.get(child.tag, 0), f"{element.tag} takes no (more) {child.tag}"
        if child.tag == "metadata":  # elements of namespaces of their own, one of each
            assert all(each.tag.startswith("{") for each in child)
        else:
            _check(child)


def _fits(form: str, value: str) -> bool:
    if form == _PREFIX:
        return value.isdecimal() and int(value) <= 128
    if form == _ADDRESS:
        ipaddress.ip_address(value)
        return "%" not in value
    return bool(re.fullmatch(form, value))
