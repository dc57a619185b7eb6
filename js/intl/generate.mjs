// Writes data.json.gz: what Intl of Node.js knows of the locales of some languages, in the form that this package reads.
// Node.js 24 has made it: node generate.mjs, in this folder.
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const languages = 'bg ca cs da de el en es et fi fr he hr hu id is it ja ko lt lv nb nl no pl pt ro ru sk sl sv tr uk vi zh'.split(' ');
const extra = ['zh-Hans', 'zh-Hant', 'zh-Hans-CN', 'zh-Hans-HK', 'zh-Hans-MO', 'zh-Hans-SG', 'zh-Hant-HK', 'zh-Hant-MO', 'zh-Hant-TW', 'es-419', 'en-001', 'en-150', 'en-US-POSIX'];
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const regions = letters.flatMap((a) => letters.map((b) => a + b));
const currencies = Intl.supportedValuesOf('currency');
const units = ['bit', 'byte', 'kilobit', 'kilobyte', 'megabit', 'megabyte', 'gigabit', 'gigabyte', 'terabyte', 'petabyte', 'millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'year',
  'millimeter', 'centimeter', 'meter', 'kilometer', 'inch', 'foot', 'yard', 'mile', 'gram', 'kilogram', 'ounce', 'pound', 'milliliter', 'liter', 'celsius', 'fahrenheit', 'degree', 'percent', 'acre', 'hectare',
  'kilometer-per-hour', 'mile-per-hour', 'meter-per-second', 'liter-per-kilometer', 'mile-per-gallon', 'byte-per-second', 'kilobyte-per-second', 'megabyte-per-second'];

const isReal = (tag) => new Intl.DateTimeFormat(tag).resolvedOptions().locale === tag;
const tags = [...languages, ...extra, ...languages.flatMap((l) => regions.map((r) => `${l}-${r}`))].filter((t, i, all) => all.indexOf(t) === i && isReal(t));

// number is a pattern: # is the digits, ¤ the currency, and signs are where they stand.
const signs = { minusSign: '-', plusSign: '+', percentSign: '%', currency: '¤' };
function pattern(parts) {
  let text = '';
  for (const { type, value } of parts) {
    if (signs[type]) text += signs[type];
    else if (['integer', 'group', 'decimal', 'fraction'].includes(type)) text += text.includes('#') ? '' : '#';
    else text += value;
  }
  return text;
}
const value = (parts, type) => parts.find((p) => p.type === type)?.value ?? '';

function grouping(tag, options) {
  const format = (n) => new Intl.NumberFormat(tag, { ...options, maximumFractionDigits: 1, minimumFractionDigits: 1 }).formatToParts(n);
  const long = format(12345678901.5);
  const integers = long.filter((p) => p.type === 'integer').map((p) => p.value.length);
  return { decimal: value(long, 'decimal'), group: value(long, 'group'), least: format(1234).some((p) => p.type === 'group') ? 1 : 2, sizes: [integers.at(-1), integers.at(-2)] };
}

function numbers(tag) {
  const parts = (n, options) => new Intl.NumberFormat(tag, options).formatToParts(n);
  const three = (options, n) => [parts(n, options), parts(-n, options), parts(n, { ...options, signDisplay: 'always' })].map(pattern);
  const euro = { style: 'currency', currency: 'EUR', currencyDisplay: 'narrowSymbol' };
  const code = { ...euro, currencyDisplay: 'code' };
  const result = {
    plain: grouping(tag, {}), money: grouping(tag, code),
    minus: value(parts(-1), 'minusSign'), plus: value(parts(1, { signDisplay: 'always' }), 'plusSign'), percentSign: value(parts(1, { style: 'percent' }), 'percentSign'),
    nan: parts(NaN)[0].value, infinity: parts(Infinity)[0].value,
    decimal: three({}, 1), percent: three({ style: 'percent' }, 1),
    currency: three(euro, 1), currencyCode: three(code, 1), accounting: three({ ...euro, currencySign: 'accounting' }, 1), accountingCode: three({ ...code, currencySign: 'accounting' }, 1),
    symbols: {}, narrow: {},
  };
  for (const currency of currencies) {
    const symbol = value(parts(1, { style: 'currency', currency }), 'currency');
    const narrow = value(parts(1, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }), 'currency');
    if (symbol !== currency) result.symbols[currency] = symbol;
    if (narrow !== symbol) result.narrow[currency] = narrow;
  }
  return result;
}

