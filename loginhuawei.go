package auditlogs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// HuaweiIAMConfig says how to log in at Huawei Cloud's IAM. Every field is required. However it is printed, logged or
// encoded, the password does not show.
type HuaweiIAMConfig struct {
	IAMURL     string // https://iam.cn-north-4.myhuaweicloud.com
	DomainName string // the account that the user belongs to
	UserName   string // an IAM user; HUAWEI IDs and federated users cannot log in this way
	Password   string
	ProjectID  string // that the token is for
}

// String hides the password.
func (c HuaweiIAMConfig) String() string {
	return fmt.Sprintf("{IAMURL:%s DomainName:%s UserName:%s Password:%s ProjectID:%s}",
		c.IAMURL, c.DomainName, c.UserName, redactedText, c.ProjectID)
}

// GoString hides the password.
func (c HuaweiIAMConfig) GoString() string { return "auditlogs.HuaweiIAMConfig" + c.String() }

// Format hides the password, whatever the verb.
func (c HuaweiIAMConfig) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue hides the password.
func (c HuaweiIAMConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON hides the password.
func (c HuaweiIAMConfig) MarshalJSON() ([]byte, error) {
	type plain HuaweiIAMConfig // without these methods
	c.Password = redactedText
	return json.Marshal(plain(c))
}

// HuaweiIAM gets tokens from IAM by name and password. They are good for 24 hours; one request per token. A refusal
// is an *APIError that is ErrUnauthorized.
func HuaweiIAM(c HuaweiIAMConfig) TokenSource {
	password := newSecret(c.Password)
	c.Password = ""
	return &huaweiLogin{config: c, password: password}
}

const huaweiLoginOp = "HuaweiIAM.Token"

type huaweiLogin struct {
	opaque
	config   HuaweiIAMConfig // without the password
	password secret
	bound    *loginer
}

func (s *huaweiLogin) bind(l *loginer) TokenSource {
	bound := *s
	bound.bound = l
	return &bound
}

func (s *huaweiLogin) check(insecure bool) error {
	c := s.config
	_, err := loginURL("HuaweiIAM", "IAMURL", c.IAMURL, "", insecure)
	return errors.Join(err, required("HuaweiIAM",
		"DomainName", c.DomainName, "UserName", c.UserName, "Password", s.password.reveal(), "ProjectID", c.ProjectID))
}

// Token logs in.
func (s *huaweiLogin) Token(ctx context.Context) (Token, error) {
	l := loginerFor(s.bound, APIHuaweiEDS)
	return l.observe(ctx, huaweiLoginOp, func(ctx context.Context) (Token, error) { return s.login(ctx, l) })
}

// login sends the request. The token comes in a header, its expiry in the body.
func (s *huaweiLogin) login(ctx context.Context, l *loginer) (Token, error) {
	if err := s.check(l.insecure); err != nil {
		return Token{}, err
	}
	target, err := loginURL("HuaweiIAM", "IAMURL", s.config.IAMURL, "/v3/auth/tokens", l.insecure)
	if err != nil {
		return Token{}, err
	}
	target.RawQuery = "nocatalog=true" // the catalog is long, and not needed
	r, err := l.post(ctx, huaweiLoginOp, target, s.payload(), s.password)
	if err != nil {
		return Token{}, err
	}
	var answer struct {
		Token struct {
			ExpiresAt time.Time `json:"expires_at"`
		} `json:"token"`
	}
	if err := json.Unmarshal(r.body, &answer); err != nil {
		return Token{}, &DecodeError{Op: huaweiLoginOp, Index: -1, Err: cleanError(err, s.password)}
	}
	token := Token{Value: r.header.Get("X-Subject-Token")}
	if expiry := answer.Token.ExpiresAt; !expiry.IsZero() {
		now := time.Now() // the server's clock said when it expires, ours will be asked
		token.Expiry = now.Add(expiry.Sub(serverNow(r.header, now)))
	}
	return gotToken(huaweiLoginOp, token)
}

func (s *huaweiLogin) payload() any {
	type object = map[string]any
	user := object{"name": s.config.UserName, "password": s.password.reveal(), "domain": object{"name": s.config.DomainName}}
	return object{"auth": object{
		"identity": object{"methods": []string{"password"}, "password": object{"user": user}},
		"scope":    object{"project": object{"id": s.config.ProjectID}},
	}}
}
