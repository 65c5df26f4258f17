package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// roleVariable tells a process of this program that it is the server, and what to serve.
const roleVariable = "AUDITLOGS_SOAK_SERVER"

// role runs the server if this process was started for that. done is false if it was not.
func role(ctx context.Context) (done bool, err error) {
	text := os.Getenv(roleVariable)
	if text == "" {
		return false, nil
	}
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return true, err
	}
	return true, serve(ctx, o)
}

// serve runs the server. It ends with the process that started it, because that closes its end of the pipe.
func serve(ctx context.Context, o orders) error {
	s, err := newServer(o)
	if err != nil {
		return err
	}
	defer s.srv.Close()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	httpServer := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = httpServer.Close()
	}()
	fmt.Println(listener.Addr())
	if err := httpServer.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// child is the server as the soak sees it.
type child struct {
	address string
	stop    func() error
}

// startServer starts this program once more, as the server.
func startServer(ctx context.Context, o orders) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self) //nolint:gosec // G204: it is this program
	// With a million records in memory, less frequent garbage collection saves much of the server's time.
	cmd.Env = append(os.Environ(), roleVariable+"="+string(text), "GOGC=400")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop := func() error { return errors.Join(stdin.Close(), cmd.Wait()) }
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the server gave no address: %w", err), stop())
	}
	return &child{address: strings.TrimSpace(line), stop: stop}, nil
}

// report asks the server what it did.
func (c *child) report(ctx context.Context) (report, error) {
	var r report
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.address+"/soak", nil)
	if err != nil {
		return r, err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return r, err
	}
	defer func() { _ = res.Body.Close() }()
	return r, json.NewDecoder(res.Body).Decode(&r)
}