// plurals are an example of each category, so that texts can be asked for.
function examples(tag) {
  const rules = new Intl.PluralRules(tag);
  const found = {};
  for (const n of [...Array(30).keys(), 100, 1000000, 0.5, 1.5]) found[rules.select(n)] ??= n;
  return found;
}

function unitTexts(tag) {
  const result = {};
  for (const unit of units) {
    for (const unitDisplay of ['short', 'narrow', 'long']) {
      const texts = {};
      for (const [category, n] of Object.entries(examples(tag))) {
        let seen = false;
        texts[category] = new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay }).formatToParts(n).map(({ type, value: v }) => {
          if (!['integer', 'group', 'decimal', 'fraction'].includes(type)) return v;
          if (seen) return '';
          seen = true;
          return '#';
        }).join('');
      }
      const all = [...new Set(Object.values(texts))];
      (result[unit] ??= []).push(all.length === 1 ? { other: all[0] } : texts);
    }
  }
  return result;
}

// A list of names, by number: lists that are the same are one.
function register(lists, list) {
  const text = JSON.stringify(list);
  const at = lists.findIndex((l) => JSON.stringify(l) === text);
  return at >= 0 ? at : lists.push(list) - 1;
}

const day = (y, m, d, h = 0) => Date.UTC(y, m, d, h, 8, 9, 123);
const sample = day(2005, 1, 3, 16); // a Thursday

