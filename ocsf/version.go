package ocsf

// Version is a version of the OCSF schema.
type Version string

// The versions that Map writes. V1_3 is for stores that do not take later ones.
const (
	V1_8 Version = "1.8.0"
	V1_3 Version = "1.3.0"
)

// schema is where versions differ, as far as it matters here.
type schema struct {
	version Version
	maxText int  // characters of a text; 0 is without a limit
	patch   bool // PATCH is one of the HTTP methods
}

var (
	schema18 = schema{version: V1_8, patch: true}
	schema13 = schema{version: V1_3, maxText: 65535}
)

// schema returns nil for a version that is not known.
func (v Version) schema() *schema {
	switch v {
	case V1_8:
		return &schema18
	case V1_3:
		return &schema13
	default:
		return nil
	}
}

// knowsMethod reports whether a text is an HTTP method of the schema.
func (s *schema) knowsMethod(text string) bool {
	switch text {
	case "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE":
		return true
	case "PATCH":
		return s.patch
	default:
		return false
	}
}

// fits reports whether a text of so many bytes, which are at least as many as its characters, is as long as a text may be.
func (s *schema) fits(size int) bool { return s.maxText == 0 || size <= s.maxText }
