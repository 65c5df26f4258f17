package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEmbedded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		came, text string
		ok         bool
		id         string
	}{
		{`"{\"id\":\"1\"}"`, `{"id":"1"}`, true, "1"},
		{`" \n{\"id\" : \"\\u0031\", \"other\":[1]}\t"`, " \n{\"id\" : \"\\u0031\", \"other\":[1]}\t", true, "1"},
		{`"{}"`, `{}`, true, ""},
		{`"plain"`, `plain`, false, ""},
		{`""`, ``, false, ""},
		{`"[{\"id\":\"1\"}]"`, `[{"id":"1"}]`, false, ""},
		{`"{\"id\":\"1\""`, `{"id":"1"`, false, "1"},
		{`"{\"id\":\"1\"} x"`, `{"id":"1"} x`, false, "1"},
		{`"{\"id\":7}"`, `{"id":7}`, false, ""},
		{`null`, ``, false, ""},
	} {
		r := newReader([]byte(tt.came), &stringTable{})
		require.Equal(t, tt.came[0] == '"', r.IsText(), tt.came)
		var id string
		text, ok := r.Embedded(func(in *Reader) {
			for name := range in.Members {
				if string(name) == "id" {
					in.Interned(&id)
				} else {
					in.Skip()
				}
			}
		})
		r.end()
		require.NoError(t, r.err, tt.came)
		require.Equal(t, tt.text, text, tt.came)
		require.Equal(t, tt.ok, ok, tt.came)
		require.Equal(t, tt.id, id, tt.came)
	}
	for _, came := range []string{`7`, `{}`, `"\x"`, ``, `"`} {
		r := newReader([]byte(came), nil)
		_, ok := r.Embedded(func(*Reader) { require.Fail(t, "there is nothing to read", came) })
		require.False(t, ok)
		require.Error(t, r.err, came)
		require.False(t, r.IsText())
	}
}
