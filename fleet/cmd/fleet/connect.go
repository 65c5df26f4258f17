package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/fleet/cmd/fleet/open"
	"github.com/nats-io/nats.go"
)

// defaultNATS is where a worker without -nats listens.
const defaultNATS = "127.0.0.1:4222"

// servers is where NATS is, and how to get in.
type servers struct {
	urls  string
	creds string
	ca    string
}

func (s *servers) flags(flags *flag.FlagSet, preset, absent string) {
	flags.StringVar(&s.urls, "nats", preset, "`URL`s of NATS, separated by commas"+absent)
	flags.StringVar(&s.creds, "creds", "", "`file` that gets in to NATS: a .creds file, or lines USERNAME= and PASSWORD=, or TOKEN=")
	flags.StringVar(&s.ca, "ca", "", "`file` of the authorities, as PEM, that sign the certificates of NATS; those of the system unless set")
}

// connect connects to NATS. A worker waits until a server answers; other commands do not.
func (s servers) connect(wait bool, more ...nats.Option) (*nats.Conn, error) {
	urls, hide, err := s.parse()
	if err != nil {
		return nil, err
	}
	options := append([]nats.Option{
		nats.Name("auditlogs fleet"), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second), nats.RetryOnFailedConnect(wait),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // what it would print is an error of a call, too
	}, more...)
	if s.creds != "" {
		login, err := login(s.creds)
		if err != nil {
			return nil, err
		}
		options = append(options, login)
	}
	if s.ca != "" {
		options = append(options, nats.RootCAs(s.ca))
	}
	nc, err := nats.Connect(strings.Join(urls, ","), options...)
	if err != nil {
		return nil, fmt.Errorf("no connection to NATS: %s", hide.Replace(err.Error()))
	}
	return nc, nil
}

// parse reads the URLs. Errors quote none: one may hold a password. What hides passwords is returned, too.
func (s servers) parse() (urls []string, hide *strings.Replacer, err error) {
	var hidden []string
	for i, text := range strings.Split(s.urls, ",") {
		text = strings.TrimSpace(text)
		if !strings.Contains(text, "://") {
			text = "nats://" + text
		}
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) {
			return nil, nil, usage("-nats: number %d is not a URL of NATS", i+1)
		}
		if u.User != nil {
			hidden = append(hidden, u.User.String(), "[hidden]")
			if password, ok := u.User.Password(); ok && password != "" {
				hidden = append(hidden, password, "[hidden]")
			}
		}
		urls = append(urls, text)
	}
	return urls, strings.NewReplacer(hidden...), nil
}

// login returns the option that gets in with a file.
func login(file string) (nats.Option, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		return nil, fmt.Errorf("-creds: %w", err)
	}
	if bytes.Contains(text, []byte("-----BEGIN NATS")) {
		return nats.UserCredentials(file), nil // which is read again for each connection
	}
	v, err := open.ParseEnv(text, "USERNAME", "PASSWORD", "TOKEN")
	switch {
	case err != nil:
		return nil, fmt.Errorf("-creds: %w", err)
	case v["TOKEN"] != "" && v["USERNAME"] == "" && v["PASSWORD"] == "":
		return nats.Token(v["TOKEN"]), nil
	case v["USERNAME"] != "" && v["PASSWORD"] != "" && v["TOKEN"] == "":
		return nats.UserInfo(v["USERNAME"], v["PASSWORD"]), nil
	}
	return nil, errors.New("-creds: the file is neither a .creds file, nor has it USERNAME and PASSWORD, or TOKEN")
}
