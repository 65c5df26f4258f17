// Package given looks at values that callers made: an interface may hold a nil pointer, and a struct a nil interface.
package given

import (
	"reflect"
	"runtime"
)

// IsNil reports whether a value is nil, or an interface that holds a nil pointer, function, map, slice or channel.
func IsNil(value any) bool {
	if value == nil {
		return true
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Slice, reflect.Chan:
		return v.IsNil()
	default:
		return false
	}
}

// Name returns the name of a value. ok is false for a nil one, and for a struct that has a nil one embedded: it cannot give
// a name.
func Name(value interface{ Name() string }) (name string, ok bool) {
	if IsNil(value) {
		return "", false
	}
	defer func() {
		if r := recover(); r != nil {
			if _, own := r.(runtime.Error); !own {
				panic(r) // the caller's own panic
			}
		}
	}()
	return value.Name(), true
}
