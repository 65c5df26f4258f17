package deliver_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// exampleServer serves a thousand made-up records of Akinon, of ten days.
func exampleServer() (*auditlogtest.Server, *auditlogs.Client) {
	srv := auditlogtest.NewServer()
	srv.GenerateForBetween(auditlogtest.Akinon, noon.AddDate(0, 0, -10), noon, 1, 1000)
	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		panic(err)
	}
	return srv, client
}

// exampleFile opens a file in a folder of its own, which remove removes.
func exampleFile() (sink *deliver.File, remove func()) {
	folder, err := os.MkdirTemp("", "deliver")
	if err != nil {
		panic(err)
	}
	sink, err = deliver.OpenFile(filepath.Join(folder, "audit.jsonl"))
	if err != nil {
		panic(err)
	}
	return sink, func() {
		_ = sink.Close()
		_ = os.RemoveAll(folder)
	}
}

// One finished range, once: a second run has nothing to do.
func ExampleList() {
	srv, client := exampleServer()
	defer srv.Close()
	sink, remove := exampleFile()
	defer remove()

	october := client.AuditEvents.Source(auditlogs.AuditEventFilter{Until: noon})
	for range 2 {
		if err := deliver.List(context.Background(), sink, october, deliver.Options{}); err != nil {
			fmt.Println(err)
			return
		}
		place, _ := sink.Place(context.Background(), october.Name())
		fmt.Println(place.Count, "events, done:", place.Done)
	}
	// Output:
	// 1000 events, done: true
	// 1000 events, done: true
}

// What is new since last time: the job for cron.
func ExampleCatchUp() {
	srv, client := exampleServer()
	defer srv.Close()
	sink, remove := exampleFile()
	defer remove()

	since := noon.AddDate(0, 0, -1) // the same at every run
	source := client.AuditEvents.Source(auditlogs.AuditEventFilter{Since: since})
	options := deliver.Options{Progress: func(p deliver.Progress) { fmt.Println(p.Source, p.Events, p.CaughtUp) }}
	for range 2 {
		if err := deliver.CatchUp(context.Background(), sink, options, source); err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// akinon 124 true
	// akinon 0 true
}

// Until the context ends: the service.
func ExampleFollow() {
	srv, client := exampleServer()
	defer srv.Close()
	sink, remove := exampleFile()
	defer remove()

	ctx, cancel := context.WithCancel(context.Background())
	options := deliver.Options{
		Follow: auditlogs.FollowOptions{Interval: time.Minute},
		Progress: func(p deliver.Progress) {
			fmt.Println(p.Place.Count)
			cancel() // a service would be stopped by a signal
		},
	}
	err := deliver.Follow(ctx, sink, options, client.AuditEvents.Source(auditlogs.AuditEventFilter{Since: noon.AddDate(0, 0, -10)}))
	fmt.Println(err)
	// Output:
	// 1000
	// context canceled
}

// A long range in windows of a day, four at once.
func ExampleBackfill() {
	srv, client := exampleServer()
	defer srv.Close()
	sink, remove := exampleFile()
	defer remove()

	windows := deliver.Windows{Since: noon.AddDate(0, 0, -10), Until: noon, Step: 24 * time.Hour}
	var events int
	options := deliver.Options{Parallel: 4, Progress: func(p deliver.Progress) { events += p.Events }}
	err := deliver.Backfill(context.Background(), sink, options, windows, func(since, until time.Time) auditlogs.Source {
		return client.AuditEvents.Source(auditlogs.AuditEventFilter{Since: since, Until: until})
	})
	place, _ := sink.Place(context.Background(), "akinon 2026-11-19T00:00:00Z/2026-11-20T00:00:00Z")
	fmt.Println(err, events, place.Done)
	// Output:
	// <nil> 1000 true
}

// A time that is computed once, whenever the program starts.
func ExampleRemember() {
	sink, remove := exampleFile()
	defer remove()
	for _, today := range []time.Time{noon, noon.AddDate(0, 0, 1)} {
		since, err := deliver.Remember(context.Background(), sink, "since", today.AddDate(0, 0, -7).Format(time.DateOnly))
		fmt.Println(since, err)
	}
	// Output:
	// 2026-11-13 <nil>
	// 2026-11-13 <nil>
}

func ExampleOpenFile() {
	sink, remove := exampleFile()
	defer remove()
	batch := deliver.Batch{
		Source: "mine",
		Events: []auditlogs.Event{{ID: "1", API: "mine", Action: "login"}},
		To:     deliver.Place{Seq: 1, Cursor: "a", Count: 1},
	}
	fmt.Println(sink.Commit(context.Background(), batch))
	fmt.Println(sink.Commit(context.Background(), batch))
	for event, err := range sink.Events(context.Background(), "mine") {
		fmt.Println(event.ID, event.Action, err)
	}
	// Output:
	// <nil>
	// another process has moved the source on: it is at batch 1, and this one comes behind 0
	// 1 login <nil>
}
