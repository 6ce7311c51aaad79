// Package steady keeps a Subscription from forgetting the version it has.
//
// The catalog operator resolves from a cache that may lag behind its own writes, finds a ClusterServiceVersion that "is
// not referenced by a subscription", and writes that old status over the newer one, for good (syncResolvingNamespace,
// updateSubscriptionStatuses). On two busy cores that happens every few runs. Such a write is answered as a conflict:
// the namespace is resolved again, from a newer cache.
//
// It needs nothing but the standard library, so that its test links none of OLM.
package steady

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
)

var subscriptionStatus = regexp.MustCompile(`/subscriptions/[^/]+/status$`)

type steady struct{ next http.RoundTripper }

// Wrap puts itself before a client's transport.
func Wrap(next http.RoundTripper) http.RoundTripper { return steady{next} }

func (s steady) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method != http.MethodPut || !subscriptionStatus.MatchString(request.URL.Path) {
		return s.next.RoundTrip(request)
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	if err := request.Body.Close(); err != nil {
		return nil, err
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	if current(body) != "" {
		return s.next.RoundTrip(request)
	}
	has, err := s.read(request)
	if err != nil {
		return nil, err
	}
	if has == "" {
		return s.next.RoundTrip(request)
	}
	return conflict(request, "the subscription has "+has+" by now"), nil
}

// read asks for the version that the server's Subscription has.
func (s steady) read(request *http.Request) (string, error) {
	question := request.Clone(request.Context())
	question.Method, question.Body, question.ContentLength = http.MethodGet, nil, 0
	question.URL.Path = strings.TrimSuffix(question.URL.Path, "/status")
	question.URL.RawQuery = ""
	answer, err := s.next.RoundTrip(question)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return "", err
	}
	return current(body), nil
}

func current(body []byte) string {
	var subscription struct {
		Status struct {
			CurrentCSV string `json:"currentCSV"`
		} `json:"status"`
	}
	if json.Unmarshal(body, &subscription) != nil {
		return ""
	}
	return subscription.Status.CurrentCSV
}

func conflict(request *http.Request, message string) *http.Response {
	status := map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Conflict", "code": http.StatusConflict, "message": message}
	body, _ := json.Marshal(status) // plain values always marshal
	return &http.Response{
		Status: "409 Conflict", StatusCode: http.StatusConflict, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:  http.Header{"Content-Type": []string{"application/json"}},
		Body:    io.NopCloser(bytes.NewReader(body)),
		Request: request, ContentLength: int64(len(body)),
	}
}
