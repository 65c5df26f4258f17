package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Servers that make it hard: complete, or an error that says why; never a gap in silence.

func TestOffsetOnAwkwardServers(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]auditlogtest.Quirks{
		"by pages": {OffsetPages: true}, "short pages": {ShortPages: 2}, "page cap 8": {PageCap: 8}, "page cap 4": {PageCap: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEach(t, func(r *rig) { r.tryOffsets(quirks) })
		})
	}
}

// TestPagesOfFewRows: of page sizes up to 4, none reaches across row 12, 24, and so on, where only pages can be addressed;
// and pages of one row cannot overlap at all.
func TestPagesOfFewRows(t *testing.T) {
	t.Parallel()
	for _, most := range fewer([]int{1, 4, 5, 2, 3, 6, 7}) {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			t.Parallel()
			forEach(t, func(r *rig) {
				want := r.fill(40, time.Minute)
				r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: most})
				for _, size := range []int{0, 1, 3} {
					if r.maxPage == 0 {
						size = 0
					}
					_, keys, err := r.readPages(listing{ListOptions: auditlogs.ListOptions{PageSize: size}})
					complete := r.completeOrSaid(want, keys, err)
					require.True(r, complete || most < 5, "pages of %d: %v", size, err)
				}
			})
		})
	}
}

func TestBoundsThatAreCutToMilliseconds(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) { r.tryBounds(auditlogtest.Quirks{MillisecondBounds: true}) })
}

// TestAnEmptyPageThatLeadsToItself: the server was busy, and says where to ask again.
func TestAnEmptyPageThatLeadsToItself(t *testing.T) {
	t.Parallel()
	r := newRig(t, subjectOf(auditlogtest.ThousandEyes))
	want := r.fill(30, time.Minute)
	r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: 5, EmptyPages: 2})
	require.Equal(t, want, r.read(listing{}))
	require.Equal(t, want, r.resumed(listing{}))
}

func TestCursorsWithLineBreaksOrLooseBits(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(12, time.Minute)
		p, err := r.list(r.Context(), r.client, r.by(5))
		require.NoError(r, err)
		good := string(p.next)
		damaged := map[string]string{
			"line break after": good + "\n", "line break within": good[:20] + "\r\n" + good[20:],
		}
		for _, b := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
			if text := good[:len(good)-1] + string([]byte{b}); text != good {
				damaged["last byte as "+string([]byte{b})] = text
			}
		}
		for name, text := range damaged {
			_, err := r.list(r.Context(), r.client, listing{ListOptions: auditlogs.ListOptions{Cursor: auditlogs.Cursor(text)}})
			require.ErrorIs(r, err, auditlogs.ErrInvalidCursor, name)
		}
	})
}

// TestTheOrderIsProvedBeforeItIsUsed: one or two rows do not show that the API lists newest first.
func TestTheOrderIsProvedBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	for _, api := range []auditlogtest.API{auditlogtest.HuaweiEDS, auditlogtest.Akinon} {
		for _, order := range []auditlogtest.Order{auditlogtest.TimeAscending, auditlogtest.Unordered} {
			for _, size := range fewer([]int{1, 3, 2, 4}) {
				t.Run(fmt.Sprintf("%s, order %d, pages of %d", api, order, size), func(t *testing.T) {
					t.Parallel()
					for n := 2; n < 40; n += 3 {
						r := newRig(t, subjectOf(api))
						want := r.fill(n, time.Minute)
						r.srv.SetQuirks(api, auditlogtest.Quirks{Order: order, IgnoreSort: true})
						_, keys, err := r.readPages(r.by(size))
						r.completeOrSaid(want, keys, err)
						keys, err = r.readResumed(r.by(size))
						r.completeOrSaid(want, keys, err)
					}
				})
			}
		}
	}
}

func TestTheOffsetOfHuaweiWhereItIsUnclear(t *testing.T) {
	t.Parallel()
	totals := map[string]auditlogtest.Total{
		"right": auditlogtest.TotalRight, "missing": auditlogtest.TotalMissing, "zero": auditlogtest.TotalZero, "wrong": auditlogtest.TotalWrong,
	}
	for total, quirk := range totals {
		for _, pages := range []bool{false, true} {
			for _, unstable := range []bool{false, true} {
				sizes := []int{0, 8, 5, 1}
				if testing.Short() {
					sizes = sizes[1:2]
				}
				for _, size := range sizes {
					t.Run(fmt.Sprintf("total %s, by pages %t, unstable %t, pages of %d", total, pages, unstable, size), func(t *testing.T) {
						t.Parallel()
						forOffsets(t, auditlogtest.Quirks{PageCap: 8, Total: quirk, OffsetPages: pages, UnstableTies: unstable}, size)
					})
				}
			}
		}
	}
}

