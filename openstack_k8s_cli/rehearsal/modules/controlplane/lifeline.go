package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// patience is how long a component may take to stop once its lifeline is cut.
const patience = 3 * time.Second

// holdLifeline ends this process when its standard input does: by a SIGTERM to itself first, which every component
// handles, and for good after a while.
func holdLifeline() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(patience)
		os.Exit(1)
	}()
}

// runOnLifeline runs a program that knows nothing of lifelines: it is told to stop when this process is, and the
// kernel kills it should this process vanish.
func runOnLifeline(args []string) error {
	if len(args) == 0 {
		return errors.New("no program given")
	}
	runtime.LockOSThread() // the death signal is sent when the thread ends that started the child
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	child := exec.Command(args[0], args[1:]...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	lifeline, err := child.StdinPipe() // of a child that does know
	if err != nil {
		return err
	}
	defer lifeline.Close()
	if err := child.Start(); err != nil {
		return err
	}
	go func() {
		for range signals {
			_ = child.Process.Signal(syscall.SIGTERM)
		}
	}()
	if err := child.Wait(); err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return nil
}
