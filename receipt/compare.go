package receipt

import (
	"fmt"
	"strings"
	"time"
)

// Difference is how two receipts differ. The zero value means that both are of the same records.
type Difference struct {
	// Window is whether the receipts are of different windows. Then a record may be missing from one of them only because
	// it lies outside its window.
	Window bool
	// Root is whether the records differ. Root without Days means that the days of a receipt were changed after it was made.
	Root bool
	Days []DayDifference // the days that differ, in ascending order
}

// DayDifference is a day whose records differ.
type DayDifference struct {
	Date  time.Time // when the day begins, midnight in UTC
	Count uint64    // records of the receipt whose Compare was called; 0 if it does not have the day
	Other uint64    // records of the other receipt
}

// Compare says whether two receipts are of the same records, and which days differ if they are not. It compares Root and
// Days; API, Source, Scope and ReadAt say where the records come from, and do not count. Equal roots prove equal records.
//
// The counts of a day prove how many records differ at least. More cannot be told from two receipts: if a day has one
// record more, others may have been changed besides.
func (r Receipt) Compare(other Receipt) Difference {
	d := Difference{
		Window: !r.Since.Equal(other.Since) || !r.Until.Equal(other.Until),
		Root:   r.Count != other.Count || r.Root != other.Root,
	}
	a, b := r.Days, other.Days
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].Date.Before(b[0].Date):
			d.Days = append(d.Days, DayDifference{Date: a[0].Date, Count: a[0].Count})
			a = a[1:]
		case len(a) == 0 || b[0].Date.Before(a[0].Date):
			d.Days = append(d.Days, DayDifference{Date: b[0].Date, Other: b[0].Count})
			b = b[1:]
		default:
			if a[0].Count != b[0].Count || a[0].Root != b[0].Root {
				d.Days = append(d.Days, DayDifference{Date: a[0].Date, Count: a[0].Count, Other: b[0].Count})
			}
			a, b = a[1:], b[1:]
		}
	}
	return d
}

// Equal reports whether both receipts are of the same records. The windows may differ.
func (d Difference) Equal() bool { return !d.Root && len(d.Days) == 0 }

// AtLeast returns how many records are proven to differ: those of all days together.
func (d Difference) AtLeast() uint64 {
	sum := uint64(0)
	for _, day := range d.Days {
		sum += day.AtLeast()
	}
	return sum
}

// String returns one line: "equal", or the days with the number of records in both receipts.
func (d Difference) String() string {
	var parts []string
	if d.Window {
		parts = append(parts, "different windows")
	}
	for _, day := range d.Days {
		parts = append(parts, day.String())
	}
	switch {
	case d.Equal():
		parts = append(parts, "equal")
	case len(d.Days) == 0:
		parts = append(parts, "the roots differ, and no day does")
	}
	return strings.Join(parts, "; ")
}

// AtLeast returns how many records of the day are proven to differ. If the counts differ, as many records as they differ by
// are in one receipt and not in the other. If the counts are equal, at least one record was changed.
func (d DayDifference) AtLeast() uint64 {
	switch {
	case d.Count > d.Other:
		return d.Count - d.Other
	case d.Count < d.Other:
		return d.Other - d.Count
	default:
		return 1
	}
}

// String returns the day and both counts, the receipt's own first.
func (d DayDifference) String() string {
	date := d.Date.UTC().Format(time.DateOnly)
	if d.Count == d.Other {
		return fmt.Sprintf("%s: %d and %d records, not the same", date, d.Count, d.Other)
	}
	return fmt.Sprintf("%s: %d and %d records", date, d.Count, d.Other)
}
