"""Writes the reference of docs/profile.md anew: `python -m tests.unit.profile.write_reference`."""

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile import reference, services
from tests.unit.profile.test_profile_reference import PAGE


def write() -> None:
    """Put the schema's reference between its marks."""
    kinds = services.parsed(ProfileFiles().services())
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(reference.BEGIN)
    _, _, after = rest.partition(reference.END)
    PAGE.write_text(
        f"{before}{reference.BEGIN}\n{reference.markdown(kinds)}\n{reference.END}{after}", encoding="utf-8"
    )


if __name__ == "__main__":
    write()
