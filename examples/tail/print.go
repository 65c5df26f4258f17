package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// printer writes events, oldest first.
type printer struct {
	to               io.Writer
	terminal, colour bool
	json             bool
	width            func() int // of the terminal now; 0 or nil: nothing is cut
	taken            int        // columns that something else puts before each line
}

// mark marks everything from now on as made up.
func (p *printer) mark() {
	p.to, p.taken = demo.Marked(p.to), len(demo.Mark(nil))
}

func (p *printer) print(events []auditlogs.Event) (err error) {
	slices.SortStableFunc(events, func(a, b auditlogs.Event) int { return a.Time.Compare(b.Time) })
	for i := 0; i < len(events) && err == nil; i++ {
		if p.json {
			err = p.object(events[i])
		} else {
			_, err = fmt.Fprintln(p.to, p.line(events[i]))
		}
	}
	return err
}

// object writes a whole event. For a terminal, characters that control it have the form \uXXXX, which means the same in JSON.
func (p *printer) object(e auditlogs.Event) error {
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(e); err != nil {
		return err
	}
	if p.terminal {
		line := escaped(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
		text = *bytes.NewBuffer(append(line, '\n'))
	}
	_, err := p.to.Write(text.Bytes())
	return err
}

// escaped returns JSON without unprintable characters. There are none outside its texts.
func escaped(object []byte) []byte {
	var out []byte
	for _, r := range string(object) {
		if unicode.IsPrint(r) {
			out = append(out, string(r)...)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	return out
}

// part is a text in a colour that the user's terminal defines.
type part struct {
	colour int
	text   string
	long   bool // may be of any length, as what an API gives is
}

// line returns time, API, actor, action, target and outcome.
func (p *printer) line(e auditlogs.Event) string {
	const dim, plain, bold, red = 2, 0, 1, 31
	api := map[auditlogs.API]int{
		auditlogs.APIWaldur: 36, auditlogs.APIHuaweiEDS: 35, auditlogs.APIAkinon: 33, auditlogs.APIElasticPath: 32, auditlogs.APIThousandEyes: 34,
	}[e.API]
	return p.join(
		part{dim, e.Time.UTC().Format(time.DateTime + "Z"), false}, part{api, fmt.Sprintf("%-12s", e.API), false},
		part{bold, cmp.Or(e.Actor.Name, e.Actor.Email, e.Actor.ID, "-"), true}, part{plain, e.Action, true},
		part{api, e.Target.Type, true}, part{api, cmp.Or(e.Target.Name, e.Target.ID), true}, part{red, string(e.Outcome), false},
	)
}

// join puts the parts that are not empty on one line. It has no more columns than the terminal, and a long part
// no more than half of them, so that a name leaves room for what was done.
func (p *printer) join(parts ...part) string {
	room := p.room()
	var shown []part
	all := -1 // a blank stands between parts
	for _, one := range parts {
		if one.text = printable(one.text); one.text != "" {
			if one.long {
				one.text = shortened(one.text, max(room/2, 1))
			}
			shown = append(shown, one)
			all += 1 + columns(one.text)
		}
	}
	if all <= room {
		return p.painted(shown, all)
	}
	return p.painted(shown, room-columns(ellipsis)) + ellipsis
}

// room returns how many columns a line has.
func (p *printer) room() int {
	if p.width == nil {
		return math.MaxInt
	}
	n := p.width()
	if n == 0 {
		return math.MaxInt
	}
	return max(n-p.taken, 1)
}

// painted returns the first columns of the parts, each in its colour.
func (p *printer) painted(parts []part, left int) string {
	var line strings.Builder
	for i, one := range parts {
		if i > 0 && left > 0 {
			line.WriteString(" ")
			left--
		}
		kept := prefix(one.text, left)
		if kept != "" {
			line.WriteString(p.paint(one.colour, kept))
		}
		if kept != one.text {
			break
		}
		left -= columns(kept)
	}
	return line.String()
}

// paint colours a text, and ends the colour behind it.
func (p *printer) paint(colour int, text string) string {
	if !p.colour {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", colour, text)
}

// printable returns a text in which U+FFFD stands for escapes and other unprintable characters, also those that change the
// direction of a text. Joiners stay within words and emoji, which would be others without them.
func printable(text string) string {
	const bad = 0
	runes := []rune(strings.ToValidUTF8(text, "\uFFFD"))
	for i, r := range runes {
		if !unicode.IsPrint(r) && !(isJoiner(r) && joinable(runes, i-1) && joinable(runes, i+1)) {
			runes[i] = bad
		}
	}
	fields := strings.FieldsFunc(string(runes), func(r rune) bool { return r == bad })
	return strings.Join(fields, "\uFFFD")
}

// joinable reports whether a joiner beside a rune has a meaning: whether that is a letter, a mark, or an emoji or its colour of
// skin.
func joinable(runes []rune, i int) bool {
	return i >= 0 && i < len(runes) && unicode.In(runes[i], unicode.L, unicode.M, unicode.So, unicode.Sk)
}
