"""Every code that validation finds things under: how bad, what it is, what to do. docs/lint.md is written from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from openstack_k8s_cli.validation.findings import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One code."""

    severity: Severity
    title: str
    remedy: str


def _error(title: str, remedy: str) -> Rule:
    return Rule(Severity.ERROR, title, remedy)


def _warning(title: str, remedy: str) -> Rule:
    return Rule(Severity.WARNING, title, remedy)


_SCHEMA = {
    "OSK0801": _error(
        "A field that the kind does not have",
        "take it out, or write the name that is suggested; the server refuses it",
    ),
    "OSK0802": _error("A value of the wrong type", "write what is wanted; a number in quotes is a string"),
    "OSK0803": _error("A field that must be there is not", "add it"),
    "OSK0804": _error(
        "A value that the schema does not allow", "keep to the range, pattern or list that is named"
    ),
    "OSK0805": _error("Data of a Secret or ConfigMap that is not base64", "encode it, or use `stringData`"),
    "OSK0806": _error(
        "A name, namespace, label, annotation or key of the wrong form", "see the form that is named"
    ),
    "OSK0807": _error("A key that a mapping has twice", "keep one; only the last counts"),
    "OSK0808": _error("A version or kind that its group does not have", "write one that is named"),
    "OSK0810": _warning(
        "Schemas of `--crds` or of a cluster that are older than the profile's release",
        "give the CRDs of that release by `--crds DIR`",
    ),
    "OSK0809": _warning(
        "A kind whose schema is not known", "give its CRD by `--crds DIR`, or ask a cluster by `--context`"
    ),
}
_NETWORKS = {
    "OSK0820": _error(
        "A fixed address outside of the subnet that it names, or excluded by it",
        "change the address or the subnet",
    ),
    "OSK0821": _error(
        "A network or subnet that the NetConfig does not have", "add it to the NetConfig, or name another"
    ),
    "OSK0822": _error("An address pool or allocation range that overlaps another", "move one of the two"),
    "OSK0823": _error(
        "A range of an attachment definition that overlaps another range", "move one of the two"
    ),
    "OSK0824": _error(
        "An address that a node, a host or a gateway has, within a range that is given out",
        "shorten the range, or exclude the address; a warning for a gateway of no host",
    ),
    "OSK0825": _error("An address that two have", "give one of them another"),
    "OSK0826": _error(
        "An attachment definition on an interface that no node policy defines", "define it, or name another"
    ),
    "OSK0827": _error(
        "A VLAN that is not the same in two places, or is used twice",
        "make them agree; a warning for two networks of a NetConfig, which may be on different cards",
    ),
    "OSK0828": _error(
        "An MTU that is larger than what is below it", "raise the one below, or lower this one"
    ),
    "OSK0829": _error(
        "A range, gateway or next hop outside of its network, or a range upside down",
        "correct it; a warning for a next hop of a node",
    ),
    "OSK0830": _warning("CIDRs of a NetConfig that overlap", "give each network its own"),
    "OSK0831": _warning("The name of a network in several spellings", "spell it as the NetConfig does"),
    "OSK0832": _error(
        "A value that should be an address and is none", "look for typing errors and look-alike characters"
    ),
    "OSK0833": _error(
        "A load balancer's address outside of its pool", "choose one of the pool, or widen the pool"
    ),
    "OSK0834": _error(
        "A MAC address that is none, or has no quotes",
        "quote it: YAML 1.1 reads digits with colons as a number",
    ),
    "OSK0836": _error(
        "An interface's name that its policy has twice, or that is too long for Linux", "give it another"
    ),
    "OSK0835": _warning(
        "An advertisement on an interface that no node policy defines", "name an interface that is there"
    ),
}
_REFERENCES = {
    "OSK0840": _error(
        "A data plane service that neither ships nor is here", "add it, or write the name that is suggested"
    ),
    "OSK0841": _error(
        "An address pool that is not there", "add it, or name another; a warning where the service is off"
    ),
    "OSK0842": _error("A network attachment that is not there", "add its definition in the same namespace"),
    "OSK0843": _warning(
        "A Secret or ConfigMap that is not here", "add it, unless the cluster has it already"
    ),
    "OSK0844": _error("A node set that is not here", "add it, or correct the name"),
    "OSK0845": _warning("One volume with a storage class of its own", "see whether that is meant"),
    "OSK0846": _warning("A service that is listed twice", "keep one, unless it must run twice"),
    "OSK0847": _error(
        "A database, message bus, cache, peer or topology that is not there", "add it, or correct the name"
    ),
    "OSK0848": _warning(
        "A storage class that is not here while others are", "add it, unless the cluster has it already"
    ),
    "OSK0849": _error(
        "Volumes that are claimed and that the class, which makes none itself, does not have",
        "claim less, or make more or larger ones (`storage.local`); a warning in manifests of others, whose cluster may have more",
    ),
}
_OBJECTS = {
    "OSK0860": _error(
        "One object twice, with different content",
        "keep one; a warning where numbered files are stages of a deployment",
    ),
    "OSK0861": _warning("One object twice, with the same content", "keep one"),
    "OSK0862": _warning("A later definition drops what an earlier one set", "set it again if it must stay"),
    "OSK0863": _warning(
        "An object that is the cluster's, not the deployment's", "do not delete the files' objects as a whole"
    ),
    "OSK0864": _warning("An object that stands before what it needs", "put it behind, or into a later stage"),
    "OSK0865": _warning("A namespace on a cluster-scoped object", "take it out; the server drops it"),
    "OSK0870": _error("A placeholder that was not replaced", "write the value"),
    "OSK0871": _warning(
        "A password in clear, or one that everybody knows", "make a new one and keep it in a Secret"
    ),
    "OSK0872": _error(
        "TLS that is on in one place and off in another", "make `tls.podLevel` and `tlsEnabled` agree"
    ),
}
_WAITS = {
    "OSK0880": _error("A wait with a duration that kubectl does not read", "write `5m` or `300s`"),
    "OSK0881": _warning(
        "A wait without a timeout", "add `--timeout`; without it the wait ends after 30 seconds"
    ),
    "OSK0882": _warning("A wait that always succeeds", "take it out; it waits for nothing"),
    "OSK0883": _warning("A wait that reads a condition by its place", "wait for the condition's type"),
}

RULES: Mapping[str, Rule] = MappingProxyType({**_SCHEMA, **_NETWORKS, **_REFERENCES, **_OBJECTS, **_WAITS})
"""By code."""

SECTIONS = (
    ("Objects against their schemas", tuple(_SCHEMA)),
    ("Networks", tuple(_NETWORKS)),
    ("References", tuple(_REFERENCES)),
    ("Sets of objects", tuple(_OBJECTS)),
    ("Waits of stage descriptions", tuple(_WAITS)),
)
"""Title and codes, as docs/lint.md shows them."""
