package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	configurationName = "openstack-rehearsal"
	apiVersion        = "admissionregistration.k8s.io/v1"
)

// configurations are what makes the API server ask this program.
type configurations struct {
	mutating   *admissionv1.MutatingWebhookConfiguration
	validating *admissionv1.ValidatingWebhookConfiguration
}

func configure(served kindList, port int, authority []byte) *configurations {
	meta := metav1.ObjectMeta{Name: configurationName}
	made := &configurations{
		mutating: &admissionv1.MutatingWebhookConfiguration{
			TypeMeta: metav1.TypeMeta{APIVersion: apiVersion, Kind: "MutatingWebhookConfiguration"}, ObjectMeta: meta,
		},
		validating: &admissionv1.ValidatingWebhookConfiguration{
			TypeMeta: metav1.TypeMeta{APIVersion: apiVersion, Kind: "ValidatingWebhookConfiguration"}, ObjectMeta: meta,
		},
	}
	fail, none := admissionv1.Fail, admissionv1.SideEffectClassNone
	for _, each := range served {
		address := func(verb string) admissionv1.WebhookClientConfig {
			url := fmt.Sprintf("https://127.0.0.1:%d/%s-%s-openstack-org-v1beta1-%s", port, verb, each.group, each.name)
			return admissionv1.WebhookClientConfig{URL: &url, CABundle: authority}
		}
		rules := []admissionv1.RuleWithOperations{{
			Operations: []admissionv1.OperationType{admissionv1.Create, admissionv1.Update},
			Rule: admissionv1.Rule{
				APIGroups: []string{each.group + ".openstack.org"}, APIVersions: []string{"v1beta1"}, Resources: []string{each.resource()},
			},
		}}
		made.mutating.Webhooks = append(made.mutating.Webhooks, admissionv1.MutatingWebhook{
			Name: "m" + each.name + ".kb.io", ClientConfig: address("mutate"), Rules: rules,
			FailurePolicy: &fail, SideEffects: &none, AdmissionReviewVersions: []string{"v1"},
		})
		made.validating.Webhooks = append(made.validating.Webhooks, admissionv1.ValidatingWebhook{
			Name: "v" + each.name + ".kb.io", ClientConfig: address("validate"), Rules: rules,
			FailurePolicy: &fail, SideEffects: &none, AdmissionReviewVersions: []string{"v1"},
		})
	}
	return made
}

// write leaves both as one List, for whoever registers them later.
func (c *configurations) write(path string) error {
	list := map[string]any{"apiVersion": "v1", "kind": "List", "items": []any{c.mutating, c.validating}}
	text, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// register replaces what an earlier start, with another port and certificate, has left.
func (c *configurations) register(ctx context.Context, config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	mutating := client.AdmissionregistrationV1().MutatingWebhookConfigurations()
	if err := mutating.Delete(ctx, configurationName, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	if _, err := mutating.Create(ctx, c.mutating, metav1.CreateOptions{}); err != nil {
		return err
	}
	validating := client.AdmissionregistrationV1().ValidatingWebhookConfigurations()
	if err := validating.Delete(ctx, configurationName, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	_, err = validating.Create(ctx, c.validating, metav1.CreateOptions{})
	return err
}
