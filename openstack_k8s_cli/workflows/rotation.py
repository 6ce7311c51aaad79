"""What a new secret value costs: who has the old one elsewhere, and what must happen there."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from a new value."""

    text: str
    command: str | None = None
    breaks: bool = False
    """Whether the cloud, or data in it, stops to work until a person acts: the new value is made only when that is confirmed."""


_SET = "the account in keystone keeps the earlier password until it is set there, and the service cannot log in before"
_PASSES = "hosts get it with their next deployment, which runs under a new name only"
_AGAIN = "osk deploy dataplane --set dataplane.deployment.name=NEW"
_KEYS = "osk dataplane rotate-keys"
_RULES: tuple[tuple[re.Pattern[str], Effect], ...] = tuple(
    (re.compile(pattern), effect)
    for pattern, effect in (
        (
            r"DbRootPassword",
            Effect(
                "the databases keep their earlier root password: set it in each galera first, or their operator cannot log in",
                breaks=True,
            ),
        ),
        (
            r"AdminPassword",
            Effect(
                "keystone keeps the administrator's earlier password: set it there first, or every operator is refused (401)",
                "osk openstack user set --password-prompt admin",
                breaks=True,
            ),
        ),
        (
            r"\w*(KEK|AuthEncryptionKey)|Keystone\w*Key\w*",
            Effect("what was encrypted with the earlier key cannot be read any more", breaks=True),
        ),
        (
            r"\w*HeartbeatKey",
            Effect("load balancers that run do not answer any more until each is failed over", breaks=True),
        ),
        (
            r"\w*StackDomainAdminPassword",
            Effect("the administrator of heat's domain keeps the earlier password in keystone", breaks=True),
        ),
        (r"\w*DatabasePassword", Effect("database accounts that are there keep their own passwords")),
        (
            r"\w*MetadataSecret\w*",
            Effect(f"instances get no metadata until the hosts have it too: {_PASSES}", _AGAIN),
        ),
        (r"LibvirtPassword", Effect(_PASSES, _AGAIN)),
        (
            r"ssh-privatekey|ssh-publickey|authorized_keys",
            Effect(
                "hosts that know the earlier key only let nobody in with the new one:"
                f" in place of this command, {_KEYS} puts the public key there first",
                _KEYS,
                breaks=True,
            ),
        ),
        (r"\w+Password", Effect(_SET, "osk openstack user set --password-prompt SERVICE", breaks=True)),
    )
)
_OTHER = Effect("whatever reads the Secret takes the new value when it looks at it again")


def effect(key: str) -> Effect:
    """Say what a new value of a key costs; by the key's name, whoever made the Secret."""
    return next((each for pattern, each in _RULES if pattern.fullmatch(key)), _OTHER)
