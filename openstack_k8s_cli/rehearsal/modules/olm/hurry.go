package main

import (
	"fmt"
	"reflect"

	"github.com/operator-framework/operator-lifecycle-manager/pkg/api/client/clientset/versioned"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/controller/operators/catalog"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/controller/operators/validatingroundtripper"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/lib/clients"
	"github.com/operator-framework/operator-lifecycle-manager/pkg/lib/operatorclient"
	"k8s.io/client-go/rest"
	"osk.openstack.org/rehearsal/olm/steady"
)

// perSecond is how many requests a client may make; the default of five has the installation of four operators, most of
// it waiting, take as long as everything else together.
const perSecond = 200

func hurried(config *rest.Config) *rest.Config {
	config.QPS, config.Burst = perSecond, 2*perSecond
	return config
}

// hurry gives the catalog operator clients without the default limit. It reads its configuration from a file, which
// cannot say a limit, and keeps its clients to itself: hence the reflection, checked field by field.
func hurry(operator *catalog.Operator, config *rest.Config) error {
	config = hurried(config)
	validating := validatingroundtripper.Wrap(config)
	steadied := rest.CopyConfig(config)
	steadied.Wrap(steady.Wrap)
	resources, err := versioned.NewForConfig(steadied)
	if err != nil {
		return err
	}
	client, err := operatorclient.NewClientFromRestConfig(validating)
	if err != nil {
		return err
	}
	for name, value := range map[string]any{"client": resources, "opClient": client, "clientFactory": clients.NewFactory(validating)} {
		field := reflect.ValueOf(operator).Elem().FieldByName(name)
		if !field.IsValid() || !reflect.TypeOf(value).AssignableTo(field.Type()) {
			return fmt.Errorf("the catalog operator has no field %s for a %T", name, value)
		}
		reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem().Set(reflect.ValueOf(value))
	}
	return nil
}
