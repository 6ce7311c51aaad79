// Nothing is built here: these modules ship CRDs that no other module of the rehearsal brings.
module osk.openstack.org/rehearsal/crds

go 1.21

require (
	github.com/k8snetworkplumbingwg/network-attachment-definition-client v1.7.7
	go.universe.tf/metallb v0.14.9
)
