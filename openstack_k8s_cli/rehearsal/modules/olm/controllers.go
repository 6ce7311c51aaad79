package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	configclient "github.com/openshift/client-go/config/clientset/versioned"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/api/client/clientset/versioned"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/controller/operators"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/controller/operators/catalog"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/controller/operators/olm"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/controller/operators/validatingroundtripper"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/lib/operatorclient"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/lib/queueinformer"
	"github.com/sirupsen/logrus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	resync        = 15 * time.Minute
	installLimit  = time.Minute
	unpackLimit   = 10 * time.Minute
	noUnpackRetry = -1
	// Images of the jobs that unpack bundles; catalogs here have their bundles inline and need none.
	noServer, noOpm, noUtil = "osk.invalid/server", "osk.invalid/opm", "osk.invalid/util"
)

// run runs both of OLM's operators until the context ends or one of them does.
func run(ctx context.Context, kubeconfig, namespace string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 2)
	go func() { ended <- runCatalogs(ctx, kubeconfig, namespace) }()
	go func() { ended <- runOperators(ctx, kubeconfig) }()
	err := <-ended
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// runCatalogs resolves Subscriptions into InstallPlans and carries those out.
func runCatalogs(ctx context.Context, kubeconfig, namespace string) error {
	operator, err := catalog.NewOperator(ctx, kubeconfig, clock.RealClock{}, logrus.New(), resync, noServer, noOpm, noUtil,
		namespace, clientscheme.Scheme, installLimit, unpackLimit, noUnpackRetry)
	if err != nil {
		return fmt.Errorf("the catalog operator: %w", err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	if err := hurry(operator, config); err != nil {
		return err
	}
	operator.Run(ctx)
	<-operator.Ready()
	<-operator.Done()
	return errors.New("the catalog operator ended")
}

// runOperators turns ClusterServiceVersions into Deployments, and keeps Operator and OperatorCondition objects.
func runOperators(ctx context.Context, kubeconfig string) error {
	ctrl.SetLogger(zap.New())
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config = hurried(config)
	manager, err := newManager(config)
	if err != nil {
		return err
	}
	operator, err := newOperator(ctx, config)
	if err != nil {
		return fmt.Errorf("the olm operator: %w", err)
	}
	operator.Run(ctx)
	<-operator.Ready()
	if err := manager.Start(ctx); err != nil {
		return err
	}
	return errors.New("the olm operator ended")
}

type reconciler interface {
	SetupWithManager(manager ctrl.Manager) error
}

func newManager(config *rest.Config) (ctrl.Manager, error) {
	scheme := runtime.NewScheme()
	metav1.AddMetaToScheme(scheme)
	if err := operators.AddToScheme(scheme); err != nil {
		return nil, err
	}
	noMetrics := metricsserver.Options{BindAddress: "0"}
	manager, err := ctrl.NewManager(config, ctrl.Options{Scheme: scheme, Metrics: noMetrics})
	if err != nil {
		return nil, err
	}
	conditions, errConditions := operators.NewOperatorConditionReconciler(manager.GetClient(), ctrl.Log, scheme)
	generator, errGenerator := operators.NewOperatorConditionGeneratorReconciler(manager.GetClient(), ctrl.Log, scheme)
	components, errComponents := operators.NewOperatorReconciler(manager.GetClient(), ctrl.Log, scheme)
	adoption, errAdoption := operators.NewAdoptionReconciler(manager.GetClient(), ctrl.Log, scheme)
	if err := errors.Join(errConditions, errGenerator, errComponents, errAdoption); err != nil {
		return nil, err
	}
	for _, each := range []reconciler{conditions, generator, components, adoption} {
		if err := each.SetupWithManager(manager); err != nil {
			return nil, err
		}
	}
	return manager, nil
}

func newOperator(ctx context.Context, config *rest.Config) (*olm.Operator, error) {
	validating := validatingroundtripper.Wrap(config)
	client, err := operatorclient.NewClientFromRestConfig(validating)
	if err != nil {
		return nil, err
	}
	external, errExternal := versioned.NewForConfig(config)
	meta, errMeta := metadata.NewForConfig(config)
	openshift, errOpenshift := configclient.NewForConfig(config)
	if err := errors.Join(errExternal, errMeta, errOpenshift); err != nil {
		return nil, err
	}
	return olm.NewOperator(ctx,
		olm.WithLogger(logrus.New()),
		olm.WithWatchedNamespaces(metav1.NamespaceAll),
		olm.WithResyncPeriod(queueinformer.ResyncWithJitter(resync, 0.2)),
		olm.WithExternalClient(external),
		olm.WithMetadataClient(meta),
		olm.WithOperatorClient(client),
		olm.WithRestConfig(validating),
		olm.WithConfigClient(openshift),
	)
}
