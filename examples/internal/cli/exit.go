package cli

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// The exit statuses of all programs.
const (
	ExitDone        = 0   // everything was done, or -h was asked for
	ExitFailed      = 1   // something failed, or is missing; a sentence on standard error says what
	ExitUsage       = 2   // the flags are wrong; nothing was read
	ExitInterrupted = 130 // stopped by SIGINT or SIGTERM
)

// Interruptible returns a context that ends with SIGINT and SIGTERM. A second signal ends the program at once.
func Interruptible() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx
}

// OneLine returns the text of an error on one line: joined errors have several.
func OneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
