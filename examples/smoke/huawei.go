package main

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// huawei asks the audit log of one connector of Huawei EDS.
type huawei struct {
	paged
	unit string // of the offset, once it is known
}

// What an offset was seen to count.
const (
	offsetRecords = "records"
	offsetPages   = "pages"
	offsetNothing = "nothing: it is ignored"
)

func newHuawei(p *prober, instance, connector string) *huawei {
	p.path = func(path string) string {
		begin, _, _ := strings.Cut(path, "/instances/")
		return begin + "/instances/" + instance + "/connectors/" + connector + "/audit-logs"
	}
	h := &huawei{paged: paged{prober: p, largest: 999}}
	h.query = func(size, at int) url.Values { return values("limit", strconv.Itoa(size), "offset", strconv.Itoa(at)) }
	h.single = func(at int) url.Values { return h.query(1, at) } // the same whatever the offset counts
	h.after = func(size, rows int) url.Values {
		if h.unit == offsetPages {
			return h.query(size, 1)
		}
		return h.query(size, max(rows, 1))
	}
	return h
}

func (h *huawei) questions() []question {
	q := []question{
		{"offset", "What does offset count?", "unknown: the client avoids it, or finds out", unknown, h.offset},
		{"list", "What is the list called?", "data; the client reads rows too", documented, h.judge(h.list)},
		{"order", "In which order are records?", "newest first; the client checks", inferred, h.judge(h.order)},
		{"total", "Is total the number of records?", "the client does not rely on it", documented, h.judgeAsking(h.total)},
		{"empty", "What is a list without records?", "an empty list, or null", inferred, h.empty},
		{"error-code", "Has an answer without a failure an error_code?", "none", inferred, h.judge(h.errorCode)},
		{"bounds-form", "Are start_time and end_time read in RFC 3339?", "they are", inferred, h.bounds(h.boundsForm)},
		{"start", "Is start_time inclusive?", "unknown; the client asks for a second more", unknown, h.bounds(h.start)},
		{"end", "Is end_time inclusive?", "unknown; the client asks for a second more", unknown, h.bounds(h.end)},
		{"clock", "Are times of records in UTC?", "they are", inferred, h.judge(h.clock)},
	}
	q = append(q, h.pageQuestions(documented)...)
	return append(q, h.defaultSize(func() url.Values { return values("offset", "0") }, 10, documented))
}

// offset compares a page with the one at offset 1, before the sample is taken, which depends on it.
func (h *huawei) offset(ctx context.Context) finding {
	first, err := h.page(ctx, h.query(tinyPage, 0))
	if err != nil {
		return unanswered(err)
	}
	if len(first.rows) < 2 {
		return as(notSeen, tooFew)
	}
	next, err := h.page(ctx, h.query(tinyPage, 1))
	if err != nil {
		return unanswered(err)
	}
	again := common(first.rows, next.rows)
	switch {
	case again == 0:
		h.unit = offsetPages
	case len(next.rows) > 0 && next.rows[0].key == first.rows[0].key || again == len(first.rows) && again == len(next.rows):
		return h.ignored(ctx, first)
	default:
		h.unit = offsetRecords
	}
	return as(learned, h.unit)
}

// ignored finds out whether the same rows came because offset is ignored, or because a record was added.
func (h *huawei) ignored(ctx context.Context, first page) finding {
	now, err := h.page(ctx, h.query(tinyPage, 0))
	switch {
	case err != nil:
		return unanswered(err)
	case common(first.rows, now.rows) < len(first.rows):
		return as(notSeen, "records were added meanwhile")
	}
	h.unit = offsetNothing
	return as(differs, h.unit)
}

func (h *huawei) list(s *sample) finding {
	return either(s.same[0].member == "data", s.same[0].member, s.same[0].member)
}

func (h *huawei) order(s *sample) finding { return newestFirst(s.longest().rows) }

func (h *huawei) errorCode(s *sample) finding {
	for _, p := range s.all() {
		if code := string(p.members["error_code"]); code != "" && code != "null" && code != `""` {
			return as(differs, "some have one")
		}
	}
	return as(confirmed, "none has")
}

