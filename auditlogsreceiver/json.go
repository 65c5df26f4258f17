package auditlogsreceiver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// putJSON sets a value from JSON, with members in their order. A number of which neither int64 nor float64 keeps all digits becomes a
// text.
func putJSON(to pcommon.Value, text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := putNext(to, d); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("JSON is followed by something else")
	}
	return nil
}

// putNext sets a value from the next one of a decoder.
func putNext(to pcommon.Value, d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return putObject(to.SetEmptyMap(), d)
		}
		return putArray(to.SetEmptySlice(), d)
	case string:
		to.SetStr(t)
	case json.Number:
		putNumber(to, t.String())
	case bool:
		to.SetBool(t)
	}
	return nil // null is a value that is empty
}

func putObject(to pcommon.Map, d *json.Decoder) error {
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		text, _ := name.(string)
		if err := putNext(to.PutEmpty(text), d); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func putArray(to pcommon.Slice, d *json.Decoder) error {
	for d.More() {
		if err := putNext(to.AppendEmpty(), d); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func putNumber(to pcommon.Value, text string) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		to.SetInt(n)
		return
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && decimalOf(text) == decimalOf(strconv.FormatFloat(f, 'e', -1, 64)) {
		to.SetDouble(f)
		return
	}
	to.SetStr(text)
}

// decimal is a decimal number: its digits without zeros at either end, and the power of ten of the last one.
type decimal struct {
	digits   string
	exponent int
	negative bool
}

// decimalOf reads a number of JSON.
func decimalOf(text string) decimal {
	text, negative := strings.CutPrefix(text, "-")
	mantissa, power, _ := strings.Cut(strings.ToLower(text), "e")
	exponent, err := strconv.Atoi(strings.TrimPrefix(power, "+"))
	if err != nil && power != "" {
		return decimal{digits: text} // beyond any float64
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	exponent -= len(fraction)
	kept := strings.TrimRight(digits, "0")
	if kept == "" {
		return decimal{negative: negative}
	}
	return decimal{kept, exponent + len(digits) - len(kept), negative}
}
