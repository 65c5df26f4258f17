package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// TestMain is the server where the soak starts it as such.
func TestMain(m *testing.M) {
	if done, err := role(context.Background()); done {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func TestSoak(t *testing.T) { //nolint:paralleltest // the heap is everybody's
	var out strings.Builder
	if err := soak(t.Context(), []string{"-rows", "12000", "-one-in", "10"}, &out); err != nil {
		t.Error(err)
	}
	if n := strings.Count(out.String(), "\n"); n != 2+5 {
		t.Errorf("%d lines:\n%s", n, out.String())
	}
}

// TestBreaks spoils what is checked, and each check must see it.
func TestBreaks(t *testing.T) { //nolint:paralleltest // the heap is everybody's
	for name, want := range map[string]string{ //nolint:paralleltest // as above
		"lose":    "1 records are missing",
		"repeat":  "1 records came twice",
		"newer":   "1 records came that were added after the start",
		"leak":    "memory grew",
		"retries": "retries for",
	} {
		for _, api := range []string{"waldur", "elasticpath"} {
			t.Run(name+"/"+api, func(t *testing.T) {
				err := soak(t.Context(), []string{"-rows", "6000", "-one-in", "5", "-api", api, "-break", name}, io.Discard)
				if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want %q alone", err, want)
				}
			})
		}
	}
}

func TestNoSoak(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-rows", "0"}, {"-one-in", "0"}, {"-api", "none"}, {"-break", "none"}} {
		if err := soak(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
}
