package auditlogsreceiver

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap/zapcore"
)

var errFull = errors.New("no space left")

// A storage that fails for now holds its sources up. What was taken before is not handed on again.
func TestStorageFailsForNow(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(op, key string) bool{
		"remember":  func(op, key string) bool { return strings.Contains(key, sincePrefix) },
		"read":      func(op, _ string) bool { return op == "get" },
		"write":     func(op, _ string) bool { return op == "set" },
		"the place": func(op, key string) bool { return op == "set" && strings.HasSuffix(key, "/waldur/prod") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, waldur("prod"))
				want := r.looks(time.Hour, "a", "b")
				r.host.store.failing(func(op, key string) error {
					if fails(op, key) {
						return errFull
					}
					return nil
				})
				r.start()
				r.pass(time.Hour)
				require.LessOrEqual(t, r.next.asked(), 1)
				require.Len(t, r.host.statuses(), 1)
				require.Contains(t, r.host.statuses()[0], "StatusRecoverableError waldur/prod: the storage extension cannot be")
				require.NotEmpty(t, r.logged(zapcore.WarnLevel))

				r.host.store.failing(nil)
				want = append(want, r.looks(5*time.Minute, "c")...)
				r.pass(10 * time.Minute)
				r.taken(want...)
				require.Equal(t, "StatusOK <nil>", r.host.statuses()[1])
			})
		})
	}
}

// A crash behind what was taken, and before its place is stored: the batch comes again, and its records are the same.
func TestCrash(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		want := r.looks(time.Hour, "a", "b")
		r.host.store.failing(func(op, key string) error {
			if op == "set" && strings.HasSuffix(key, "/waldur/prod") {
				return errFull
			}
			return nil
		})
		own := r.start()
		r.pass(time.Minute)
		r.taken(want...)
		r.stop(own)
		r.host.store.failing(nil)
		r.start()
		r.pass(5 * time.Minute)
		r.taken(append(want, want...)...)
	})
}

// What the storage has and no receiver wrote ends the source, which would repeat or miss records otherwise.
func TestDamagedStorage(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no place":          "not JSON",
		"a place elsewhere": `{"seq":1,"cursor":"nowhere","count":0,"updated":"2024-01-01T00:00:00Z"}`,
		"a finished range":  `{"seq":1,"cursor":"nowhere","done":true,"count":0,"updated":"2024-01-01T00:00:00Z"}`,
	} {
		for _, key := range []string{"", sincePrefix} {
			t.Run(name+key, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, waldur("prod"))
					r.looks(time.Hour, "a")
					require.NoError(t, r.host.store.memory.Set(t.Context(), keyPrefix+key+"waldur/prod", []byte(text)))
					r.start()
					r.pass(day)
					r.taken()
					require.Len(t, r.host.statuses(), 1)
					require.Contains(t, r.host.statuses()[0], "StatusPermanentError waldur/prod: ")
					require.Len(t, r.logged(zapcore.ErrorLevel), 1)
				})
			})
		}
	}
}

// Another process that uses the same storage ends the source in this one.
func TestMoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, waldur("prod"))
		r.start()
		r.pass(time.Second)
		r.start()
		r.pass(time.Hour)
		require.Len(t, r.host.statuses(), 1)
		require.Contains(t, r.host.statuses()[0], "another process has moved the source on")
	})
}

// The memory that takes the place of a storage does what one does.
func TestMemory(t *testing.T) {
	t.Parallel()
	m := &memory{values: map[string][]byte{}}
	get := storage.GetOperation("a")
	missing := storage.GetOperation("b")
	require.NoError(t, m.Batch(t.Context(), storage.SetOperation("a", []byte("1")), storage.SetOperation("b", []byte("2")), get,
		storage.DeleteOperation("b"), missing))
	require.Equal(t, "1", string(get.Value))
	require.Nil(t, missing.Value)
	require.NoError(t, m.Close(t.Context()))
}

// A place is read as it was stored.
func TestPlaces(t *testing.T) {
	t.Parallel()
	p := places{&memory{values: map[string][]byte{}}}
	want := deliver.Place{Seq: 3, Cursor: "c", Done: true, Count: 1 << 63}
	require.NoError(t, p.set(t.Context(), "waldur/a", want))
	got, err := p.get(t.Context(), "waldur/a")
	require.NoError(t, err)
	require.True(t, want.Same(got), got)
	require.False(t, got.Updated.IsZero())
	got, err = p.get(t.Context(), "waldur/b")
	require.NoError(t, err)
	require.Zero(t, got)
}
