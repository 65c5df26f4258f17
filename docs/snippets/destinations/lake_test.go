package destinations

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

func newLake(t *testing.T) lake {
	return lake{folder: t.TempDir(), source: "auditlogs", region: "eu-central-1", account: "external_prod"}
}

// The lake has every event of the store once, and a receipt of it equals that of the logs.
func TestLakeIsWhole(t *testing.T) {
	t.Parallel()
	w, l, db := newWorld(t, 1000), newLake(t), openDuckDB(t)
	require.NoError(t, l.write(since, until, w.events(t.Context())))
	w.requireProof(t, inLake(t, w, l))

	table := fmt.Sprintf("read_parquet('%s/*/*/*/*/*.parquet', hive_partitioning = true, filename = true)", l.folder)
	require.Equal(t, [][]string{{"0"}}, query(t, db, `SELECT count(*) FROM `+table+`
		WHERE region != 'eu-central-1' OR accountId != 'external_prod' OR eventDay::VARCHAR != strftime(make_timestamp(time * 1000), '%Y%m%d')
		OR NOT contains(filename, '/auditlogs-' || class_uid || '/')`))
	require.Equal(t, [][]string{{"0"}}, query(t, db, `SELECT count(*) FROM (
		SELECT time < lag(time) OVER (PARTITION BY filename ORDER BY file_row_number) AS back
		FROM read_parquet('`+l.folder+`/*/*/*/*/*.parquet', filename = true, file_row_number = true)) WHERE back`))
	require.Equal(t, [][]string{{"ZSTD"}}, query(t, db, "SELECT DISTINCT compression FROM parquet_metadata('"+l.folder+"/*/*/*/*/*.parquet')"))
	require.Equal(t, [][]string{{"9"}}, query(t, db, "SELECT count(DISTINCT eventDay) FROM "+table))
}

// inLake are the records in the lake, by key.
func inLake(t *testing.T, w world, l lake) map[string]string {
	t.Helper()
	kept := map[string]string{}
	rows := query(t, openDuckDB(t), fmt.Sprintf("SELECT metadata.uid, raw_data FROM read_parquet('%s/*/*/*/*/*.parquet')", l.folder))
	for _, row := range rows {
		kept[row[0]] = row[1]
	}
	require.Len(t, rows, len(kept), "no event is there twice")
	require.Len(t, kept, len(w.uids(t)))
	return kept
}

// What is written again, in another order and by days, is the same files.
func TestLakeAgain(t *testing.T) {
	t.Parallel()
	w, once, again := newWorld(t, 300), newLake(t), newLake(t)
	require.NoError(t, once.write(since, until, w.events(t.Context())))
	var events []auditlogs.Event
	for e, err := range w.events(t.Context()) {
		require.NoError(t, err)
		events = append(events, e)
	}
	slices.Reverse(events)
	for range 2 {
		for day := since; day.Before(until); day = day.AddDate(0, 0, 1) {
			require.NoError(t, again.write(day, day.AddDate(0, 0, 1), func(yield func(auditlogs.Event, error) bool) {
				for _, e := range events {
					if !yield(e, nil) {
						return
					}
				}
			}))
		}
	}
	require.Equal(t, files(t, once.folder), files(t, again.folder))
}

// A day has its own events: the first moment, and not that of the next day.
func TestLakeOneDay(t *testing.T) {
	t.Parallel()
	l, day := newLake(t), since.AddDate(0, 0, 3)
	require.NoError(t, l.write(day, day.AddDate(0, 0, 1), func(yield func(auditlogs.Event, error) bool) {
		for _, at := range []time.Time{day.Add(-1), day, day.AddDate(0, 0, 1).Add(-1), day.AddDate(0, 0, 1)} {
			if !yield(someEvent(at.String(), at.In(time.FixedZone("", 3600)), "{}"), nil) {
				return
			}
		}
	}))
	require.Len(t, files(t, l.folder), 1)
	table := "read_parquet('" + l.folder + "/*/*/*/eventDay=20261004/*.parquet')"
	require.Equal(t, [][]string{{"2"}}, query(t, openDuckDB(t), "SELECT count(*) FROM "+table))
}

// files are the contents below a folder, by path.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		found[name] = string(text)
		return err
	}))
	require.NotEmpty(t, found)
	return found
}

