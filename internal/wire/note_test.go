package wire

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// note is a record with a member of every kind that the records of the APIs have.
type note struct {
	ID     string            `json:"id"`
	At     time.Time         `json:"at,omitzero"`
	Author *author           `json:"author,omitempty"` // keeps its own bytes
	Place  place             `json:"place,omitzero"`   // does not
	Marks  []place           `json:"marks,omitempty"`
	Words  []string          `json:"words,omitempty"`
	Extra  map[string]string `json:"extra,omitempty"`
	Size   int64             `json:"size,omitempty"`
	Body   json.RawMessage   `json:"body,omitempty"`
	Raw    json.RawMessage   `json:"-"`
}

// author is an object, or only its id.
type author struct {
	ID, Name string
	Raw      json.RawMessage
}

type place struct {
	City string `json:"city,omitempty"`
	Room string `json:"room,omitempty"`
}

var noteCodec = Codec[note]{
	Read:   (*note).read,
	Raw:    func(n *note) *json.RawMessage { return &n.Raw },
	HasKey: func(n *note) bool { return n.ID != "" },
	Wire: func(n note) any {
		type plain note
		return struct {
			plain
			At LooseTime `json:"at"`
		}{plain(n), LooseTime{n.At}}
	},
}

var authorCodec = Codec[author]{
	Read: (*author).read,
	Raw:  func(a *author) *json.RawMessage { return &a.Raw },
	Wire: func(a author) any {
		return struct {
			ID   string `json:"id"`
			Name string `json:"name,omitempty"`
		}{a.ID, a.Name}
	},
}

func (a author) MarshalJSON() ([]byte, error) { return authorCodec.Encode(a) }

func (n *note) read(r *Reader) {
	for name := range r.Members {
		switch string(name) {
		case "id":
			r.Text(&n.ID)
		case "at":
			r.LooseTime(&n.At)
		case "author":
			Pointer(r, &n.Author, func(a *author, r *Reader) { authorCodec.Nested(r, a) })
		case "place":
			n.Place.read(r)
		case "marks":
			Slice(r, &n.Marks, (*place).read)
		case "words":
			r.InternedList(&n.Words)
		case "extra":
			r.LooseMap(&n.Extra)
		case "size":
			r.Int(&n.Size)
		case "body":
			r.Raw(&n.Body)
		default:
			r.Skip()
		}
	}
}

func (a *author) read(r *Reader) {
	if !r.IsObject() {
		r.StringOrNumber(&a.ID)
		return
	}
	for name := range r.Members {
		switch string(name) {
		case "id":
			r.StringOrNumber(&a.ID)
		case "name":
			r.Interned(&a.Name)
		default:
			r.Skip()
		}
	}
}

func (p *place) read(r *Reader) {
	for name := range r.Members {
		switch string(name) {
		case "city":
			r.Interned(&p.City)
		case "room":
			r.Interned(&p.Room)
		default:
			r.Skip()
		}
	}
}

// notes is what an answer says: a bare list, or an envelope of a count and a list.
type notes struct {
	*List[note]
	count int
	index int
	err   error
}

// readNotes reads an answer of notes.
func readNotes(body []byte, p *Shared[note], asked int) notes {
	n := notes{List: NewList(&noteCodec, asked)}
	n.index, n.err = ReadAnswer(body, p, n.List, n.read)
	return n
}

func (n *notes) read(r *Reader) {
	if r.IsArray() {
		n.Read(r)
		return
	}
	for name := range r.Members {
		switch string(name) {
		case "notes":
			n.Read(r)
		case "either", "or":
			n.ReadEither(r)
		case "count":
			r.Count(&n.count)
		default:
			r.Skip()
		}
	}
}

// ids is the ids of the rows, in one word.
func (n *notes) ids() string {
	var b strings.Builder
	for _, row := range n.Rows {
		b.WriteString(row.ID)
	}
	return b.String()
}

// requireStandard demands that an error, and every one that it wraps, is of a type of the standard library: whatever else
// came out, callers could come to depend on it.
func requireStandard(t *testing.T, err error) {
	t.Helper()
	of := reflect.TypeOf(err)
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	first, _, _ := strings.Cut(of.PkgPath(), "/")
	require.NotContains(t, first, ".", "%T comes out: %v", err, err)
	require.NotEmpty(t, first, "%T comes out: %v", err, err)
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, cause := range many.Unwrap() {
			requireStandard(t, cause)
		}
	}
	if cause := errors.Unwrap(err); cause != nil {
		requireStandard(t, cause)
	}
}
