package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strconv"
	"time"
)

const followPause = 250 * time.Millisecond

// containerLogs gives a container's log as far as it is written; with follow, also what is added later.
func (k *kubelet) containerLogs(answer http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	if query.Get("previous") == "true" {
		http.Error(answer, "a rehearsed container has no previous instance", http.StatusBadRequest)
		return
	}
	last := -1
	if given := query.Get("tailLines"); given != "" {
		lines, err := strconv.Atoi(given)
		if err != nil || lines < 0 {
			http.Error(answer, "tailLines is not a number of lines", http.StatusBadRequest)
			return
		}
		last = lines
	}
	root, err := os.OpenRoot(k.logs)
	if err != nil {
		http.Error(answer, err.Error(), http.StatusInternalServerError)
		return
	}
	defer root.Close()
	name := path.Join(request.PathValue("namespace"), request.PathValue("pod"), request.PathValue("container")+".log")
	file, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return // a container that wrote nothing
	}
	if err != nil {
		http.Error(answer, err.Error(), http.StatusInternalServerError)
		return
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		http.Error(answer, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = answer.Write(tail(text, last))
	if query.Get("follow") == "true" {
		follow(request.Context(), answer, file)
	}
}

// tail gives the last lines of a text; all of it for a negative number.
func tail(text []byte, lines int) []byte {
	if lines < 0 {
		return text
	}
	if lines == 0 {
		return nil
	}
	start := len(bytes.TrimSuffix(text, []byte("\n")))
	for ; lines > 0 && start >= 0; lines-- {
		start = bytes.LastIndexByte(text[:start], '\n')
	}
	return text[start+1:]
}

func follow(ctx context.Context, answer http.ResponseWriter, file io.Reader) {
	control := http.NewResponseController(answer)
	for ctx.Err() == nil {
		if _, err := io.Copy(answer, file); err != nil || control.Flush() != nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(followPause):
		}
	}
}
