package exact

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
)

var updateTranscripts = flag.Bool("exact.update", false, "write what the walks say into testdata/transcripts")

// TestTranscripts plays the answers in testdata/transcripts to a walk, and compares what it asks and takes. Each text shows
// one rule of the package's documentation. Its lines:
//
//	# words
//	open max=5 sure …      begins a walk: the traits, and until, since, page and offset
//	< 9 8 8b               an answer: rows by their time, newest first as a rule, with a letter where several share it;
//	                       then total=, more= (yes, no), at= (index of the first row), cap= (the real page size), token=
//	< refused              the server refuses the token
//	resume                 goes on from the cursor, as another process would
//	> ask …                what the walk asks for
//	= took …               which rows it takes, and the verdict
//	= incomplete …         why the listing cannot be complete
//
// Lines that begin with > and = are the walk's, and are written by go test -exact.update.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/transcripts/*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 15)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			got := play(t, want)
			if *updateTranscripts {
				require.NoError(t, os.WriteFile(file, got, 0o644))
				return
			}
			require.Equal(t, string(want), string(got))
		})
	}
}

// play gives the transcript with what the walk says.
func play(t *testing.T, script []byte) []byte {
	t.Helper()
	p := player{t: t}
	for line := range strings.Lines(string(script)) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && strings.Contains(">=", line[:1]) {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch verb {
		case "open":
			p.say(line)
			p.open(rest)
			p.ask()
		case "<":
			p.say(line)
			p.answer(rest)
			p.ask()
		case "resume":
			p.say(line)
			p.resume()
			p.ask()
		default:
			p.say(line)
		}
	}
	return p.out.Bytes()
}

type player struct {
	t     *testing.T
	out   bytes.Buffer
	opts  Options
	token bool
	walk  Walk
	next  Window
	more  bool
}

func (p *player) say(format string, a ...any) {
	if len(a) > 0 {
		format = fmt.Sprintf(format, a...)
	}
	p.out.WriteString(format + "\n")
}

// at is a time of the transcripts: so many seconds.
func at(seconds int) time.Time { return epoch.Add(time.Duration(seconds) * time.Second) }

func (p *player) open(words string) {
	for word := range strings.FieldsSeq(words) {
		name, value, _ := strings.Cut(word, "=")
		n, _ := strconv.Atoi(value)
		o := &p.opts
		switch name {
		case "max":
			o.MaxSize = n
		case "maxskip":
			o.MaxSkip = n
		case "sure":
			o.SureTotal = true
		case "paged":
			o.Paged = true
		case "reversible":
			o.Reversible = true
		case "undocumented":
			o.Undocumented = true
		case "user":
			o.UserOrder = true
		case "numbered":
			o.Numbered = true
		case "granule":
			o.Granule = time.Duration(n) * time.Second
		case "page":
			o.PageSize = n
		case "offset":
			o.Offset = n
		case "since":
			o.Since, o.Low = at(n), at(n)
		case "until":
			o.Until, o.High = at(n), at(n)
		case "token":
			p.token = true
		default:
			require.Fail(p.t, "unknown word", word)
		}
	}
	p.walk = p.begin()
}

func (p *player) begin() Walk {
	if p.token {
		return NewTokenWalk(p.opts)
	}
	return NewListing(p.opts)
}

func (p *player) ask() {
	if p.walk == nil {
		return
	}
	if p.next, p.more = p.walk.Next(); !p.more {
		reason, cause := p.walk.Incomplete()
		p.say("= incomplete %s%s", reason, map[Cause]string{CauseNone: "", CauseLoop: " (loop)", CauseOffsetLimit: " (offset limit)"}[cause])
		return
	}
	w := p.next
	if w.Reverse {
		p.say("> ask %d rows from the other side%s", w.Size, bound(w))
		return
	}
	if p.token {
		p.say("> ask token %q%s", w.Token, bound(w))
		return
	}
	p.say("> ask %d rows from row %d, %d are known%s", w.Size, w.Skip, w.After, bound(w))
}

// bound is the part of a range that a window asks for.
func bound(w Window) string {
	var text string
	if !w.Low.IsZero() {
		text += fmt.Sprintf(", from %g", w.Low.Sub(epoch).Seconds())
	}
	if !w.High.IsZero() {
		text += fmt.Sprintf(", before %g", w.High.Sub(epoch).Seconds())
	}
	return text
}

func (p *player) answer(words string) {
	if words == "refused" {
		p.walk.(*TokenWalk).Restart()
		return
	}
	var rows []row
	a := Answer{Skip: p.next.Skip, Asked: p.next.Size, Total: -1, Date: at(1000)}
	for word := range strings.FieldsSeq(words) {
		name, value, named := strings.Cut(word, "=")
		n, _ := strconv.Atoi(value)
		switch {
		case word == "nothing":
		case !named:
			digits, _, _ := strings.Cut(strings.TrimRightFunc(word, unicode.IsLetter), "?")
			seconds, err := strconv.Atoi(digits)
			require.NoError(p.t, err)
			rows = append(rows, row{at: at(seconds), key: word})
		case name == "total":
			a.Total = n
		case name == "more":
			a.More = MoreIf(value == "yes")
		case name == "at":
			a.Skip = n
		case name == "cap":
			a.Size = n
		case name == "asked":
			a.Asked = n
		case name == "token":
			a.Token, a.More = value, MoreYes
		case name == "date":
			a.Date = at(n)
		default:
			require.Fail(p.t, "unknown word", word)
		}
	}
	a.Rows = &slice{rows: rows}
	require.NotNil(p.t, p.walk, "the listing ended before: %s", words)
	taken := p.walk.Accept(p.next, a)
	var took []string
	for _, span := range taken.Spans {
		for i := range rows[span.From:span.To] {
			took = append(took, a.Rows.Key(span.From+i))
		}
	}
	verdict := map[Verdict]string{Proceed: "proceed", Retry: "retry", Finish: "finish"}[taken.Verdict]
	p.say("= took %s; %s", strings.Join(slices.Concat([]string{}, orNothing(took)), " "), verdict)
	if taken.Verdict == Finish && !p.walk.base().Done {
		p.walk = nil
	}
}

func orNothing(words []string) []string {
	if len(words) == 0 {
		return []string{"nothing"}
	}
	return words
}

func (p *player) resume() {
	cursor, err := SealWalk("", p.walk)
	require.NoError(p.t, err)
	p.walk = p.begin()
	require.NoError(p.t, OpenWalk(cursor, "", p.walk))
}
