// Data frames as Grafana's InfluxDB data source makes them of an answer, and what it does to them before it draws.
import {
  FieldType, createTheme, getDisplayProcessor, standardTransformers, standardTransformersRegistry, toDataFrame, transformDataFrame,
} from '@grafana/data';

export const theme = createTheme({ colors: { mode: 'dark' } });

const transformers = {
  organize: 'organizeFieldsTransformer', sortBy: 'sortByTransformer', limit: 'limitTransformer', merge: 'mergeTransformer',
  filterFieldsByName: 'filterFieldsByNameTransformer', calculateField: 'calculateFieldTransformer', groupBy: 'groupByTransformer',
  joinByField: 'joinByFieldTransformer',
};
standardTransformersRegistry.setInit(() => Object.entries(transformers).map(([id, name]) => ({
  id, name, editor: () => null, transformation: standardTransformers[name],
})));

/** Returns the frames of a panel, with units and colours. */
export async function framesOf(panel, answers) {
  const raw = answers.flatMap(({ query, series }) => (query.resultFormat === 'table' ? table(series) : lines(series, query)));
  const ctx = { interpolate: (text) => text };
  const frames = await new Promise((done) => transformDataFrame(panel.transformations ?? [], raw, ctx).subscribe(done));
  frames.forEach((frame, i) => frame.fields.forEach((field, k) => configure(panel, field, i + k - 1)));
  return frames;
}

/** One frame for each column of each series. */
function lines(series, query) {
  return series.flatMap((one) => one.columns.slice(1).map((column, i) => toDataFrame({
    refId: query.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: one.values.map((row) => row[0]) },
      { name: 'Value', type: FieldType.number, values: one.values.map((row) => row[i + 1]), labels: one.tags, config: { displayNameFromDS: alias(query, one, column) } },
    ],
  })));
}

function alias(query, one, column) {
  return query.alias
    .replace(/\$tag_(\w+)/g, (_, tag) => one.tags?.[tag] ?? '')
    .replace(/\$m\b/g, one.name).replace(/\$col\b/g, column);
}

/** One frame for all series: the time, tags, values. */
function table(series) {
  if (series.length === 0) {
    return [];
  }
  const tags = Object.keys(series[0].tags ?? {});
  const rows = series.flatMap((one) => one.values.map((row) => [row[0], ...tags.map((tag) => one.tags[tag]), ...row.slice(1)]));
  const names = ['Time', ...tags, ...series[0].columns.slice(1)];
  return [toDataFrame({
    fields: names.map((name, i) => {
      const values = rows.map((row) => row[i]);
      const text = values.some((value) => typeof value === 'string');
      return { name, type: i === 0 ? FieldType.time : text ? FieldType.string : FieldType.number, values };
    }),
  })];
}

/** Applies the defaults and the overrides of a panel to a field. */
function configure(panel, field, index) {
  const { defaults, overrides } = panel.fieldConfig;
  const config = { ...structuredClone(defaults), ...field.config, custom: { ...defaults.custom, ...field.config.custom } };
  const name = field.config.displayName ?? field.config.displayNameFromDS ?? field.name;
  for (const override of overrides.filter(({ matcher }) => (
    matcher.id === 'byRegexp' ? new RegExp(matcher.options.slice(1, -1)).test(name) : matcher.options === name))) {
    for (const { id, value } of override.properties) {
      const target = id.startsWith('custom.') ? config.custom : config;
      target[id.replace('custom.', '')] = value;
    }
  }
  field.config = config;
  field.state = { ...field.state, seriesIndex: index };
  if (field.type === FieldType.string || field.type === FieldType.time) {
    delete config.unit;
  }
  field.display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
}
