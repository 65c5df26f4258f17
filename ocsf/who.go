package ocsf

import (
	"net/netip"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// unknownName is in place of a name that the schema requires and the record does not have.
const unknownName = "Unknown"

const (
	kindUser    = "user" // of auditlogs.Actor
	regularUser = 1      // user.type_id
)

// user writes a user. It reports whether the address found a place; a text that is none by the schema does not.
func (m *mapping) user(name string, who auditlogs.Actor, fullName string) (addressed bool) {
	begin := m.open(name)
	addressed = m.userMembers(who, fullName)
	m.close(begin)
	return addressed
}

func (m *mapping) userMembers(who auditlogs.Actor, fullName string) (addressed bool) {
	m.identity(who.Name, who.ID)
	m.text("full_name", fullName)
	m.kind(who.Kind)
	return isAddress(who.Email) && m.text("email_addr", who.Email)
}

// kind writes what a user is: the schema's word for it, or else the API's own.
func (m *mapping) kind(kind string) {
	switch kind {
	case "":
	case kindUser:
		m.number("type_id", regularUser)
		m.text("type", "User")
	default:
		m.number("type_id", otherID)
		m.textOr("type", kind, "Other")
	}
}

// unspecific returns an actor without the kind that events have where the log only names a user, and does not say of what kind.
func unspecific(who auditlogs.Actor) auditlogs.Actor {
	if who.Kind == kindUser {
		who.Kind = ""
	}
	return who
}

// actor writes who acted, a user. See user.
func (m *mapping) actor(who auditlogs.Actor, fullName string) (addressed bool) {
	begin := m.open("actor")
	addressed = m.user("user", who, fullName)
	m.close(begin)
	return addressed
}

// isAddress reports whether a text is an e-mail address, as the schema writes it.
func isAddress(text string) bool {
	local, domain, ok := strings.Cut(text, "@")
	host, rest, _ := strings.Cut(domain, ".")
	return ok && local != "" && host != "" && rest != "" &&
		consistsOf(local, "!#$%&'*+,-./=?^_`{|}~") && consistsOf(host, "-") && consistsOf(rest, "-.")
}

// consistsOf reports whether a text has only letters and digits of ASCII, and some other characters.
func consistsOf(text, others string) bool {
	for i := range len(text) {
		c := text[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}

// source writes from where somebody acted, as the API gives that: an address, a chain of addresses of which the first is taken
// for the origin, or something else, such as a block, which becomes the name. If it must be there, it is Unknown without one.
func (m *mapping) source(text string, required bool) {
	begin := m.open("src_endpoint")
	if first, chain, _ := strings.Cut(text, ","); isIP(first) && areIPs(chain) {
		m.text("ip", first)
		m.intermediate(chain)
	} else if !m.text("name", text) && required {
		m.text("name", unknownName)
	}
	m.close(begin)
}

// intermediate writes the proxies of a chain.
func (m *mapping) intermediate(chain string) {
	if chain == "" {
		return
	}
	m.name("intermediate_ips")
	m.out = append(m.out, '[')
	for ip := range strings.SplitSeq(chain, ",") {
		m.comma()
		m.quote(strings.TrimSpace(ip))
	}
	m.out = append(m.out, ']')
}

func areIPs(chain string) bool {
	if chain == "" {
		return true
	}
	for ip := range strings.SplitSeq(chain, ",") {
		if !isIP(strings.TrimSpace(ip)) {
			return false
		}
	}
	return true
}

// isIP reports whether a text is an IP address, as the schema writes it: with at most 40 characters, in one line.
func isIP(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil && len(text) <= 40 && !strings.Contains(text, "\n")
}