// date is a pattern of names in braces: {d} a number, {dd} with two digits, {E0} and {N0} names of a list.
function date(tag, options, lists) {
  const format = new Intl.DateTimeFormat(tag, { timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn', ...options });
  const at = (time, type) => format.formatToParts(time).find((p) => p.type === type)?.value;
  return format.formatToParts(sample).map(({ type, value: v }) => {
    switch (type) {
      case 'weekday': return `{E${register(lists.weekdays, [...Array(7).keys()].map((i) => at(day(2005, 4, 1 + i), 'weekday')))}}`;
      case 'month': return /^0?2$/.test(v) ? (v === '02' ? '{MM}' : '{M}') : `{N${register(lists.months, [...Array(12).keys()].map((i) => at(day(2005, i, 3), 'month')))}}`;
      case 'day': return v === '03' ? '{dd}' : '{d}';
      case 'year': return v === '2005' ? '{y}' : '{yy}';
      case 'hour': return v.length === 2 && v[0] === '0' ? '{hh}' : /^(4|16)$/.test(v) && at(day(2005, 1, 3, 6), 'hour').startsWith('0') ? '{hh}' : '{h}';
      case 'minute': return v === '08' ? '{mm}' : '{m}';
      case 'second': return v === '09' ? '{ss}' : '{s}';
      case 'dayPeriod': return `{a${register(lists.periods, [at(day(2005, 1, 3, 4), 'dayPeriod'), at(day(2005, 1, 3, 16), 'dayPeriod')])}}`;
      case 'timeZoneName': return format.resolvedOptions().timeStyle === 'full' ? '{zzzz}' : '{z}';
      case 'literal': return v;
      default: throw new Error(`${tag}: what is ${type}?`);
    }
  }).join('');
}

const styles = ['full', 'long', 'medium', 'short'];
const months = [undefined, 'numeric', '2-digit', 'short', 'long', 'narrow'];
const widths = [undefined, 'numeric', '2-digit'];

function dates(tag) {
  const lists = { weekdays: [], months: [], periods: [] };
  const parts = {};
  for (const weekday of [undefined, 'short', 'long', 'narrow']) for (const year of widths) for (const month of months) for (const d of widths) {
    const options = { weekday, year, month, day: d };
    const key = [weekday, year, month, d].map((o) => o?.[0] ?? '-').join('').replace(/(..)n(.)$/, (all, a, b) => (month === 'narrow' ? `${a}w${b}` : all));
    if (Object.values(options).some(Boolean)) parts[key] = date(tag, options, lists);
  }
  const times = {};
  for (const hour12 of [true, false]) for (const hour of widths) for (const minute of widths) for (const second of widths) {
    if (!hour && !minute && !second) continue;
    times[(hour12 ? '1' : '2') + [hour, minute, second].map((o) => o?.[0] ?? '-').join('')] = date(tag, { hour12, hour, minute, second }, lists);
  }
  const timeStyles = {};
  for (const hour12 of [true, false]) for (const timeStyle of styles) timeStyles[(hour12 ? '1' : '2') + timeStyle] = date(tag, { hour12, timeStyle }, lists);
  const dateStyles = {};
  const joins = {};
  for (const dateStyle of styles) {
    dateStyles[dateStyle] = date(tag, { dateStyle }, lists);
    const short = date(tag, { timeStyle: 'short' }, lists);
    joins[dateStyle] = joint(date(tag, { dateStyle, timeStyle: 'short' }, lists), dateStyles[dateStyle], short, tag);
  }
  const withTime = {};
  for (const [name, options] of Object.entries({ numeric: { month: 'numeric', day: 'numeric' }, short: { month: 'short', day: 'numeric' }, long: { month: 'long', day: 'numeric' }, full: { month: 'long', day: 'numeric', weekday: 'long' } })) {
    withTime[name] = joint(date(tag, { ...options, hour: 'numeric' }, lists), date(tag, options, lists), date(tag, { hour: 'numeric' }, lists), tag);
  }
  const weekdayTimes = {};
  for (const weekday of ['short', 'long', 'narrow']) for (const hour12 of [true, false]) for (const minute of [undefined, 'numeric']) for (const second of minute ? [undefined, 'numeric'] : [undefined]) {
    weekdayTimes[weekday[0] + (hour12 ? '1' : '2') + ['numeric', minute, second].map((o) => o?.[0] ?? '-').join('')] = date(tag, { weekday, hour12, hour: 'numeric', minute, second }, lists);
  }
  const cycle = (hour12) => new Intl.DateTimeFormat(tag, { hour: 'numeric', hour12 }).resolvedOptions().hourCycle;
  return { ...lists, parts, times, dateStyles, timeStyles, joins, withTime, weekdayTimes, cycles: [cycle(undefined), cycle(true), cycle(false)], fraction: value(new Intl.DateTimeFormat(tag, { second: 'numeric', fractionalSecondDigits: 1 }).formatToParts(sample), 'literal') };
}

// joint says how a date and a time are put together: {1} is the date, {0} the time.
function joint(whole, d, t, tag) {
  const both = whole.replace(d, '{1}').replace(t, '{0}');
  if (!/^[^{]*\{1\}[^{]*\{0\}[^{]*$|^[^{]*\{0\}[^{]*\{1\}[^{]*$/.test(both)) throw new Error(`${tag}: ${whole} is not ${d} and ${t}`);
  return both;
}

function lists(tag) {
  const result = {};
  for (const type of ['conjunction', 'disjunction', 'unit']) for (const style of ['long', 'short', 'narrow']) {
    const literals = (n) => new Intl.ListFormat(tag, { type, style }).formatToParts(Array(n).fill('x')).filter((p) => p.type === 'literal').map((p) => p.value);
    const many = literals(4);
    result[`${type} ${style}`] = [literals(2)[0], ...many];
  }
  return result;
}

function relative(tag) {
  const result = {};
  for (const style of ['long', 'short', 'narrow']) {
    const always = new Intl.RelativeTimeFormat(tag, { style });
    const auto = new Intl.RelativeTimeFormat(tag, { style, numeric: 'auto' });
    for (const unit of ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']) {
      const entry = { past: {}, future: {}, auto: {} };
      const text = (n) => always.formatToParts(n, unit).map((p) => (p.type === 'literal' ? p.value : p.type === 'integer' ? '#' : '')).join('');
      for (const [category, n] of Object.entries(examples(tag))) {
        entry.past[category] = text(n === 0 ? -0 : -n);
        entry.future[category] = text(n);
      }
      for (const n of [-2, -1, 0, 1, 2]) if (auto.format(n, unit) !== always.format(n, unit)) entry.auto[n] = auto.format(n, unit);
      result[`${style} ${unit}`] = entry;
    }
  }
  return result;
}

// Zones whose names are the same in these locales are one group, of which one is asked for its names in all locales.
const zones = Intl.supportedValuesOf('timeZone');
const seasons = [day(2024, 0, 15), day(2024, 6, 15)];
const nameIn = (tag, timeZone, timeZoneName) => {
  const format = new Intl.DateTimeFormat(tag, { timeZone, timeZoneName });
  return seasons.map((time) => value(format.formatToParts(time), 'timeZoneName'));
};
const groups = new Map();
for (const zone of zones) {
  const names = JSON.stringify(['en-US', 'en-GB', 'en-AU', 'de', 'es', 'pt-BR', 'ja'].map((tag) => nameIn(tag, zone, 'long')));
  groups.set(names, [...(groups.get(names) ?? []), zone]);
}

// isNorth says whether the offset of a zone is the smaller one in January.
function isNorth(zone) {
  const [winter, summer] = nameIn('en-US', zone, 'longOffset').map((text) => {
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text);
    return sign ? Number(`${sign}1`) * (60 * hours + Number(minutes)) : 0;
  });
  return summer >= winter;
}
const north = new Map([...groups.values()].map(([zone]) => [zone, isNorth(zone)]));

// zoneNames are the names of the groups in winter and in summer, short and long: those that are no offsets.
function zoneNames(tag) {
  const offsets = ['short', 'long'].map((length) => ['Etc/GMT-5', 'Etc/GMT+5', 'UTC', 'Asia/Calcutta'].map((zone) => nameIn(tag, zone, `${length}Offset`)[0]));
  const names = [...groups.values()].map(([zone]) => ['short', 'long'].flatMap((length, i) => {
    const [winter, summer] = nameIn(tag, zone, length).map((text) => (text.startsWith(offsets[i][2]) && /\d/.test(text) ? '' : text));
    return north.get(zone) ? [winter, summer] : [summer, winter];
  }));
  return { offsets, utc: ['short', 'long'].map((length) => nameIn(tag, 'UTC', length)[0]), names };
}

const sections = { zoneNames, numbers, units: unitTexts, dates, lists, relative };
const data = { locales: {}, currencyDigits: {}, zones: {} };
for (const name of Object.keys(sections)) data[name] = [];
const known = Object.fromEntries(Object.keys(sections).map((name) => [name, new Map()]));
for (const tag of tags) {
  data.locales[tag] = Object.entries(sections).map(([name, make]) => {
    const made = make(tag);
    const text = JSON.stringify(made);
    if (!known[name].has(text)) known[name].set(text, data[name].push(made) - 1);
    return known[name].get(text);
  });
}
[...groups.values()].forEach((all, group) => all.forEach((zone) => { data.zones[zone] = group; }));
for (const currency of currencies) {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  if (digits !== 2) data.currencyDigits[currency] = digits;
}
writeFileSync('data.json.gz', gzipSync(JSON.stringify(data), { level: 9 }));
console.log(tags.length, 'locales', Object.keys(sections).map((n) => `${data[n].length} ${n}`).join(', '), JSON.stringify(data).length, 'bytes');
