package auditlogs

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// PreflightError says what is wrong with the configuration of one API, and what to correct.
type PreflightError struct {
	API    API
	Advice string // for people; the wording may change
	Err    error  // what the API answered, or why it did not
}

// Error returns one line of bounded length.
func (e *PreflightError) Error() string {
	return scrub.WithCause("auditlogs: Preflight: "+string(e.API)+": "+e.Advice, e.Err)
}

// Unwrap returns the cause.
func (e *PreflightError) Unwrap() error { return e.Err }

// Preflight checks the address, the credential and the permission of each configured API, before a program relies on them. It
// sends one cheap request to each, one after the other, plus a login or retries where needed. What is wrong is one
// *PreflightError per API, joined with errors.Join if there are several. If ctx ends, the error about the API that did not answer
// in time is the last one; the APIs after it are not checked. A client without APIs gets ErrNotConfigured.
//
// A success shows that the API answered the request of a listing as it documents. What it cannot show: for Huawei EDS, whether
// the instance and the connector exist and may be read, because Preflight does not know them and takes the answer that a
// connector does not exist for a success; for ThousandEyes, whether the token sees the events of all users or, as without the
// permission for that, only its own; for Waldur, whether deleting is allowed, and whether the server logs access at all, which is
// off by default. Safe for concurrent use.
func (c *Client) Preflight(ctx context.Context) error {
	if len(c.conns) == 0 {
		return notConfigured("Preflight")
	}
	var errs []error
	for _, id := range c.APIs() {
		if err := c.preflight(ctx, id); err != nil {
			errs = append(errs, &PreflightError{API: id, Advice: c.conns[id].advice(ctx, err), Err: err})
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

// nobody is an ID that nothing has, for listings that need one.
const nobody = "00000000-0000-0000-0000-000000000000"

// preflight sends the request of one API.
func (c *Client) preflight(ctx context.Context, id API) error {
	switch id {
	case APIWaldur:
		return c.DataAccessLogs.preflight(ctx, DataAccessLogFilter{})
	case APIHuaweiEDS:
		err := c.DataAssetLogs.preflight(ctx, DataAssetLogFilter{InstanceID: nobody, ConnectorID: nobody})
		if aboutConnector(err) {
			return nil
		}
		return err
	case APIAkinon:
		return c.AuditEvents.preflight(ctx, AuditEventFilter{})
	case APIElasticPath:
		return c.PersonalDataLogs.preflight(ctx, PersonalDataLogFilter{ResourceType: "customer", ResourceID: nobody})
	default:
		return c.UserEvents.preflight(ctx, UserEventFilter{Window: time.Second})
	}
}

// preflight asks for the first row of a listing.
func (l lister[T, F]) preflight(ctx context.Context, f F) error {
	s, err := l.open(l.conn, f)
	if err != nil {
		return err
	}
	op := l.op + ".Preflight"
	_, err = operation(ctx, l.conn, op, func(ctx context.Context) (*answer[T], error) {
		return s.fetch(ctx, op, exact.Window{Size: 1, Limit: 1})
	})
	return err
}

// connectorCodes are EDS's answers for a connector that does not exist, or is somebody else's. Whoever gets them was let in.
var connectorCodes = []string{"EDS.00021905", "EDS.00021911"}

// aboutConnector reports whether EDS refused a request only because of the connector.
func aboutConnector(err error) bool {
	var refusal *APIError
	return errors.As(err, &refusal) && slices.Contains(connectorCodes, refusal.Code)
}

// advice says what to correct after an error of the API.
func (c *conn) advice(ctx context.Context, err error) string {
	var refusal *APIError
	var unreadable *DecodeError
	answered := errors.As(err, &refusal)
	login := answered && !strings.HasSuffix(refusal.Op, ".Preflight")
	switch {
	case ctx.Err() != nil:
		return "there was no answer in the time that the context allows"
	case answered && errors.Is(err, ErrUnauthorized):
		return "correct " + c.names.token + ": the API refuses the credential" + c.whyRefused(refusal)
	case errors.Is(err, ErrForbidden):
		return "the credential lacks a permission: " + c.traits.permission
	case errors.Is(err, ErrNotFound) && login:
		return "correct the address of the login, or " + c.names.base + ": there is no login"
	case errors.Is(err, ErrNotFound):
		return "correct " + c.names.base + ": " + c.traits.address
	case errors.Is(err, ErrRateLimited), errors.Is(err, ErrServer):
		return "try again later: the API is there and cannot answer now"
	case answered && refusal.StatusCode/100 == 3:
		return "correct " + c.names.base + ": the server sends requests to another address"
	case answered:
		return "correct " + c.names.base + " or the credential: the API refuses the request"
	case errors.As(err, &unreadable):
		return "correct " + c.names.base + ": the answer is not the API's, but perhaps that of a proxy or of a page to log in"
	default:
		return c.adviceUnsent(err)
	}
}

// adviceUnsent says what to correct after an error without an answer.
func (c *conn) adviceUnsent(err error) string {
	var failed *TransportError
	noToken := errors.As(err, &failed) && strings.HasSuffix(failed.Op, tokenPart)
	switch {
	case noToken, errors.Is(err, errUnsigned), errors.Is(err, ErrInvalidConfig):
		return "correct " + c.names.token + ": there is no credential"
	case errors.Is(err, errLimited):
		return "the limiter of WithLimiter lets no request through"
	default:
		return "correct " + c.names.base + ", or the network in between (name resolution, proxy, TLS, firewall): there was no answer"
	}
}

// maxSkew is how far a clock may be wrong before a signature is too old or too new.
const maxSkew = 15 * time.Minute

// whyRefused returns the likely reason why a credential was refused, if the credential or the answer shows one.
func (c *conn) whyRefused(refusal *APIError) string {
	now := refusal.Date
	if now.IsZero() {
		now = time.Now()
	}
	skew := time.Since(now).Abs()
	lease, _ := c.tokens.Current()
	switch end := personalExpiry(lease.Value); {
	case !end.IsZero() && !end.After(now):
		return ", which expired at " + stamp(end)
	case strings.HasSuffix(refusal.Code, ".0307"):
		return ", which may belong to another region"
	case c.signs && skew > maxSkew:
		return ", or the clock of this machine, which is " + skew.Round(time.Minute).String() + " off the server's"
	default:
		return ""
	}
}
