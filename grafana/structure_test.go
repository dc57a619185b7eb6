package grafana

import (
	"regexp"
	"slices"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// TestStructure holds what a person relies on in every dashboard.
func TestStructure(t *testing.T) {
	all, err := Dashboards()
	if err != nil {
		t.Fatal(err)
	}
	uids := make(map[string]bool)
	for _, d := range all {
		t.Run(d.UID, func(t *testing.T) {
			m := d.model
			if uids[d.UID] || *m.Uid != d.UID || !regexp.MustCompile(`^[a-z-]{8,40}$`).MatchString(d.UID) {
				t.Errorf("the uid %q is taken, or none", *m.Uid)
			}
			uids[d.UID] = true
			if m.SchemaVersion < 37 || m.SchemaVersion > 41 || *m.Description == "" || !slices.Equal(m.Tags, []string{tag}) {
				t.Errorf("schema %d, description %q, tags %q", m.SchemaVersion, *m.Description, m.Tags)
			}
			if l := m.Links[0]; !l.KeepTime || !l.IncludeVars || l.Type != dashboard.DashboardLinkTypeDashboards {
				t.Errorf("the link to the others is %+v", l)
			}
			checkVariables(t, m)
			checkPanels(t, m)
		})
	}
}

func checkVariables(t *testing.T, m model) {
	t.Helper()
	var names []string
	for _, v := range m.Templating.List {
		names = append(names, v.Name)
		if *v.Label == "" {
			t.Errorf("the variable %s has no label", v.Name)
		}
	}
	if !slices.Contains([]string{influx.variable, prom.variable}, names[0]) || names[1] != "run" || !slices.Contains(names, "scenario") {
		t.Errorf("the variables are %q", names)
	}
}

func checkPanels(t *testing.T, m model) {
	t.Helper()
	ids, titles, cells := make(map[uint32]bool), make(map[string]bool), make(map[[2]uint32]string)
	place := func(id uint32, title string, at dashboard.GridPos) {
		if ids[id] || titles[title] || title == "" {
			t.Errorf("%q has the id %d: one of them is taken", title, id)
		}
		ids[id], titles[title] = true, true
		if at.W == 0 || at.H == 0 || at.X+at.W > full {
			t.Errorf("%q is outside of the grid: %+v", title, at)
		}
		for x := at.X; x < at.X+at.W; x++ {
			for y := at.Y; y < at.Y+at.H; y++ {
				if other := cells[[2]uint32{x, y}]; other != "" {
					t.Fatalf("%q lies on %q", title, other)
				}
				cells[[2]uint32{x, y}] = title
			}
		}
	}
	for _, one := range m.Panels {
		if row := one.RowPanel; row != nil {
			place(row.Id, *row.Title, *row.GridPos)
			continue
		}
		p := one.Panel
		place(*p.Id, *p.Title, *p.GridPos)
		if *p.Description == "" || *p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
			t.Errorf("%q lacks a description, a unit or a query", *p.Title)
		}
	}
	checkFilled(t, cells)
}

// checkFilled: no line of the grid has a hole.
func checkFilled(t *testing.T, cells map[[2]uint32]string) {
	t.Helper()
	width := make(map[uint32]int)
	for at := range cells {
		width[at[1]]++
	}
	for y, n := range width {
		if n != full {
			t.Errorf("line %d of the grid has %d of %d columns", y, n, full)
		}
	}
}

// TestJSONIsGrafanas: the SDK knows every field that is written, and none that it wants is missing.
func TestJSONIsGrafanas(t *testing.T) {
	all, err := Dashboards()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		var again model
		if err := again.UnmarshalJSONStrict(d.JSON); err != nil && err.Error() != "" {
			t.Errorf("%s: %v", d.UID, err)
		}
	}
}
