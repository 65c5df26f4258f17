// Package exact reads a listing exactly once although it changes while it is read. It knows no HTTP, no API and no clock: it
// says which window of rows to ask for next, and is given the answer. Its callers send the requests.
//
// # The problem
//
// A listing is a list of rows, sorted by time, on a server that shows a part of it for each request. Between two requests
// rows are added at its head and deleted anywhere, so that "the next hundred" begin somewhere else than where the last
// hundred ended. A pager that trusts its offset skips rows where some were deleted and repeats rows where some were added.
//
// # The idea
//
// The frontier is the time F of the last row read, together with the keys K of all rows read at that time. It decides
// whether a row was read: rows before F in the direction of reading were, rows after it were not, and rows at F were if their
// key is in K. What an offset says is never asked.
//
// The invariant: every row before F that was visible at the start and still exists was read once; at F, exactly those in K
// were.
//
// To keep it, each request reaches back past F, and its answer is accepted only if nothing can have slipped through between
// (continuous.go). That is so if
//
//   - it is the first answer, or begins at row 0 of a range whose bound did not move: nothing can lie before it;
//   - or it shows a row from before F, which is the witness that F's group of equal times follows whole;
//   - or it goes on within F's own group, which is then read again until it is proved whole;
//   - or it was asked to begin behind the last known row (a probe), and shows nothing there.
//
// Under a bound that follows F, an answer from row 0 must also show a row that was read before. Otherwise the server may have
// understood the bound in another way, and the bound is widened.
//
// An answer that shows none of this is asked for again: from a lower index if rows were deleted (stepBack), from a higher
// one if rows were added (endOfRows).
//
// Nothing is concluded from what is missing. An end is a row past the range; or an answer that had room for more rows after the
// last known one, with a total that agrees or an answer before it that does; or the API's word, if no count, link or place
// contradicts it. Where the count may be older than the rows, the end is read from the other side (closing.go). Places that
// are counted and not shown are passed as long as the total stands still, and named at the end (holes.go).
//
// A group of rows of one time that no answer holds whole is left only with a proof (group.go): as many different rows were
// met as the group has places, while a reliable total stood still; or two passes over it met the same rows.
//
// # Three kinds of state
//
// The types keep apart what must be right from what may be wrong:
//
//   - What was read: frontier (state.go), with its keys and the range. A mistake loses rows or repeats them.
//   - What is believed: the order (course), the totals and the place of F's group (aim), the proof of a group (group). All
//     are learned from answers and checked by every later one. A belief that fails too late ends the listing as incomplete.
//   - Hints: the bound (course), the page size and where to look next (aim, search). A wrong one costs a request.
//
// A cursor is the JSON of these types as they stand, followed by the keys (cursor.go); members are never renamed. Only a pass
// over a group that has not met all the keys is changed before: it begins again.
//
// A server may refuse the bounds that it was sent, because their form is not documented. The listing then goes on without
// them (bounds.go): by offsets in the whole list, from the frontier, which no bound has ever been a part of.
//
// Rows are told apart by a hash of their keys that depends on the process. Only those that a cursor holds, at the frontier
// after the answer, get a digest (pending.go): usually that is one row of an answer.
//
// Two different times in one answer show the order. Rows are left unread because of it, and a bound follows the frontier,
// only after minShown times came in it. minShownUndocumented where no document promises an
// order. If a later answer contradicts it, the listing goes on in the order of the server: what follows the last row that was
// read is new (anchor.go). If a bound was moved by then, all rows are one group, and the keys of the whole listing tell what
// was read. That takes all rows so far, which are remembered up to maxSeen: by their digests where no document promises an
// order, elsewhere by their hashes. They are not in cursors, unless the order is lost; without them the listing ends as
// incomplete, and so does one that goes on from a cursor that could not hold them.
//
// # The parts
//
//	Listing    reads by windows: pages, offsets, bounds. Next and Accept are all there is to it
//	TokenWalk  reads by the server's own tokens. It trusts them within one listing of the server's, and falls back to the
//	           frontier when a token is refused. Its promises are other ones, so it is a type of its own
//	Forecast   guesses the windows after an answer, for those who ask ahead; the answers are checked like any other
//	Following  joins polls: each is a walk that overlaps the one before, and what was delivered is remembered meanwhile
//
// An answer goes through these files: window.go (its form), listing.go (Accept), learn.go and aim.go (what it tells beside its
// rows), place.go and continuous.go (whether it counts), anchor.go (the same without an order by time), rows.go (row by row),
// core.go and pending.go (whether a row is new), group.go (whether a group is whole), ending.go (whether a row was the last), holes.go (rows
// that are counted and not shown), closing.go (the end, read from the other side), recheck.go (whether as many rows were read
// as counted). Where to look next is in aim.go, page.go and behindbound.go, and twopages.go makes two pages of one answer.
// TokenWalk has its own short forms of continuous and rows in tokenrows.go;
// what the server's listing has shown is in served.go, and the keys that rows had in earlier releases are in former.go.
//
// # What it may not know
//
// Which API it reads. What differs between APIs is in [Traits]. If one API needs a rule of its own, that belongs into the
// code that asks that API, which may give an answer another form: the unit of Huawei's offset and the tokens that
// ThousandEyes lets expire are handled there.
//
// # How it is tested
//
// TestModel reads thousands of seeded worlds: a slice that changes between and within the answers, shown as each API shows
// it. What was delivered is judged by the promise, not by this code. The kinds of worlds that break
// the promise once in some thousand are listed beside it, in rarely. With -exact.survey it prints how the worlds of each kind
// end. TestTranscripts holds a text for each rule above: windows asked, rows answered, verdicts. The tests beside them look at
// the parts alone.
package exact
