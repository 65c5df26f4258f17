//go:build !unix

package sqlite

func visit() {}
