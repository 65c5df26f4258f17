package postgres

import (
	"fmt"
	"strings"
	"unicode/utf8"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/jackc/pgx/v5"
)

// DefaultSchema is the schema of the tables unless WithSchema gives another.
const DefaultSchema = "auditlogs"

// Option changes what New does.
type Option func(*options) error

type options struct {
	schema      string
	partitioned bool
}

// maxIdentifier is how many bytes of a name PostgreSQL keeps; it cuts off the rest without an error.
const maxIdentifier = 63

// WithSchema keeps the tables in another schema of the database. It is used exactly as given, also if it has capital
// letters, blanks or quotes. Two schemas know nothing of each other.
func WithSchema(name string) Option {
	return func(o *options) error {
		if name == "" || len(name) > maxIdentifier || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
			return fmt.Errorf("%w: the name of a schema has 1 to %d bytes of text", auditlogs.ErrInvalidConfig, maxIdentifier)
		}
		o.schema = name
		return nil
	}
}

// WithPartitions creates the table of events partitioned by the events' time, with one default partition.
// [Sink.AddPartitions] adds one for each month. Tables that are there already are used only if they were created with this
// option; without it, both are used.
func WithPartitions() Option {
	return func(o *options) error {
		o.partitioned = true
		return nil
	}
}

// names puts the names of tables into a text of SQL.
type names struct {
	schema   string
	replacer *strings.Replacer
}

func namesIn(schema, partition string) names {
	table := func(name string) string { return pgx.Identifier{schema, name}.Sanitize() }
	return names{schema, strings.NewReplacer(
		"{schema}", pgx.Identifier{schema}.Sanitize(),
		"{layout}", table("layout"),
		"{places}", table("places"),
		"{events}", table("events"),
		"{default}", table("events_default"),
		"{partition}", table(partition),
	)}
}

func (n names) in(sql string) string { return n.replacer.Replace(sql) }
