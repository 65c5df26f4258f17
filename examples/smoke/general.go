package main

import (
	"context"
	"net/url"
	"strconv"
)

// forms are the questions about the form of all answers. They ask for nothing, and come last.
func (p *prober) forms() []question {
	return []question{
		{"framing", "How does an answer show its end?", "by its length, or in chunks", inferred, p.framing},
		{"gzip", "Are answers compressed?", "they may be", inferred, p.compressed},
		{"bom", "Do answers begin with a byte order mark?", "none does", inferred, p.marks},
		{"next-host", "Do links to the next page lead to the address of the API?", "the client uses only their query", inferred, p.nextHost},
	}
}

// answered judges the answers so far, if there are any.
func (p *prober) answered(of func() finding) finding {
	if len(p.got) == 0 {
		return as(notSeen, "no request of a question was answered")
	}
	return of()
}

func (p *prober) framing(context.Context) finding {
	return p.answered(func() finding {
		seen := byLength
		for _, r := range p.got {
			if r.framing == untilClose {
				return as(differs, string(untilClose))
			}
			if r.framing != byLength {
				seen = r.framing
			}
		}
		return as(confirmed, string(seen))
	})
}

func (p *prober) compressed(context.Context) finding {
	return p.answered(func() finding {
		for _, r := range p.got {
			if r.gzip {
				return as(confirmed, "some are")
			}
		}
		return as(confirmed, "none is")
	})
}

func (p *prober) marks(context.Context) finding {
	return p.answered(func() finding {
		for _, r := range p.got {
			if r.mark {
				return as(differs, "some do")
			}
		}
		return as(confirmed, "none does")
	})
}

func (p *prober) nextHost(context.Context) finding {
	if len(p.next) == 0 {
		return as(notSeen, "no link to a next page")
	}
	api := p.got[0].asked
	for _, l := range p.next {
		to, err := api.Parse(l.href)
		if err != nil || to.Host != api.Host || to.Scheme != api.Scheme {
			return as(differs, "another scheme or host")
		}
	}
	return as(confirmed, "the same scheme and host")
}

// defaultSize finds out how many records an answer has if the request does not say. The client always says it.
func (l *paged) defaultSize(query func() url.Values, usual int, how certain) question {
	q := question{
		id: "default-size", text: "How many records does a page have if the request does not say?",
		assumes: "unknown; the client always says", certain: how,
	}
	if usual > 0 {
		q.assumes = strconv.Itoa(usual) + "; the client always says"
	}
	q.ask = l.judgeAsking(func(ctx context.Context, s *sample) finding {
		p, err := l.page(ctx, query())
		n := len(p.rows)
		switch {
		case err != nil:
			return unanswered(err)
		case s.endless:
			return as(notSeen, endlessList)
		case s.varies || s.every || s.hidden:
			return as(notSeen, "pages are short")
		case n > 0 && n == s.cap:
			return as(notSeen, "pages are reduced")
		case n == s.size && !s.more, n < s.size && !s.more, !s.beyond && n >= len(s.longest().rows):
			return as(notSeen, tooFew) // all that there are
		case usual == 0:
			return finding{learned, "a size of its own", strconv.Itoa(n)}
		case n == usual:
			return as(confirmed, "as documented")
		default:
			return finding{differs, "another size", strconv.Itoa(n)}
		}
	})
	return q
}

// judgeAsking is judge for a question that asks for more.
func (l *paged) judgeAsking(of func(context.Context, *sample) finding) func(context.Context) finding {
	return func(ctx context.Context) finding {
		return l.judge(func(s *sample) finding { return of(ctx, s) })(ctx)
	}
}
