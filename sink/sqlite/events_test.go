package sqlite

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

func TestEventsAreOneSnapshot(t *testing.T) {
	t.Parallel()
	s, events := newSink(t), realEvents(t, 600)
	at := next("log", deliver.Place{}, events[:300]...)
	require.NoError(t, s.Commit(t.Context(), at))
	require.NoError(t, s.Commit(t.Context(), next("other", deliver.Place{}, events[:7]...)))

	var got []auditlogs.Event
	for e, err := range s.Events(t.Context(), "log") {
		require.NoError(t, err)
		if got = append(got, e); len(got)%100 == 0 { // the one who reads commits, too
			at = next("log", at.To, events[300:]...)
			require.NoError(t, s.Commit(t.Context(), at))
		}
	}
	require.Equal(t, asStored(t, events[:300]...), got)
	require.Len(t, stored(t, s, "log"), 300+3*300)
	require.Equal(t, asStored(t, events[:7]...), stored(t, s, "other"))
	require.Empty(t, stored(t, s, "never seen"))
}

func TestEventsEnd(t *testing.T) {
	t.Parallel()
	s, events := newSink(t), realEvents(t, 100)
	require.NoError(t, s.Commit(t.Context(), next("log", deliver.Place{}, events...)))
	for _, err := range s.Events(t.Context(), "log") {
		require.NoError(t, err)
		break
	}
	require.Zero(t, s.DB().Stats().InUse)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n, last := 0, error(nil)
	for _, err := range s.Events(ctx, "log") {
		cancel()
		if last = err; err == nil {
			n++
		}
	}
	require.ErrorIs(t, last, context.Canceled)
	require.Equal(t, 1, n)
	require.Zero(t, s.DB().Stats().InUse)

	_, err := s.writer.ExecContext(t.Context(), `UPDATE auditlogs_events SET event = '{"v":2}' WHERE n = 50`)
	require.NoError(t, err)
	got, err := auditlogs.Collect(s.Events(t.Context(), "log"), 1000)
	require.ErrorIs(t, err, deliver.ErrRefused)
	require.Equal(t, asStored(t, events[:50]...), got)

	_, err = auditlogs.Collect(s.Events(t.Context(), "\xff"), 1)
	require.ErrorIs(t, err, deliver.ErrInvalidBatch)
}

// What is not in the database any more, by a rule of the owner's, does not change the place.
func TestOldEventsMayBeDeleted(t *testing.T) {
	t.Parallel()
	s, events := newSink(t), realEvents(t, 100)
	b := next("log", deliver.Place{}, events...)
	require.NoError(t, s.Commit(t.Context(), b))
	_, err := s.writer.ExecContext(t.Context(), `DELETE FROM auditlogs_events WHERE n < 90`)
	require.NoError(t, err)
	require.True(t, place(t, s, "log").Same(b.To))
	require.NoError(t, s.Commit(t.Context(), next("log", b.To, events[0])))
	require.Equal(t, asStored(t, append(events[90:], events[0])...), stored(t, s, "log"))
}

// Every column says what the event says.
func TestColumns(t *testing.T) {
	t.Parallel()
	s, events := newSink(t), realEvents(t, 300)
	require.NoError(t, s.Commit(t.Context(), next("its place", deliver.Place{}, events...)))
	for i, e := range events {
		var got [17]*string
		var to []any
		for k := range got {
			to = append(to, &got[k])
		}
		err := s.DB().QueryRowContext(t.Context(), `SELECT time, api, source, delivered, id, action, actor_id, actor_name, actor_email,
			actor_kind, target_type, target_id, target_name, source_ip, outcome, ordinal, event FROM auditlogs WHERE seq = 1 AND n = ?`, i).Scan(to...)
		require.NoError(t, err)
		text, err := e.MarshalJSON()
		require.NoError(t, err)
		want := []string{e.Time.Format(timeFormat), string(e.API), e.Source, "its place", e.ID, e.Action, e.Actor.ID, e.Actor.Name, e.Actor.Email,
			e.Actor.Kind, e.Target.Type, e.Target.ID, e.Target.Name, e.SourceIP, string(e.Outcome), "", string(text)}
		if u, ok := e.Record.(auditlogs.UserEvent); ok {
			want[15] = fmt.Sprint(u.Ordinal)
		}
		for k, text := range want {
			if text == "" {
				require.Nil(t, got[k], "event %d, column %d", i, k)
			} else {
				require.NotNil(t, got[k], "event %d, column %d", i, k)
				require.Equal(t, text, *got[k])
			}
		}
	}
}

func TestDBCannotWrite(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	_, err := s.DB().ExecContext(t.Context(), `DELETE FROM auditlogs_places`)
	require.ErrorContains(t, err, "readonly")
}
