package main

import "slices"

// holders are those who have one address, or one id, each by id and name once.
type holders []mention

func (all *holders) add(m mention) {
	if !slices.ContainsFunc(*all, func(one mention) bool { return idKey(one.id) == idKey(m.id) && nameKey(one.name) == nameKey(m.name) }) {
		*all = append(*all, mention{id: m.id, name: m.name})
	}
}

// several reports whether they are more than one person: by ids, and by the names of those whose ids are not known. One id may
// have several names.
func (all holders) several() bool {
	ids, named, alone := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, one := range all {
		if one.id != "" {
			ids[idKey(one.id)] = true
		}
		if one.id != "" && one.name != "" {
			named[nameKey(one.name)] = true
		}
	}
	for _, one := range all {
		if key := nameKey(one.name); one.id == "" && key != "" && !named[key] {
			alone[key] = true
		}
	}
	return len(ids) > 1 || len(alone)+min(len(named), 1) > 1
}

// not returns them without those who have another name than that asked for.
func (all holders) not(a asked) holders {
	return slices.DeleteFunc(slices.Clone(all), a.renamed)
}

// names returns the names that they have, each once.
func (all holders) names() (names []string) {
	for _, one := range all {
		if one.name != "" && !slices.ContainsFunc(names, func(name string) bool { return sameName(name, one.name) }) {
			names = append(names, one.name)
		}
	}
	return names
}
