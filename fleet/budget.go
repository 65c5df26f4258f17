package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Budgets are rates of requests that all workers keep together, one for each credential: APIs count by credential, and not by
// machine. Make one Budgets in each worker, and give its limiters to the clients of the Opener by [auditlogs.WithLimiter].
type Budgets struct {
	nc *nats.Conn

	mu      sync.Mutex // never held while a server is asked
	streams *streams
	clock   time.Duration // how much later it is for the servers
	asked   time.Time     // when the servers' clock was asked
	all     map[string]*Budget
}

// NewBudgets returns the budgets of a fleet. It sends nothing.
func NewBudgets(nc *nats.Conn) *Budgets { return &Budgets{nc: nc, all: map[string]*Budget{}} }

// Of returns the budget of a credential, such as [Spec.Secret]: perMinute requests in a minute for all workers together, evenly
// spaced. All must say the same rate; where they do not, each keeps to its own share of what it says. The same credential
// gets the same Budget. perMinute that is not positive makes Wait fail. It sends nothing. Safe for concurrent use.
func (b *Budgets) Of(credential string, perMinute int) *Budget {
	b.mu.Lock()
	defer b.mu.Unlock()
	one, ok := b.all[credential]
	if !ok {
		one = &Budget{budgets: b, subject: budgetSubject + token(credential), lock: make(chan struct{}, 1)}
		b.all[credential] = one
	}
	one.setRate(perMinute)
	return one
}

// Budget is the rate of one credential. It is a limiter for [auditlogs.WithLimiter].
type Budget struct {
	budgets *Budgets
	subject string

	every atomic.Int64 // nanoseconds between two requests; 0 if none may be sent

	lock  chan struct{} // holds one value while somebody takes a turn; a wait for it ends with the context
	turns []time.Time   // of requests that may be sent, by the local clock
}

// reserve is for how much time turns are reserved at once: so that many requests a second need few to NATS.
const reserve = 250 * time.Millisecond

func (b *Budget) setRate(perMinute int) {
	var every time.Duration
	if perMinute > 0 {
		every = time.Minute / time.Duration(perMinute)
	}
	b.every.Store(int64(every))
}

// Wait waits until a request may be sent. It costs two requests to NATS for each turn, or for the turns of a quarter of a second
// where these are more. Its errors are those of ctx and of NATS. Safe for concurrent use.
func (b *Budget) Wait(ctx context.Context) error {
	at, err := b.next(ctx)
	if err != nil {
		return fail("Budget", err)
	}
	return fail("Budget", pause(ctx, time.Until(at)))
}

// next returns when the next request may be sent, and reserves turns if there are none left.
func (b *Budget) next(ctx context.Context) (time.Time, error) {
	every := time.Duration(b.every.Load())
	if every <= 0 {
		return time.Time{}, refuse("Budget", "perMinute", "is not positive")
	}
	select {
	case b.lock <- struct{}{}:
		defer func() { <-b.lock }()
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}
	for len(b.turns) > 0 && time.Since(b.turns[0]) > reserve { // unused: taking it late would make two at once
		b.turns = b.turns[1:]
	}
	if len(b.turns) == 0 {
		turns, err := b.budgets.reserve(ctx, b.subject, every, max(1, int(reserve/every)))
		if err != nil {
			return time.Time{}, err
		}
		b.turns = turns
	}
	at := b.turns[0]
	b.turns = b.turns[1:]
	return at, nil
}

// reserveAgain bounds the pause after another worker was faster.
const reserveAgain = 5 * time.Millisecond

// budgetState is until when the turns of a budget are given out, by the clock of the servers.
type budgetState struct {
	Until time.Time `json:"until"`
}

// reserve takes turns, by compare-and-set on the end of those that are given out.
func (b *Budgets) reserve(ctx context.Context, subject string, every time.Duration, n int) ([]time.Time, error) {
	s, ahead, err := b.open(ctx)
	if err != nil {
		return nil, err
	}
	for {
		first, last, err := s.budget(ctx, subject)
		if err != nil {
			return nil, err
		}
		if now := time.Now().Add(ahead); first.Before(now) {
			first = now
		}
		text, err := json.Marshal(budgetState{Until: first.Add(time.Duration(n) * every).UTC()})
		if err != nil {
			return nil, err
		}
		_, err = s.js.Publish(ctx, subject, text, jetstream.WithExpectStream(stateStream), jetstream.WithExpectLastSequencePerSubject(last))
		if err == nil {
			turns := make([]time.Time, n)
			for i := range turns {
				turns[i] = first.Add(time.Duration(i) * every).Add(-ahead)
			}
			return turns, nil
		}
		if !isConflict(err) {
			return nil, err
		}
		if err := pause(ctx, rand.N(reserveAgain)); err != nil { //nolint:gosec // jitter is no secret
			return nil, err
		}
	}
}

// budget returns until when turns are given out, and the sequence of the message that says so.
func (s *streams) budget(ctx context.Context, subject string) (until time.Time, last uint64, err error) {
	m, err := s.states.GetLastMsgForSubject(ctx, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return time.Time{}, 0, nil
	}
	if err != nil {
		return time.Time{}, 0, err
	}
	var state budgetState
	_ = json.Unmarshal(m.Data, &state) // one that cannot be read is replaced
	return state.Until, m.Sequence, nil
}

// clockAge is how often the clock of the servers is asked for.
const clockAge = time.Minute

// open opens the streams, and returns how much later it is for the servers: workers need not agree about the time.
func (b *Budgets) open(ctx context.Context) (*streams, time.Duration, error) {
	b.mu.Lock()
	s, clock, asked := b.streams, b.clock, b.asked
	b.mu.Unlock()
	now := time.Now()
	if s != nil && now.Sub(asked) < clockAge {
		return s, clock, nil
	}
	if s == nil {
		var err error
		if err = checkConn("Budget", b.nc); err == nil {
			s, err = openStreams(ctx, b.nc)
		}
		if err != nil {
			return nil, 0, err
		}
		now = time.Now()
	}
	server, err := s.serverTime(ctx)
	if err != nil {
		return nil, 0, err
	}
	after := time.Now()
	clock = server.Sub(now.Add(after.Sub(now) / 2))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.streams, b.clock, b.asked = s, clock, after
	return s, clock, nil
}
