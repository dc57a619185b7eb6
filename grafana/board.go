package grafana

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

const (
	schemaVersion = 39         // Grafana 10.4 and later take it, and bring it up to date
	tag           = "liveload" // of all dashboards, by which they link to each other
	delay         = "3s"       // until the database has a second
)

// A source is a kind of data source, and the variable by which one is chosen at the top of a dashboard.
type source struct{ kind, variable string }

var (
	influx = source{"influxdb", "datasource"}
	prom   = source{"prometheus", "prometheus"}
)

// ref is the data source that is chosen.
func (s source) ref() common.DataSourceRef {
	uid := "${" + s.variable + "}"
	return common.DataSourceRef{Type: &s.kind, Uid: &uid}
}

type panel = cog.Builder[dashboard.Panel]

// A board is a dashboard in the making: what is special about it.
type board struct {
	uid, title, description string
	source                  source
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
		WithVariable(b.source.choice()).Link(others())
	if b.source == influx {
		d.Annotation(events())
	}
	for _, v := range b.variables {
		d.WithVariable(v.builder(b.source))
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
	b.connect(&m)
	return m, nil
}

// connect gives each panel an id and the data source, and each query a letter.
func (b *board) connect(m *model) {
	ref := b.source.ref()
	for i := range m.Panels {
		id := uint32(i + 1)
		if row := m.Panels[i].RowPanel; row != nil {
			row.Id = id
			continue
		}
		p := m.Panels[i].Panel
		p.Id, p.Datasource = &id, &ref
		for k := range p.Targets {
			letter := string(rune('A' + k))
			switch q := p.Targets[k].(type) {
			case Query:
				q.RefID, q.Datasource = letter, ref
				p.Targets[k] = q
			case prometheus.Dataquery:
				q.RefId, q.Datasource = &letter, &ref
				p.Targets[k] = q
			}
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
	q.FromAnnotations, q.TextColumn, q.TagsColumn, q.RefID, q.Datasource = true, "text", "event", "Anno", influx.ref()
	return dashboard.NewAnnotationQueryBuilder().Name("Events of the run").Datasource(influx.ref()).Enable(true).IconColor(blue).Target(q)
}
