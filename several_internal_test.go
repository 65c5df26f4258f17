package auditlogs

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

func TestPartPlacesRefuse(t *testing.T) {
	t.Parallel()
	for _, state := range []any{
		map[string]any{"s": "scope", "parts": []any{nil}}, map[string]any{"s": "scope", "parts": 7}, map[string]any{"s": "scope", "parts": []any{map[string]any{"c": 7}}},
		map[string]any{"s": 7},
	} {
		cursor, err := exact.Seal(state, nil)
		require.NoError(t, err)
		_, err = openPartPlaces(Cursor(cursor), "scope")
		require.ErrorIs(t, err, exact.ErrInvalid)
	}
	cursor, err := exact.Seal(map[string]any{"s": "another", "parts": 7}, nil)
	require.NoError(t, err)
	_, err = openPartPlaces(Cursor(cursor), "scope")
	require.ErrorIs(t, err, exact.ErrMismatch)
}

func TestNoteDate(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	answers := []answer[Connector]{
		{}, {Answer: exact.Answer{Date: at.Add(2 * time.Second)}}, {Answer: exact.Answer{Date: at.Add(time.Minute)}, age: time.Minute}, {Answer: exact.Answer{Date: at.Add(time.Hour)}},
	}
	var date time.Time
	fetch := noteDate(func(context.Context, string, exact.Window) (*answer[Connector], error) {
		got := answers[0]
		answers = answers[1:]
		return &got, nil
	}, &date)
	for range answers {
		_, err := fetch(t.Context(), "op", exact.Window{})
		require.NoError(t, err)
	}
	require.Equal(t, at, date)
}
