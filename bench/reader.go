package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// errand says what a reader in a separate process should read, and how. The reader gets it on standard input.
type errand struct {
	API, Variant string
	Warm, Base   string // base URLs: of a listing of warmRows that is read first, and of the measured one
	Rows, Page   int
	Times        int
	GOGC         string // environment of the reader; "": as here
	WatchMemory  bool   // this costs some CPU
}

// warmRows is the length of the listing that a process reads before the measured one. No other listing has this length.
const warmRows = 1001

// warmed sets the base URLs.
func (e errand) warmed(server *pages, a *api, listing setup) errand {
	e.Base = server.base(listing)
	listing.rows = warmRows
	e.Warm = server.base(listing)
	return e
}

// errandDone is the reader's answer.
type errandDone struct {
	Events              int
	CPU, Bytes, Mallocs float64 // per event; CPU in nanoseconds
	Resident, GoMemory  float64 // MiB, peaks of the process and of the Go runtime; 0 if unknown
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
	v, err := variantNamed(e.Variant)
	if err != nil {
		return err
	}
	if _, err := v.read(ctx, job{api: a, base: e.Warm, rows: warmRows, page: e.Page}); err != nil {
		return err
	}
	peak := func() uint64 { return 0 }
	if e.WatchMemory {
		peak = watchMemory()
	}
	c, err := measure(func() (int, error) {
		return v.read(ctx, job{api: a, base: e.Base, rows: e.Rows, page: e.Page, times: e.Times})
	})
	done := errandDone{
		Events: c.events, CPU: c.perCPU, Bytes: c.perByte, Mallocs: c.perMalloc,
		GoMemory: float64(peak()) / mebibyte, Resident: float64(peakResident()) / mebibyte,
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

// send runs an errand in a separate process, so that nothing is left in memory of what was read before.
func send(ctx context.Context, e errand) (errandDone, error) {
	var done errandDone
	cmd, err := again(ctx, "reader")
	if err != nil {
		return done, err
	}
	if e.GOGC != "" {
		cmd.Env = append(cmd.Env, "GOGC="+e.GOGC)
	}
	text, err := json.Marshal(e)
	if err != nil {
		return done, err
	}
	cmd.Stdin = bytes.NewReader(text)
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &done)
	}
	if want := max(1, e.Times) * e.Rows; err == nil && done.Events != want {
		err = fmt.Errorf("%d events, not %d", done.Events, want)
	}
	if err != nil {
		return done, fmt.Errorf("%s, %s, %d rows: %w", e.API, e.Variant, e.Rows, err)
	}
	return done, nil
}
