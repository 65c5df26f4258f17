package main

import (
	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// demo starts a test server and lets the questions go there.
func (p program) demo(s *smoke) *auditlogtest.Server {
	server := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(p.now))
	server.GenerateBetween(p.now().AddDate(0, 0, -60), p.now(), 1, 6500)
	s.wire.base, s.pace = server.HTTPClient().Transport, 0
	s.logs.MadeUp()
	s.logs.Since.Time = p.now().AddDate(0, 0, -7)
	return server
}

// served are the options for a client of all APIs of a test server. Elastic Path is logged in to.
func served(server *auditlogtest.Server) []auditlogs.Option {
	token := auditlogs.StaticToken(auditlogtest.Token)
	at := server.BaseURL
	return []auditlogs.Option{
		auditlogs.WithWaldur(at(auditlogtest.Waldur), token),
		auditlogs.WithHuaweiEDS(at(auditlogtest.HuaweiEDS), auditlogtest.ProjectID, token),
		auditlogs.WithAkinon(at(auditlogtest.Akinon), token),
		auditlogs.WithElasticPath(at(auditlogtest.ElasticPath),
			auditlogs.ElasticPathCredentials(at(auditlogtest.ElasticPath), auditlogtest.ClientID, auditlogtest.ClientSecret)),
		auditlogs.WithThousandEyes(at(auditlogtest.ThousandEyes), token),
	}
}
