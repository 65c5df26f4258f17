package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// perItem reads a page as one would by hand with json/v2: token by token to the list, then record by record into a value
// that is used again. list is the member that holds the list, or "" if the page is a bare array.
func perItem[T any](list string) func() decoder {
	return func() decoder {
		var record, empty T
		return eachItem(list, func(dec *jsontext.Decoder) error {
			record = empty
			return json.UnmarshalDecode(dec, &record)
		})
	}
}

// kept is a record with its bytes as they came.
type kept[T any] struct {
	record T
	raw    jsontext.Value
}

// perItemKeeping does the same, and keeps a copy of the bytes of each record, as the SDK does.
func perItemKeeping[T any](list string) func() decoder {
	return func() decoder {
		var item, empty kept[T]
		return eachItem(list, func(dec *jsontext.Decoder) error {
			value, err := dec.ReadValue()
			if err != nil {
				return err
			}
			item = empty
			item.raw = value.Clone()
			return json.Unmarshal(item.raw, &item.record)
		})
	}
}

// eachItem calls read for every element of a page's list, while the page comes in.
func eachItem(list string, read func(*jsontext.Decoder) error) decoder {
	var dec jsontext.Decoder
	return func(body io.Reader) (n int, err error) {
		dec.Reset(body)
		if list == "" {
			n, err = readArray(&dec, read)
		} else {
			n, err = readEnvelope(&dec, list, read)
		}
		if err != nil {
			return n, err
		}
		if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
			return n, fmt.Errorf("after the page: %w", err)
		}
		return n, nil
	}
}

func readEnvelope(dec *jsontext.Decoder, list string, read func(*jsontext.Decoder) error) (n int, err error) {
	if err := expect(dec, '{'); err != nil {
		return 0, err
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return n, err
		}
		if name.String() != list {
			err = dec.SkipValue()
		} else {
			n, err = readArray(dec, read)
		}
		if err != nil {
			return n, err
		}
	}
	return n, expect(dec, '}')
}

func readArray(dec *jsontext.Decoder, read func(*jsontext.Decoder) error) (n int, err error) {
	if err := expect(dec, '['); err != nil {
		return 0, err
	}
	for kind := dec.PeekKind(); kind != ']'; kind = dec.PeekKind() {
		if err := read(dec); err != nil {
			return n, err
		}
		n++
	}
	return n, expect(dec, ']')
}

// expect reads a bracket.
func expect(dec *jsontext.Decoder, kind jsontext.Kind) error {
	token, err := dec.ReadToken()
	if err == nil && token.Kind() != kind {
		err = fmt.Errorf("%s in place of %s", token.Kind(), kind)
	}
	return err
}
