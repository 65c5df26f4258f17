package auditlogs

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErrorTexts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err  error
		want string
		is   error
	}{
		{&ConfigError{Option: "WithWaldur", Field: "baseURL", Reason: "has no scheme"}, "auditlogs: WithWaldur: baseURL: has no scheme", ErrInvalidConfig},
		{&ConfigError{Option: "WithLogger", Reason: "is nil"}, "auditlogs: WithLogger: is nil", ErrInvalidConfig},
		{&FilterError{Op: "A.List", Field: "PageSize", Reason: "is negative"}, "auditlogs: A.List: invalid filter: PageSize is negative", ErrInvalidFilter},
		{&DecodeError{Op: "A.List", Index: 3, Err: io.ErrUnexpectedEOF}, "auditlogs: A.List: unreadable answer: record 3: unexpected EOF", io.ErrUnexpectedEOF},
		{&DecodeError{Op: "A.List", Index: -1}, "auditlogs: A.List: unreadable answer", nil},
		{&IncompleteError{Op: "A.List", Reason: "too long", Err: ErrOffsetLimit}, "auditlogs: A.List: incomplete: too long: offset limit of the API reached", ErrOffsetLimit},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, tt.err.Error())
		if tt.is != nil {
			require.ErrorIs(t, tt.err, tt.is)
		}
		require.False(t, errors.Is(tt.err, ErrServer))
	}
}

func TestOneLineAndCut(t *testing.T) {
	t.Parallel()
	require.Equal(t, "ab…", cut("abcdefg", 5))
	require.Equal(t, "é…", cut("éééé", 6))
	require.Equal(t, "abc", cut("abc", 3))
	require.Equal(t, `x "[url]": y`, oneLine(`x "HTTPS://u:p@h/p?q=1#f": y`, 300))
	require.Equal(t, "plain", newScrubber(newSecret("abc")).text("plain"), "short secrets are not looked for")
	require.Equal(t, "plain", scrubber{}.text("plain"))
}
