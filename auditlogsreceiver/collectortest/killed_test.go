package collectortest

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	kills    = flag.Int("kills", 20, "how often the Collector is killed at a random moment; a third with -short")
	seedFlag = flag.Uint64("seed", 0, "what random moments and records are made from; 0: another one each time")
)

// records is how many records a log has in the beginning.
const records = 800

// The Collector is killed again and again while it sends. In the end the OTLP server has every record, and what came again is
// from batches that were in flight at a kill, and byte by byte what came first.
func TestKilledCollector(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]exporting{
		"no queue":         {protocol: "grpc", body: "record"},
		"persistent queue": {protocol: "http", body: "ocsf", queue: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("at random moments", func(t *testing.T) {
				t.Parallel()
				r := newKilling(t, e)
				for range fewer(*kills) {
					r.run()
					r.killAtRandom()
				}
				r.finish()
			})
			t.Run("before the answer", func(t *testing.T) {
				t.Parallel()
				r := newKilling(t, e)
				for range (fewer(*kills) + 3) / 4 {
					r.killBeforeAnswer(1 + r.random.IntN(8))
				}
				r.finish()
			})
		})
	}
}

func fewer(n int) int {
	if testing.Short() {
		return (n + 2) / 3
	}
	return n
}

func newKilling(t *testing.T, e exporting) *rig {
	t.Helper()
	r := newRig(t, e, seed(), records)
	r.listen(e.protocol)
	r.growing.Store(true)
	return r
}

// killAtRandom kills the Collector a moment after it has sent some batches, in the midst of whatever it does then, or while it
// starts.
func (r *rig) killAtRandom() {
	r.t.Helper()
	p := r.life()
	batches, moment := r.random.IntN(8), 20*time.Millisecond
	if batches == 0 {
		moment = 200 * time.Millisecond
	}
	r.await("batches come", func() bool { return r.ofLife(p.life) >= batches })
	time.Sleep(time.Duration(r.random.Int64N(int64(moment))))
	p.kill()
	require.True(r.t, p.killed, "the Collector had ended by itself")
}

// killBeforeAnswer kills the Collector when the OTLP server has a batch, and before it has answered.
func (r *rig) killBeforeAnswer(batch int) {
	r.t.Helper()
	r.hold(batch)
	p := r.run()
	r.await("an answer is kept back", r.isHolding)
	p.kill()
	r.release()
}

// seed returns what was asked for, or another number each time.
func seed() uint64 {
	if *seedFlag != 0 {
		return *seedFlag
	}
	return rand.Uint64()
}
