package delivertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// childVariable holds what a process of Kill is to do.
const childVariable = "AUDITLOGS_DELIVERTEST_CHILD"

// childToken is the credential of these processes.
const childToken = "delivertest"

// order is what a process of Kill is to do.
type order struct {
	URL     string
	Address string
	Source  string
	Naive   bool
}

// Exit statuses of a process of Kill.
const (
	statusDone = 0
	statusFail = 1
	statusMove = 3
)

// Child must be called first in TestMain by a package whose tests call [Kill], with the function that opens the store. It
// returns at once in the test's own process. In one that Kill started, it delivers and ends the process.
func Child(open func(address string) (deliver.Sink, error)) {
	text, ok := os.LookupEnv(childVariable)
	if !ok {
		return
	}
	go func() { // whoever started this process is gone
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(statusFail)
	}()
	var o order
	err := json.Unmarshal([]byte(text), &o)
	if err == nil {
		err = o.deliver(open)
	}
	switch {
	case err == nil:
		os.Exit(statusDone)
	case errors.Is(err, deliver.ErrMoved):
		os.Exit(statusMove)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(statusFail)
}

// deliver delivers the log of the server, and says on standard output what happens.
func (o order) deliver(open func(address string) (deliver.Sink, error)) error {
	client, err := auditlogs.NewClient(auditlogs.WithAkinon(o.URL, auditlogs.StaticToken(childToken)))
	if err != nil {
		return err
	}
	sink, err := open(o.Address)
	if err != nil {
		return err
	}
	filter := auditlogs.AuditEventFilter{Until: noon, ListOptions: auditlogs.ListOptions{PageSize: killPage}}
	source := auditlogs.Named(o.Source, client.AuditEvents.Source(filter))
	sink = &faulty{Sink: sink}
	if o.Naive {
		sink = &naive{Sink: sink}
	}
	options := deliver.Options{
		Patience: time.Minute,
		Report:   func(*auditlogs.SourceError) { fmt.Println(lineTrouble) },
	}
	return deliver.List(context.Background(), sink, source, options)
}

// Lines of standard output.
const (
	lineCommit  = "commit"  // a batch is about to be stored
	lineTrouble = "trouble" // the sink failed, and is tried again
)

// faulty is a sink some of whose answers are lost.
type faulty struct{ deliver.Sink }

func (f *faulty) Commit(ctx context.Context, b deliver.Batch) error {
	fmt.Println(lineCommit)
	if err := f.Sink.Commit(ctx, b); err != nil {
		return err
	}
	if rand.IntN(10) == 0 { //nolint:gosec // which one does not matter
		return errors.New("the answer was lost")
	}
	return nil
}

// naive is a sink without compare-and-set: it stores whatever it is given, and knows only what it was told.
type naive struct {
	deliver.Sink
	told *deliver.Place
}

func (n *naive) Place(ctx context.Context, source string) (deliver.Place, error) {
	if n.told != nil {
		return *n.told, nil
	}
	return n.Sink.Place(ctx, source)
}

func (n *naive) Commit(ctx context.Context, b deliver.Batch) error {
	n.told = &b.From
	for {
		at, err := n.Sink.Place(ctx, b.Source)
		if err != nil {
			return err
		}
		now := b
		now.From, now.To.Seq, now.To.Count = at, at.Seq+1, at.Count+uint64(len(b.Events))
		if err = n.Sink.Commit(ctx, now); errors.Is(err, deliver.ErrMoved) {
			continue
		}
		if err == nil {
			n.told = &b.To
		}
		return err
	}
}
