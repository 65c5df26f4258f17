package fleet

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Reading leaves nothing behind on the servers, whose number of consumers is limited.
func TestReadingLeavesNoConsumer(t *testing.T) {
	t.Parallel()
	nc := embeddedNode(t)
	require.NoError(t, Add(t.Context(), nc, Spec{Tenant: "a", API: "b"}))
	s := rememberingAt(t, nc)
	at, err := s.Place(t.Context(), "a/b")
	require.NoError(t, err)
	require.NoError(t, s.Commit(t.Context(), batchBehind(at, "1", "2", "3")))

	for range 3 {
		_, err := List(t.Context(), nc)
		require.NoError(t, err)
		n := 0
		for _, err := range Events(t.Context(), nc, "") {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 3, n)
		for _, err := range s.Events(t.Context(), "a/b") {
			require.NoError(t, err)
			break
		}
	}
	for info := range s.events.ListConsumers(t.Context()).Info() {
		t.Errorf("%s is left", info.Name)
	}
}
