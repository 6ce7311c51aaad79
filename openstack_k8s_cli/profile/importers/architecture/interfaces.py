"""The text that sets up hosts' interfaces: by the name of osk's own where it makes the same, else as it is."""

import re
from collections.abc import Callable
from typing import Any

_TEMPLATE = "edpm_network_config_template"
_KEYS = {"neutron_physical_bridge_name": "bridge", "neutron_public_interface_name": "interface"}
_TYPE = re.compile(r"type:\s*(\w+)")
_MEMBER = re.compile(r"name:\s*(nic\d+)")
_LOOP = "for network in nodeset_networks"
_PLAIN = {"interface", "ovs_bridge", "vlan"}


def carry(variables: dict[str, Any], put: Callable[[str, Any], None]) -> None:
    """Say what sets up the interfaces, and take it out of the variables."""
    for name, key in _KEYS.items():
        if variables.get(name):
            put(key, variables.pop(name))
    text = variables.pop(_TEMPLATE, None)
    if not isinstance(text, str):
        return
    card = _usual(text)
    if card:
        put("nic", card)
    else:
        put("networkTemplate", text)


def _usual(text: str) -> str | None:
    """Give the card below the bridge where a template only makes a bridge on it with a port for each VLAN; None: it makes more."""
    types, cards = _TYPE.findall(text), _MEMBER.findall(text)
    is_plain = set(types) <= _PLAIN and types.count("ovs_bridge") == 1 and types.count("vlan") == 1
    is_looped = text.count(_LOOP) >= 1 and len(cards) == types.count("interface") and len(cards) <= 2  # noqa: PLR2004  # the bridge's, and one by DHCP
    is_first = len(cards) == 1 or (len(cards) > 1 and cards[0] == "nic1" and "use_dhcp: true" in text)
    return cards[-1] if is_plain and is_looped and cards and is_first and "defroute" not in text else None
