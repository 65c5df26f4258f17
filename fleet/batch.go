package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"
)

const (
	// maxMessages is how many messages a server takes as one batch unless it is set up otherwise.
	maxMessages = 1000
	// ackEvery is after how many messages of a batch the server is waited for, so that it is not flooded.
	ackEvery = 250
	// headerRoom is what the headers of a message of a batch may need.
	headerRoom = 1024
	// commitWait is how long the answer to a commit may take.
	commitWait = 30 * time.Second
	// commitGrace is how long the answer is awaited after the context has ended.
	commitGrace = 5 * time.Second
)

// Headers of messages.
const (
	ttlHeader    = "Nats-TTL"
	rollupHeader = "Nats-Rollup"
)

// messages returns the messages of a batch: events, and the place as the last one. The place replaces the one before.
func (s *Sink) messages(b deliver.Batch) ([]*nats.Msg, error) {
	payloads, err := s.payloads(b)
	if err != nil {
		return nil, err
	}
	all := make([]*nats.Msg, 0, len(payloads)+1)
	for _, payload := range payloads {
		m := nats.NewMsg(subject(eventSubject, b.Source))
		m.Data = payload
		if s.keep > 0 {
			m.Header.Set(ttlHeader, s.keep.String())
		}
		all = append(all, m)
	}
	text, err := json.Marshal(newPlaceMessage(b.Source, b.To))
	if err != nil {
		return nil, err
	}
	if err := s.fits(len(text)); err != nil {
		return nil, err
	}
	place := nats.NewMsg(subject(placeSubject, b.Source))
	place.Data = text
	place.Header.Set(rollupHeader, jetstream.MsgRollupSubject)
	place.Header.Set(jetstream.ExpectedStreamHeader, eventStream)
	return append(all, place), nil
}

// payloads returns the events of a batch as texts, one an event, or several lines where a batch has no room for that.
func (s *Sink) payloads(b deliver.Batch) ([][]byte, error) {
	texts, err := deliver.JSON(b.Events)
	if err != nil {
		return nil, err
	}
	each := (len(texts) + maxMessages - 2) / (maxMessages - 1) // the place is a message too
	var all [][]byte
	for i, text := range texts {
		if err := s.fits(len(text)); err != nil {
			return nil, fmt.Errorf("event %d of the batch: %w", i, err)
		}
		if i%max(each, 1) == 0 {
			all = append(all, text)
			continue
		}
		line := all[len(all)-1]
		if err := s.fits(len(line) + 1 + len(text)); err != nil {
			return nil, fmt.Errorf("a batch of %d events has no room in %d messages: %w", len(texts), maxMessages, err)
		}
		all[len(all)-1] = append(append(slices.Clip(line), '\n'), text...)
	}
	return all, nil
}

// fits returns an error if a payload is larger than the server takes.
func (s *Sink) fits(size int) error {
	if limit := s.nc.MaxPayload(); int64(size)+headerRoom > limit {
		return fmt.Errorf("%w: %d bytes are more than the server's max_payload of %d allows", deliver.ErrRefused, size, limit)
	}
	return nil
}

// publish stores messages as one batch, if the last place is the message whose sequence is given. It returns the sequence of the
// new place.
func (s *Sink) publish(ctx context.Context, messages []*nats.Msg, last uint64) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	ctx, cancel := outlast(ctx)
	defer cancel()
	place := messages[len(messages)-1]
	if !s.unfenced {
		place.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(last, 10))
	}
	if len(messages) == 1 {
		ack, err := s.js.PublishMsg(ctx, place)
		if err != nil {
			return 0, refused(err)
		}
		return ack.Sequence, nil
	}
	ack, err := jetstreamext.PublishMsgBatch(ctx, s.js, messages, jetstreamext.BatchFlowControl{AckEvery: ackEvery, AckTimeout: commitGrace})
	if err != nil {
		return 0, refused(err)
	}
	return ack.Sequence, nil
}

// refused makes deliver.ErrRefused of answers that will be the same again.
func refused(err error) error {
	var answer *jetstream.APIError
	if !errors.As(err, &answer) {
		return err
	}
	if slices.Contains(finalCodes, answer.ErrorCode) {
		return fmt.Errorf("%w: %w", deliver.ErrRefused, err)
	}
	return err
}

// finalCodes are those of errors that the same batch gets again.
var finalCodes = []jetstream.ErrorCode{
	jetstream.JSErrCodeStreamMessageExceedsMaximum, jetstreamext.JSErrCodeBatchPublishNotEnabled, codeTooLargeBatch, codeSealed,
}

// Codes of errors that the client library does not name.
const (
	codeSealed        jetstream.ErrorCode = 10109
	codeTooLargeBatch jetstream.ErrorCode = 10199
)

// outlast returns a context that ends later than ctx does, by commitGrace, and after commitWait.
func outlast(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitWait)
	stop := context.AfterFunc(ctx, func() {
		_ = pause(longer, commitGrace)
		cancel()
	})
	return longer, func() {
		stop()
		cancel()
	}
}
