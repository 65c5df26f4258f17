package auditlogtest

import "time"

// Quirks describes how a server differs from the common reading of its documents. The zero value describes a server
// that behaves well. A field has no effect on services that it does not concern.
type Quirks struct {
	// PageCap is the maximum number of rows on a page, whatever the request asks for. 0 means Waldur 300, Huawei 999,
	// Akinon 1000, Elastic Path 100 and ThousandEyes 500. Elastic Path always refuses requests for more than 100.
	PageCap int
	// PageDefault is the page size if the request asks for none. 0 means Waldur and Huawei 10, Akinon 50, Elastic Path
	// 25, ThousandEyes 100.
	PageDefault int
	// ShortPages makes every k-th response contain only half of the rows that belong on the page, but at least one.
	// What the response says about further rows stays correct, and so do positions: the remaining rows are at the
	// following positions, not on the next page. ThousandEyes' cursor continues right after the last row served.
	ShortPages int
	// EmptyPages makes every k-th response of ThousandEyes contain no rows, but a next link. The smallest value is 2.
	EmptyPages int
	// HideFrom and HideTo are a time range, from inclusive and to exclusive, whose rows are counted and have a place on a
	// page, but are not shown, as permissions on single rows may do. ThousandEyes shows all rows.
	HideFrom, HideTo time.Time
	// CountBehind makes the count of every CountBehindEvery-th response of Waldur, Akinon and Elastic Path, of every response
	// if that is 0, miss that many rows, as if they were added after it was made. The lists of Waldur and Akinon end where
	// the counted rows end.
	CountBehind, CountBehindEvery int
	// NoSignals omits all that says whether more rows follow: counts and links of Waldur, Akinon and Elastic Path.
	NoSignals bool
	// UnstableTies serves rows with equal timestamps (equal sort keys) in a different random order on every request.
	UnstableTies bool
	// Order is the order in which Huawei, Elastic Path and ThousandEyes list rows, and Akinon if the request has no sort
	// parameter.
	Order Order
	// LoopNext makes listings endless: page and offset are ignored, every request gets the first page, and every
	// response says that more rows follow. ThousandEyes' next link leads back to its own page.
	LoopNext bool
	// ForeignNext is the host, or the scheme and host, of next links instead of the server's own.
	ForeignNext string
	// StartExclusive and EndExclusive exclude the bounds themselves from time ranges of Huawei and ThousandEyes.
	StartExclusive, EndExclusive bool
	// Retention hides rows that are older than this by the server's clock. 0 hides no rows.
	Retention time.Duration
	// TokenLifetime is how long a token from a login is valid. 0 means 24 hours for Huawei, one hour for Elastic Path,
	// and forever for the others.
	TokenLifetime time.Duration
	// Total is what Huawei and Elastic Path report as the total number of rows.
	Total Total
	// NullLists makes Huawei and Elastic Path send null in place of a list without rows.
	NullLists bool
	// NumericIDs serves Elastic Path's access-token-id and ThousandEyes' aid and uid as numbers.
	NumericIDs bool
	// TextRecords serves Akinon's timestamps without a zone, and Elastic Path's initiator and relationships as texts, which hold
	// the JSON of the objects. It takes precedence over NumericIDs.
	TextRecords bool
	// Errors is the form of ThousandEyes' error bodies.
	Errors ErrorForm
	// Chunked sends responses without Content-Length.
	Chunked bool
	// UntilClose sends responses without Content-Length and without chunks: they end when the connection is closed, as in
	// HTTP/1.0. A truncated one looks complete then. It has no effect on HTTP/2.
	UntilClose bool
	// ByteOrderMark sends a UTF-8 byte order mark before every body, also before errors and in responses to logins.
	ByteOrderMark bool
	// Gzip compresses responses for clients that accept it.
	Gzip bool

	// Envelope wraps Waldur's array into {count, next, previous, results} and omits the headers Link and
	// X-Result-Count.
	Envelope bool
	// TimeZone is the time zone in which Waldur's days begin and end. nil means UTC.
	TimeZone *time.Location

	// OffsetPages makes Huawei's offset count pages instead of records.
	OffsetPages bool
	// RowsMember makes Huawei call lists as the vendor's SDK does, rows and for connectors entities, and not data, as the
	// documents do.
	RowsMember bool
	// RefuseBounds makes Huawei refuse every start_time and end_time, as if their form were wrong.
	RefuseBounds bool

	// LargestLimit makes Akinon refuse a larger limit instead of reducing it. 0 means that it refuses none.
	LargestLimit int
	// IgnoreSort makes Akinon ignore the sort parameter.
	IgnoreSort bool
	// RefuseSort makes Akinon refuse the sort parameter.
	RefuseSort bool
	// MillisecondBounds makes Akinon truncate the timestamps of filters to milliseconds.
	MillisecondBounds bool

	// Next is how Elastic Path represents a link that does not exist.
	Next NextForm
	// WrapToken wraps Elastic Path's token response into a member data.
	WrapToken bool

	// CursorLifetime is the number of further requests for which a ThousandEyes cursor is valid. 0 means forever, and a
	// negative number means that every cursor is refused.
	CursorLifetime int
	// OldestStart makes ThousandEyes refuse a startDate that is further back than this. 0 means that it refuses none.
	OldestStart time.Duration
	// EmptyRun makes ThousandEyes follow every page that has a next link with so many pages without rows, each with a
	// next link that differs.
	EmptyRun int
	// RepeatPages makes the listings of ThousandEyes endless: after so many pages they begin again, under cursors that
	// differ each time.
	RepeatPages int
	// ForbiddenGroup is an account group of ThousandEyes that the user belongs to, but whose events are refused. It is made up
	// that the events of all groups come without those.
	ForbiddenGroup string
	// RefuseMax makes ThousandEyes refuse max, the undocumented parameter for the page size.
	RefuseMax bool
	// PlainNext makes ThousandEyes' next link a text instead of an object.
	PlainNext bool
	// BareNext makes the next link of every k-th response of ThousandEyes one without a query, as in the vendor's own example.
	// It leads back to the first page of the default range.
	BareNext int
	// EndIgnored makes ThousandEyes ignore endDate, so that listings have rows that are newer.
	EndIgnored bool
	// ShuffleResources puts the resources of ThousandEyes' events into another order on every request.
	ShuffleResources bool
	// DefaultWindow is the time range that ThousandEyes uses if the request has none. 0 means everything.
	DefaultWindow time.Duration
}

