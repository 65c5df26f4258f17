package browsertest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// exporting downloads what filters leave, before everything is read, and compares it with the server's rows.
var exporting = journey{name: "exporting", query: "?api=akinon,thousandeyes&actor=Zo%C3%AB&before=2026-10-20T12:00:00Z", steps: []step{
	{"load", nil, rows + `.length > 5 && ` + shownOn("#all")},
	{"everything is read first", chromedp.Click("#jsonl"), status + ` === "10,000 events"`},
}, check: (*tab).sameExports}

// event is what the comparison knows of a row.
type event struct {
	ID, API, Action, Source string
	Time                    time.Time
	Actor                   struct{ Name, Email, ID, Kind string }
	Target                  struct{ Type, Name, ID string }
	TypeName                string `json:"type_name"`
	SourceIP                string `json:"source_ip"`
	Outcome                 string
}

func (b *tab) sameExports(address string) error {
	lines, err := b.download("#jsonl", "timeline-demo.jsonl")
	if err != nil {
		return err
	}
	table, err := b.download("#csv", "timeline-demo.csv")
	if err != nil {
		return err
	}
	want, err := b.wanted(address)
	if err != nil {
		return err
	}
	return errors.Join(sameLines(want, lines), sameTable(want, table))
}

// wanted are the server's rows that the filters of exporting leave.
func (b *tab) wanted(address string) (all []json.RawMessage, err error) {
	before := time.Date(2026, time.October, 20, 12, 0, 0, 0, time.UTC)
	rows, err := b.eventsAt(address, 0, 10_000)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		var e event
		if err := json.Unmarshal(row, &e); err != nil {
			return nil, err
		}
		actor := e.Actor.Name + e.Actor.Email + e.Actor.ID
		if (e.API == "akinon" || e.API == "thousandeyes") && strings.Contains(actor, "Zoë") && e.Time.Before(before) {
			all = append(all, row)
		}
	}
	if len(rows) != 10_000 || len(all) < 20 {
		return nil, fmt.Errorf("%d rows, of which %d are wanted", len(rows), len(all))
	}
	return all, nil
}

// eventsAt reads rows of the server.
func (b *tab) eventsAt(address string, from, limit int) ([]json.RawMessage, error) {
	text, err := b.get(fmt.Sprintf("%sevents?from=%d&limit=%d", address, from, limit))
	if err != nil {
		return nil, err
	}
	var answer struct{ Events []json.RawMessage }
	err = json.Unmarshal(text, &answer)
	return answer.Events, err
}

func sameLines(want []json.RawMessage, text []byte) error {
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	if len(lines) != len(want) {
		return fmt.Errorf("%d lines of JSON for %d rows", len(lines), len(want))
	}
	for i := range want {
		row, line := members(want[i]), members(lines[i])
		delete(row, "type_name") // the page's own
		if !reflect.DeepEqual(row, line) || !bytes.HasPrefix(lines[i], []byte(`{"demo":true,`)) {
			return fmt.Errorf("line %d is %s, not %s", i+1, lines[i], want[i])
		}
	}
	return nil
}

// members reads an object with its numbers as they came.
func members(text []byte) (m map[string]any) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if d.Decode(&m) != nil {
		return nil
	}
	return m
}

func sameTable(want []json.RawMessage, text []byte) error {
	text, marked := bytes.CutPrefix(text, []byte("\uFEFF"))
	if !marked {
		return errors.New("the CSV does not begin with a byte order mark")
	}
	table, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return err
	}
	if len(table) != len(want)+1 {
		return fmt.Errorf("%d rows of CSV for %d", len(table), len(want)+1)
	}
	for i, row := range table[1:] {
		var e event
		if err := json.Unmarshal(want[i], &e); err != nil {
			return err
		}
		cells := []string{
			"demo", e.Time.Format(time.RFC3339Nano), e.API, e.Source, e.ID, e.Action, e.Actor.Name, e.Actor.Email, e.Actor.ID, e.Actor.Kind,
			e.Target.Type, e.TypeName, e.Target.Name, e.Target.ID, e.SourceIP, e.Outcome,
		}
		for j, cell := range row {
			row[j] = strings.TrimPrefix(cell, "'")
		}
		if !reflect.DeepEqual(cells, row) {
			return fmt.Errorf("row %d is %q, not %q", i+1, row, cells)
		}
	}
	return nil
}

// downloading is held by one download at a time, since a browser tells all its tabs of it.
var downloading sync.Mutex

// download clicks a link and returns the file that comes of it, whose name must be as given.
func (b *tab) download(link, name string) ([]byte, error) {
	downloading.Lock()
	defer downloading.Unlock()
	folder, err := os.MkdirTemp("", "timeline")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	begun, ended := make(chan string, 10), make(chan browser.DownloadProgressState, 10)
	notice := func(event any) {
		switch e := event.(type) {
		case *browser.EventDownloadWillBegin:
			begun <- e.SuggestedFilename
		case *browser.EventDownloadProgress:
			if e.State != browser.DownloadProgressStateInProgress {
				ended <- e.State
			}
		}
	}
	if err := chromedp.ListenBrowser(b, notice); err != nil {
		return nil, err
	}
	events := true
	behavior := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder, EventsEnabled: &events}
	if _, err := chromedp.CallBrowser(b, browser.SetDownloadBehavior, behavior); err != nil {
		return nil, err
	}
	if err := b.do(chromedp.Click(link)); err != nil {
		return nil, err
	}
	select {
	case state := <-ended:
		if got := <-begun; got != name || state != browser.DownloadProgressStateCompleted {
			return nil, fmt.Errorf("the download of %s is %s, not %s", got, state, name)
		}
	case <-time.After(b.patience):
		return nil, errors.New("no download of " + name)
	}
	return os.ReadFile(filepath.Join(folder, name))
}
