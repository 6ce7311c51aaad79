package steady

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const (
	path  = "/apis/operators.coreos.com/v1alpha1/namespaces/n/subscriptions/s"
	has   = `{"status": {"currentCSV": "operator.v1"}}`
	bare  = `{"status": {"state": "UpgradePending"}}`
	wrote = "written"
)

// server has one Subscription, and notes what comes.
type server struct {
	*httptest.Server
	stored string
	gone   bool
	asked  []string
	sent   string
}

func serve(t *testing.T, stored string) *server {
	made := &server{stored: stored}
	made.Server = httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		made.asked = append(made.asked, request.Method+" "+request.URL.RequestURI())
		switch {
		case request.Method == http.MethodGet && made.gone:
			http.Error(writer, stored, http.StatusNotFound)
		case request.Method == http.MethodGet:
			io.WriteString(writer, stored)
		default:
			body, _ := io.ReadAll(request.Body)
			made.sent = string(body)
			io.WriteString(writer, wrote)
		}
	}))
	t.Cleanup(made.Close)
	return made
}

// send gives the answer's status and body.
func send(t *testing.T, at *server, method, where, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, at.URL+where, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := Wrap(http.DefaultTransport).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	told, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(told)
}

func TestAForgottenVersionIsAConflict(t *testing.T) {
	at := serve(t, has)

	code, told := send(t, at, http.MethodPut, path+"/status?timeout=5s", bare)

	var status struct{ Kind, Reason, Message string }
	if err := json.Unmarshal([]byte(told), &status); err != nil {
		t.Fatal(err)
	}
	if code != http.StatusConflict || status.Kind != "Status" || status.Reason != "Conflict" {
		t.Errorf("%d %s", code, told)
	}
	if !strings.Contains(status.Message, "operator.v1") {
		t.Errorf("the message names no version: %s", status.Message)
	}
	if len(at.asked) != 1 || at.asked[0] != "GET "+path {
		t.Errorf("asked %q", at.asked)
	}
}

func TestEveryOtherWriteArrivesWhole(t *testing.T) {
	for name, each := range map[string]struct {
		stored, method, where, body string
		gone                        bool
	}{
		"a version, over one":     {has, http.MethodPut, path + "/status", has, false},
		"the first status":        {bare, http.MethodPut, path + "/status", bare, false},
		"no subscription there":   {has, http.MethodPut, path + "/status", bare, true},
		"the subscription itself": {has, http.MethodPut, path, bare, false},
		"a patch of the status":   {has, http.MethodPatch, path + "/status", bare, false},
		"another kind's status":   {has, http.MethodPut, strings.Replace(path, "subscriptions", "installplans", 1) + "/status", bare, false},
		"what is no JSON":         {"no", http.MethodPut, path + "/status", "no", false},
	} {
		t.Run(name, func(t *testing.T) {
			at := serve(t, each.stored)
			at.gone = each.gone

			code, told := send(t, at, each.method, each.where, each.body)

			if code != http.StatusOK || told != wrote || at.sent != each.body {
				t.Errorf("%d %s; sent %s", code, told, at.sent)
			}
		})
	}
}

func TestAServerThatIsAway(t *testing.T) {
	at := serve(t, has)
	at.Close()
	request, err := http.NewRequest(http.MethodPut, at.URL+path+"/status", strings.NewReader(bare))
	if err != nil {
		t.Fatal(err)
	}

	if _, err := Wrap(http.DefaultTransport).RoundTrip(request); err == nil {
		t.Error("the question went nowhere, and the write was answered all the same")
	}
}
