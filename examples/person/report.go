package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// report is what all APIs say.
type report struct {
	notes    io.Writer
	answer   []auditlogs.Event // of the person
	possible []auditlogs.Event // found, but not known to be of the person
	whole    bool              // nothing is missing from the answer
}

// finding is what was found in one API.
type finding struct {
	question
	api        auditlogs.API
	events     []judged
	namesakes  identities // everybody with the name, and who was asked for
	candidates identities // whom records may be of
	names      []string   // other ones of the person, by the id
}

type judged struct {
	auditlogs.Event
	verdict
}

// report asks one API after another.
func (p *person) report(ctx context.Context, c *auditlogs.Client, notes io.Writer) *report {
	r := &report{notes: notes, whole: true}
	for _, api := range []auditlogs.API{
		auditlogs.APIWaldur, auditlogs.APIHuaweiEDS, auditlogs.APIAkinon, auditlogs.APIElasticPath, auditlogs.APIThousandEyes,
	} {
		switch {
		case !slices.Contains(c.APIs(), api):
			r.note(api, "not asked, since it is not configured")
		case !p.Chosen(api):
			r.note(api, "not asked, since -api leaves it out")
		default:
			r.ask(ctx, p, c, api)
		}
	}
	newestFirst := func(a, b auditlogs.Event) int { return b.Time.Compare(a.Time) }
	slices.SortStableFunc(r.answer, newestFirst)
	slices.SortStableFunc(r.possible, newestFirst)
	return r
}

func (r *report) note(api auditlogs.API, format string, args ...any) {
	fmt.Fprintf(r.notes, "%s: %s\n", api, fmt.Sprintf(format, args...))
}

func (r *report) ask(ctx context.Context, p *person, c *auditlogs.Client, api auditlogs.API) {
	f := &finding{api: api}
	take := func(e auditlogs.Event, v verdict, err error) {
		if err != nil {
			r.note(api, "incomplete: %s", cli.OneLine(err))
			r.whole = false
			return
		}
		f.events = append(f.events, judged{e, v})
	}
	q, ok := p.question(ctx, c, api)
	switch {
	case api == auditlogs.APIElasticPath && len(p.Resources) > 0: // including related resources
		f.exact = true
		p.related(ctx, c, take)
	case !ok:
		r.note(api, "not asked, since flags are missing; -h says which it needs")
		r.whole = false
		return
	default:
		f.question = q
		f.namesakes.add(q.mention)
		for e, err := range q.events {
			v := other
			if err == nil {
				v = f.judge(p.mentionsOf(e))
			}
			if err != nil || v > other || !q.all || p.holds(e) {
				take(e, v, err)
			}
		}
	}
	r.sum(f)
}

// judge returns the verdict on a record, and notes who is in it.
func (f *finding) judge(mentions []mention) verdict {
	v, of := f.best(mentions)
	for _, m := range of {
		if v == maybe || v == byName {
			f.candidates.add(m)
		}
		if v == same && f.name != "" && m.name != "" && !sameName(f.name, m.name) && !slices.Contains(f.names, m.name) {
			f.names = append(f.names, m.name)
		}
	}
	for _, m := range mentions {
		if sameName(f.name, m.name) {
			f.namesakes.add(m)
		}
	}
	return v
}

// sum says what was found, and what of that is of the person.
func (r *report) sum(f *finding) {
	// Somebody with the name and an id may be another one than who has the address that was asked for.
	sure := len(f.namesakes) < 2
	var count [same + 1]int
	for _, e := range f.events {
		if e.verdict == byName && !sure {
			e.verdict = maybe
		}
		count[e.verdict]++
		if e.verdict >= byName {
			r.answer = append(r.answer, e.Event)
		} else {
			r.possible = append(r.possible, e.Event)
		}
	}
	found := cli.Count(count[same]+count[byName], "event")
	if n := count[byName]; n > 0 {
		found += f.byName(n, count[same] == 0)
	}
	r.note(f.api, "%s", found)
	for _, name := range f.names {
		r.note(f.api, "note: there, the person has the name %q", name)
	}
	if n := count[maybe]; n > 0 {
		r.whole = false
		r.note(f.api, "not answered: %s may be of the person or not: %s; -possible prints them", cli.Count(n, "event"), f.advice())
	}
	switch n := count[other]; {
	case n > 0 && f.exact:
		r.whole = false
		r.note(f.api, "not verified: it was asked for an id, and gave %s of others, so what it gave may not be all; -possible prints them", cli.Count(n, "event"))
	case n > 0:
		r.note(f.api, "also found by search, not verified: %s of other actors; -possible prints them", cli.Count(n, "event"))
	}
}

// byName says of how many events only the name was compared.
func (f *finding) byName(n int, all bool) string {
	text := fmt.Sprintf(", %d of them by the name alone", n)
	if all {
		text = ", by the name alone"
	}
	if flags := f.flags(); flags != "" && f.id+f.email == "" {
		text += "; exact is " + flags
	}
	return text
}

// advice says why records may be of the person or not, and what to do.
func (f *finding) advice() string {
	text := "the records do not show what was asked for"
	if f.namesakes.several() {
		text = "several persons have this name"
	}
	if flags := f.flags(); flags != "" {
		text += ", so give " + flags
	}
	return text
}

// mostFlags is how many persons are listed.
const mostFlags = 10

// flags returns the flags that each ask for one of those whom records may be of.
func (f *finding) flags() string {
	var all []string
	for i, one := range f.candidates {
		switch {
		case i == mostFlags:
			return strings.Join(all, " or ") + fmt.Sprintf(" or one of %d others", len(f.candidates)-i)
		case len(one.emails) > 0:
			all = append(all, fmt.Sprintf("-email %q", one.emails[0]))
		case len(one.ids) > 0:
			all = append(all, fmt.Sprintf("%s %q", f.idFlag, one.ids[0]))
		}
	}
	return strings.Join(all, " or ")
}
