package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

var at = time.Date(2026, time.October, 1, 12, 0, 0, 0, time.FixedZone("", 3600))

func TestLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		event  auditlogs.Event
		colour bool
		want   string
	}{
		{"nothing known", auditlogs.Event{}, false, "0001-01-01 00:00:00Z              -"},
		{
			"whole",
			auditlogs.Event{
				Time: at, API: auditlogs.APIWaldur, Actor: auditlogs.Actor{Name: "Zoë", ID: "7"}, Action: "view",
				Target: auditlogs.Target{Type: "user", ID: "8"}, Outcome: auditlogs.OutcomeFailure,
			},
			false, "2026-10-01 11:00:00Z waldur       Zoë view user 8 failure",
		},
		{
			"coloured",
			auditlogs.Event{Time: at, API: auditlogs.APIAkinon, Actor: auditlogs.Actor{ID: "7"}, Action: "request"},
			true,
			"\x1b[2m2026-10-01 11:00:00Z\x1b[0m \x1b[33makinon      \x1b[0m \x1b[1m7\x1b[0m \x1b[0mrequest\x1b[0m",
		},
		{
			"escapes, controls and changes of direction",
			auditlogs.Event{
				Time: at, API: "x\ny", Actor: auditlogs.Actor{Email: "a\x1b]0;title\a\u202eb\u009b2Jc\xff"}, Action: "\r\x1b[2Jgone\x7f",
			},
			false, "2026-10-01 11:00:00Z x\uFFFDy          a\uFFFD]0;title\uFFFDb\uFFFD2Jc\uFFFD [2Jgone",
		},
		{
			"joiners within words and emoji",
			auditlogs.Event{Time: at, API: "x", Actor: auditlogs.Actor{Name: "می\u200cخواهم 👨🏽\u200d👩\u200d👧 ක්\u200dර"}, Action: "❤\uFE0F\u200d🔥"},
			false, "2026-10-01 11:00:00Z x            می\u200cخواهم 👨🏽\u200d👩\u200d👧 ක්\u200dර ❤\uFE0F\u200d🔥",
		},
		{
			"joiners elsewhere", auditlogs.Event{Time: at, API: "x", Action: "\u200da \u200cb\u200c \u200d\u200dc\u200c\u200dd 1\u200d2\u200d"},
			false, "2026-10-01 11:00:00Z x            - a \uFFFDb\uFFFD \uFFFDc\uFFFDd 1\uFFFD2",
		},
		{
			"long, where nothing is cut", auditlogs.Event{Time: at, API: "x", Action: strings.Repeat("é", 500)},
			false, "2026-10-01 11:00:00Z x            - " + strings.Repeat("é", 500),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, width := range []func() int{nil, func() int { return 0 }} {
				p := printer{colour: test.colour, width: width}
				require.Equal(t, test.want, p.line(test.event))
			}
		})
	}
}

// On a terminal, a line has up to its columns, and says if there was more.
func TestLineFits(t *testing.T) {
	t.Parallel()
	event := auditlogs.Event{
		Time: at, API: auditlogs.APIWaldur, Actor: auditlogs.Actor{Name: "王小明 Zoe\u0308 👍🏽🇩🇪"}, Action: "view", Target: auditlogs.Target{ID: "8"},
	}
	for width, want := range map[int]string{
		1:    "…",
		20:   "2026-10-01 11:00:00…",
		22:   "2026-10-01 11:00:00Z …",
		33:   "2026-10-01 11:00:00Z waldur     …",
		40:   "2026-10-01 11:00:00Z waldur       王小…",
		41:   "2026-10-01 11:00:00Z waldur       王小明…",
		46:   "2026-10-01 11:00:00Z waldur       王小明 Zoe\u0308 …",
		48:   "2026-10-01 11:00:00Z waldur       王小明 Zoe\u0308 👍🏽…",
		50:   "2026-10-01 11:00:00Z waldur       王小明 Zoe\u0308 👍🏽🇩🇪…",
		51:   "2026-10-01 11:00:00Z waldur       王小明 Zoe\u0308 👍🏽🇩🇪 …",
		55:   "2026-10-01 11:00:00Z waldur       王小明 Zoe\u0308 👍🏽🇩🇪 view…",
		56:   "2026-10-01 11:00:00Z waldur       王小明 Zoe\u0308 👍🏽🇩🇪 view 8",
		1000: "2026-10-01 11:00:00Z waldur       王小明 Zoe\u0308 👍🏽🇩🇪 view 8",
	} {
		p := printer{width: func() int { return width }}
		require.Equal(t, want, p.line(event), width)
	}
	long := auditlogs.Event{Time: at, API: "x", Actor: auditlogs.Actor{Name: strings.Repeat("long ", 50)}, Action: "view"}
	p := printer{width: func() int { return 80 }}
	require.Equal(t, "2026-10-01 11:00:00Z x            "+strings.Repeat("long ", 7)+"long… view", p.line(long), "a name leaves room for the rest")
}

