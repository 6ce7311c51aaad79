"""The developer's loop without osk, as shell scripts: by hand with kubectl, and as install_yamls calls it.

By hand is the quickest correct way: changes go straight to their object, and `kubectl wait` watches for what they lead to.
install_yamls' way has the calls that its make does at its start, its own waits (a look every 5 s), and client-side apply.
Where its waits end before the change has come anywhere, they wait for that too, as its users do by looking.
"""

OPERATORS, CLOUD = "openstack-operators", "openstack"
VARIABLE = "RELATED_IMAGE_NOVA_OPERATOR_MANAGER_IMAGE_URL"
_IN = f"kubectl -n {OPERATORS}"
_AWAIT = f"""
{_IN} wait deployment/nova-operator-controller-manager --timeout=300s \
    --for=jsonpath='{{.spec.template.spec.containers[0].image}}'="$1"
{_IN} rollout status deployment/nova-operator-controller-manager --timeout=300s
"""
IMAGE = f"""
{_IN} patch subscriptions.operators.coreos.com openstack-operator --type merge \
    -p '{{"spec": {{"config": {{"env": [{{"name": "{VARIABLE}", "value": "'"$1"'"}}]}}}}}}'
{_AWAIT}
"""
"""IMAGE."""
IMAGE_BACK = f"""
{_IN} patch subscriptions.operators.coreos.com openstack-operator --type json \
    -p '[{{"op": "remove", "path": "/spec/config"}}]'
{_AWAIT}
"""
"""IMAGE, the release's."""
_MAKE = f"""
kubectl get crds
kubectl get openstackversions.core.openstack.org -n {CLOUD} -o name
"""
"""What each run of its make calls before anything else."""
YAMLS_IMAGE = f"""
{_MAKE}
csv=$({_IN} get clusterserviceversions -l operators.coreos.com/openstack-operator.{OPERATORS} -o name)
{_IN} get "$csv" -o yaml > csv.yaml
sed -i -e "s|$1|$2|" -e '/^  resourceVersion:/d' csv.yaml
{_IN} replace -f csv.yaml
{_MAKE}
until [ "$({_IN} get deployment nova-operator-controller-manager \
        -o jsonpath='{{.spec.template.spec.containers[0].image}} {{.status.updatedReplicas}}{{.status.availableReplicas}}')" \
        = "$2 11" ]
do sleep 5; done
"""
"""OLD NEW: the ClusterServiceVersion is dumped, changed and put back, as its update does with images, then `make wait`.

It applies the file, whose copy in an annotation becomes too long for the API server after a while: so it is replaced here.
"""
FIELD = f"""
generation=$(kubectl -n {CLOUD} patch openstackcontrolplanes.core.openstack.org "$1" --type merge \
    -p '{{"spec": {{"placement": {{"template": {{"replicas": '"$2"'}}}}}}}}' -o jsonpath='{{.metadata.generation}}')
kubectl -n {CLOUD} wait deployment/placement --for=jsonpath='{{.status.readyReplicas}}'="$2" --timeout=300s
kubectl -n {CLOUD} wait openstackcontrolplanes.core.openstack.org/"$1" --timeout=300s \
    --for=jsonpath='{{.status.observedGeneration}}'="$generation"
kubectl -n {CLOUD} wait openstackcontrolplanes.core.openstack.org/"$1" --for=condition=Ready --timeout=300s
"""
"""NAME REPLICAS."""
YAMLS_DEPLOY = f"""
{_MAKE}
kubectl apply -f namespace.yaml
kubectl get namespace {CLOUD}
kubectl -n {CLOUD} get secret osp-secret
until [ "$({_IN} get deployment infra-operator-controller-manager -o jsonpath='{{.status.availableReplicas}}')" = 1 ]
do sleep 5; done
kubectl kustomize netconfig | kubectl apply --validate=false -f -
until [ "$({_IN} get deployment openstack-operator-controller-manager -o jsonpath='{{.status.availableReplicas}}')" = 1 ]
do sleep 5; done
kubectl kustomize "$1" | kubectl apply --validate=false -f -
[ -z "$2" ] || kubectl -n {CLOUD} wait deployment/placement --for=jsonpath='{{.status.readyReplicas}}'="$2" --timeout=300s
kubectl kustomize "$1" | kubectl wait --for condition=Ready --timeout=500s -f -
"""
"""FOLDER REPLICAS: `openstack_wait_deploy`, without its clones and without its deletion of the control plane and the NetConfig."""
RUN = f"""
{_IN} patch openstacks.operator.openstack.org openstack --type merge \
    -p '{{"spec": {{"operatorOverrides": '"$1"'}}}}'
{_IN} wait deployment/horizon-operator-controller-manager --for=jsonpath='{{.spec.replicas}}'=0 --timeout=300s
{_IN} wait pods -l openstack.org/operator-name=horizon --for=delete --timeout=300s
"$2" "$3"
"""
"""OVERRIDES PYTHON PROGRAM."""
RUN_BACK = f"""
{_IN} patch openstacks.operator.openstack.org openstack --type merge \
    -p '{{"spec": {{"operatorOverrides": '"$1"'}}}}'
{_IN} wait deployment/horizon-operator-controller-manager --for=jsonpath='{{.status.availableReplicas}}'=1 --timeout=300s
"""
"""OVERRIDES."""


def script(text: str, *words: str) -> list[str]:
    """Give the command that runs one of them."""
    return ["sh", "-eu", "-c", text, "sh", *words]
