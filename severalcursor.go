package auditlogs

import (
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// severalCursor is the content of a cursor of a source made of several. Cursors of other kinds have another scope. Members
// may be added, but never renamed.
type severalCursor struct {
	Scope string       `json:"s"`
	Since time.Time    `json:"l,omitzero"` // of Follow: where parts begin that are found later
	Parts []*partPlace `json:"parts"`
}

// partPlace is the position in one part.
type partPlace struct {
	Source string    `json:"s"` // a digest of its name
	Next   Cursor    `json:"c,omitempty"`
	Since  time.Time `json:"l,omitzero"`  // where it began, if that is not where the filter says
	Ended  bool      `json:"e,omitempty"` // of Pages: it was read to its end
	Told   bool      `json:"t,omitempty"` // of Follow: it was reported that it is gone

	found bool // by the current reading
}

// partPlaces are the positions in all parts, in the order in which these were found first.
type partPlaces struct {
	severalCursor
	bySource map[string]*partPlace
}

// openPartPlaces returns the positions of a cursor; "" is the beginning.
func openPartPlaces(from Cursor, scope string) (*partPlaces, error) {
	p := &partPlaces{severalCursor{Scope: scope}, map[string]*partPlace{}}
	if from == "" {
		return p, nil
	}
	var owner struct {
		Scope string `json:"s"`
	}
	if _, err := exact.Open(string(from), &owner); err != nil {
		return nil, err
	}
	if owner.Scope != scope {
		return nil, exact.ErrMismatch
	}
	if _, err := exact.Open(string(from), &p.severalCursor); err != nil {
		return nil, err
	}
	for _, place := range p.Parts {
		if place == nil {
			return nil, exact.ErrInvalid
		}
		p.bySource[place.Source] = place
	}
	return p, nil
}

// of returns the position in a part, which is the beginning if the part is new.
func (p *partPlaces) of(s Source) *partPlace {
	mark := sourceMark(s)
	place := p.bySource[mark]
	if place == nil {
		place = &partPlace{Source: mark}
		p.bySource[mark] = place
		p.Parts = append(p.Parts, place)
	}
	return place
}

// missing returns the positions in parts that were not found, and not read to their ends.
func (p *partPlaces) missing() (all []*partPlace) {
	for _, place := range p.Parts {
		if !place.found && !place.Ended {
			all = append(all, place)
		}
	}
	return all
}

// ended reports whether all parts were read to their ends.
func (p *partPlaces) ended() bool {
	for _, place := range p.Parts {
		if !place.Ended {
			return false
		}
	}
	return true
}

func (p *partPlaces) seal() (Cursor, error) { return cursorOf(exact.Seal(p.severalCursor, nil)) }
