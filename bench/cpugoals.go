package main

import "fmt"

// restated is a goal for a relation: how many times less, at pages of 1000 and of 100.
type restated struct {
	relation
	floor, aim [2]float64
}

func restatedGoals() []restated {
	return []restated{
		{relation{cpu, sdkAll, generated}, [2]float64{2.9, 2.3}, [2]float64{3.5, 2.8}},
		{relation{cpu, sdkPages, generated}, [2]float64{2.7, 2.1}, [2]float64{3.2, 2.5}},
		{relation{cpu, sdkAll, values}, [2]float64{1.35, 1.15}, [2]float64{1.7, 1.35}},
		{relation{cpu, sdkAll, keeping}, [2]float64{2.0, 1.6}, [2]float64{2.4, 1.8}},
		{relation{bytesOf, sdkAll, generated}, [2]float64{2.8, 2.8}, [2]float64{3, 3}},
		{relation{bytesOf, sdkPages, generated}, [2]float64{2.2, 2.2}, [2]float64{2.3, 2.3}},
		{relation{allocations, sdkAll, generated}, [2]float64{8, 8}, [2]float64{15, 15}},
		{relation{allocations, sdkPages, generated}, [2]float64{8, 8}, [2]float64{15, 15}},
	}
}

// cpuGoals judges records of one weight.
func cpuGoals(w weight, all []*comparison) []goal {
	var goals []goal
	for _, r := range restatedGoals() {
		for i, page := range []int{longPage, shortPage} {
			got := comparisonOf(all, w, page).less.by[r.relation]
			goals = append(goals, goal{
				what:     fmt.Sprintf("%s per event, %s against %s, %s records, pages of %d", r.cost, r.variant, r.peer, w, page),
				floor:    fmt.Sprintf("%v× less", r.floor[i]),
				aim:      fmt.Sprintf("%v× less", r.aim[i]),
				measured: got.spread("%.2f×"),
				verdict:  judgeAim(got.median() >= r.floor[i], got.median() >= r.aim[i]),
			})
		}
	}
	return goals
}
