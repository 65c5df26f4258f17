package auditlogs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/sdkhmac"
)

// signingSource is a source that signs each request and gives no token. A signature is made for each attempt, from
// several goroutines at once. One that is refused is not repeated.
type signingSource interface {
	TokenSource
	check(insecure bool) error // one or more ConfigErrors
	// sign signs a request in place, as of the given time, and returns the secrets that it then carries. Its wait for
	// keys, if any, ends with the request's context.
	sign(req *http.Request, projectID string, now time.Time) ([]scrub.Secret, error)
}

// HuaweiAKSKConfig is an access key of Huawei Cloud. Packages fmt, log/slog, encoding/json and encoding/xml never show it, unless
// fmt reaches it through an unexported field of another type; the source that HuaweiAKSK makes of it hides it there, too.
type HuaweiAKSKConfig struct {
	AccessKey string // AK, the name of the key
	SecretKey string // SK
	// SecurityToken belongs to a temporary key, which is refused without it. It is empty for a permanent key.
	SecurityToken string
}

// String hides the key.
func (c HuaweiAKSKConfig) String() string {
	return fmt.Sprintf("{AccessKey:%[1]s SecretKey:%[1]s SecurityToken:%[1]s}", scrub.Redacted)
}

// GoString hides the key.
func (c HuaweiAKSKConfig) GoString() string { return "auditlogs.HuaweiAKSKConfig" + c.String() }

// Format hides the key, whatever the verb.
func (c HuaweiAKSKConfig) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue hides the key.
func (c HuaweiAKSKConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText hides the key.
func (c HuaweiAKSKConfig) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// MarshalJSON hides the key.
func (c HuaweiAKSKConfig) MarshalJSON() ([]byte, error) {
	type plain HuaweiAKSKConfig // without these methods
	return json.Marshal(plain{scrub.Redacted, scrub.Redacted, scrub.Redacted})
}

// HuaweiAKSK returns a source for WithHuaweiEDS that signs each request with an access key, by the algorithm
// SDK-HMAC-SHA256, and gives no token: its own Token returns an error that says so. It sends no requests of its own, and may
// serve several clients at once.
//
// NewClient returns a *ConfigError if the key is empty or has characters that no header can carry, and for every API other
// than Huawei's. A key that Huawei refuses is an *APIError that is ErrUnauthorized. A refused signature is never repeated,
// because after five of them Huawei locks the key for five minutes; but with Prefetch, or if several calls are made at once,
// several may be on their way when the first is refused. The local clock must be right to within 15 minutes. Every attempt is
// signed anew, so retries and waits make no signature stale.
//
// The algorithm, the clock and the lock are documented in Huawei's "API Request Signing Guide". That EDS accepts signatures is
// known from the vendor's SDK for Java, which signs all requests to EDS; the pages of EDS name only the token.
func HuaweiAKSK(c HuaweiAKSKConfig) TokenSource { return newHuaweiAKSK(c) }

func newHuaweiAKSK(c HuaweiAKSKConfig) *huaweiAKSK {
	return &huaweiAKSK{key: sdkhmac.Key{
		Access: scrub.NewSecret(c.AccessKey), Secret: scrub.NewSecret(c.SecretKey), SecurityToken: scrub.NewSecret(c.SecurityToken),
	}}
}

type huaweiAKSK struct {
	scrub.Opaque
	key sdkhmac.Key
}

// Token fails: there is none.
func (s *huaweiAKSK) Token(context.Context) (Token, error) {
	return Token{}, &ConfigError{Option: "HuaweiAKSK", Reason: "signs each request and gives no token; only WithHuaweiEDS can use it"}
}

// check reports every part of the key that cannot be right.
func (s *huaweiAKSK) check(bool) error {
	var errs []error
	fault := func(field, reason string) {
		if reason != "" {
			errs = append(errs, &ConfigError{Option: "HuaweiAKSK", Field: field, Reason: reason})
		}
	}
	access, token := s.key.Access.Reveal(), s.key.SecurityToken.Reveal()
	fault("AccessKey", printableFault(access))
	if strings.Contains(access, ",") {
		fault("AccessKey", "has a comma") // which would end it in the header
	}
	fault("SecretKey", printableFault(s.key.Secret.Reveal()))
	if token != "" {
		fault("SecurityToken", printableFault(token))
	}
	return errors.Join(errs...)
}

func (s *huaweiAKSK) sign(req *http.Request, projectID string, now time.Time) ([]scrub.Secret, error) {
	signature, err := sdkhmac.Sign(req, s.key, projectID, now)
	if err != nil {
		return nil, err
	}
	return []scrub.Secret{s.key.Access, s.key.Secret, s.key.SecurityToken, signature}, nil
}
