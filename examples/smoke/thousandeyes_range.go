package main

import (
	"context"
	"slices"
	"strconv"
	"time"
)

func (t *thousandEyes) oldestStart() finding {
	return either(t.oldest.Unix() == 0, "accepted", "refused")
}

// at is a question about a range that begins or ends at the time of an event. What is missing says nothing as long as a next
// link leads on.
func (t *thousandEyes) at(of func(context.Context, time.Time) (page, error)) func(context.Context) finding {
	return t.asking(func(ctx context.Context) finding {
		at := t.rows()[0].at
		p, err := of(ctx, at)
		switch {
		case err != nil:
			return unanswered(err)
		case reaches(p.rows, at):
			return as(learned, "inclusive")
		case p.next.leads():
			return as(notSeen, "the range has more than a page")
		default:
			return as(learned, "exclusive")
		}
	})
}

// between asks for a range, and goes on behind pages without events.
func (t *thousandEyes) between(ctx context.Context, from, to time.Time) (page, error) {
	p, err := t.page(ctx, t.sized(values("startDate", from.Format(seconds), "endDate", to.Format(seconds)), eventsAsked))
	for range 3 {
		cursor := queryOf(p.next)
		if err != nil || len(p.rows) > 0 || cursor == "" {
			return p, err
		}
		next, err := t.along(ctx, cursor)
		if isRefusal(err) {
			return p, nil
		}
		if err != nil {
			return p, err
		}
		p = next
	}
	return p, err
}

func (t *thousandEyes) start(ctx context.Context, at time.Time) (page, error) {
	return t.between(ctx, at, at.Add(time.Second))
}

func (t *thousandEyes) end(ctx context.Context, at time.Time) (page, error) {
	return t.between(ctx, at.Add(-time.Second), at)
}

// endHonoured asks for what is before some of the events that were seen.
func (t *thousandEyes) endHonoured(ctx context.Context) finding {
	return t.asking(func(ctx context.Context) finding {
		early, late := time.Time{}, time.Time{}
		for _, p := range t.seen() {
			for _, r := range p.rows {
				if early.IsZero() || r.at.Before(early) {
					early = r.at
				}
				if r.at.After(late) {
					late = r.at
				}
			}
		}
		if late.Sub(early) < time.Minute {
			return as(notSeen, tooFew)
		}
		p, err := t.between(ctx, early, early.Add(time.Second))
		if err != nil {
			return unanswered(err)
		}
		if len(p.rows) == 0 {
			return as(notSeen, "the range showed no events")
		}
		t.endIgnored = slices.ContainsFunc(p.rows, func(r row) bool { return r.at.After(early.Add(2 * time.Second)) })
		return either(!t.endIgnored, "honoured", "ignored")
	})(ctx)
}

func (t *thousandEyes) endInclusive(ctx context.Context) finding {
	if t.endIgnored {
		return as(notSeen, "endDate is ignored")
	}
	return t.at(t.end)(ctx)
}

// defaultRange reads which range the answer says that it has.
func (t *thousandEyes) defaultRange(ctx context.Context) finding {
	p, err := t.page(ctx, nil)
	if err != nil {
		return unanswered(err)
	}
	start, _ := instant(text(p.members["startDate"]))
	end, _ := instant(text(p.members["endDate"]))
	if start.IsZero() || end.IsZero() {
		return as(learned, "the answer does not say")
	}
	return finding{learned, "one of its own", "of " + strconv.Itoa(int(end.Sub(start).Hours())) + " hours"}
}
