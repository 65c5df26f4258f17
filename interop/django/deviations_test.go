package django_test

import "regexp"

// deviations are the answers of auditlogtest that are known to differ from the framework's: what is asked and how the
// answers differ, and what is behind it. All but the first are about requests that the client does not send, or texts that
// it only passes on; of the first it reads both forms.
var deviations = []struct {
	pattern *regexp.Regexp
	reason  string
}{
	{
		regexp.MustCompile(`timestamp: \S+:\d\dZ; auditlogtest: \S+\.000000Z$`),
		"Akinon's times on the second have six zeros here, as other payloads of the vendor do; the framework leaves them out",
	},
	{regexp.MustCompile(`[?&]page= `), "an empty page number is no page for the framework, and the first one here"},
	{regexp.MustCompile(`=%20(2|5|alice%20|timestamp) `), "the framework takes blanks off numbers, texts and orders"},
	{regexp.MustCompile(`query=%C5%82uk `), "SQLite tells upper from lower case outside ASCII; Waldur's PostgreSQL does not"},
	{regexp.MustCompile(`start_date=(2026-9-1|09/30/2026) `), "the framework reads other forms of dates too"},
	{regexp.MustCompile(`timestamp\S*=2026-10-01(T|%20)00:00:00 `), "the framework reads times without a zone too, in its own"},
	{regexp.MustCompile(`Token( a b)? -> body\.detail`), "the framework says what is wrong with the header"},
	{regexp.MustCompile(`o=bad,worse `), "the framework complains about the first bad order only"},
	{regexp.MustCompile(`o=timestamp, `), "django-filter fails (500) on an order that is empty"},
	{regexp.MustCompile(`object_id=9{20} `), "SQLite fails (500) on a number of more than 64 bits"},
	{regexp.MustCompile(`content_type=1\.5 `), "a fraction is a number for the framework"},
	{regexp.MustCompile(`audit-events/[0-9a-f]{32}/ `), "the framework takes Akinon's UUIDs without dashes too"},
	{regexp.MustCompile(`/nothing/ `), "what is no UUID is a 404 in JSON for the framework, and in HTML here"},
	{regexp.MustCompile(`^HEAD \S*audit-events/`), "the framework answers HEAD; Akinon documents GET alone"},
	{regexp.MustCompile(`^POST \S*(password|login)/`), "the framework says more about a bad login, and with a 401 how to log in"},
}

// deviation gives the reason of a known difference, or "".
func deviation(difference string) string {
	for _, d := range deviations {
		if d.pattern.MatchString(difference) {
			return d.reason
		}
	}
	return ""
}
