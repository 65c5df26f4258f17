package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
)

// roleVariable is set if a process of this program is not the first one, but the page server or a separate reader.
const roleVariable = "AUDITLOGS_BENCH_ROLE"

// role does what this process was started for. done is false if this process is the benchmark itself.
func role(ctx context.Context) (done bool, err error) {
	switch name := os.Getenv(roleVariable); name {
	case "":
		return false, nil
	case "server":
		return true, serve(ctx)
	case "reader":
		return true, readAlone(ctx)
	default:
		return true, fmt.Errorf("no role %q", name)
	}
}

// serve runs the page server. It ends with the process that started it, because that closes its end of the pipe.
func serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	server, err := newPageServer(ctx)
	if err != nil {
		return err
	}
	address, wait, err := server.listen(ctx)
	if err != nil {
		return err
	}
	if _, err := fmt.Println(address); err != nil {
		return err
	}
	return wait()
}

// pages is the page server as the benchmark sees it.
type pages struct {
	address string
	stop    func() error
}

// startServer starts the page server in a separate process.
func startServer(ctx context.Context) (*pages, error) {
	cmd, err := again(ctx, "server")
	if err != nil {
		return nil, err
	}
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
		return nil, errors.Join(fmt.Errorf("the page server gave no address: %w", err), stop())
	}
	return &pages{address: strings.TrimSpace(line), stop: stop}, nil
}

// again returns a command that runs this program once more, in another role.
func again(ctx context.Context, role string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self) //nolint:gosec // G204: it is this program
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	return cmd, nil
}

// base returns the base URL at which rows are served according to the setup.
func (p *pages) base(s setup) string { return "http://" + p.address + "/" + s.String() }

// counts returns what the server saw of a setup since the last call.
func (p *pages) counts(ctx context.Context, s setup) (counts, error) {
	var c counts
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/stats/"+s.String(), nil)
	if err != nil {
		return c, err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return c, err
	}
	defer func() { _ = res.Body.Close() }()
	return c, json.NewDecoder(res.Body).Decode(&c)
}
