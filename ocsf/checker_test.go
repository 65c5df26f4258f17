package ocsf_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// checker validates one event against the official schema.
type checker struct {
	*schema
	profiles []string // of the event
	faults   []string
}

// check returns what is wrong with an event.
func (s *schema) check(text []byte) []string {
	c := &checker{schema: s}
	if bytes.ContainsAny(text, "\n\r") {
		c.fault("", "has line feeds")
	}
	if !utf8.Valid(text) {
		c.fault("", "is not UTF-8")
	}
	var event map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&event); err != nil || !json.Valid(text) {
		return []string{fmt.Sprint("no JSON object: ", err)}
	}
	c.repeated(json.NewDecoder(bytes.NewReader(text)), "")
	uid, _ := whole(event["class_uid"])
	class, ok := s.byUID[uid]
	if !ok {
		return append(c.faults, "class_uid: no such class")
	}
	c.header(class, event)
	c.object("", &class.schemaObject, event)
	return c.faults
}

func (c *checker) fault(path, text string) { c.faults = append(c.faults, path+": "+text) }

// header checks what attributes say about each other: class, activity, version and profiles.
func (c *checker) header(class *schemaClass, event map[string]any) {
	activity, _ := whole(event["activity_id"])
	if kind, ok := whole(event["type_uid"]); ok && kind != 100*class.UID+activity {
		c.fault("type_uid", "is not class_uid * 100 + activity_id")
	}
	metadata, _ := event["metadata"].(map[string]any)
	if metadata["version"] != c.Version {
		c.fault("metadata.version", "is not the version of the schema")
	}
	profiles, _ := metadata["profiles"].([]any)
	for _, p := range profiles {
		name := fmt.Sprint(p)
		if c.profiles = append(c.profiles, name); !slices.Contains(class.Profiles, name) {
			c.fault("metadata.profiles", "the class has no profile "+name)
		}
	}
}

// object checks the attributes of an event, or of an object within it.
func (c *checker) object(path string, of *schemaObject, value map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(value)) {
		at := join(path, name)
		attribute := of.Attributes[name]
		switch {
		case attribute == nil:
			c.fault(at, "unknown attribute")
		case !c.applies(attribute):
			c.fault(at, "attribute of a profile that the event does not have")
		case attribute.Deprecated != nil:
			c.fault(at, "deprecated attribute")
		default:
			c.attribute(at, attribute, value[name])
			c.sibling(at, attribute, value[name], value[attribute.Sibling])
			c.sameTime(at, value[name], value[name+"_dt"])
		}
	}
	for name, attribute := range of.Attributes {
		if _, ok := value[name]; !ok && attribute.Requirement == "required" && c.applies(attribute) {
			c.fault(join(path, name), "required attribute is missing")
		}
	}
	c.constraints(path, of, value)
}

func (c *checker) constraints(path string, of *schemaObject, value map[string]any) {
	present := func(names []string) (n int) {
		for _, name := range names {
			if _, ok := value[name]; ok {
				n++
			}
		}
		return n
	}
	if one := of.Constraints.AtLeastOne; len(one) > 0 && present(one) == 0 {
		c.fault(path, fmt.Sprint("needs one of ", one))
	}
	if one := of.Constraints.JustOne; len(one) > 0 && present(one) != 1 {
		c.fault(path, fmt.Sprint("needs just one of ", one))
	}
}

// applies reports whether an attribute is one of the event's: a profile may have to say so.
func (c *checker) applies(a *schemaAttribute) bool {
	return len(a.Profiles) == 0 || slices.ContainsFunc(a.Profiles, func(p string) bool { return slices.Contains(c.profiles, p) })
}

// attribute checks a value, or each of a list.
func (c *checker) attribute(path string, a *schemaAttribute, value any) {
	if !a.IsArray {
		c.value(path, a, value)
		return
	}
	list, ok := value.([]any)
	if !ok {
		c.fault(path, "is not a list")
	} else if len(list) == 0 {
		c.fault(path, "is empty")
	}
	for i, element := range list {
		c.value(path+"["+strconv.Itoa(i)+"]", a, element)
	}
}

