package main

import (
	"context"
	"fmt"
)

// weight is how heavy records are.
type weight string

const (
	light     weight = "light"     // as auditlogtest generates them
	realistic weight = "realistic" // as heavy, and as different from each other, as those of a large installation
)

func weights() []weight { return []weight{light, realistic} }

// Records of different content. Those of the rows beyond differ from them in their marks alone. The second number is a
// prime, so that no page begins with the same records as another.
const (
	lightRecords     = 64
	realisticRecords = 5003
)

// makeTemplates makes the templates of all APIs, by path.
func makeTemplates(ctx context.Context, w weight) (map[string][]template, error) {
	all := map[string][]template{}
	for _, a := range apis() {
		made, err := templatesOf(ctx, a, w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		all[a.path] = made
	}
	return all, nil
}

func templatesOf(ctx context.Context, a *api, w weight) ([]template, error) {
	switch w {
	case light:
		return lightTemplates(ctx, a, lightRecords)
	case realistic:
		return realisticTemplates(a, realisticRecords)
	default:
		return nil, fmt.Errorf("no weight %q", w)
	}
}
