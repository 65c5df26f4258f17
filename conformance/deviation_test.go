package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// deviation is a violation that is meant to be there.
type deviation struct {
	name    string
	matches func(*violation) bool
	reason  string
	source  string
}

// deviations are all there are. One that is not met any more fails the test.
var deviations = []deviation{
	{
		name: "Waldur's pages in an envelope",
		matches: func(v *violation) bool {
			return v.document == "waldur" && v.side == "answer" && strings.Contains(string(v.exchange.Answer.Body), `"results":[`) &&
				(strings.HasSuffix(v.text, "got object, want array") || strings.Contains(v.text, "'X-Result-Count' is missing"))
		},
		reason: "auditlogtest's Quirks.Envelope: the vendor's guide shows {count, next, previous, results} for this list, where its API " +
			"schema has an array and headers; the client reads both",
		source: "the vendor's guide, against the vendor's API schema",
	},
	{
		name: "a status that no document knows",
		matches: func(v *violation) bool {
			return v.side == "answer" && v.exchange.Method == http.MethodGet &&
				(strings.Contains(v.text, "response code '409' does not exist") || strings.Contains(v.text, "response code '410' does not exist"))
		},
		reason: "tests inject it, to see that a refusal of an unknown kind is one all the same, and that a cursor may be gone",
		source: "none: made up by these tests",
	},
	{
		name: "unreadable answers of tests",
		matches: func(v *violation) bool {
			return v.side == "answer" && (strings.HasSuffix(v.text, "got number, want object") || strings.Contains(v.text, "The response body"))
		},
		reason: "records that are no records, and texts with odd bytes: the client must refuse, hand over or repair them",
		source: "none: made up by the tests",
	},
	{
		name: "pages of Elastic Path's related entries",
		matches: func(v *violation) bool {
			return v.document == "elasticpath" && v.side == "request" && strings.Contains(v.exchange.URL, "/related-data-entries?") &&
				strings.HasPrefix(v.text, "strict undeclared-query-param page[")
		},
		reason: "that the list is read in pages, as all others of the vendor, is inferred",
		source: "none: the vendor documents the filter and the entries only",
	},
	{
		name: "ThousandEyes' page size",
		matches: func(v *violation) bool {
			return v.document == "thousandeyes" && v.side == "request" && strings.HasPrefix(v.text, "strict undeclared-query-param max ")
		},
		reason: "PageSize is sent as max, which no document has for this operation, and a next link with it is sent back as it came",
		source: "a production collector, which sends it, and an answer captured by others, whose next link repeats it",
	},
	{
		name: "ThousandEyes' own next link",
		matches: func(v *violation) bool {
			return v.document == "thousandeyes" && v.side == "request" && strings.Contains(v.exchange.URL, "max=500&cursor=") &&
				strings.HasPrefix(v.text, "repeated query parameter ")
		},
		reason: "the server's next link is sent back as it came, with parameters twice",
		source: "an answer captured by others, in which links have them",
	},
}

// judge tells the violations that are no deviations, how often each deviation was met, and which ones were not.
func judge(violations []*violation, known []deviation) (unlisted []*violation, met map[string]int, stale []string) {
	met = map[string]int{}
next:
	for _, v := range violations {
		for _, d := range known {
			if d.matches(v) {
				met[d.name]++
				continue next
			}
		}
		unlisted = append(unlisted, v)
	}
	for _, d := range known {
		if met[d.name] == 0 {
			stale = append(stale, d.name)
		}
	}
	return unlisted, met, stale
}

func TestJudge(t *testing.T) {
	t.Parallel()
	about := func(text string) deviation {
		return deviation{name: text, matches: func(v *violation) bool { return v.text == text }}
	}
	odd, unknown := &violation{text: "odd"}, &violation{text: "new"}
	unlisted, met, stale := judge([]*violation{odd, unknown, odd}, []deviation{about("odd"), about("gone")})
	require.Equal(t, []*violation{unknown}, unlisted)
	require.Equal(t, map[string]int{"odd": 2}, met)
	require.Equal(t, []string{"gone"}, stale)
}
