package grafana

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const (
	sourceType    = "influxdb"
	sourceUID     = "liveload" // of the data source that Export provisions
	schemaVersion = 39         // Grafana 10.4 and later take it, and bring it up to date
	tag           = "liveload" // of all dashboards, by which they link to each other
	delay         = "3s"       // until the database has a second
)

// source is the data source that the user has chosen at the top of a dashboard.
func source() common.DataSourceRef {
	kind, uid := sourceType, "${datasource}"
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

type panel = cog.Builder[dashboard.Panel]

// A board is a dashboard in the making: what is special about it.
type board struct {
	uid, title, description string
	variables               []variable // beside the data source
	sections                []section
}

// A section is a row of a dashboard. The spans of its panels fill lines of 24.
type section struct {
	title  string
	panels []panel
}

// build makes the model.
func (b *board) build() (model, error) {
	//lint:ignore SA1019 the newer schema is for Grafana 12 and later alone
	d := dashboard.NewDashboardBuilder("liveload: "+b.title).
		Uid(b.uid).Description(b.description).Tags([]string{tag}).
		Time("now-15m", "now").Refresh("5s").
		Timepicker(dashboard.NewTimePickerBuilder().NowDelay(delay)).Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Timezone("browser").Version(1).
		WithVariable(sourceVariable()).
		Annotation(events()).Link(others())
	for _, v := range b.variables {
		d.WithVariable(v.builder())
	}
	for _, s := range b.sections {
		d.WithRow(dashboard.NewRowBuilder(s.title))
		for _, p := range s.panels {
			d.WithPanel(p)
		}
	}
	m, err := d.Build()
	if err != nil {
		return m, err
	}
	m.SchemaVersion = schemaVersion
	for i := range m.Links {
		m.Links[i].Placement = nil // at the top, not in a menu
	}
	for i := range m.Annotations.List {
		m.Annotations.List[i].Placement = nil
	}
	number(&m)
	return m, nil
}

// number gives each panel an id, and each query a letter.
func number(m *model) {
	for i := range m.Panels {
		id := uint32(i + 1)
		if row := m.Panels[i].RowPanel; row != nil {
			row.Id = id
			continue
		}
		p := m.Panels[i].Panel
		p.Id = &id
		for k := range p.Targets {
			q := p.Targets[k].(Query)
			q.RefID = string(rune('A' + k))
			p.Targets[k] = q
		}
	}
}

// others are the links to the other dashboards, which keep time and variables.
func others() *dashboard.DashboardLinkBuilder {
	return dashboard.NewDashboardLinkBuilder("").Type(dashboard.DashboardLinkTypeDashboards).Tags([]string{tag}).KeepTime(true).IncludeVars(true)
}

// events are the annotations of the run that is shown.
func events() *dashboard.AnnotationQueryBuilder {
	q := rows(`SELECT "text", "event" FROM "annotations" WHERE %s AND $timeFilter`, ofRun)
	q.FromAnnotations, q.TextColumn, q.TagsColumn, q.RefID = true, "text", "event", "Anno"
	return dashboard.NewAnnotationQueryBuilder().Name("Events of the run").Datasource(source()).Enable(true).IconColor(blue).Target(q)
}
