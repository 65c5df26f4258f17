package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// smoke asks the APIs of a client.
type smoke struct {
	client *auditlogs.Client
	wire   *wire
	logs   *cli.Logs
	now    func() time.Time
	pace   time.Duration
	stderr io.Writer
}

// result is what was found out about one API.
type result struct {
	api       auditlogs.API
	preflight string // what is wrong, without what the server said; "" if nothing is
	missing   string // the flag without which nothing can be asked
	sent      int
	findings  []answered
}

// answered is a question with its answer.
type answered struct {
	question
	finding
}

// good reports whether the API was asked, nothing differs and nothing failed.
func (r result) good() bool {
	for _, f := range r.findings {
		if f.status == differs || f.status == failed {
			return false
		}
	}
	return r.preflight == "" && r.missing == ""
}

// run asks all APIs, one after the other.
func (s *smoke) run(ctx context.Context) []result {
	wrong := s.preflight(ctx)
	var results []result
	for _, api := range s.client.APIs() {
		if !s.logs.Chosen(api) {
			continue
		}
		r := result{api: api}
		if err := wrong[api]; err != nil {
			r.preflight = kindOfError(err.Err)
		} else {
			s.ask(ctx, &r)
		}
		results = append(results, r)
	}
	return results
}

// preflight returns what is wrong by API, and says it.
func (s *smoke) preflight(ctx context.Context) map[auditlogs.API]*auditlogs.PreflightError {
	wrong := map[auditlogs.API]*auditlogs.PreflightError{}
	err := s.client.Preflight(ctx)
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, one := range all {
		var of *auditlogs.PreflightError
		if errors.As(one, &of) {
			wrong[of.API] = of
			fmt.Fprintln(s.stderr, "smoke:", cli.OneLine(of))
		}
	}
	return wrong
}

// ask asks the questions about one API.
func (s *smoke) ask(ctx context.Context, r *result) {
	p := &prober{api: r.api, wire: s.wire, pace: s.pace}
	questions, missing := s.questions(ctx, p)
	if r.missing = missing; missing != "" {
		return
	}
	fmt.Fprintf(s.stderr, "smoke: %s: asking %s\n", r.api, cli.Count(len(questions), "question"))
	for _, q := range append(questions, p.forms()...) {
		r.findings = append(r.findings, answered{q, q.ask(ctx)})
	}
	r.sent = p.sent
}

// questions are those about an API, or missing is what is needed for them.
func (s *smoke) questions(ctx context.Context, p *prober) (all []question, missing string) {
	c, since, until := s.client, s.logs.Since.Time, s.logs.Until.Time
	switch p.api {
	case auditlogs.APIWaldur:
		read := reads(c.DataAccessLogs, auditlogs.DataAccessLogFilter{Since: since, Until: until})
		return append([]question{read}, newWaldur(p).questions()...), ""
	case auditlogs.APIHuaweiEDS:
		connector, missing := s.connector(ctx)
		if missing != "" {
			return nil, missing
		}
		f := auditlogs.DataAssetLogFilter{InstanceID: s.logs.Instance, ConnectorID: connector, Since: since, Until: until}
		return append([]question{reads(c.DataAssetLogs, f)}, newHuawei(p, s.logs.Instance, connector).questions()...), ""
	case auditlogs.APIAkinon:
		read := reads(c.AuditEvents, auditlogs.AuditEventFilter{Since: since, Until: until})
		return append([]question{read}, newAkinon(p).questions()...), ""
	case auditlogs.APIElasticPath:
		if len(s.logs.Resources) == 0 {
			return nil, "-elasticpath-resource names no resource"
		}
		of := s.logs.Resources[0]
		f := auditlogs.PersonalDataLogFilter{ResourceType: of.ResourceType, ResourceID: of.ResourceID, Since: since, Until: until}
		return append([]question{reads(c.PersonalDataLogs, f)}, newElasticPath(p, of.ResourceType, of.ResourceID).questions()...), ""
	case auditlogs.APIThousandEyes:
		read := reads(c.UserEvents, auditlogs.UserEventFilter{Since: since, Until: until})
		return append([]question{read}, newThousandEyes(p, s.now).questions()...), ""
	}
	return nil, "this program has no questions about it"
}

// connector returns the one of the flags, or the first of the instance.
func (s *smoke) connector(ctx context.Context) (id, missing string) {
	if s.logs.Instance == "" {
		return "", "-eds-instance names no instance"
	}
	if s.logs.Connector != "" {
		return s.logs.Connector, ""
	}
	for c, err := range s.client.DataAssetLogs.Connectors(ctx, s.logs.Instance) {
		if err != nil {
			return "", "the connectors cannot be listed; -eds-connector names one"
		}
		return c.ID, ""
	}
	return "", "the instance has no connector"
}