// Whatever is cut off, no character is broken, no colour stays open, and no line is too long.
func TestLineIsWhole(t *testing.T) {
	t.Parallel()
	event := auditlogs.Event{
		Time: at, API: auditlogs.APIHuaweiEDS, Action: "e\u0301\u0323🇩🇪🇫🇷 각 \u1100\u1161\u11A8 ❤\uFE0F", Outcome: "failure",
		Actor: auditlogs.Actor{Name: "Zoë\x1b[31m 王小明 👍🏽 👨🏽\u200d👩\u200d👧"}, Target: auditlogs.Target{Type: "データ", Name: "\u0301x हिन्दी"},
	}
	whole := []string{"👨🏽\u200d👩\u200d👧", "e\u0301\u0323", "🇩🇪", "🇫🇷", "각", "\u1100\u1161\u11A8", "❤\uFE0F", "👍🏽", "हि"}
	for width := 1; width < 120; width++ {
		p := printer{width: func() int { return width }}
		plain := p.line(event)
		require.LessOrEqual(t, columns(plain), width, plain)
		require.True(t, utf8.ValidString(plain))
		require.NotContains(t, plain, "\x1b")
		rest := plain
		for _, character := range whole {
			rest = strings.ReplaceAll(rest, character, "")
		}
		require.NotRegexp(t, "[\u0323🇩🇪🇫🇷\u1100-\u11FF\uFE0F🏽\u200D👨👩👧]", rest, "a character was broken at %d", width)

		p.colour = true
		coloured := p.line(event)
		require.Zero(t, strings.Count(coloured, "\x1b[")%2, coloured)
		if strings.Contains(coloured, "\x1b") {
			last := coloured[strings.LastIndex(coloured, "\x1b"):]
			require.True(t, strings.HasPrefix(last, "\x1b[0m"), coloured)
		}
	}
}

// Where terminals differ, it is the larger number of columns.
func TestColumns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0, "a": 1, "é": 1, "e\u0301": 1, "王": 2, "👍🏽": 2, "🇩🇪": 2, "각": 2, "❤\uFE0F": 2, "\u25FD\u25FE": 4, "\uFE10\uFE19": 4, "䷀䷿": 4, "\u2329\u232A": 4,
		"\U0001AFF0\U0001AFFE": 4, "\U0001D300\U0001D376": 4, "می\u200cخواهم": 7, "ක්\u200dර": 2, "👨🏽\u200d👩\u200d👧": 6, "§±": 2,
	} {
		require.Equal(t, want, columns(text), "%q", text)
	}
}

// The mark of made-up records has its place on the line, too.
func TestMarkedLineFits(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := printer{to: &out, terminal: true, width: func() int { return 40 }}
	p.mark()
	require.NoError(t, p.print([]auditlogs.Event{{Time: at, API: "x", Action: strings.Repeat("long ", 50)}}))
	line := strings.TrimSuffix(out.String(), "\n")
	require.True(t, strings.HasPrefix(line, "demo 2026-"), line)
	require.True(t, strings.HasSuffix(line, "…"), line)
	require.Equal(t, 40, columns(line))
}

// On a terminal, JSON holds nothing that controls it, and means the same.
func TestJSONOnATerminal(t *testing.T) {
	t.Parallel()
	raw := "{\"uuid\":\"1\",\"url\":\"a\u009b2J\x7f\u202e\U000E0041 王\"}"
	event := auditlogs.Event{ID: "1", API: auditlogs.APIAkinon, Raw: json.RawMessage(raw)}
	var plain, shown bytes.Buffer
	require.NoError(t, (&printer{to: &plain, json: true}).print([]auditlogs.Event{event}))
	require.Contains(t, plain.String(), "\u009b2J\x7f\u202e\U000E0041", "elsewhere, the record is as it came")
	require.NoError(t, (&printer{to: &shown, json: true, terminal: true, width: func() int { return 20 }}).print([]auditlogs.Event{event}))
	line, ok := strings.CutSuffix(shown.String(), "\n")
	require.True(t, ok)
	require.Equal(t, -1, strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }), line)
	require.Contains(t, line, `a\u009b2J\u007f\u202e\udb40\udc41 王`)
	require.JSONEq(t, plain.String(), line)
}
