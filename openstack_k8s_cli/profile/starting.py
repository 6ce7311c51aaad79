"""The text that `osk init` writes: short, commented, the first values that people change."""

import re
from collections.abc import Sequence

_TEXT = """\
# An osk profile. Only what differs from {like} stands here; every key is in docs/profile.md, and
# `osk profile explain PATH` says what a value is and where it comes from.
apiVersion: osk/v1
kind: Profile
name: {name}
summary: {summary}
extends: [{origins}]

# The OpenStack release: a built-in one, or {{index: IMAGE}} of the operator's catalog.
# release: main

# platform:
#   context: null                 # the kubeconfig context; null: the current one
#   nics: {{default: enp6s0}}       # the nodes' interface that carries the networks

# networks:
#   defaults: {{mtu: 9000}}
#   ctlplane: {{cidr: 192.168.122.0/24}}

# controlplane:
#   galera: {{replicas: 3}}
#   services:
#     heat: {{enabled: true}}

# dataplane:
#   nodesets:
#     compute: {{count: 2}}

# Passwords are generated once, unless they are given here: a value, {{file: PATH}}, {{env: NAME}}, {{command: [...]}}.
# secrets:
#   osp-secret:
#     AdminPassword: {{env: OS_PASSWORD}}
"""


def init_text(name: str, origins: Sequence[str]) -> str:
    """Write a new profile's text over others; what a name may not have becomes `-`."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "lab"
    like = " with ".join(origins)
    return _TEXT.format(name=plain, origins=", ".join(origins), like=like, summary=f"A cloud like {like}")
