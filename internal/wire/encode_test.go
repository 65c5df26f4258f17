package wire

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 14, 9, 26, 53, 0, time.UTC)
	for name, tt := range map[string]struct {
		came   string // "" is a record of the caller's own
		change func(*note)
		want   string
	}{
		"of the caller's own": {``, func(n *note) { n.ID, n.Size = "1", 9 }, `{"id":"1","size":9,"at":null}`},
		"changed field":       {`{"id":"1","size":9}`, func(n *note) { n.ID = "2" }, `{"id":"2","size":9}`},
		"field that is new":   {`{"id":"1"}`, func(n *note) { n.Size = 9 }, `{"id":"1","size":9}`},
		"field taken out":     {`{"id":"1","size":9}`, func(n *note) { n.Size = 0 }, `{"id":"1"}`},
		"unknown members":     {`{"new":[1, 2],"id":"1","ID":"3"}`, func(n *note) { n.ID = "2" }, `{"new":[1, 2],"id":"2","ID":"3"}`},
		"form of what stays":  {`{"id":"1","at":1768382813,"author":7}`, func(n *note) { n.ID = "2" }, `{"id":"2","at":1768382813,"author":7}`},
		"form of a new time":  {`{"id":"1","at":1768382813}`, func(n *note) { n.At = at.Add(time.Second) }, `{"id":"1","at":"2026-01-14T09:26:54Z"}`},
		"time taken out":      {`{"id":"1","at":1768382813}`, func(n *note) { n.At = time.Time{} }, `{"id":"1","at":null}`},
		"within an object":    {`{"id":"1","place":{"floor":3,"city":"Rome"}}`, func(n *note) { n.Place.City = "Oslo" }, `{"id":"1","place":{"floor":3,"city":"Oslo"}}`},
		"out of an object":    {`{"id":"1","place":{"floor":3,"city":"Rome","room":"1"}}`, func(n *note) { n.Place.City = "" }, `{"id":"1","place":{"floor":3,"room":"1"}}`},
		"whole object":        {`{"id":"1","place":{"floor":3,"city":"Rome"}}`, func(n *note) { n.Place = place{} }, `{"id":"1"}`},
		"within a part":       {`{"id":"1","author":{"id":7,"team":"x"}}`, func(n *note) { n.Author.Name = "Ada" }, `{"id":"1","author":{"id":7,"team":"x","name":"Ada"}}`},
		"part that was an id": {`{"id":"1","author":7}`, func(n *note) { n.Author.Name = "Ada" }, `{"id":"1","author":{"id":"7","name":"Ada"}}`},
		"part that was null":  {`{"id":"1","author":null}`, func(n *note) { n.Author = &author{ID: "7"} }, `{"id":"1","author":{"id":"7"}}`},
		"object that was null": {
			`{"id":"1","place":null}`, func(n *note) { n.Place.City = "Oslo" }, `{"id":"1","place":{"city":"Oslo"}}`,
		},
		"list": {
			`{"id":"1","marks":[{"city":"Rome","floor":3}]}`, func(n *note) { n.Marks[0].City = "Oslo" }, `{"id":"1","marks":[{"city":"Oslo"}]}`,
		},
		"null":               {`null`, func(n *note) { n.ID = "2" }, `{"id":"2","at":null}`},
		"Raw is no JSON":     {`{"id":"1"}`, func(n *note) { n.Raw = json.RawMessage(`{"id":`) }, `{"id":"1","at":null}`},
		"Raw is no record":   {`{"id":"1"}`, func(n *note) { n.Raw = json.RawMessage(`{"id":7}`) }, `{"id":"1","at":null}`},
		"Raw is no object":   {`{"id":"1"}`, func(n *note) { n.Raw = json.RawMessage(`[1]`) }, `{"id":"1","at":null}`},
		"Raw was taken out":  {`{"id":"1","new":1}`, func(n *note) { n.Raw = nil }, `{"id":"1","at":null}`},
		"Raw of another":     {`{"id":"1"}`, func(n *note) { n.Raw = json.RawMessage(`{"id":"2","new":1}`) }, `{"id":"1","new":1}`},
		"member comes twice": {`{"id":"1","id":"2","size":3}`, func(n *note) { n.Size = 4 }, `{"id":"2","size":4}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n note
			if tt.came != "" {
				require.NoError(t, noteCodec.Decode([]byte(tt.came), &n))
			}
			tt.change(&n)
			kept := string(n.Raw)
			got, err := noteCodec.Encode(n)
			require.NoError(t, err)
			require.JSONEq(t, tt.want, string(got))
			require.Equal(t, kept, string(n.Raw), "what is kept is not written to")
		})
	}
}

// TestEncodeGivesTheBytesThatCame leaves values as they came: not a blank may change.
func TestEncodeGivesTheBytesThatCame(t *testing.T) {
	t.Parallel()
	for _, came := range []string{
		`{}`, `null`, `{ "size" : 9 , "id":"1" , "new":1e2 }`, `{"id":"1","ID":"2","Author":7}`, `{"id":"a","id":"b"}`, `{"id":"<\u003c\/>"}`,
		`{"author":7,"at":1768382813}`, `{"author":{"id":7,"team":null}}`, `{"marks":[null],"extra":{"a":"1","a":"2"},"body": [ ] }`,
	} {
		var n note
		require.NoError(t, noteCodec.Decode([]byte(" "+came+" "), &n))
		got, err := noteCodec.Encode(n)
		require.NoError(t, err)
		require.Equal(t, came, string(got))
	}
}

func TestEncodeFails(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]note{
		"of the caller's own": {Body: json.RawMessage(`{`)},
		"changed":             {ID: "1", Body: json.RawMessage(`{`), Raw: json.RawMessage(`{"id":"1"}`)},
		"time":                {At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		_, err := noteCodec.Encode(n)
		require.Error(t, err, name)
		requireStandard(t, err)
	}
}
