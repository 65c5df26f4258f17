package sdkhmac

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

const (
	algorithm  = "SDK-HMAC-SHA256"
	dateFormat = "20060102T150405Z"

	headerDate    = "X-Sdk-Date"
	headerProject = "X-Project-Id"
	headerToken   = "X-Security-Token"
)

// Key is an access key. The algorithm uses the secret itself and derives no key of it.
type Key struct {
	scrub.Opaque
	Access        scrub.Secret // names the key
	Secret        scrub.Secret
	SecurityToken scrub.Secret // of a temporary key; empty for others
}

// Sign signs a request in place, as of the given time: it sets headers, and writes host and query in the form that it signs.
// It returns the signature, which whoever learns it could send once more.
func Sign(req *http.Request, key Key, projectID string, now time.Time) (signature scrub.Secret, err error) {
	if req.Body != nil && req.Body != http.NoBody {
		return scrub.Secret{}, errors.New("a request with a body cannot be signed")
	}
	if req.Host, err = canonicalHost(req); err != nil {
		return scrub.Secret{}, err
	}
	if req.URL.RawQuery, err = canonicalQuery(req.URL.RawQuery); err != nil {
		return scrub.Secret{}, err
	}
	date := now.UTC().Format(dateFormat)
	signed := []string{"host", "x-project-id", "x-sdk-date"}
	req.Header.Set(headerDate, date)
	req.Header.Set(headerProject, projectID)
	if token := key.SecurityToken.Reveal(); token != "" {
		req.Header.Set(headerToken, token)
		signed = append(signed, "x-security-token")
	}
	text, err := canonicalRequest(req, signed)
	if err != nil {
		return scrub.Secret{}, err
	}
	mac := authenticate(key.Secret.Reveal(), date, text)
	req.Header.Set("Authorization", algorithm+" Access="+key.Access.Reveal()+
		", SignedHeaders="+strings.Join(signed, ";")+", Signature="+mac)
	return scrub.NewSecret(mac), nil
}

// authenticate returns the signature of a canonical request.
func authenticate(secret, date, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(algorithm + "\n" + date + "\n" + digest(text))) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
