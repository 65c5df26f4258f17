package auditlogs_test

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// quick repeats at once.
var quick = auditlogs.RetryPolicy{MaxAttempts: 2, MinWait: 1, MaxWait: 1}

// Where only the end of the connection ends an answer, one that was cut looks complete. It is repeated as any other.
func TestCutAnswersWithoutLength(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]auditlogtest.Quirks{
		"plain": {UntilClose: true}, "gzip": {UntilClose: true, Gzip: true}, "mark": {UntilClose: true, ByteOrderMark: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEach(t, func(r *rig) {
				want := r.fill(2, time.Minute)
				r.srv.SetQuirks(r.api, quirks)
				client := r.newClient(auditlogs.WithRetry(quick))
				read := func() int {
					before := r.sent()
					p, err := r.list(r.Context(), client, listing{})
					require.NoError(r, err)
					require.Equal(r, want, p.keys)
					return r.sent() - before
				}
				require.Equal(r, 1, read(), "whole")
				for _, cut := range []int{-1, 1, 2, 3, 4, 5, 17, 60, 101, 150, 203} {
					r.srv.Inject(auditlogtest.Fault{Truncate: cut})
					require.Equal(r, 2, read(), "cut to %d bytes", cut)
				}
				r.srv.Inject(auditlogtest.Fault{Truncate: 100, Times: -1})
				_, err := r.list(r.Context(), client, listing{})
				var broken *auditlogs.TransportError
				require.ErrorAs(r, err, &broken)
				require.ErrorIs(r, err, io.ErrUnexpectedEOF)
				require.Equal(r, 2, broken.Attempts)
			})
		})
	}
}

// What is no JSON, or more than one value, was not cut, and comes no better the second time. Only its framing says that a
// body may be cut: the same text with a length is as the server meant it.
func TestAnswersThatAreNotCut(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.srv.SetQuirks(r.api, auditlogtest.Quirks{UntilClose: true})
		client := r.newClient(auditlogs.WithRetry(quick))
		for body, cut := range map[string]bool{
			"<html><body>": false, `{} {`: false, `{"a":"}"}]`: false, `"text`: false, "{]": false,
			`{"a":"}`: true, `{"a":"\"}`: true, `[{}`: true, `[[]`: true, `{"a":"\\\"}`: true, " \n": true,
		} {
			r.srv.ClearFaults()
			r.srv.Inject(auditlogtest.Fault{Status: 200, Body: body, Times: -1})
			before := r.sent()
			_, err := r.list(r.Context(), client, listing{})
			var decode *auditlogs.DecodeError
			var broken *auditlogs.TransportError
			if cut {
				require.ErrorAs(r, err, &broken, body)
			} else {
				require.ErrorAs(r, err, &decode, body)
			}
			require.Equal(r, before+2, r.sent(), body)
		}
		r.srv.SetQuirks(r.api, auditlogtest.Quirks{})
		r.srv.ClearFaults()
		r.srv.Inject(auditlogtest.Fault{Status: 200, Body: `{"a":`, Times: -1})
		before := r.sent()
		_, err := r.list(r.Context(), client, listing{})
		var decode *auditlogs.DecodeError
		require.ErrorAs(r, err, &decode)
		require.Equal(r, before+2, r.sent())
	})
}