// clock compares the newest record with the server's own time. Beijing's time said to be UTC would be of the future.
func (h *huawei) clock(s *sample) finding {
	for _, r := range h.got {
		now, err := time.Parse(time.RFC1123, r.header.Get("Date"))
		if err != nil {
			continue
		}
		for _, each := range s.first().rows {
			if each.at.After(now.Add(5 * time.Minute)) {
				return as(differs, "some are of the future")
			}
		}
		return as(confirmed, "none is of the future")
	}
	return as(notSeen, "the server does not say its time")
}

// empty asks for what is behind the end.
func (h *huawei) empty(ctx context.Context) finding {
	return emptyList(h.page(ctx, h.query(1, 999_999)))
}

// total compares the number with where the list ends.
func (h *huawei) total(ctx context.Context, s *sample) finding {
	if h.unit == offsetNothing {
		return as(notSeen, "offset is ignored")
	}
	return h.countIsRight(ctx, s, 999_999)
}

// bounds is a question about the range that begins or ends at the time of a record.
func (h *huawei) bounds(of func(context.Context, time.Time) (finding, error)) func(context.Context) finding {
	return h.judgeAsking(func(ctx context.Context, s *sample) finding {
		f, err := of(ctx, s.first().rows[0].at)
		if err != nil {
			return unanswered(err)
		}
		return f
	})
}

const seconds = "2006-01-02T15:04:05Z"

func (h *huawei) between(ctx context.Context, from, to time.Time) (page, error) {
	return h.page(ctx, plus(h.query(smallPage, 0), "start_time", from.Format(seconds), "end_time", to.Format(seconds)))
}

func (h *huawei) boundsForm(ctx context.Context, at time.Time) (finding, error) {
	p, err := h.between(ctx, at.Add(-time.Second), at.Add(time.Second))
	if isRefusal(err) {
		return as(differs, "refused"), nil
	}
	return either(reaches(p.rows, at), "they are", "the records of the range are missing"), err
}

const refusedBounds = "the bounds are refused"

func (h *huawei) start(ctx context.Context, at time.Time) (finding, error) {
	p, err := h.between(ctx, at, at.Add(time.Second))
	return inclusive(p, at, err)
}

func (h *huawei) end(ctx context.Context, at time.Time) (finding, error) {
	p, err := h.between(ctx, at.Add(-time.Second), at)
	return inclusive(p, at, err)
}

func inclusive(p page, at time.Time, err error) (finding, error) {
	switch {
	case isRefusal(err):
		return as(notSeen, refusedBounds), nil
	case reaches(p.rows, at):
		return as(learned, "inclusive"), err
	default:
		return as(learned, "exclusive"), err
	}
}

// countIsRight compares the count with where the list ends. Positions from limit on cannot be asked for.
func (l *paged) countIsRight(ctx context.Context, s *sample, limit int) finding {
	most, least := slices.Max(s.totals), slices.Min(s.totals)
	varies := steady(s).status == differs
	switch {
	case s.endless:
		return as(notSeen, endlessList)
	case least < 0:
		return as(differs, "missing")
	case most == 0:
		return as(differs, "zero")
	case most > limit && varies:
		return as(differs, "wrong")
	case most > limit:
		return as(notSeen, "the end is too far")
	}
	last, err := l.page(ctx, l.single(most-1))
	if err != nil {
		return unanswered(err)
	}
	beyond, err := l.page(ctx, l.single(most))
	if err != nil {
		return unanswered(err)
	}
	switch {
	case len(beyond.rows) > 0 && beyond.total <= most && !varies:
		return as(differs, "too small")
	case len(beyond.rows) > 0 && !varies:
		return as(notSeen, "records were added meanwhile")
	case len(beyond.rows) > 0, len(last.rows) == 0 && !s.hidden:
		return as(differs, "wrong")
	case len(last.rows) == 0:
		return as(notSeen, "the last place shows no record")
	default:
		return as(confirmed, "right")
	}
}
