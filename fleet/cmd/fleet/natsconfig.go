package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

// natsNode is a node, as the template sees it.
type natsNode struct {
	File, Name string
	Hosts      []string // of all nodes
	Store      string
}

func beginNATSConfig(p program, flags *flag.FlagSet) func(context.Context) error {
	dir := flags.String("dir", "", "write nats-1.conf and so on into this `folder`, instead of printing them; none may be there")
	hosts := flags.String("hosts", "nats-1,nats-2,nats-3", "names or addresses of the three nodes, separated by commas")
	store := flags.String("store", "/var/lib/nats", "`folder` of each node's files")
	return func(context.Context) error {
		nodes, err := natsNodes(*hosts, *store)
		if err != nil {
			return err
		}
		for i, n := range nodes {
			text, err := n.config()
			switch {
			case err != nil:
			case *dir == "":
				if i > 0 {
					text = append([]byte("\n"), text...)
				}
				_, err = p.out.Write(text)
			default:
				err = writeNew(filepath.Join(*dir, n.File), text)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// hostForm is what a name or address of a host may have, so that a configuration cannot be read otherwise.
var hostForm = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])$`)

// replicas is how many nodes keep the streams: of three, one may fail.
const replicas = 3

func natsNodes(hosts, store string) ([]natsNode, error) {
	all := strings.Split(hosts, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
		if !hostForm.MatchString(all[i]) {
			return nil, usage("nats-config: number %d of -hosts is no name or address of a host", i+1)
		}
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(all))); len(all) != replicas || len(distinct) != replicas {
		return nil, usage("nats-config: -hosts has not three different hosts")
	}
	if !filepath.IsAbs(store) || strings.ContainsAny(store, "\"\\\n\r") {
		return nil, usage("nats-config: -store is no absolute path without quotes")
	}
	nodes := make([]natsNode, len(all))
	for i := range nodes {
		nodes[i] = natsNode{File: fmt.Sprintf("nats-%d.conf", i+1), Name: fmt.Sprintf("nats-%d", i+1), Hosts: all, Store: store}
	}
	return nodes, nil
}

// writeNew writes a file that is not there yet.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the user names it
	if err != nil {
		return fmt.Errorf("-dir: %w", err)
	}
	if _, err := f.Write(text); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

func (n natsNode) config() ([]byte, error) {
	var text bytes.Buffer
	err := natsTemplate.Execute(&text, n)
	return text.Bytes(), err
}

// The routes have no password, since a URL cannot take one from a variable.
var natsTemplate = template.Must(template.New("").Parse(`# ---- {{.File}} ----
# NATS 2.12 or newer. Its environment has FLEET_PASSWORD and SYSTEM_PASSWORD: letters and digits, a letter first.

server_name: {{.Name}}
listen: "0.0.0.0:4222"     # workers
http: "127.0.0.1:8222"     # for health checks on this machine
max_payload: 8MB           # the largest record

jetstream {
  store_dir: "{{.Store}}"
  sync_interval: always    # an answer means that it is on the disk: without, machines that fail lose records
}

# Only the three nodes may reach port 6222: by a firewall or, better, with tls {cert_file: ..., key_file: ..., ca_file: ...,
# verify: true} within this block. Passwords of workers cross the network: a block tls {cert_file: ..., key_file: ...} of its own
# hides them, and fleet -ca names the authority.
cluster {
  name: auditlogs
  listen: "0.0.0.0:6222"
  routes: [
{{- range .Hosts}}
    "nats://{{.}}:6222"
{{- end}}
  ]
}

accounts {
  FLEET {                  # fleet run -creds: a file with USERNAME=fleet and PASSWORD=
    jetstream: enabled
    users: [{user: fleet, password: $FLEET_PASSWORD}]
  }
  SYS {                    # fleet run -system-creds: a file with USERNAME=system and PASSWORD=
    users: [{user: system, password: $SYSTEM_PASSWORD}]
  }
}
system_account: SYS
`))
