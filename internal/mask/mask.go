package mask

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

var redactedJSON = json.RawMessage(`"` + scrub.Redacted + `"`)

// Members masks the value of each member; what is no object is masked whole.
func Members(data json.RawMessage) json.RawMessage {
	if len(data) == 0 || string(data) == "null" {
		return data
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return redactedJSON
	}
	for name := range members {
		members[name] = redactedJSON
	}
	masked, err := json.Marshal(members)
	if err != nil {
		return redactedJSON
	}
	return masked
}

// JSON masks the secrets in a value. The members of objects are sorted then.
func JSON(data json.RawMessage) json.RawMessage {
	if len(data) == 0 {
		return data
	}
	value, ok := readValue(string(data))
	if !ok {
		return redactedJSON
	}
	masked, ok := writeValue(maskValue(value, 0))
	if !ok {
		return redactedJSON
	}
	return json.RawMessage(masked)
}

// readValue reads JSON with numbers as they are.
func readValue(text string) (value any, ok bool) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return value, decoder.Decode(&value) == nil && !decoder.More()
}

func writeValue(value any) (text string, ok bool) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSuffix(b.String(), "\n"), err == nil
}

// maxNested bounds how deep texts within texts are looked into; what is deeper is masked.
const maxNested = 8

// maskValue masks the secrets in decoded JSON.
func maskValue(value any, depth int) any {
	switch v := value.(type) {
	case map[string]any:
		// {"name": "Authorization", "value": "…"} is a pair, too.
		for _, name := range []string{"name", "key", "header", "field"} {
			if text, ok := v[name].(string); ok && isSecretName(text) && v["value"] != nil {
				v["value"] = scrub.Redacted
			}
		}
		for name, member := range v {
			_, pair := v["value"]
			switch {
			case name == "key" && pair: // the name of a pair
			case isSecretName(name) && member != nil:
				v[name] = scrub.Redacted
			default:
				v[name] = maskValue(member, depth)
			}
		}
	case []any:
		if name, ok := firstText(v); ok && len(v) == 2 && isSecretName(name) { // ["Authorization", "…"]
			v[1] = scrub.Redacted
			return v
		}
		for i := range v {
			v[i] = maskValue(v[i], depth)
		}
	case string:
		return maskText(v, depth+1)
	}
	return value
}

func firstText(list []any) (string, bool) {
	if len(list) == 0 {
		return "", false
	}
	text, ok := list[0].(string)
	return text, ok
}

// secretWords are what the name of a secret holds, once it is in lower case and without what separates words.
var secretWords = []string{
	"authorization", "authentication", "cookie", "token", "passw", "pwd", "passphrase", "secret", "session", "sessid", "csrf",
	"xsrf", "credential", "signature", "jwt", "otp", "apikey", "privatekey", "cvv", "cvc", "cardnumber", "creditcard",
}

// isSecretName reports whether a value of this name is a secret.
func isSecretName(name string) bool {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("-_. []:", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return true
		}
	}
	return strings.HasSuffix(name, "key") || strings.HasSuffix(name, "keys") || name == "auth" || name == "pin"
}

var (
	// pairPattern is name=value in forms and queries, up to the next pair.
	pairPattern = regexp.MustCompile(`([^\s=&?#;]+)=([^&#;\s]*)`)
	// namePattern is a name before a value in header lines, XML, Python's notation and the like.
	namePattern = regexp.MustCompile(`([\w\-.\[\]]+)["']?(?:\s*(?:=?>|:)|\s+=)`)
	// partPattern is the name of a part of multipart/form-data.
	partPattern = regexp.MustCompile(`name="([^"]*)"`)
	// credentialPattern is a credential by its own look: a scheme and a value, or a JSON Web Token.
	credentialPattern = regexp.MustCompile(`(?i)^(?:bearer|basic|token|digest)\s+\S+|\beyJ[\w\-]+\.[\w\-]+\.`)
)

// maskText masks the secrets in a text.
func maskText(text string, depth int) string {
	trimmed := strings.TrimSpace(text)
	if strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") || strings.HasPrefix(trimmed, `"`) {
		if value, ok := readValue(trimmed); ok {
			if depth > maxNested {
				return scrub.Redacted
			}
			if masked, ok := writeValue(maskValue(value, depth)); ok {
				return masked
			}
		}
	}
	if credentialPattern.MatchString(trimmed) {
		return scrub.Redacted
	}
	masked := pairPattern.ReplaceAllStringFunc(text, maskPair)
	for _, pattern := range []*regexp.Regexp{namePattern, partPattern} {
		for _, found := range pattern.FindAllStringSubmatch(masked, -1) {
			if isSecretName(found[1]) {
				return scrub.Redacted
			}
		}
	}
	return masked
}

// maskPair masks the value of name=value if the name, as forms and queries spell it, is that of a secret.
func maskPair(pair string) string {
	name, value, _ := strings.Cut(pair, "=")
	if value != "" && isSecretName(unescaped(name)) {
		return name + "=" + scrub.Redacted
	}
	if plain := unescaped(value); plain != value {
		if masked := maskText(plain, maxNested); masked != plain {
			return name + "=" + scrub.Redacted
		}
	}
	return pair
}

// unescaped is the text that forms and queries spell with percent signs.
func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
