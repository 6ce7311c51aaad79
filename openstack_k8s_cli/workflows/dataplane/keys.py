"""The key that opens the hosts, and passwords that they are made with: of the profile, or of a Secret in the cluster."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.options import SecretValues
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile import paths

PRIVATE = "ssh-privatekey"


def given(values: Mapping[str, Any], secrets: SecretValues) -> SecretText | None:
    """Read the key that the profile gives; None: it gives none. Raises OskError where it cannot be read."""
    return given_value(values, secrets, values["dataplane"]["sshSecret"], PRIVATE)


def given_value(values: Mapping[str, Any], secrets: SecretValues, name: str, key: str) -> SecretText | None:
    """Read a value that the profile gives; None: it gives none, or has it generated in the cluster."""
    written = ((values.get("secrets") or {}).get(name) or {}).get(key)
    if written is None or (isinstance(written, Mapping) and written.get("generate")):
        return None
    return secrets.resolve(paths.write(("secrets", name, key)))


def kept(cluster: Cluster, namespace: str, name: str) -> SecretText | None:
    """Read the key from its Secret; None: it is not there yet."""
    return kept_value(cluster, namespace, name, PRIVATE)


def kept_value(cluster: Cluster, namespace: str, name: str, key: str) -> SecretText | None:
    """Read a value from its Secret; None: it is not there."""
    body = lookups.find(cluster, ObjectId("", "Secret", namespace, name))
    encoded = get(body or {}, "data", key)
    return SecretText(b64decode(encoded).decode()) if encoded else None


def needed(cluster: Cluster, namespace: str, name: str) -> SecretText:
    """Read the key from its Secret; raises OskError where it is not there."""
    found = kept(cluster, namespace, name)
    if found is None:
        raise missing(namespace, name)
    return found


def missing(namespace: str, name: str) -> OskError:
    """Say that there is no key."""
    problem = Problem(
        "OSK1121",
        f"Secret {namespace}/{name} with the key of the hosts is not there yet",
        f"Secret {namespace}/{name}",
        None,
        (
            Advice("Make it; then put its public key on the hosts", "osk deploy dataplane/keys --only"),
            Advice("Or name the file of a key that they know already", "osk dataplane check --key FILE"),
        ),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)
