package main

import (
	"slices"

	barbicanv1 "github.com/openstack-k8s-operators/barbican-operator/api/v1beta1"
	cinderv1 "github.com/openstack-k8s-operators/cinder-operator/api/v1beta1"
	designatev1 "github.com/openstack-k8s-operators/designate-operator/api/v1beta1"
	glancev1 "github.com/openstack-k8s-operators/glance-operator/api/v1beta1"
	heatv1 "github.com/openstack-k8s-operators/heat-operator/api/v1beta1"
	horizonv1 "github.com/openstack-k8s-operators/horizon-operator/api/v1beta1"
	memcachedv1 "github.com/openstack-k8s-operators/infra-operator/apis/memcached/v1beta1"
	networkv1 "github.com/openstack-k8s-operators/infra-operator/apis/network/v1beta1"
	redisv1 "github.com/openstack-k8s-operators/infra-operator/apis/redis/v1beta1"
	topologyv1 "github.com/openstack-k8s-operators/infra-operator/apis/topology/v1beta1"
	ironicv1 "github.com/openstack-k8s-operators/ironic-operator/api/v1beta1"
	keystonev1 "github.com/openstack-k8s-operators/keystone-operator/api/v1beta1"
	manilav1 "github.com/openstack-k8s-operators/manila-operator/api/v1beta1"
	mariadbv1 "github.com/openstack-k8s-operators/mariadb-operator/api/v1beta1"
	neutronv1 "github.com/openstack-k8s-operators/neutron-operator/api/v1beta1"
	novav1 "github.com/openstack-k8s-operators/nova-operator/api/v1beta1"
	octaviav1 "github.com/openstack-k8s-operators/octavia-operator/api/v1beta1"
	baremetalv1 "github.com/openstack-k8s-operators/openstack-baremetal-operator/api/v1beta1"
	clientv1 "github.com/openstack-k8s-operators/openstack-operator/apis/client/v1beta1"
	corev1 "github.com/openstack-k8s-operators/openstack-operator/apis/core/v1beta1"
	dataplanev1 "github.com/openstack-k8s-operators/openstack-operator/apis/dataplane/v1beta1"
	ovnv1 "github.com/openstack-k8s-operators/ovn-operator/api/v1beta1"
	placementv1 "github.com/openstack-k8s-operators/placement-operator/api/v1beta1"
	swiftv1 "github.com/openstack-k8s-operators/swift-operator/api/v1beta1"
	telemetryv1 "github.com/openstack-k8s-operators/telemetry-operator/api/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
)

type hooked interface {
	SetupWebhookWithManager(manager ctrl.Manager) error
}

// kind is one whose webhooks can be served.
type kind struct {
	group  string // before .openstack.org
	name   string // in lower case, as in paths
	object hooked
}

type kindList []kind

var kinds = kindList{
	{"core", "openstackcontrolplane", &corev1.OpenStackControlPlane{}},
	{"core", "openstackversion", &corev1.OpenStackVersion{}},
	{"client", "openstackclient", &clientv1.OpenStackClient{}},
	{"dataplane", "openstackdataplanenodeset", &dataplanev1.OpenStackDataPlaneNodeSet{}},
	{"dataplane", "openstackdataplanedeployment", &dataplanev1.OpenStackDataPlaneDeployment{}},
	{"dataplane", "openstackdataplaneservice", &dataplanev1.OpenStackDataPlaneService{}},
}

func (l kindList) without(names []string) kindList {
	return slices.DeleteFunc(slices.Clone(l), func(each kind) bool { return slices.Contains(names, each.name) })
}

// schemes has the types that the webhooks read and write.
var schemes = []func(*runtime.Scheme) error{
	corev1.AddToScheme, dataplanev1.AddToScheme, clientv1.AddToScheme, topologyv1.AddToScheme, baremetalv1.AddToScheme,
}

// setDefaults reads the defaults of every service, as the operators' own mains do.
func setDefaults() {
	for _, set := range []func(){
		barbicanv1.SetupDefaults, cinderv1.SetupDefaults, clientv1.SetupDefaults, dataplanev1.SetupDefaults,
		designatev1.SetupDefaults, glancev1.SetupDefaults, heatv1.SetupDefaults, horizonv1.SetupDefaults,
		ironicv1.SetupDefaults, keystonev1.SetupDefaults, manilav1.SetupDefaults, mariadbv1.SetupDefaults,
		memcachedv1.SetupDefaults, networkv1.SetupDefaults, neutronv1.SetupDefaults, novav1.SetupDefaults,
		octaviav1.SetupDefaults, ovnv1.SetupDefaults, placementv1.SetupDefaults, redisv1.SetupDefaults,
		swiftv1.SetupDefaults, telemetryv1.SetupDefaultsTelemetry, corev1.SetupVersionDefaults,
	} {
		set()
	}
}