// Security Lake wants pages of at most 1 MB before compression.
func TestLakePages(t *testing.T) {
	t.Parallel()
	l := newLake(t)
	require.NoError(t, l.write(since, until, func(yield func(auditlogs.Event, error) bool) {
		for i := range 20_000 {
			raw := fmt.Sprintf(`{"uuid":"%d","text":%q}`, i, strings.Repeat(fmt.Sprint(i), 200))
			if !yield(someEvent(fmt.Sprint(i), since.Add(time.Duration(i)*time.Second), raw), nil) {
				return
			}
		}
	}))
	pages := 0
	for name, text := range files(t, l.folder) {
		f, err := parquet.OpenFile(strings.NewReader(text), int64(len(text)))
		require.NoError(t, err, name)
		for _, group := range f.RowGroups() {
			for _, chunk := range group.ColumnChunks() {
				all := chunk.Pages()
				for page, err := all.ReadPage(); err == nil; page, err = all.ReadPage() {
					require.LessOrEqual(t, page.Size(), int64(1<<20))
					pages++
				}
				require.NoError(t, all.Close())
			}
		}
	}
	require.Greater(t, pages, 100)
}

func TestLakeErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	good := someEvent("1", since, "{}")
	for name, test := range map[string]struct {
		event auditlogs.Event
		err   error
		want  string
	}{
		"of the store": {good, broken, "broken"},
		"no record":    {auditlogs.Event{API: auditlogs.APIWaldur, ID: "1", Time: since}, nil, "ocsf: no OCSF event is known for this record: waldur 1"},
		"no time":      {someEvent("1", time.Time{}, "{}"), nil, "waldur/1 has no time, and so no day"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLake(t)
			err := l.write(since, until, func(yield func(auditlogs.Event, error) bool) {
				_ = yield(good, nil) && yield(test.event, test.err)
			})
			require.EqualError(t, err, test.want)
			left, err := os.ReadDir(l.folder)
			require.NoError(t, err)
			require.Empty(t, left, "nothing is written of a store that was not read whole")
		})
	}
}

// What cannot get its name leaves nothing that would be sent.
func TestLakeUnfinished(t *testing.T) {
	t.Parallel()
	l := newLake(t)
	path := filepath.Join(l.folder, "auditlogs-3004", "region=eu-central-1", "accountId=external_prod", "eventDay=20261001", "audit.parquet")
	require.NoError(t, os.MkdirAll(path, 0o700))
	require.Error(t, l.write(since, until, func(yield func(auditlogs.Event, error) bool) { yield(someEvent("1", since, "{}"), nil) }))
	left, err := os.ReadDir(l.folder)
	require.NoError(t, err)
	require.Len(t, left, 1)
}

// Whatever package ocsf writes has a column. A record that is too long for raw_data is whole in unmapped.
func TestColumnsOfAll(t *testing.T) {
	t.Parallel()
	golden, err := filepath.Glob("../../../ocsf/testdata/*-1.3.0.json")
	require.NoError(t, err)
	require.Len(t, golden, 5)
	for _, path := range golden {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var events []json.RawMessage
		require.NoError(t, json.Unmarshal(text, &events))
		require.NotEmpty(t, events)
		for _, event := range events {
			_, err := columns(event)
			require.NoError(t, err, "%s: %s", path, event)
		}
	}
	long := `{"uuid":"1","n":1.10,"text":"` + strings.Repeat("x", 1<<16) + `"}`
	r, err := rowOf(someEvent("1", since, long))
	require.NoError(t, err)
	require.Nil(t, r.RawData)
	require.Equal(t, `{"record":`+long+`}`, string(r.Unmapped))
}

func TestColumns(t *testing.T) {
	t.Parallel()
	r, err := columns([]byte(`{"time":1,"metadata":{"uid":"a/b"},"unmapped":{"a":[1,{"b":null}]}}`))
	require.NoError(t, err)
	require.Equal(t, row{Time: 1, Metadata: metadata{UID: "a/b"}, Unmapped: `{"a":[1,{"b":null}]}`}, r)
	for name, text := range map[string]string{
		"an attribute":      `{"time":1,"comment":"x"}`,
		"one within":        `{"actor":{"user":{"shoe_size":1}}}`,
		"a type":            `{"time":"now"}`,
		"one within a list": `{"web_resources":[{"colour":"red"}]}`,
	} {
		_, err := columns([]byte(text))
		require.Error(t, err, name)
	}
}
