package main

import (
	"context"
	"errors"
)

// question is one thing that the client takes for granted about an API, or copes with, and how to find out.
type question struct {
	id      string
	text    string
	assumes string  // what the client takes for granted
	certain certain // how certain that is
	ask     func(context.Context) finding
}

// certain says how certain a statement about an API is.
type certain string

const (
	documented certain = "documented"
	observed   certain = "observed"
	inferred   certain = "inferred"
	unknown    certain = "unknown"
)

// status is what became of a question.
type status string

const (
	confirmed status = "confirmed"
	differs   status = "differs"
	learned   status = "learned" // nothing was assumed; now it is known
	notSeen   status = "not seen"
	failed    status = "failed"
)

// finding is the answer to a question. It is made of texts of this program and numbers that are sizes of pages or days, and of
// nothing that a server sent, so that it can be published.
type finding struct {
	status status
	answer string
	detail string // what does not matter for the answer, such as how large a page was
}

func (f finding) String() string {
	text := string(f.status)
	if f.answer != "" {
		text += ": " + f.answer
	}
	if f.detail != "" {
		text += " (" + f.detail + ")"
	}
	return text
}

func as(s status, answer string) finding { return finding{status: s, answer: answer} }

// either returns a confirmation if ok, and otherwise a difference.
func either(ok bool, yes, no string) finding {
	if ok {
		return as(confirmed, yes)
	}
	return as(differs, no)
}

// Reasons why an answer was not seen.
const (
	tooFew      = "the log has too few records for it"
	noRecords   = "the log has no records"
	endlessList = "the list is endless"
	noTies      = "no records of one time on one page"
)

// Errors of a request.
var (
	errBudget  = errors.New("the requests that this program allows itself are used up")
	errScarce  = errors.New("few requests are left of the organization's budget")
	errSigned  = errors.New("requests are signed, and questions need a token; set one instead of the access key")
	errUnread  = errors.New("the answer is no list of records")
	errUnasked = errors.New("the client sent no request that a question could go along with")
	errNoReply = errors.New("no answer came")
)

// refusal is an answer that is not a success.
type refusal int

func (refusal) Error() string { return "the request was refused" }

// unanswered is the finding about a question whose request failed. It says nothing that the error says.
func unanswered(err error) finding {
	var refused refusal
	switch {
	case errors.As(err, &refused) && refused >= 500, errors.As(err, &refused) && refused == 429:
		return as(failed, "the server could not answer; try again later")
	case errors.As(err, &refused):
		return as(failed, "the server refused a request of the question")
	case errors.Is(err, context.DeadlineExceeded):
		return as(notSeen, "the time was over")
	case errors.Is(err, context.Canceled):
		return as(notSeen, "interrupted")
	}
	for _, known := range []error{errBudget, errScarce, errSigned, errUnasked} {
		if errors.Is(err, known) {
			return as(notSeen, known.Error())
		}
	}
	if errors.Is(err, errUnread) {
		return as(failed, errUnread.Error())
	}
	return as(failed, errNoReply.Error())
}
