package receipt_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/receipt"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	type days []receipt.Day
	day := func(n int, count uint64, root byte) receipt.Day {
		return receipt.Day{Date: since.AddDate(0, 0, n), Count: count, Root: [32]byte{root}}
	}
	// whole makes a receipt whose count and root follow from its days.
	whole := func(all days) (r receipt.Receipt) {
		for _, d := range all {
			r.Days = append(r.Days, d)
			r.Count += d.Count
			for i := range r.Root {
				r.Root[i] = r.Root[i]*31 + d.Root[i] + byte(d.Date.Day())
			}
		}
		return r
	}
	for name, tc := range map[string]struct {
		a, b    days
		atLeast uint64
		text    string
	}{
		"nothing":    {nil, nil, 0, "equal"},
		"equal":      {days{day(0, 2, 1), day(1, 3, 2)}, days{day(0, 2, 1), day(1, 3, 2)}, 0, "equal"},
		"altered":    {days{day(0, 2, 1), day(1, 3, 2)}, days{day(0, 2, 1), day(1, 3, 9)}, 1, "2026-03-02: 3 and 3 records, not the same"},
		"fewer":      {days{day(0, 7, 1)}, days{day(0, 2, 9)}, 5, "2026-03-01: 7 and 2 records"},
		"more":       {days{day(0, 2, 1)}, days{day(0, 7, 9)}, 5, "2026-03-01: 2 and 7 records"},
		"first gone": {days{day(0, 1, 1), day(1, 3, 2)}, days{day(1, 3, 2)}, 1, "2026-03-01: 1 and 0 records"},
		"last gone":  {days{day(0, 1, 1), day(1, 3, 2)}, days{day(0, 1, 1)}, 3, "2026-03-02: 3 and 0 records"},
		"moved": {
			days{day(0, 1, 1), day(1, 3, 2)}, days{day(1, 3, 2), day(2, 1, 1)}, 2,
			"2026-03-01: 1 and 0 records; 2026-03-03: 0 and 1 records",
		},
		"all gone": {days{day(0, 1, 1), day(1, 3, 2)}, nil, 4, "2026-03-01: 1 and 0 records; 2026-03-02: 3 and 0 records"},
	} {
		a, b := whole(tc.a), whole(tc.b)
		d := a.Compare(b)
		require.Equal(t, tc.text == "equal", d.Equal(), name)
		require.Equal(t, tc.atLeast, d.AtLeast(), name)
		require.Equal(t, tc.text, d.String(), name)

		back := b.Compare(a)
		require.Equal(t, d.AtLeast(), back.AtLeast(), name)
		require.Len(t, back.Days, len(d.Days), name)
		for i, day := range back.Days {
			require.Equal(t, receipt.DayDifference{Date: day.Date, Count: day.Other, Other: day.Count}, d.Days[i], name)
		}
	}
}

func TestCompareOfOtherFields(t *testing.T) {
	t.Parallel()
	a := sample(t)
	b := a
	b.API, b.Source, b.Scope, b.ReadAt = "x", "y", "z", time.Time{}
	b.Since = b.Since.In(time.FixedZone("", 3600))
	require.Equal(t, receipt.Difference{}, a.Compare(b))

	b.Until = time.Time{}
	require.Equal(t, receipt.Difference{Window: true}, a.Compare(b))
	require.True(t, a.Compare(b).Equal(), "the records are the same")
	require.Equal(t, "different windows; equal", a.Compare(b).String())

	b = a
	b.Count++
	require.False(t, a.Compare(b).Equal())
	b = a
	b.Days = slices.Clone(a.Days)
	b.Days[1].Count += 2
	require.EqualValues(t, 2, a.Compare(b).AtLeast())

	b = a
	b.Root[0]++
	require.False(t, a.Compare(b).Equal())
	require.Equal(t, "the roots differ, and no day does", a.Compare(b).String())
}
