// Package scrub handles secrets, and texts that somebody else wrote.
//
// # The idea
//
// A server may put anything into an answer: the token that it was just sent, spelled in JSON, HTML or percent signs, a URL
// with a query, a line break that forges a log entry, a sequence that moves a terminal's cursor, a megabyte. Whatever goes
// into a message, an error or a log passes here first.
//
//   - [Secret] and [Opaque] hold a credential so that no verb of fmt, no logger and no encoder prints it by accident.
//   - [Scrubber] takes known secrets out of a text, in every spelling that servers use; [Error] does so for errors.
//   - [Line] makes a text fit for one line: bounded, valid, printable, without URLs. [WithCause] ends a message with it.
//   - [ParseRefusal] reads the bodies of errors, in the shapes of all five APIs, their gateways and their logins. Gateways
//     answer in an API's place, so one reader knows all shapes and asks nobody which API it was.
//
// # What it may not know
//
// Requests and public errors. It knows the shapes of error bodies, but not which API sent one; ParseRefusal gives the texts as
// they came, and leaves it to its caller to clean them. It imports nothing of this module.
//
// # How it is tested
//
// By tables of bodies as they were documented or seen, and by fuzzing: no secret survives, no line is too long, nothing
// panics, and the scrubber agrees with a slow one that asks the standard library at every byte.
package scrub
