package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
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
	take := func(j judged, err error) {
		if err != nil {
			r.note(api, "incomplete: %s", cli.OneLine(err))
			r.whole = false
			return
		}
		f.events = append(f.events, j)
	}
	q, ok := p.question(ctx, c, api)
	switch {
	case api == auditlogs.APIElasticPath && len(p.Resources) > 0: // including related resources
		f.exact = true
		p.related(ctx, c, func(e auditlogs.Event, v verdict, err error) { take(judged{Event: e, verdict: v}, err) })
	case !ok:
		r.note(api, "not asked, since flags are missing; -h says which it needs")
		r.whole = false
		return
	default:
		f.question = q
		f.namesakes.add(q.mention)
		for e, err := range q.events {
			var j judged
			if err == nil {
				j = f.judge(e, p.mentionsOf(e))
			}
			if err != nil || j.verdict > other || !q.all || p.holds(e) {
				take(j, err)
			}
		}
	}
	r.sum(f)
}

// sum says what was found, and what of that is of the person.
func (r *report) sum(f *finding) {
	var count [same + 1]int
	for _, e := range f.events {
		v := f.settle(e)
		count[v]++
		if v >= byName {
			r.answer = append(r.answer, e.Event)
		} else {
			r.possible = append(r.possible, e.Event)
		}
	}
	if sure := count[same] + count[byAddress]; count[byName] > 0 {
		r.note(f.api, "%s%s", cli.Count(sure+count[byName], "event"), f.byName(count[byName], sure == 0))
	} else {
		r.note(f.api, "%s", cli.Count(sure, "event"))
	}
	r.noteNames(f)
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

// noteNames says what other names and addresses there are with what was asked for.
func (r *report) noteNames(f *finding) {
	switch names := f.bearers.names(); {
	case len(names) > 1:
		r.note(f.api, "note: there, the id has the names %s", quoted(names))
	case len(names) == 1 && f.renamed(mention{name: names[0]}):
		r.note(f.api, "note: there, the person has the name %q", names[0])
	}
	if names := f.addressees.names(); len(names) > 1 || len(names) == 1 && f.renamed(mention{name: names[0]}) {
		r.note(f.api, "note: there, the address is of %s", quoted(names))
	}
	for i, u := range f.changed() {
		r.whole = false
		if i == mostFlags {
			r.note(f.api, "may be incomplete: and so on")
			break
		}
		r.note(f.api, "may be incomplete: %s %q is also of %s, which was not asked for", f.idFlag, u.id, quoted(u.others))
	}
}

// quoted returns texts as a sentence has them.
func quoted(texts []string) string {
	var all []string
	for i, text := range texts {
		if i == mostFlags {
			all = append(all, "others")
			break
		}
		all = append(all, strconv.Quote(text))
	}
	return strings.Join(all, " and ")
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
	switch {
	case f.addressees.several():
		text = "several persons have this address"
		for _, one := range f.addressees {
			f.candidates.add(mention{id: one.id, email: f.email})
		}
	case len(f.addressees.names()) > 0 && len(f.addressees.not(f.asked)) == 0:
		text = "the address is of another name"
	case f.namesakes.several():
		text = "several persons have this name"
	case len(f.bearers.names()) > 1:
		text = "the id has several names there"
	}
	if flags := f.flags(); flags != "" {
		text += ", so give " + flags
	}
	return text
}

// mostFlags is how many persons are listed.
const mostFlags = 10

// flags returns the flags that each ask for one of those whom records may be of: addresses where they tell them apart, and
// otherwise ids.
func (f *finding) flags() string {
	var all []string
	for i, one := range f.candidates {
		if sameID(f.id, one.id) {
			continue
		}
		telling := len(one.emails) > 0 && !sameAddress(f.email, one.emails[0]) && !f.candidates.shared(one.emails[0])
		switch {
		case i == mostFlags:
			return strings.Join(all, " or ") + fmt.Sprintf(" or one of %d others", len(f.candidates)-i)
		case telling:
			all = append(all, fmt.Sprintf("-email %q", one.emails[0]))
		case one.id != "":
			all = append(all, fmt.Sprintf("%s %q", f.idFlag, one.id))
		}
	}
	slices.Sort(all)
	return strings.Join(all, " or ")
}
