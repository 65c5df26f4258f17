package mask

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

var redactedJSON = json.RawMessage(`"` + scrub.Redacted + `"`)

// Members masks the value of each member. A value that is not an object is masked as a whole.
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

// JSON masks the secrets in a value. This sorts the members of objects.
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

// readValue reads exactly one value, and keeps numbers as they are.
func readValue(text string) (value any, ok bool) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil, false
	}
	_, err := decoder.Token()
	return value, err == io.EOF
}

func writeValue(value any) (text string, ok bool) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSuffix(b.String(), "\n"), err == nil
}

// maxNested limits how deep texts within texts are examined. Deeper texts are masked.
const maxNested = 8

// maskValue masks the secrets in decoded JSON.
func maskValue(value any, depth int) any {
	switch v := value.(type) {
	case map[string]any:
		return maskObject(v, depth)
	case []any:
		maskList(v, depth)
	case string:
		return maskText(v, depth+1)
	}
	return value
}

// maskObject masks the values of secrets, and names that are secrets themselves or contain them.
func maskObject(object map[string]any, depth int) map[string]any {
	masked := make(map[string]any, len(object))
	named, byKey := pairOf(object)
	for name, member := range object {
		plain := maskText(name, depth+1)
		switch _, taken := masked[name]; {
		case strings.Contains(plain, scrub.Redacted):
			masked[plain] = scrub.Redacted // even if other names become this one, too
		case taken:
		case isSecretName(name) && member != nil && !(byKey && strings.EqualFold(name, "key")):
			masked[name] = scrub.Redacted
		default:
			masked[name] = maskValue(member, depth)
		}
	}
	if after, _ := pairOf(masked); named || after {
		for name, member := range masked {
			if isValueName(name) && member != nil {
				masked[name] = scrub.Redacted
			}
		}
	}
	return masked
}

// pairOf examines an object that may be a pair such as {"name": "Authorization", "value": "…"}. It reports whether the
// name is that of a secret, and whether the member "key" is that name rather than a secret.
func pairOf(object map[string]any) (secret, byKey bool) {
	valued, others := false, false
	for member, content := range object {
		text, isText := content.(string)
		switch strings.ToLower(member) {
		case "name", "header", "field":
			others = others || isText
			secret = secret || isSecretName(text)
		case "key":
			byKey = byKey || isText
			secret = secret || isSecretName(text)
		default:
			valued = valued || isValueName(member) && content != nil && content != ""
		}
	}
	return secret, byKey && valued && !others
}

// isValueName reports whether a member of a pair is its value.
func isValueName(member string) bool {
	return strings.EqualFold(member, "value") || strings.EqualFold(member, "values")
}

// maskList masks what follows the name of a secret: in ["Cookie", "…", "Host", "…"], and in ["curl", "--token", "…"]. A
// list of odd length does not begin with a name.
func maskList(list []any, depth int) {
	secret := false
	for i, element := range list {
		list[i] = maskValue(element, depth)
		if secret {
			list[i] = scrub.Redacted
		}
		paired := (len(list)-i)%2 == 0
		secret = paired && isBareName(element) || (paired || i > 0) && isBareName(list[i])
	}
}

// isBareName reports whether a value is a text that contains the name of a secret but no value of its own.
func isBareName(value any) bool {
	text, ok := value.(string)
	return ok && isSecretName(text) && !strings.Contains(text, scrub.Redacted) && !ownValuePattern.MatchString(text)
}

// ownValuePattern matches the value in "Authorization: …" and "token=…".
var ownValuePattern = regexp.MustCompile(`=\s*\S|:["'\s]+\S|://`)

// secretWords are the words that the name of a secret contains, in lower case and without separators.
var secretWords = []string{
	"authorization", "authentication", "cookie", "token", "passw", "pwd", "passphrase", "secret", "session", "sessid", "csrf",
	"xsrf", "credential", "signature", "jwt", "otp", "apikey", "privatekey", "cvv", "cvc", "cardnumber", "creditcard",
}

// isSecretName reports whether a value with this name is a secret.
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
