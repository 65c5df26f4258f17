package main

import (
	"context"
	"errors"
	"iter"
	"slices"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// service is one of the client's services.
type service[T, F any] interface {
	List(ctx context.Context, f F) (*auditlogs.Page[T], error)
	Pages(ctx context.Context, f F) iter.Seq2[*auditlogs.Page[T], error]
}

// pagesRead bounds what is read of a listing.
const pagesRead = 4

// reads is the question whether the client's own List and Pages agree about what is in a range.
func reads[T interface{ Key() string }, F any](s service[T, F], f F) question {
	return question{
		"client", "Does the client read the range, and do List and Pages agree?", "they agree", documented,
		func(ctx context.Context) finding { return agree(ctx, s, f) },
	}
}

func agree[T interface{ Key() string }, F any](ctx context.Context, s service[T, F], f F) finding {
	list, err := s.List(ctx, f)
	if err != nil {
		return clientFailed(ctx, err)
	}
	seen, pages, ended := map[string]bool{}, 0, true
	for p, err := range s.Pages(ctx, f) {
		if err != nil {
			return clientFailed(ctx, err)
		}
		for _, record := range p.Items {
			seen[record.Key()] = true
		}
		if pages++; pages == pagesRead && p.Next != "" {
			ended = false
			break
		}
	}
	return compare(list.Items, seen, ended)
}

// compare concludes nothing from a record that Pages did not come to.
func compare[T interface{ Key() string }](list []T, seen map[string]bool, ended bool) finding {
	missing := slices.ContainsFunc(list, func(record T) bool { return !seen[record.Key()] })
	switch {
	case missing && ended:
		return as(differs, "List has a record that Pages has not")
	case missing:
		return as(notSeen, "Pages was not read to where List came")
	case len(seen) == 0:
		return as(notSeen, "no records in the range")
	default:
		return as(confirmed, "they agree")
	}
}

// clientFailed says of which kind an error of the client is, and nothing that it quotes.
func clientFailed(ctx context.Context, err error) finding {
	var incomplete *auditlogs.IncompleteError
	switch {
	case ctx.Err() != nil:
		return unanswered(ctx.Err())
	case errors.As(err, &incomplete):
		return as(differs, "the client says that the listing is incomplete")
	default:
		return as(failed, kindOfError(err))
	}
}

// kindOfError names the kind of an error of the client.
func kindOfError(err error) string {
	var unreadable *auditlogs.DecodeError
	if errors.As(err, &unreadable) {
		return "the client cannot read an answer"
	}
	for _, kind := range []error{
		auditlogs.ErrUnauthorized, auditlogs.ErrForbidden, auditlogs.ErrNotFound, auditlogs.ErrRateLimited, auditlogs.ErrInvalidRequest,
		auditlogs.ErrServer, auditlogs.ErrBodyTooLarge, auditlogs.ErrCursorLoop, auditlogs.ErrInvalidFilter,
	} {
		if errors.Is(err, kind) {
			return kind.Error()
		}
	}
	return "no answer"
}
