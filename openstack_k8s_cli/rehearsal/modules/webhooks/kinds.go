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
	rabbitmqv1 "github.com/openstack-k8s-operators/infra-operator/apis/rabbitmq/v1beta1"
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

// resource is the plural that rules have.
func (k kind) resource() string {
	switch k.name {
	case "nova":
		return k.name
	case "redis":
		return "redises"
	case "telemetry":
		return "telemetries"
	}
	return k.name + "s"
}

var kinds = kindList{
	{"core", "openstackcontrolplane", &corev1.OpenStackControlPlane{}},
	{"core", "openstackversion", &corev1.OpenStackVersion{}},
	{"client", "openstackclient", &clientv1.OpenStackClient{}},
	{"dataplane", "openstackdataplanenodeset", &dataplanev1.OpenStackDataPlaneNodeSet{}},
	{"dataplane", "openstackdataplanedeployment", &dataplanev1.OpenStackDataPlaneDeployment{}},
	{"dataplane", "openstackdataplaneservice", &dataplanev1.OpenStackDataPlaneService{}},

	// Those that a service's own operator has where it is installed by itself.
	{"barbican", "barbican", &barbicanv1.Barbican{}},
	{"cinder", "cinder", &cinderv1.Cinder{}},
	{"designate", "designate", &designatev1.Designate{}},
	{"glance", "glance", &glancev1.Glance{}},
	{"heat", "heat", &heatv1.Heat{}},
	{"horizon", "horizon", &horizonv1.Horizon{}},
	{"ironic", "ironic", &ironicv1.Ironic{}},
	{"keystone", "keystoneapi", &keystonev1.KeystoneAPI{}},
	{"manila", "manila", &manilav1.Manila{}},
	{"mariadb", "galera", &mariadbv1.Galera{}},
	{"memcached", "memcached", &memcachedv1.Memcached{}},
	{"network", "dnsmasq", &networkv1.DNSMasq{}},
	{"network", "ipset", &networkv1.IPSet{}},
	{"network", "netconfig", &networkv1.NetConfig{}},
	{"network", "reservation", &networkv1.Reservation{}},
	{"neutron", "neutronapi", &neutronv1.NeutronAPI{}},
	{"nova", "nova", &novav1.Nova{}},
	{"octavia", "octavia", &octaviav1.Octavia{}},
	{"ovn", "ovncontroller", &ovnv1.OVNController{}},
	{"ovn", "ovndbcluster", &ovnv1.OVNDBCluster{}},
	{"ovn", "ovnnorthd", &ovnv1.OVNNorthd{}},
	{"placement", "placementapi", &placementv1.PlacementAPI{}},
	{"rabbitmq", "rabbitmq", &rabbitmqv1.RabbitMq{}},
	{"redis", "redis", &redisv1.Redis{}},
	{"swift", "swift", &swiftv1.Swift{}},
	{"telemetry", "autoscaling", &telemetryv1.Autoscaling{}},
	{"telemetry", "ceilometer", &telemetryv1.Ceilometer{}},
	{"telemetry", "metricstorage", &telemetryv1.MetricStorage{}},
	{"telemetry", "telemetry", &telemetryv1.Telemetry{}},
}

func (l kindList) without(names []string) kindList {
	return slices.DeleteFunc(slices.Clone(l), func(each kind) bool { return slices.Contains(names, each.name) })
}

// schemes has the types that the webhooks read and write.
var schemes = []func(*runtime.Scheme) error{
	corev1.AddToScheme, dataplanev1.AddToScheme, clientv1.AddToScheme, topologyv1.AddToScheme, baremetalv1.AddToScheme,
	barbicanv1.AddToScheme, cinderv1.AddToScheme, designatev1.AddToScheme, glancev1.AddToScheme, heatv1.AddToScheme,
	horizonv1.AddToScheme, ironicv1.AddToScheme, keystonev1.AddToScheme, manilav1.AddToScheme, mariadbv1.AddToScheme,
	memcachedv1.AddToScheme, networkv1.AddToScheme, neutronv1.AddToScheme, novav1.AddToScheme, octaviav1.AddToScheme,
	ovnv1.AddToScheme, placementv1.AddToScheme, rabbitmqv1.AddToScheme, redisv1.AddToScheme, swiftv1.AddToScheme,
	telemetryv1.AddToScheme,
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
	rabbitmqv1.SetupRabbitMqDefaults(rabbitmqv1.RabbitMqDefaults{ContainerImageURL: rabbitmqv1.RabbitMqContainerImage})
}
