package auditlogtest

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// tokens holds the tokens and access keys that the server accepts.
type tokens struct {
	mu     sync.Mutex
	expiry map[credential]time.Time // zero: never
	keys   map[string]signingKey
	given  uint64
}

// signingKey is what a request is signed with. securityToken is "" unless the key is temporary.
type signingKey struct{ secret, securityToken string }

// credential is a token for one service, or for all if api is "".
type credential struct {
	api   API
	value string
}

func newTokens() *tokens {
	t := &tokens{expiry: map[credential]time.Time{}, keys: map[string]signingKey{}}
	t.add("", Token, time.Time{})
	t.addKey(AccessKey, signingKey{secret: SecretKey})
	return t
}

func (t *tokens) add(api API, value string, expiry time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expiry[credential{api, value}] = expiry
}

// issue creates a new token that is valid until expiry.
func (t *tokens) issue(api API, expiry time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.given++
	value := hexDigits(mix(t.given), 40)
	if api == HuaweiEDS {
		value = "MIIatAYJKoZIhvcNAQcCoIIapTCC" + value + "-0_"
	}
	t.expiry[credential{api, value}] = expiry
	return value
}

func (t *tokens) accepts(api API, value string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	expiry, ok := t.expiry[credential{api, value}]
	if !ok {
		expiry, ok = t.expiry[credential{"", value}]
	}
	if end := personalExpiry(api, value); !end.IsZero() && !now.Before(end) {
		return false
	}
	return ok && (expiry.IsZero() || now.Before(expiry))
}

// schemeOf returns the scheme that a service wants for a token. Waldur wants another one for personal access tokens and
// JSON web tokens.
func schemeOf(api API, value string) string {
	personal := strings.HasPrefix(value, "w_") || strings.HasPrefix(value, "eyJ") && strings.Contains(value, ".")
	if api == Akinon || api == Waldur && !personal {
		return "Token"
	}
	return "Bearer"
}

// personalExpiry returns the expiry that one of Waldur's personal access tokens (w_<unix time>_…) holds, or the zero time.
func personalExpiry(api API, value string) time.Time {
	parts := strings.SplitN(value, "_", 3)
	if api != Waldur || len(parts) != 3 || parts[0] != "w" {
		return time.Time{}
	}
	seconds, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func (t *tokens) revoke() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.expiry)
	clear(t.keys)
}

func (t *tokens) addKey(name string, key signingKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keys[name] = key
}

func (t *tokens) key(name string) (key signingKey, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key, ok = t.keys[name]
	return key, ok
}
