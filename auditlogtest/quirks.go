package auditlogtest

import "time"

// Quirks are the ways in which a server may differ from the common reading of its documents. The zero value is a server
// that behaves well. A field that does not concern a service has no effect on it.
type Quirks struct {
	// PageCap is the most rows that a page has, whatever was asked for. 0: Waldur 300, Huawei 999, Akinon 1000,
	// Elastic Path and ThousandEyes 100. Elastic Path refuses to be asked for more than 100 in any case.
	PageCap int
	// PageDefault is the length of a page when none was asked for. 0: Waldur and Huawei 10, Akinon 50, Elastic Path 25.
	PageDefault int
	// ShortPages lets every k-th request be answered with half of the rows that belong on the page, at least one. What
	// says whether there is more stays true, and so do positions: the rest is at the next row, not on the next page.
	// ThousandEyes' cursor goes on right after the last row served.
	ShortPages int
	// EmptyPages lets every k-th request to ThousandEyes be answered with no row, but with a next link. From 2.
	EmptyPages int
	// UnstableTies serves rows of equal timestamp (of equal sort keys) in another random order on every request.
	UnstableTies bool
	// Order is the order in which Huawei, Elastic Path and, without sort, Akinon list.
	Order Order
	// LoopNext never comes to an end: page and offset are ignored, so that the first page comes always, and whatever
	// says that there is more says so. ThousandEyes' next link leads back to the page that it is on.
	LoopNext bool
	// ForeignNext is the host, or scheme and host, of next links in place of the server's own.
	ForeignNext string
	// StartExclusive and EndExclusive leave the bounds themselves out, for Huawei and ThousandEyes.
	StartExclusive, EndExclusive bool
	// Retention hides rows that are older than this by the server's clock. 0 keeps all.
	Retention time.Duration
	// TokenLifetime is how long a token of a login is good for. 0: Huawei 24 hours, Elastic Path one, others for ever.
	TokenLifetime time.Duration
	// Total is what Huawei and Elastic Path say about the number of rows.
	Total Total
	// NumericIDs serves Elastic Path's access-token-id and ThousandEyes' aid and uid as numbers.
	NumericIDs bool
	// Chunked sends answers without Content-Length.
	Chunked bool
	// Gzip compresses answers for clients that accept it.
	Gzip bool

	// Envelope wraps Waldur's array into {count, next, previous, results}, without Link and X-Result-Count.
	Envelope bool
	// TimeZone is where Waldur's days begin and end; nil is UTC.
	TimeZone *time.Location

	// OffsetPages lets Huawei's offset count pages instead of records.
	OffsetPages bool

	// IgnoreSort lets Akinon ignore sort.
	IgnoreSort bool
	// MillisecondBounds lets Akinon cut the timestamps of filters to milliseconds.
	MillisecondBounds bool

	// Next is how Elastic Path says that there is no link.
	Next NextForm
	// WrapToken wraps Elastic Path's token answer in data.
	WrapToken bool

	// CursorLifetime is how many further requests a ThousandEyes cursor is good for. 0: for ever.
	CursorLifetime int
	// DefaultWindow is the range that ThousandEyes answers for when none was asked for. 0: everything.
	DefaultWindow time.Duration
}

// Order is an order of rows.
type Order int

// The orders. Unordered is random, but the same on every request.
const (
	TimeDescending Order = iota
	TimeAscending
	Unordered
)

// Total is what a server says about the number of rows.
type Total int

// TotalRight is the number of rows that match; TotalWrong is a random number.
const (
	TotalRight Total = iota
	TotalMissing
	TotalZero
	TotalWrong
)

// NextForm is how a server says that there is no link.
type NextForm int

// A JSON null, the text "null", no member, or no links at all, not even those that would lead somewhere.
const (
	NextNull NextForm = iota
	NextNullText
	NextMissing
	NextNoLinks
)

// pageLimits are a service's page length when none is asked for, and the longest.
var pageLimits = map[API]struct{ standard, longest int }{
	Waldur:       {10, 300},
	HuaweiEDS:    {10, 999},
	Akinon:       {50, 1000},
	ElasticPath:  {25, 100},
	ThousandEyes: {100, 100},
}

// pageSize gives the length of a page for which asked rows were asked for; 0 is none.
func (q Quirks) pageSize(api API, asked int) int {
	limits := pageLimits[api]
	if q.PageDefault > 0 {
		limits.standard = q.PageDefault
	}
	if q.PageCap > 0 {
		limits.longest = q.PageCap
	}
	if asked <= 0 {
		asked = limits.standard
	}
	return min(asked, limits.longest)
}

// rowsServed gives how many of the n rows on a page are served to the number-th request.
func (q Quirks) rowsServed(n, number int) int {
	if q.ShortPages > 0 && number%q.ShortPages == 0 {
		return (n + 1) / 2
	}
	return n
}

// shuffle gives the seed for the order of ties on the number-th request; 0 leaves the order as it is.
func (q Quirks) shuffle(number int) uint64 {
	if !q.UnstableTies {
		return 0
	}
	return mix(uint64(number)) | 1
}
