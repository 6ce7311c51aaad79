"""Writes the reference of docs/profile.md anew: `python -m tests.unit.profile.write_reference`."""

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile import reference, services
from tests import pages
from tests.unit.profile.test_profile_reference import PAGE

if __name__ == "__main__":
    text = reference.markdown(services.parsed(ProfileFiles().services()))
    pages.put(PAGE, text, begin=reference.BEGIN, end=reference.END)
