"""The jobs of a deployment of the data plane, as openstack-operator names and labels them.

Source: openstack-operator, internal/dataplane (GetAnsibleExecutionNameAndLabels).
"""

import hashlib

_LIMIT = 63
"""Characters of a label's value."""
_KEPT = 54
"""Characters of a longer name that stay before its hash."""
SERVICE = "openstackdataplaneservice"
DEPLOYMENT = "openstackdataplanedeployment"
NODESET = "openstackdataplanenodeset"
"""Labels of jobs and their pods; a job for all node sets carries the first that lists its service."""


def name_of(service: str, deployment: str, nodeset: str | None) -> str:
    """Name the job of a service; without a node set it runs on all of them. Long names are cut and get a hash."""
    name = "-".join(each for each in (service, deployment, nodeset) if each)
    if len(name) <= _LIMIT:
        return name
    return f"{name[:_KEPT].rstrip('-.')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def condition_of(service: str) -> str:
    """Name a service's condition: `install-os` has ServiceInstallOsDeploymentReady."""
    return "Service" + "".join(part.capitalize() for part in service.split("-")) + "DeploymentReady"
