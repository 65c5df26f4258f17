package deliver

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// minWait is the first wait between two tries of a sink.
const minWait = 100 * time.Millisecond

// patiently calls a sink until it succeeds, fails for good, or has failed for as long as Patience allows. The last try is
// when that time is over.
func (d *delivery) patiently(ctx context.Context, try func() error) error {
	var begin time.Time
	for wait := min(minWait, d.MaxWait); ; wait = min(2*wait, d.MaxWait) {
		err := try()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ended(ctx)
		case final(err) || d.Patience < 0:
			return err
		}
		if begin.IsZero() {
			begin = time.Now()
		}
		left := d.Patience - time.Since(begin)
		if left <= 0 {
			return fmt.Errorf("the sink has failed for %s: %w", d.Patience, err)
		}
		d.Report(&auditlogs.SourceError{Source: d.name, Err: err})
		if err := sleep(ctx, min(wait-rand.N(wait/2+1), left)); err != nil { //nolint:gosec // jitter is no secret
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ended(ctx)
	}
}

// ended returns the error of a context that has ended, with its cause.
func ended(ctx context.Context) error {
	if cause := context.Cause(ctx); cause != ctx.Err() { //nolint:errorlint // whether there is a cause of its own
		return fmt.Errorf("%w: %w", ctx.Err(), cause)
	}
	return ctx.Err()
}
