// Package mask hides what a record holds, for copies that are given to others.
//
// [JSON] masks the values whose names speak of a secret, however deep: in objects, in pairs of name and value, in JSON within
// texts, in forms and header lines. [Members] masks every value of an object and keeps the names. Where a text holds the name
// of a secret and a value in a form that is not understood, it is masked whole, or from that value on if only its end is in
// doubt: too much is hidden rather than too little. In prose, a word behind a name ("session opened") is no value of it.
//
// It differs from package scrub in what it looks for: scrub removes secrets that are known, because they were sent; mask
// finds those that are not, by their names and their look.
//
// It knows no record types and imports nothing of this module but the word that takes a secret's place. It is tested by
// tables and by fuzzing, here and through the Redacted methods of the records.
package mask
