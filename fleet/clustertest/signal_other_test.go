//go:build !unix

package clustertest

const canSignal = false

func (p *process) stop() {}

func (p *process) wake() {}
