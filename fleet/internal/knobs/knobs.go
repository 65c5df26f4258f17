// Package knobs has what only tests and the demo change of a fleet, before they start a worker. It is not safe for concurrent use.
package knobs

import "time"

var (
	// AckWait is after how long without a sign of life a task is given to another worker.
	AckWait = 30 * time.Second
	// Unfenced lets workers commit without compare-and-set, to show what it prevents.
	Unfenced bool
)
