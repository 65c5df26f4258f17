//go:build !unix

package delivertest

const canSignal = false

func (c *child) stop() {}

func (c *child) wake() {}
