// Package wire reads and writes the JSON of records without reflection.
//
// # The idea
//
// A record type has a [Codec]: a function that reads its members from a [Reader], the place where its bytes are kept, and
// what makes it a record. The package does the rest, the same for all types: one record, a list of them within an answer
// ([List]), a value within a record that keeps its own bytes, and the way back.
//
// The Reader keeps the first error, so that a codec is a plain list of members. What it gives is what [encoding/json] gives,
// but for three things: names of members are told apart by case, a list that comes twice keeps nothing of the first one, and
// the first error ends the reading.
//
// Each record has its own exact copy of its bytes, Raw, and whatever is free-form within it is a part of that copy. Only short
// texts, such as ids, and short lists share memory with those of a few other records (memory.go): a record that is kept keeps
// little more than itself. Strings that recur come from a small table. A [Shared] lends readers and tables to one answer at a
// time.
//
// Encoding gives the bytes back as they came, while the fields say what they said; of a record that was changed, only the
// changed members are written anew. Bytes that are not UTF-8 are replaced then, as they are in the fields: Raw may hold
// them, but they are no JSON.
//
// # What it may not know
//
// The records themselves, HTTP, and the APIs. It is the only package that knows the parser,
// [github.com/go-json-experiment/json/jsontext], which is encoding/json/jsontext of Go 1.27 for Go 1.26, too. None of the
// parser's types leave the package, its errors included.
//
// # How it is tested
//
// Against encoding/json, by tables and by fuzzing (same value, or both refuse), with both releases of Go; answers are cut and
// broken at every byte.
// The codecs of the five record types are tested in the root package in the same way.
package wire
