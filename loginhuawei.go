package auditlogs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// HuaweiIAMConfig says how to log in to Huawei Cloud's IAM. Every field is required. Packages fmt, log/slog,
// encoding/json and encoding/xml never show the password, unless fmt reaches it through an unexported field of another type.
type HuaweiIAMConfig struct {
	IAMURL     string // https://iam.cn-north-4.myhuaweicloud.com
	DomainName string // the account that the user belongs to
	UserName   string // an IAM user; HUAWEI IDs and federated users cannot log in this way
	Password   string
	ProjectID  string // the project that the token is for
}

// String hides the password.
func (c HuaweiIAMConfig) String() string {
	return fmt.Sprintf("{IAMURL:%s DomainName:%s UserName:%s Password:%s ProjectID:%s}",
		c.IAMURL, c.DomainName, c.UserName, scrub.Redacted, c.ProjectID)
}

// GoString hides the password.
func (c HuaweiIAMConfig) GoString() string { return "auditlogs.HuaweiIAMConfig" + c.String() }

// Format hides the password, whatever the verb.
func (c HuaweiIAMConfig) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue hides the password.
func (c HuaweiIAMConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText hides the password.
func (c HuaweiIAMConfig) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// MarshalJSON hides the password.
func (c HuaweiIAMConfig) MarshalJSON() ([]byte, error) {
	type plain HuaweiIAMConfig // without these methods
	c.Password = scrub.Redacted
	return json.Marshal(plain(c))
}

// HuaweiIAM returns a source that gets tokens from IAM with a user name and a password. A token is valid for 24 hours.
// Each token costs one request. A refusal is an *APIError that is ErrUnauthorized. A login is repeated only if no
// connection was made.
func HuaweiIAM(c HuaweiIAMConfig) TokenSource {
	password := scrub.NewSecret(c.Password)
	c.Password = ""
	return &huaweiLogin{config: c, password: password}
}

const huaweiLoginOp = "HuaweiIAM.Token"

type huaweiLogin struct {
	scrub.Opaque
	config   HuaweiIAMConfig // without the password
	password scrub.Secret
	client   *loginClient
}

func (s *huaweiLogin) bind(c *loginClient) TokenSource {
	bound := *s
	bound.client = c
	return &bound
}

func (s *huaweiLogin) check(insecure bool) error {
	c := s.config
	_, err := loginURL("HuaweiIAM", "IAMURL", c.IAMURL, "", insecure)
	return errors.Join(err, required("HuaweiIAM",
		"DomainName", c.DomainName, "UserName", c.UserName, "Password", s.password.Reveal(), "ProjectID", c.ProjectID))
}

// Token logs in.
func (s *huaweiLogin) Token(ctx context.Context) (Token, error) {
	c := s.client.or(APIHuaweiEDS)
	return c.login(ctx, huaweiLoginOp, func(ctx context.Context) (Token, error) { return s.login(ctx, c) })
}

// login sends the request. The token is in a header of the answer, its expiry in the body.
func (s *huaweiLogin) login(ctx context.Context, c *loginClient) (Token, error) {
	if err := s.check(c.insecure); err != nil {
		return Token{}, err
	}
	target, err := loginURL("HuaweiIAM", "IAMURL", s.config.IAMURL, "/v3/auth/tokens", c.insecure)
	if err != nil {
		return Token{}, err
	}
	target.RawQuery = "nocatalog=true" // the catalog is long, and not needed
	r, err := c.post(ctx, huaweiLoginOp, target, s.payload(), s.password)
	if err != nil {
		return Token{}, err
	}
	var answer struct {
		Token struct {
			ExpiresAt time.Time `json:"expires_at"`
		} `json:"token"`
	}
	if err := json.Unmarshal(r.Body, &answer); err != nil {
		return Token{}, &DecodeError{Op: huaweiLoginOp, Index: -1, Err: r.CleanError(err)}
	}
	token := Token{Value: r.Header.Get("X-Subject-Token")}
	if expiry := answer.Token.ExpiresAt; !expiry.IsZero() {
		now := time.Now() // converts the expiry from the server's clock to the local one
		token.Expiry = now.Add(expiry.Sub(transport.ServerNow(r.Header, now)))
	}
	return gotToken(huaweiLoginOp, token)
}

func (s *huaweiLogin) payload() any {
	type object = map[string]any
	user := object{"name": s.config.UserName, "password": s.password.Reveal(), "domain": object{"name": s.config.DomainName}}
	return object{"auth": object{
		"identity": object{"methods": []string{"password"}, "password": object{"user": user}},
		"scope":    object{"project": object{"id": s.config.ProjectID}},
	}}
}
