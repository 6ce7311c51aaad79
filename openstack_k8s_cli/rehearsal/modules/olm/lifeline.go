package main

import (
	"io"
	"os"
	"syscall"
	"time"
)

// patience is how long the program may take to stop once its lifeline is cut.
const patience = 3 * time.Second

// holdLifeline ends this process when its standard input does: whoever started it holds the other end.
func holdLifeline() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(patience)
		os.Exit(1)
	}()
}
