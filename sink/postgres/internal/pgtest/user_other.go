//go:build !linux

package pgtest

import "syscall"

type credential struct{ Uid, Gid uint32 }

func owner() (*credential, error) { return nil, ErrMissing }

func attributes(*credential) *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
