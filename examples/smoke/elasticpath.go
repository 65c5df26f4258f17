package main

import (
	"context"
	"net/url"
	"strconv"
)

// elasticPath asks Elastic Path's log of one resource.
type elasticPath struct {
	paged
	kind, id string
}

// nobody is the ID of no resource.
const nobody = "00000000-0000-0000-0000-000000000000"

func newElasticPath(p *prober, kind, id string) *elasticPath {
	e := &elasticPath{paged: paged{prober: p, largest: 100}, kind: kind, id: id}
	e.query = func(size, at int) url.Values {
		return plus(e.of(id), "page[limit]", strconv.Itoa(size), "page[offset]", strconv.Itoa(at))
	}
	e.single = func(at int) url.Values { return e.query(1, at) }
	e.after = func(size, rows int) url.Values { return e.query(size, max(rows, 1)) }
	return e
}

func (e *elasticPath) of(id string) url.Values {
	return values("filter", "eq(resource_type,"+e.kind+"):eq(resource_id,"+id+")")
}

func (e *elasticPath) questions() []question {
	q := []question{
		{"login", "Where is the token in the answer to a login?", "at the top level, or within data", documented, e.login},
		{"order", "In which order are records?", "unknown; the client checks", unknown, e.judge(e.order)},
		{"signals", "Do answers have meta.results and links?", "they have", documented, e.judge(e.signals)},
		{"count-steady", "Is the count the same if asked again?", "it is, if no record was added or removed", inferred, e.judge(steady)},
		{"total", "Is meta.results.total the number of records?", "it is; the client checks", documented, e.judgeAsking(e.total)},
		{"absent-link", "How is a link shown that does not exist?", "null; the client reads other forms too", documented, e.next},
		{"empty", "What is a list without records?", "an empty list, or null", inferred, e.empty},
		{"ids", "Is access-token-id a text or a number?", "either", documented, e.judge(e.ids)},
		{"initiator", "Are initiator and relationships objects?", "objects; the client reads texts that hold them too", documented, e.judge(e.initiator)},
	}
	q = append(q, e.pageQuestions(documented)...)
	return append(q, e.defaultSize(func() url.Values { return plus(e.of(e.id), "page[offset]", "0") }, 0, unknown))
}

func (e *elasticPath) login(context.Context) finding {
	if where := e.wire.login(); where != "" {
		return as(confirmed, where)
	}
	return as(notSeen, "a token is configured, so that there was no login")
}

func (e *elasticPath) order(s *sample) finding {
	order := orderOf(s.longest().rows)
	if order == "" {
		return as(notSeen, tooFew)
	}
	return as(learned, order)
}

func (e *elasticPath) signals(s *sample) finding {
	p := s.same[0]
	_, links := p.members["links"]
	return either(p.total >= 0 || links, "they have", "they have not")
}

// maxOffset is the largest offset that Elastic Path documents.
const maxOffset = 10_000

func (e *elasticPath) total(ctx context.Context, s *sample) finding {
	if _, links := s.same[0].members["links"]; !links && s.same[0].total < 0 {
		return as(notSeen, "answers have neither count nor links")
	}
	return e.countIsRight(ctx, s, maxOffset)
}

// none asks for the log of a resource that does not exist.
func (e *elasticPath) none(ctx context.Context) (page, error) {
	return e.page(ctx, plus(e.of(nobody), "page[limit]", "1", "page[offset]", "0"))
}

func (e *elasticPath) next(ctx context.Context) finding {
	p, err := e.none(ctx)
	if err != nil {
		return unanswered(err)
	}
	if _, links := p.members["links"]; !links {
		return as(notSeen, "answers have neither count nor links")
	}
	if p.next.leads() {
		return as(notSeen, "a link leads on from an empty list")
	}
	return either(p.next.form == linkNull, string(p.next.form), string(p.next.form))
}

func (e *elasticPath) empty(ctx context.Context) finding {
	return emptyList(e.none(ctx))
}

func (e *elasticPath) ids(s *sample) finding {
	for _, r := range s.longest().rows {
		if id := objectOf(r.fields["initiator"])["access-token-id"]; len(id) > 0 {
			return as(confirmed, kindOf(id))
		}
	}
	return as(notSeen, "no record names a token")
}

func (e *elasticPath) initiator(s *sample) finding {
	for _, r := range s.longest().rows {
		if value := r.fields["initiator"]; len(value) > 0 {
			return either(kindOf(value) == "an object", "objects", "texts")
		}
	}
	return as(notSeen, "no record has one")
}