func TestShortPagesInWaldursEnvelope(t *testing.T) {
	t.Parallel()
	r := newRig(t, subjectOf(auditlogtest.Waldur))
	want := r.fill(450, 13*time.Minute)
	r.srv.SetQuirks(r.api, auditlogtest.Quirks{Envelope: true, ShortPages: 2, PageCap: 100})
	for _, size := range []int{0, 300, 100, 101, 99, 37} {
		_, keys, err := r.readPages(r.by(size))
		r.completeOrSaid(want, keys, err)
	}
}

var errEndless = errors.New("a thousand requests for a log of a hundred rows")

// datedBefore reports whether a row came that was added meanwhile, to an answer whose date may be from before it was: with
// requests at once, one of them adds rows between the date of another and its rows.
func datedBefore(wrong error, way string) bool {
	return wrong != nil && strings.Contains(way, "prefetch") && strings.Contains(wrong.Error(), "was not there")
}

// TestOtherOrdersWhileRowsComeAndGo: the promise holds there too, or the listing says that it does not.
func TestOtherOrdersWhileRowsComeAndGo(t *testing.T) {
	t.Parallel()
	for _, api := range []auditlogtest.API{auditlogtest.ElasticPath, auditlogtest.HuaweiEDS, auditlogtest.Akinon} {
		for name, order := range map[string]auditlogtest.Order{"oldest first": auditlogtest.TimeAscending, "unordered": auditlogtest.Unordered} {
			for _, d := range disturbances() {
				if d.between == nil {
					continue
				}
				t.Run(fmt.Sprintf("%s, %s, %s", api, name, d.name), func(t *testing.T) {
					t.Parallel()
					incomplete, seeds := 0, uint64(24)
					if testing.Short() {
						seeds = 4
					}
					for seed := range seeds {
						ctx, cancel := context.WithCancelCause(t.Context())
						bounded := d
						bounded.between = func(trial *trial, n int) {
							if n > 1000 {
								cancel(errEndless)
							}
							d.between(trial, n)
						}
						trial := newTrial(subjectOf(api), bounded, seed)
						trial.srv.SetQuirks(api, auditlogtest.Quirks{Order: order, IgnoreSort: true})
						began := trial.rows(trial.srv)
						keys, err := trial.read(ctx, ways()[seed%4])
						require.False(t, hasTwice(keys), "seed %d: twice", seed)
						if err != nil {
							var said *auditlogs.IncompleteError
							require.ErrorAs(t, err, &said, "seed %d", seed)
							incomplete++
						} else if wrong := trial.verify(began, keys, nil); !datedBefore(wrong, ways()[seed%4].name) {
							require.NoError(t, wrong, "seed %d, %s", seed, ways()[seed%4].name)
						}
						trial.close()
						cancel(nil)
					}
					t.Logf("%d of %d incomplete", incomplete, seeds)
				})
			}
		}
	}
}

// forOffsets reads logs of Huawei with more rows in one second than a page has.
func forOffsets(t *testing.T, quirks auditlogtest.Quirks, sizes ...int) {
	t.Helper()
	for _, same := range fewer([]int{20, 8, 7, 9, 33}) {
		r := newRig(t, subjectOf(auditlogtest.HuaweiEDS))
		r.fill(12, time.Second)
		for i := range same {
			r.add(r.srv, row{fmt.Sprintf("same-%d", i), noon.Add(-5 * time.Second)})
		}
		want := r.stored()
		r.srv.SetQuirks(r.api, quirks)
		for _, size := range sizes {
			_, keys, err := r.readPages(r.by(size))
			complete := r.completeOrSaid(want, keys, err)
			require.True(t, complete || quirks.UnstableTies || quirks.OffsetPages, "%d rows in one second, pages of %d: %v", same, size, err)
			keys, err = r.readResumed(r.by(size))
			r.completeOrSaid(want, keys, err)
		}
	}
}
