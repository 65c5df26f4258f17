package ocsf_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/ocsf"
)

// schema is a version of the official schema, as data. It is read where it lies, next to a checkout of this repository.
type schema struct {
	Version    string
	Classes    map[string]*schemaClass
	Objects    map[string]*schemaObject
	Dictionary struct {
		Types struct {
			Attributes map[string]*schemaType
		}
	}
	byUID map[int64]*schemaClass
}

type schemaClass struct {
	schemaObject
	UID      int64
	Profiles []string
}

type schemaObject struct {
	Attributes  map[string]*schemaAttribute
	Constraints struct {
		AtLeastOne []string `json:"at_least_one"`
		JustOne    []string `json:"just_one"`
	}
}

type schemaAttribute struct {
	Type        string
	ObjectType  string `json:"object_type"`
	IsArray     bool   `json:"is_array"`
	Requirement string
	Profiles    []string // it is there only if an event has one of these
	Enum        map[string]schemaValue
	Sibling     string // the attribute with the caption of the enumeration's value
	Deprecated  any    `json:"@deprecated"`
}

// schemaValue is a value of an enumeration.
type schemaValue struct {
	Caption    string
	Deprecated any `json:"@deprecated"`
}

type schemaType struct {
	Type   string // what it is a kind of
	MaxLen int    `json:"max_len"`
	Range  []int64
	Regex  string
	regex  *regexp.Regexp
}

// versions are all versions that Map writes.
var versions = []ocsf.Version{ocsf.V1_8, ocsf.V1_3}

// schemaOf reads the official schema, and skips the test where it is not at hand.
func schemaOf(t testing.TB, v ocsf.Version) *schema {
	t.Helper()
	s := schemaAtHand(t, v)
	if s == nil {
		t.Skip("skipped: the official schema is not at hand; testdata has events that were checked with it")
	}
	return s
}

// schemaAtHand is schemaOf for a test that has something to check without the schema, too: it returns nil then.
func schemaAtHand(t testing.TB, v ocsf.Version) *schema {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "ocsf", "schema-"+string(v)+".json"))
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	var s schema
	require.NoError(t, json.Unmarshal(data, &s))
	require.Equal(t, string(v), s.Version)
	s.byUID = map[int64]*schemaClass{}
	for _, c := range s.Classes {
		s.byUID[c.UID] = c
	}
	for _, kind := range s.Dictionary.Types.Attributes {
		if kind.Regex != "" {
			kind.regex = regexp.MustCompile(kind.Regex)
		}
	}
	return &s
}
