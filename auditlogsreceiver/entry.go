package auditlogsreceiver

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configopaque"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// entry is one way to get in: settings that belong together, and the source of tokens that they make.
type entry struct {
	needs  []setting
	may    []setting
	tokens func() auditlogs.TokenSource
}

// setting is whether a setting has a value.
type setting struct {
	name string
	set  bool
}

func given[S ~string](name string, value S) setting { return setting{name, value != ""} }

// byToken returns the two ways that all APIs have.
func (c Connection) byToken() []entry {
	return []entry{
		{needs: []setting{given("token", c.Token)}, tokens: func() auditlogs.TokenSource { return auditlogs.StaticToken(string(c.Token)) }},
		{needs: []setting{given("token_file", c.TokenFile)}, tokens: func() auditlogs.TokenSource { return auditlogs.TokenFile(c.TokenFile) }},
	}
}

// byPassword returns the way by user name and password.
func byPassword(username string, password configopaque.String, tokens func(username, password string) auditlogs.TokenSource) entry {
	return entry{
		needs:  []setting{given("username", username), given("password", password)},
		tokens: func() auditlogs.TokenSource { return tokens(username, string(password)) },
	}
}

// choose returns the tokens of the one way whose settings have values.
func choose(ways ...entry) (auditlogs.TokenSource, error) {
	var used []entry
	for _, w := range ways {
		if w.first() != "" {
			used = append(used, w)
		}
	}
	switch len(used) {
	case 0:
		return nil, &SettingError{ways[0].needs[0].name, notSet(ways)}
	case 1:
		if missing := used[0].missing(); missing != "" {
			return nil, &SettingError{missing, "is not set"}
		}
		return used[0].tokens(), nil
	}
	return nil, &SettingError{used[0].first(), "is set, and so is " + used[1].first() + ": only one of the two can be used"}
}

// first returns the first setting of the way that has a value.
func (e entry) first() string {
	for _, s := range slices.Concat(e.needs, e.may) {
		if s.set {
			return s.name
		}
	}
	return ""
}

// missing returns the first setting that has no value and needs one.
func (e entry) missing() string {
	for _, s := range e.needs {
		if !s.set {
			return s.name
		}
	}
	return ""
}

// notSet says that no way is used.
func notSet(ways []entry) string {
	text := "is not set"
	for _, w := range ways[1:] {
		var names []string
		for _, s := range w.needs {
			names = append(names, s.name)
		}
		text += ", nor is " + strings.Join(names, " and ")
	}
	return text
}
