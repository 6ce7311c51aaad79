"""Secret values for tests: none."""

from openstack_k8s_cli.model.secrets import SecretText


class NoSecrets:
    """A profile that gives no secret value."""

    def resolve(self, path: str) -> SecretText:
        """Refuse."""
        raise KeyError(path)
