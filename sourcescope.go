package auditlogs

// Scope returns a digest of what the source lists: the API and its address, the filter, and the range. It reveals nothing
// about these. It is "" if the source cannot be read. Sources that list the same have the same one, so whoever keeps a
// position for longer than a cursor can tell whether it still belongs to the source. It sends nothing.
func (s *source[T, F]) Scope() string {
	spec, err := s.log.begin(s.log.op+".Pages", s.filter)
	if err != nil {
		return ""
	}
	return spec.scope(s.log.conn, stamp(spec.Since), stamp(spec.Until))
}

// Scope returns a digest of what the source lists, as that of a source of one log does.
func (s *severalSource) Scope() string {
	if s.conn == nil {
		return ""
	}
	return s.scope("pages")
}

// Scope is that of the source: a name does not change what it lists.
func (n *namedSource) Scope() string {
	if s, ok := n.log.(interface{ Scope() string }); ok {
		return s.Scope()
	}
	return ""
}
