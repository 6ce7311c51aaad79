package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

const (
	idleLimit   = 4 * time.Hour
	streamLimit = 30 * time.Second
	notFound    = 127
)

var programName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// kubelet answers for the pods of every node: exec runs one of the shipped programs, logs are files of a folder.
//
// KWOK could run commands as well, but runs whatever it is asked to, for whoever reaches its port. This one wants
// the API server's certificate, and knows no program but those in its folder.
type kubelet struct {
	interpreter string
	programs    string
	logs        string
}

func runKubelet(ctx context.Context, args []string) error {
	flags := pflag.NewFlagSet("kubelet", pflag.ContinueOnError)
	port := flags.Int("port", 0, "port on the loopback interface")
	certificate := flags.String("tls-cert-file", "", "certificate of this server")
	key := flags.String("tls-private-key-file", "", "its key")
	clients := flags.String("client-ca-file", "", "authority of the certificates that callers must have")
	kubeconfig := flags.String("kubeconfig", "", "of the cluster whose nodes this server is announced on")
	answering := &kubelet{}
	flags.StringVar(&answering.interpreter, "interpreter", "", "what runs the programs")
	flags.StringVar(&answering.programs, "programs", "", "folder of the Python files that exec can run")
	flags.StringVar(&answering.logs, "logs", "", "folder of NAMESPACE/POD/CONTAINER.log")
	if err := flags.Parse(args); err != nil {
		return err
	}
	authority, err := os.ReadFile(*clients)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return fmt.Errorf("%s has no certificate", *clients)
	}
	server := &http.Server{
		Addr:              fmt.Sprintf("127.0.0.1:%d", *port),
		Handler:           answering.handler(),
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool},
		ReadHeaderTimeout: streamLimit,
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){}, // exec upgrades HTTP/1.1
	}
	ended := make(chan error, 2)
	go func() { ended <- server.ListenAndServeTLS(*certificate, *key) }()
	go func() { ended <- announce(ctx, *kubeconfig, *port) }()
	select {
	case <-ctx.Done():
		return server.Close()
	case err := <-ended:
		return err
	}
}

func (k *kubelet) handler() http.Handler {
	mux := http.NewServeMux()
	for _, method := range []string{"GET", "POST"} {
		mux.HandleFunc(method+" /exec/{namespace}/{pod}/{container}", k.exec)
		mux.HandleFunc(method+" /exec/{namespace}/{pod}/{uid}/{container}", k.exec)
	}
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", k.containerLogs)
	return mux
}

func (k *kubelet) exec(answer http.ResponseWriter, request *http.Request) {
	options, err := remotecommand.NewOptions(request)
	if err != nil {
		http.Error(answer, err.Error(), http.StatusBadRequest)
		return
	}
	pod := request.PathValue("namespace") + "/" + request.PathValue("pod")
	command := request.URL.Query()["command"]
	remotecommand.ServeExec(answer, request, k, pod, request.PathValue("uid"), request.PathValue("container"), command,
		options, idleLimit, streamLimit, remotecommand.SupportedStreamingProtocols)
}

// ExecInContainer runs a shipped program; an unknown one ends like a command that a container does not have.
func (k *kubelet) ExecInContainer(ctx context.Context, pod string, _ string, container string, command []string,
	stdin io.Reader, stdout, stderr io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration,
) error {
	if stderr == nil { // a terminal has one stream
		stderr = stdout
	}
	script, err := k.find(command)
	if err != nil {
		if stderr != nil {
			fmt.Fprintln(stderr, err)
		}
		return utilexec.CodeExitError{Err: err, Code: notFound}
	}
	process := exec.CommandContext(ctx, k.interpreter, append([]string{"-I", script}, command[1:]...)...)
	process.Env = []string{"LANG=C.UTF-8", "PATH=", "OSK_POD=" + pod, "OSK_CONTAINER=" + container}
	process.Stdout, process.Stderr = writer(stdout), writer(stderr)
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return status(run(process, stdin))
}

func (k *kubelet) find(command []string) (string, error) {
	if len(command) == 0 {
		return "", errors.New("no command given")
	}
	if programName.MatchString(command[0]) {
		script := filepath.Join(k.programs, strings.ReplaceAll(command[0], "-", "_")+".py")
		if _, err := os.Stat(script); err == nil {
			return script, nil
		}
	}
	return "", fmt.Errorf("exec: %q: not a program of the rehearsal", command[0])
}

// run waits for the process only, not for an input that its caller never closes.
func run(process *exec.Cmd, input io.Reader) error {
	runtime.LockOSThread() // the death signal is sent when the thread ends that started the process
	defer runtime.UnlockOSThread()
	if input != nil {
		pipe, err := process.StdinPipe()
		if err != nil {
			return err
		}
		go func() {
			_, _ = io.Copy(pipe, input)
			_ = pipe.Close()
		}()
	}
	if err := process.Start(); err != nil {
		return err
	}
	return process.Wait()
}

func status(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return utilexec.CodeExitError{Err: err, Code: exit.ExitCode()}
	}
	return err
}

// writer keeps a missing stream a nil interface, which means: discard.
func writer(stream io.WriteCloser) io.Writer {
	if stream == nil {
		return nil
	}
	return stream
}
