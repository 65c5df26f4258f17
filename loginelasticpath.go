package auditlogs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// ElasticPathCredentials returns a source that gets tokens for client credentials, at ElasticPathUSEast,
// ElasticPathEUWest or another base URL. A token is valid for about an hour. Each token costs one request, which is
// repeated like a read. A refusal is an *APIError that is ErrUnauthorized.
func ElasticPathCredentials(baseURL, clientID, clientSecret string) TokenSource {
	return &elasticPathLogin{base: baseURL, id: clientID, secret: scrub.NewSecret(clientSecret)}
}

const elasticPathLoginOp = "ElasticPath.Login"

type elasticPathLogin struct {
	scrub.Opaque
	base, id string
	secret   scrub.Secret
	client   *loginClient
}

func (s *elasticPathLogin) bind(c *loginClient) TokenSource {
	bound := *s
	bound.client = c
	return &bound
}

func (s *elasticPathLogin) url(insecure bool) (*url.URL, error) {
	return loginURL("ElasticPathCredentials", "baseURL", s.base, "/oauth/access_token", insecure)
}

func (s *elasticPathLogin) check(insecure bool) error {
	_, err := s.url(insecure)
	return errors.Join(err, required("ElasticPathCredentials", "clientID", s.id, "clientSecret", s.secret.Reveal()))
}

// Token logs in.
func (s *elasticPathLogin) Token(ctx context.Context) (Token, error) {
	c := s.client.or(APIElasticPath)
	return c.login(ctx, elasticPathLoginOp, func(ctx context.Context) (Token, error) { return s.login(ctx, c) })
}

// login sends the request. Like a read, it is repeated if it fails: no account can be locked, since client credentials are
// not a person's. The auth style is fixed: otherwise oauth2 would detect it by sending a second request, and would send
// the credential in a header.
func (s *elasticPathLogin) login(ctx context.Context, c *loginClient) (Token, error) {
	if err := s.check(c.insecure); err != nil {
		return Token{}, err
	}
	target, err := s.url(c.insecure)
	if err != nil {
		return Token{}, err
	}
	flow := clientcredentials.Config{
		ClientID: s.id, ClientSecret: s.secret.Reveal(), TokenURL: target.String(), AuthStyle: oauth2.AuthStyleInParams,
	}
	x := c.client.NewCall(elasticPathLoginOp)
	client := x.HTTPClient(s.secret)
	client.Transport = &oauthAnswers{next: client.Transport, userAgent: c.userAgent}
	got, err := flow.Token(context.WithValue(ctx, oauth2.HTTPClient, client))
	if err != nil {
		return Token{}, s.failure(ctx, x, err)
	}
	return gotToken(elasticPathLoginOp, Token{Value: got.AccessToken, Expiry: got.Expiry})
}

func (s *elasticPathLogin) failure(ctx context.Context, x *transport.Call, err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return newAPIError(elasticPathLoginOp, transport.NewReply(refused.Response, refused.Body, x.Number, s.secret))
	}
	var unreachable *url.Error
	if errors.As(err, &unreachable) || ctx.Err() != nil {
		return failure(ctx, x, transport.WithoutURL(err))
	}
	return &DecodeError{Op: elasticPathLoginOp, Index: -1, Err: scrub.Error(err, s.secret)}
}

// oauthAnswers converts answers to the form that oauth2 expects. According to the vendor's schema the token is wrapped
// in data; from its servers it is not.
type oauthAnswers struct {
	next      http.RoundTripper
	userAgent string
}

func (o *oauthAnswers) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", o.userAgent)
	req.Header.Set("Accept", acceptJSON)
	res, err := o.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	object := scrub.Object(transport.Body(res))
	if object == nil {
		return res, nil
	}
	res.Header.Set("Content-Type", acceptJSON) // it is JSON, whatever type the server declares
	if scrub.Object(object["data"]) != nil {
		res.Body = io.NopCloser(bytes.NewReader(object["data"]))
	}
	return res, nil
}
