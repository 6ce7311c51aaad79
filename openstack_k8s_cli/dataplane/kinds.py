"""The kinds of the data plane, as its operator names them."""

GROUP = "dataplane.openstack.org"
NODESET = "OpenStackDataPlaneNodeSet"
DEPLOYMENT = "OpenStackDataPlaneDeployment"
SERVICE = "OpenStackDataPlaneService"
