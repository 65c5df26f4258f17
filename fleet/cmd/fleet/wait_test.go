package main

import (
	"strings"
	"time"
)

// How long tests wait for what must come, and how often they look.
const (
	timeout = time.Minute
	tick    = 20 * time.Millisecond
)

func contains(o *output, text string) bool { return strings.Contains(o.String(), text) }