// ErrorForm is a form of ThousandEyes' error bodies.
type ErrorForm int

// ErrorsAsDocumented is what the documents show. ErrorsTitled has only the title of a problem, ErrorsInMessage only an
// errorMessage, ErrorsOfSpring is what the framework of that name writes, and ErrorsEmpty has no body at all: these were
// observed.
const (
	ErrorsAsDocumented ErrorForm = iota
	ErrorsTitled
	ErrorsInMessage
	ErrorsOfSpring
	ErrorsEmpty
)

// form is how a record is written.
type form int

const (
	formUsual form = iota
	formNumericIDs
	formTexts
	forms int = iota
)

func (q Quirks) form() form {
	switch {
	case q.TextRecords:
		return formTexts
	case q.NumericIDs:
		return formNumericIDs
	default:
		return formUsual
	}
}

// Order is an order in which rows are listed.
type Order int

// The orders. Unordered is random, but the same on every request.
const (
	TimeDescending Order = iota
	TimeAscending
	Unordered
)

// Total is what a server reports as the total number of rows.
type Total int

// TotalRight is the number of rows that match; TotalWrong is a random number.
const (
	TotalRight Total = iota
	TotalMissing
	TotalZero
	TotalWrong
)

// NextForm is how a server represents a link that does not exist.
type NextForm int

// NextNull is a JSON null, NextNullText is the text "null", and NextMissing omits the member. NextNoLinks omits all
// links, even those that exist.
const (
	NextNull NextForm = iota
	NextNullText
	NextMissing
	NextNoLinks
)

// pageLimits holds the default and the maximum page size of each service.
var pageLimits = map[API]struct{ standard, longest int }{
	Waldur:       {10, 300},
	HuaweiEDS:    {10, 999},
	Akinon:       {50, 1000},
	ElasticPath:  {25, 100},
	ThousandEyes: {100, 500}, // made up, but for 500, which a collector asks for
}

// pageSize returns the page size for a request that asks for asked rows. 0 means that it does not ask for a size.
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

// rowsServed returns how many of the n rows on a page the server returns for the request with this number.
func (q Quirks) rowsServed(n, number int) int {
	if q.ShortPages > 0 && number%q.ShortPages == 0 {
		return (n + 1) / 2
	}
	return n
}

// bareNext reports whether the next link of the response with this number has no query.
func (q Quirks) bareNext(number int) bool { return q.BareNext > 0 && number%q.BareNext == 0 }

// undocumented reports whether responses have a form that no document shows.
func (q Quirks) undocumented() bool {
	return q.NoSignals || q.NullLists || q.RowsMember || q.PlainNext || q.ByteOrderMark || q.UntilClose || q.TextRecords ||
		q.Errors != ErrorsAsDocumented
}

// missed returns how many rows the count of the response with this number misses.
func (q Quirks) missed(number int) int {
	if q.CountBehindEvery > 0 && number%q.CountBehindEvery != 0 {
		return 0
	}
	return q.CountBehind
}

// shuffle returns the seed for the order of ties on the request with this number. 0 leaves the order unchanged.
func (q Quirks) shuffle(number int) uint64 {
	if !q.UnstableTies {
		return 0
	}
	return mix(uint64(number)) | 1
}
