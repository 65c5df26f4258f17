package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// errand says what a reader in a separate process should read. The reader gets it on standard input.
type errand struct {
	API         string
	Warm, Base  string // base URLs: of a short listing that is read first, and of the measured one
	Rows, Page  int
	Times       int
	Description string
}

// errandDone is the reader's answer.
type errandDone struct {
	Events       int
	CPU, Wall    float64 // nanoseconds per event
	Resident     uint64  // peak, of the process
	GoMemory     uint64  // peak, of the Go runtime
	BytesAlloced float64 // per event
}

// readAlone acts as a program with one client that reads one listing.
func readAlone(ctx context.Context) error {
	var e errand
	if err := json.NewDecoder(os.Stdin).Decode(&e); err != nil {
		return err
	}
	a := apiNamed(e.API)
	if a == nil {
		return fmt.Errorf("no API %q", e.API)
	}
	if _, err := readSDK(ctx, job{api: a, base: e.Warm, page: e.Page}); err != nil {
		return err
	}
	peak := watchMemory()
	c, err := measure(func() (int, error) {
		return readSDK(ctx, job{api: a, base: e.Base, rows: e.Rows, page: e.Page, times: e.Times})
	})
	done := errandDone{
		Events: c.events, CPU: c.perCPU, Wall: float64(c.wall) / float64(max(1, c.events)),
		GoMemory: peak(), Resident: peakResident(), BytesAlloced: c.perByte,
	}
	return errors.Join(err, json.NewEncoder(os.Stdout).Encode(done))
}

func apiNamed(name string) *api {
	for _, a := range apis() {
		if a.name == name {
			return a
		}
	}
	return nil
}

// send runs an errand in a separate process.
func send(ctx context.Context, e errand) (errandDone, error) {
	var done errandDone
	cmd, err := again(ctx, "reader")
	if err != nil {
		return done, err
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return done, err
	}
	go func() {
		_ = json.NewEncoder(stdin).Encode(e)
		_ = stdin.Close()
	}()
	out, err := cmd.Output()
	if err != nil {
		return done, fmt.Errorf("reader of %s: %w", e.Description, err)
	}
	return done, json.Unmarshal(out, &done)
}
