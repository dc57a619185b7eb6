// Draws a dashboard with the components that Grafana publishes: window.dashboard is its JSON, window.answers what the
// database said to each query, by the id of the panel.
import { createRoot } from 'react-dom/client';
import { EventBusSrv, FieldType, ThemeContext, dateTime, getDisplayName, reduceField } from '@grafana/data';
import { BigValue, GlobalStyles, PanelChrome, PanelContextProvider, Table, TimeSeries, PortalContainer } from '@grafana/ui';
import { framesOf, theme } from './frames.js';

const width = 1400;
const cell = { width: width / 24, height: 38, gap: 8 };
const range = { from: dateTime(window.range.from), to: dateTime(window.range.to), raw: {} };
const context = { eventsScope: 'global', eventBus: new EventBusSrv() };

function Graph({ panel, frames, size }) {
  const numeric = panel.type === 'trend';
  const drawn = numeric ? frames.map(overSeconds) : frames;
  if (drawn.length === 0 || drawn[0].fields.length === 0) {
    return <p style={{ color: theme.colors.text.secondary, textAlign: 'center' }}>{panel.fieldConfig.defaults.noValue ?? 'No data'}</p>;
  }
  const time = numeric ? spanOf(drawn[0]) : range;
  return (
    <TimeSeries frames={drawn} timeRange={time} timeZone="utc" legend={panel.options.legend} options={panel.options} {...size}>
      {(builder) => { if (!numeric) { markEvents(builder); } return null; }}
    </TimeSeries>
  );
}

/** A trend is drawn over its seconds, as if they were a time. */
function overSeconds(frame) {
  return { ...frame, fields: frame.fields.map((field, i) => (i === 0
    ? { ...field, name: 'Time', type: FieldType.time, values: field.values.map((second) => second * 1000) } : field)) };
}

function spanOf(frame) {
  const seconds = frame.fields[0].values;
  return { from: dateTime(0), to: dateTime(seconds[seconds.length - 1]), raw: {} };
}

/** Marks the events of the run with lines, as Grafana does. */
function markEvents(builder) {
  builder.addHook('draw', (u) => {
    u.ctx.save();
    u.ctx.strokeStyle = theme.visualization.getColorByName('blue');
    u.ctx.setLineDash([5, 5]);
    for (const at of window.events.filter((one) => one > u.scales.x.min && one < u.scales.x.max)) {
      const x = u.valToPos(at, 'x', true);
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
    }
    u.ctx.restore();
  });
}

function Figure({ panel, frames, size }) {
  const field = frames[0]?.fields.find((one) => one.type === FieldType.number);
  const last = field && reduceField({ field, reducers: ['lastNotNull'] }).lastNotNull;
  const value = last == null ? { text: panel.fieldConfig.defaults.noValue, numeric: NaN, color: panel.fieldConfig.defaults.thresholds.steps[0].color } : field.display(last);
  const color = theme.visualization.getColorByName(value.color ?? 'green');
  const line = field && field.values.length > 1
    ? { y: { ...field, config: { ...field.config, color: { mode: 'fixed', fixedColor: color } } }, x: frames[0].fields[0], timeRange: range } : undefined;
  return <BigValue value={{ ...value, color, title: '' }} sparkline={line} colorMode="value" graphMode={line ? 'area' : 'none'} textMode="value" theme={theme} {...size} />;
}

function List({ panel, frames, size }) {
  if (!frames[0]?.length) {
    return <p style={{ color: theme.colors.text.secondary, textAlign: 'center' }}>{panel.fieldConfig.defaults.noValue ?? 'No data'}</p>;
  }
  return <Table data={frames[0]} cellHeight="sm" fieldConfig={panel.fieldConfig} {...size} />;
}

const drawings = { timeseries: Graph, trend: Graph, stat: Figure, table: List };

function Panel({ panel, frames }) {
  const { x, y, w, h } = panel.gridPos;
  const at = { position: 'absolute', left: x * cell.width, top: y * cell.height };
  const size = { width: w * cell.width - cell.gap, height: h * cell.height - cell.gap };
  if (panel.type === 'row') {
    return <div style={{ ...at, ...theme.typography.h5, padding: '8px 4px', color: theme.colors.text.primary }}>⌄ {panel.title}</div>;
  }
  const Drawing = drawings[panel.type];
  return (
    <div style={at}>
      <PanelChrome title={panel.title} description={panel.description} {...size}>
        {(innerWidth, innerHeight) => <Drawing panel={panel} frames={frames} size={{ width: innerWidth, height: innerHeight }} />}
      </PanelChrome>
    </div>
  );
}

async function draw() {
  const panels = await Promise.all(window.dashboard.panels.map(async (panel) => ({
    panel, frames: panel.targets ? await framesOf(panel, window.answers[panel.id]) : [],
  })));
  document.body.style.background = theme.colors.background.canvas;
  createRoot(document.querySelector('#page')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <PanelContextProvider value={context}>
        <div style={{ ...theme.typography.h3, padding: 12, color: theme.colors.text.primary }}>{window.dashboard.title}</div>
        <div style={{ position: 'relative', margin: '0 8px' }}>
          {panels.map(({ panel, frames }) => <Panel key={panel.id} panel={panel} frames={frames} />)}
        </div>
      </PanelContextProvider>
      <PortalContainer />
    </ThemeContext.Provider>,
  );
}

draw().catch((error) => { document.body.innerText = error.stack; });
