package auditlogsreceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEveryRecordOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, waldur("prod"))
	want := r.looks(time.Now().Add(-time.Minute), "a", "b", "c")
	own := r.start()
	r.taken(want)
	want = append(want, r.looks(time.Now().Add(-time.Second), "d")...)
	r.taken(want)
	require.NoError(t, own.Shutdown(t.Context()))

	want = append(want, r.looks(time.Now().Add(-3*time.Second), "late")...)
	r.start()
	r.taken(want)
	require.Empty(t, r.host.statuses())
}
