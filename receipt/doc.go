// Package receipt makes a short text that says: this window of this log was read completely at this time, and these were
// its records. The text can be signed, stored, and compared years later with another reading of the log, or with what a
// store holds.
//
//	before, err := receipt.Take(ctx, source, since, until)     // the log itself
//	after, err := receipt.From(storedEvents, since, until)     // what was stored of it
//	fmt.Println(before.Compare(after))                         // "equal", or the days that differ
//
// # What a receipt proves
//
// Equal roots prove equal records: the same number of them, each with the same time, ID and JSON. They do not depend on the
// order in which the records came, on page sizes, on the place that a store gives them, or on fields of [auditlogs.Event]
// that are derived from the record, such as Actor. If roots differ, the roots of days say where. How many records of a day
// differ is proven only as far as counts show it; see [Difference].
//
// A receipt says what its reader saw, and the signature who says so. ReadAt is the local clock. Whether the API showed
// everything is what docs/guarantees.md of the repository is about: a listing that does not show its end gives no receipt.
// A receipt contains no record, but hashes can confirm a guess at a record, and Source may contain the ID of a resource.
//
// # Records
//
// The receipt of a store equals that of the log if the store keeps events as encoding/json writes them and gives that
// text back. Programs in between may change white space and the escapes of strings. They must not change anything else:
// not the order of members, and not the form of numbers, as PostgreSQL's type jsonb does (its type json does not). An event
// that was redacted is another record.
//
// A record becomes a leaf, which is the following bytes, one after another:
//
//	31  "auditlogs.go/receipt/v1 record" and a line feed
//	 8  seconds since 1970-01-01T00:00:00Z of the event's time, plus 2⁶³, big-endian
//	 4  nanoseconds within the second, big-endian
//	32  SHA-256 of the event's ID
//	32  SHA-256 of the canonical JSON of the record
//
// A record without a time has the time 0001-01-01T00:00:00Z. Records that the API gave no ID have the empty ID: all of
// ThousandEyes, and those of Huawei EDS without audit_log_id. (If the ID of such an event is not the Key of its record, the
// event was changed, and its ID counts as it is.) In an ID, each byte that is not UTF-8 is U+FFFD.
//
// The canonical JSON is that of [auditlogs.Event.Raw] or, without it, of Record. It is empty if there is neither, or if it
// is null. Otherwise it is the JSON as it came, with these changes:
//
//   - each byte that is not UTF-8 is U+FFFD;
//   - there is no white space between tokens;
//   - strings have the escapes \" \\ \b \f \n \r \t, \u00xx for other characters below U+0020, and \udxxx for half of a
//     surrogate pair, with lower-case digits; every other character is itself. This is what JSON.stringify of
//     JavaScript writes;
//   - for ThousandEyes, the elements of the record's member "resources" are sorted by the bytes of their canonical form,
//     because the API gives them in no documented order.
//
// The order of members, members that occur twice, and numbers stay as they came.
//
// # Roots
//
// Leaves are sorted as bytes, so by time, then by the digests of ID and record. Equal records are as many equal leaves. A
// root is the Merkle tree hash of RFC 6962, section 2.1, with SHA-256: that of no leaves is SHA-256 of nothing, that of
// one leaf is SHA-256(0x00 ‖ leaf), and that of more is SHA-256(0x01 ‖ root of the first k ‖ root of the others), where k
// is the largest power of two that is smaller than their number. [Receipt.Root] is that of all leaves, so that proofs of
// golang.org/x/mod/sumdb/tlog can be made for it. [Day.Root] is that of the leaves of one UTC day. Root cannot be computed
// from the days; what binds them together is the signature over the text that has both.
//
// # Text form
//
// The text is UTF-8, and each line ends with a line feed:
//
//	auditlogs.go/receipt/v1/<API>/<source>
//	<number of records>
//	<root>
//	scope <scope>
//	since <time>
//	until <time>
//	read <time>
//	day <date> <number of records> <root>
//
// The lines from scope to read are left out if the field is empty, and there is a line for each day that has records, in ascending
// order. API, source and scope are percent-encoded like a segment of a path ([net/url.PathEscape]). Numbers are decimal,
// roots are base64 with padding, times are RFC 3339 in UTC with the digits that they need, and dates are YYYY-MM-DD.
//
// This is the body of a checkpoint (https://github.com/transparency-dev/formats/tree/main/log), and a signed receipt is a
// signed note (golang.org/x/mod/sumdb/note).
//
// testdata in the repository has events, their receipt, and a program that computes it in another language.
package receipt
