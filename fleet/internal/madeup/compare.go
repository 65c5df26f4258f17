package madeup

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
)

// Difference says how what was stored differs from what the servers have.
type Difference struct {
	Records  int // of the servers
	Missing  int
	Repeated int // stored more than once
	Unknown  int // stored, and on no server
	Example  string
	Sources  map[string]Loss // those of which something is missing
}

// Loss is what is missing of a source.
type Loss struct {
	Records     int       // that the server has
	Missing     int       // of these
	First, Last time.Time // of those that are missing
}

// Whole reports whether every record was stored once, and nothing else was.
func (d Difference) Whole() bool { return d.Missing+d.Repeated+d.Unknown == 0 }

// String says all of it in one line.
func (d Difference) String() string {
	return fmt.Sprintf("%d records: %d missing, %d repeated, %d unknown %s", d.Records, d.Missing, d.Repeated, d.Unknown, d.Example)
}

// key tells records apart.
type key [16]byte

func keyOf(e auditlogs.Event) key {
	n, _ := e.Ordinal()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%s", e.Source, e.ID, n, e.Raw))
	return key(sum[:16])
}

// Compare reads the logs of all tenants, and compares them with what was stored.
func (all Tenants) Compare(ctx context.Context, stored iter.Seq2[auditlogs.Event, error]) (d Difference, err error) {
	counts := map[key]int{}
	for e, err := range stored {
		if err != nil {
			return d, err
		}
		counts[keyOf(e)]++
	}
	for _, t := range all {
		s, err := Open(ctx, t.Spec)
		if err != nil {
			return d, err
		}
		if err := d.compare(ctx, auditlogs.Named(t.Spec.Source(), s), counts); err != nil {
			return d, fmt.Errorf("%s: %w", t.Spec.Source(), err)
		}
	}
	d.Unknown = len(counts)
	return d, nil
}

func (d *Difference) compare(ctx context.Context, s auditlogs.Source, counts map[key]int) error {
	var loss Loss
	defer func() {
		if loss.Missing > 0 {
			if d.Sources == nil {
				d.Sources = map[string]Loss{}
			}
			d.Sources[s.Name()] = loss
		}
	}()
	for page, err := range s.Pages(ctx, "") {
		if err != nil {
			return err
		}
		for _, e := range page.Items {
			d.Records++
			loss.Records++
			k := keyOf(e)
			switch n := counts[k]; {
			case n == 0:
				d.Missing++
				loss.Missing++
				if loss.First.IsZero() {
					loss.First = e.Time
				}
				loss.Last = e.Time
				d.Example = fmt.Sprintf("(missing: %s of %s)", e.ID, e.Source)
			case n > 1:
				d.Repeated += n - 1
			}
			delete(counts, k)
		}
	}
	return nil
}

var _ fleet.Opener = Open
