"""The container images of the releases that a rehearsal's catalogs offer, as an OpenStackVersion names them."""

import re
from collections.abc import Mapping

REGISTRY = "quay.io/podified-antelope-centos9"
OPERATOR = "OPERATOR_IMAGE_URL"
"""The variable by which the init operator knows the image of openstack-operator itself."""
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KEEPS_OVN: Mapping[str, str] = {"1.0.7": "1.0.6"}
"""Releases with the OVN of an older one: an update to them asks for other steps."""
_NAMES = (
    "ansibleee barbicanAPI barbicanKeystoneListener barbicanWorker ceilometerCentral ceilometerCompute "
    "ceilometerIpmi ceilometerNotification ceilometerSgcore cinderAPI cinderBackup cinderScheduler designateAPI "
    "designateBackendbind9 designateCentral designateMdns designateProducer designateUnbound designateWorker "
    "edpmFrr edpmIscsid edpmLogrotateCrond edpmMultipathd edpmNeutronDhcpAgent edpmNeutronMetadataAgent "
    "edpmNeutronOvnAgent edpmNeutronSriovAgent edpmOvnBgpAgent glanceAPI heatAPI heatCfnapi heatEngine horizon "
    "infraDnsmasq infraMemcached infraRedis ironicAPI ironicConductor ironicInspector keystoneAPI manilaAPI "
    "manilaScheduler mariadb neutronAPI novaAPI novaCompute novaConductor novaNovnc novaScheduler octaviaAPI "
    "octaviaHealthmanager octaviaHousekeeping octaviaRsyslog octaviaWorker openstackClient ovnController "
    "ovnControllerOvs ovnNbDbcluster ovnNorthd ovnSbDbcluster placementAPI rabbitmq swiftAccount swiftContainer "
    "swiftObject swiftProxy"
)
FIELDS = tuple(f"{name}Image" for name in _NAMES.split())
"""The fields of `status.containerImages`."""


def of(release: str) -> dict[str, str]:
    """Give the images of a release by their fields."""
    return {field: image(field, release) for field in FIELDS}


def image(field: str, release: str) -> str:
    """Give one image of a release."""
    name = _WORDS.sub("-", field.removesuffix("Image")).lower()
    tag = _KEEPS_OVN.get(release, release) if field.startswith("ovn") else release
    return f"{REGISTRY}/openstack-{name}:{tag}"


def operator(name: str, release: str) -> str:
    """Give an operator's image of a release."""
    return f"quay.io/openstack-k8s-operators/{name}-operator:{release}"


def variable(name: str) -> str:
    """Name the variable by which the init operator knows an operator's image."""
    return (
        OPERATOR
        if name == "openstack"
        else f"RELATED_IMAGE_{name.upper().replace('-', '_')}_OPERATOR_MANAGER_IMAGE_URL"
    )
