package destinations

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// lake is where the files of one store belong in Amazon Security Lake.
type lake struct {
	folder  string // what is below ext/ in the lake's bucket
	source  string // of at most 15 bytes: "-" and the class are added, and the name of a custom source has at most 20
	region  string // of the bucket
	account string // for what is not an account of AWS, "external_" and a name of your own: of the tenant, one for each store
}

// write writes the events of whole UTC days, from since until until: a file for each day and class of OCSF. It writes the same files for the
// same events, so that what is sent again replaces itself. It holds all of them in memory.
func (l lake) write(since, until time.Time, events iter.Seq2[auditlogs.Event, error]) error {
	files := map[string][]row{}
	for e, err := range events {
		if err != nil {
			return err
		}
		if e.Time.IsZero() {
			return fmt.Errorf("%s/%s has no time, and so no day", e.API, e.ID)
		}
		if e.Time.Before(since) || !e.Time.Before(until) {
			continue
		}
		r, err := rowOf(e)
		if err != nil {
			return err
		}
		path := filepath.Join(l.folder, fmt.Sprintf("%s-%d", l.source, r.ClassUID),
			"region="+l.region, "accountId="+l.account, "eventDay="+e.Time.UTC().Format("20060102"), "audit.parquet")
		files[path] = append(files[path], r)
	}
	for path, rows := range files {
		slices.SortFunc(rows, func(a, b row) int {
			return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Metadata.UID, b.Metadata.UID))
		})
		if err := l.writeRows(path, rows); err != nil {
			return err
		}
	}
	return nil
}

// writeRows writes a file that gets its name when it is whole. Until then it is beside the folders that are sent.
func (l lake) writeRows(path string, rows []row) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	out, err := os.CreateTemp(l.folder, ".unfinished-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(out.Name()) }() // once it has its name, there is nothing to remove
	w := parquet.NewGenericWriter[row](out, parquet.Compression(&zstd.Codec{}),
		parquet.PageBufferSize(256<<10), parquet.MaxRowsPerRowGroup(50_000))
	for i := range rows {
		if _, err = w.Write(rows[i : i+1]); err != nil { // one at a time, so that pages end where they are full
			break
		}
	}
	if err := errors.Join(err, w.Close(), out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), path)
}
