package transport

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	cause := errors.New("not on a Sunday")
	timeout := &TimeoutError{30 * time.Second}
	require.EqualError(t, timeout, "no complete answer within 30s")
	require.EqualError(t, &TooLargeError{1000}, "response body of more than 1000 bytes")
	require.EqualError(t, &RedirectError{cause}, "redirect refused: not on a Sunday")
	require.ErrorIs(t, &RedirectError{cause}, cause)
}

// An url.Error quotes the URL with its query, so none is left, however deep.
func TestWithoutURL(t *testing.T) {
	t.Parallel()
	quoting := func(err error) error { return &url.Error{Op: "Get", URL: testURL, Err: err} }
	for _, err := range []error{io.EOF, quoting(io.EOF), quoting(quoting(io.EOF)), fmt.Errorf("odd: %w", quoting(io.EOF))} {
		require.Equal(t, io.EOF, WithoutURL(err))
	}
	other := fmt.Errorf("odd: %w", io.EOF)
	require.Equal(t, other, WithoutURL(quoting(other)))
	require.NoError(t, WithoutURL(nil))
}