func (c *checker) value(path string, a *schemaAttribute, value any) {
	if a.Type == "object_t" {
		inner, ok := value.(map[string]any)
		if !ok {
			c.fault(path, "is not an object")
		} else if len(inner) == 0 {
			c.fault(path, "is empty")
		} else if a.ObjectType != "object" { // which is free-form
			c.object(path, c.Objects[a.ObjectType], inner)
		}
		return
	}
	c.scalar(path, a.Type, value)
	if a.Enum != nil {
		if known, ok := a.Enum[fmt.Sprint(value)]; !ok {
			c.fault(path, "is not in the enumeration")
		} else if known.Deprecated != nil {
			c.fault(path, "deprecated value")
		}
	}
}

// scalar checks a value against a type and the type that it is a kind of.
func (c *checker) scalar(path, name string, value any) {
	kind := c.Dictionary.Types.Attributes[name]
	if kind.Type != "" {
		c.scalar(path, kind.Type, value)
	}
	text, isText := value.(string)
	n, isWhole := whole(value)
	switch name {
	case "string_t":
		if !isText {
			c.fault(path, "is not a text")
		} else if text == "" {
			c.fault(path, "is empty")
		}
	case "integer_t", "long_t":
		if !isWhole {
			c.fault(path, "is not a whole number")
		}
	case "float_t":
		if _, ok := value.(json.Number); !ok {
			c.fault(path, "is not a number")
		}
	case "boolean_t":
		if _, ok := value.(bool); !ok {
			c.fault(path, "is not true or false")
		}
	}
	if kind.MaxLen > 0 && utf8.RuneCountInString(text) > kind.MaxLen {
		c.fault(path, "is too long for "+name)
	}
	if kind.regex != nil && !kind.regex.MatchString(text) {
		c.fault(path, "is no "+name)
	}
	if len(kind.Range) == 2 && (n < kind.Range[0] || n > kind.Range[1]) {
		c.fault(path, "is out of range")
	}
}

// sibling checks the caption beside a value of an enumeration. That of Other has to be there, in the words of the source.
func (c *checker) sibling(path string, a *schemaAttribute, value, caption any) {
	if a.Enum == nil {
		return
	}
	id := fmt.Sprint(value)
	switch {
	case id == "99" && caption == nil:
		c.fault(path, "Other without "+a.Sibling)
	case id != "99" && caption != nil && caption != a.Enum[id].Caption:
		c.fault(path, a.Sibling+" is not the caption")
	}
}

// repeated reports names that come twice in one object.
func (c *checker) repeated(d *json.Decoder, path string) {
	opening, _ := d.Token()
	names := map[any]bool{}
	for i := 0; d.More() && (opening == json.Delim('{') || opening == json.Delim('[')); i++ {
		at := path
		if opening == json.Delim('{') {
			name, _ := d.Token()
			if at = join(path, fmt.Sprint(name)); names[name] {
				c.fault(at, "comes twice")
			}
			names[name] = true
		}
		c.repeated(d, at)
	}
	if opening == json.Delim('{') || opening == json.Delim('[') {
		_, _ = d.Token()
	}
}

// sameTime checks the text beside a time.
func (c *checker) sameTime(path string, value, text any) {
	written, _ := text.(string)
	milliseconds, ok := whole(value)
	if t, err := time.Parse(time.RFC3339, written); ok && err == nil && t.UnixMilli() != milliseconds {
		c.fault(path, "is not the same time as "+written)
	}
}

// whole returns a number that is written as an integer of 64 bits.
func whole(value any) (n int64, ok bool) {
	number, _ := value.(json.Number)
	n, err := number.Int64()
	return n, err == nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
