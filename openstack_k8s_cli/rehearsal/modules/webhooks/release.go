package main

import (
	"context"
	"os"
	"strings"
	"time"

	corev1 "github.com/openstack-k8s-operators/openstack-operator/apis/core/v1beta1"
)

const lookAgain = 100 * time.Millisecond

// followRelease has the webhook of OpenStackVersion go by the release in a file: an upgrade of the operators changes it.
func followRelease(ctx context.Context, path string) {
	known := adopt(path, "")
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(lookAgain):
				known = adopt(path, known)
			}
		}
	}()
}

// adopt gives the release that holds from now on: the known one where the file says nothing else.
func adopt(path, known string) string {
	text, err := os.ReadFile(path)
	release := strings.TrimSpace(string(text))
	if err != nil || release == "" || release == known {
		return known
	}
	corev1.SetupOpenStackVersionDefaults(corev1.OpenStackVersionDefaults{AvailableVersion: release})
	return release
}
