package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/pflag"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/kwok/kustomize/crd"
	nodefast "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	nodelease "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	podfast "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	kwokconfig "sigs.k8s.io/kwok/pkg/config"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
	kwoklog "sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/yaml"
)

var stageResource = schema.GroupVersionResource{Group: "kwok.x-k8s.io", Version: "v1alpha1", Resource: "stages"}

// runKwok installs KWOK's Stage kind and the stages of nodes and pods, and runs its controllers.
func runKwok(ctx context.Context, args []string) error {
	os.Args = append([]string{"kwok"}, args...) // its configuration reads them from there
	flags := pflag.NewFlagSet("kwok", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}
	kubeconfig := flags.String("kubeconfig", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := installStages(ctx, *kubeconfig); err != nil {
		return err
	}

	global := pflag.NewFlagSet("global", pflag.ContinueOnError)
	global.ParseErrorsAllowlist.UnknownFlags = true
	global.Usage = func() {}
	ctx, _ = kwoklog.InitFlags(ctx, global)
	ctx, err := kwokconfig.InitFlags(ctx, global)
	if err != nil {
		return err
	}
	command := kwok.NewCommand(ctx)
	command.Version = "" // else cobra looks for its own --version, whose name Kubernetes has taken
	command.PersistentFlags().AddFlagSet(global)
	command.SetArgs(args)
	return command.ExecuteContext(ctx)
}

// installStages makes what is not there yet: with Stage objects in use, KWOK has no built-in ones.
func installStages(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	kinds, err := apiextensions.NewForConfig(config)
	if err != nil {
		return err
	}
	definition := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.Unmarshal(crd.Stage, definition); err != nil {
		return err
	}
	_, err = kinds.ApiextensionsV1().CustomResourceDefinitions().Create(ctx, definition, metav1.CreateOptions{})
	if err != nil && !errors.IsAlreadyExists(err) {
		return fmt.Errorf("the Stage kind: %w", err)
	}
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	for _, text := range []string{
		nodefast.DefaultNodeInit, nodelease.DefaultNodeHeartbeatWithLease,
		podfast.DefaultPodReady, podfast.DefaultPodComplete, podfast.DefaultPodDelete,
	} {
		if err := installStage(ctx, objects, text); err != nil {
			return err
		}
	}
	return nil
}

func installStage(ctx context.Context, objects dynamic.Interface, text string) error {
	stage := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &stage.Object); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		_, err := objects.Resource(stageResource).Create(ctx, stage, metav1.CreateOptions{})
		if err == nil || errors.IsAlreadyExists(err) {
			return nil
		}
		select { // a kind is served a moment after its definition was made
		case <-ctx.Done():
			return fmt.Errorf("the stage %s: %w", stage.GetName(), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
