"""What osk writes for libvirt, held against libvirt's own schemas.

They come with libvirt alone, and with nothing that pip, npm or Go could fetch for a test: where libvirt (and xmllint) is
not installed all of this is skipped, as in CI, and only what the project knows of the schemas is checked, elsewhere.
OSK_LIBVIRT names a folder that the packages were only unpacked in (`apt-get download libvirt0 libxml2-utils`, `dpkg-deb -x`);
so it was run against libvirt 9.0.0 on 2026-11-26.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from openstack_k8s_cli.crc import cards, devices, disks
from openstack_k8s_cli.crc.wanted import Disk, Interface
from openstack_k8s_cli.dataplane.labs import networks
from openstack_k8s_cli.dataplane.making import domains
from tests.unit.crc.wishes import host, set_up, start
from tests.unit.dataplane.machines import BARE, PLAIN, machines, values
from tests.unit.dataplane.test_dataplane_labs import ISO, MANY, SIX
from tests.unit.dataplane.test_dataplane_making import FULL, LIBVIRT

ROOT = Path(os.environ.get("OSK_LIBVIRT", "/"))
SCHEMAS = ROOT / "usr/share/libvirt/schemas"
XMLLINT = shutil.which("xmllint", path=f"{ROOT / 'usr/bin'}:{os.environ['PATH']}") or ""
pytestmark = pytest.mark.skipif(
    not XMLLINT or not SCHEMAS.is_dir(), reason="libvirt's schemas or xmllint are not installed"
)


def check(kind: str, text: str, place: Path) -> None:
    """Hold a text against the schema of its kind."""
    file = place / f"{kind}.xml"
    file.write_text(text)
    schema = SCHEMAS / f"{kind}.rng"
    line = [XMLLINT, "--noout", "--relaxng", str(schema), str(file)]
    ran = subprocess.run(line, capture_output=True, text=True, check=False)
    assert 0 == ran.returncode, ran.stderr


@pytest.mark.parametrize("sets", [PLAIN, FULL, BARE, (*FULL, f"{LIBVIRT}.firmware=efi")])
def test_domains_fit(sets: tuple[str, ...], tmp_path: Path) -> None:
    """Of hosts and of bare machines."""
    check("domain", domains.text(machines(*sets)[0], "crc", "osk"), tmp_path)


@pytest.mark.parametrize("sets", [PLAIN, (ISO,), MANY, (*PLAIN, SIX)])
def test_networks_fit(sets: tuple[str, ...], tmp_path: Path) -> None:
    """Of labs."""
    for net in networks.wanted(values(*sets)):
        check("network", networks.text(net, "crc"), tmp_path)


def test_devices_of_crc_fit(tmp_path: Path) -> None:
    """Its further interface and disk, in a machine with nothing else."""
    place = host()
    set_up(place)
    start(place)
    disks.attach(place, Disk("rook", 100))
    card = devices.text(cards.device(Interface("default", "52:54:00:11:11:10")))
    wanted = f"<devices>{place.state['domains']['crc']['interfaces'][-1]}{card}</devices>"
    head = "<name>crc</name><memory>1</memory><os><type>hvm</type></os>"
    check("domain", f"<domain type='kvm'>{head}{wanted}</domain>", tmp_path)
