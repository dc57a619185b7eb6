const locales = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-IN', 'en-ZA', 'de', 'de-AT', 'de-CH', 'fr', 'fr-CA', 'fr-CH', 'es', 'es-MX', 'es-AR', 'pt-BR', 'pt-PT', 'it', 'it-CH', 'nl', 'nl-BE', 'sv', 'nb', 'no', 'da', 'fi', 'is', 'pl', 'cs', 'sk', 'sl', 'hr', 'hu', 'ro', 'bg', 'ru', 'uk', 'el', 'tr', 'he', 'ja', 'ko', 'zh', 'zh-TW', 'zh-HK', 'vi', 'id', 'et', 'lv', 'lt', 'ca'];
const each = (fn) => locales.map((l) => `${l} ${fn(l)}`);
const numbers = (options, list = [0, -0, 1, -1.5, 1234.5, 12345, 1234567.891, -1e15, 0.005, 1.005, 999.9995, NaN, -Infinity]) => each((l) => { const f = new Intl.NumberFormat(l, options); return list.map((n) => f.format(n)).join('|'); });
const time = new Date(Date.UTC(2024, 1, 29, 16, 5, 9, 87));
const early = new Date(Date.UTC(2024, 7, 3, 0, 30, 0));
const dates = (options, list = [time, early]) => each((l) => { const f = new Intl.DateTimeFormat(l, { timeZone: 'UTC', ...options }); return list.map((d) => f.format(d)).join('|'); });
const parts = (list) => list.map((p) => `${p.type}=${p.value}`).join();
const errorOf = (fn) => { try { return `fine: ${fn()}`; } catch (e) { return e.name; } };
const grid = (axes) => Object.entries(axes).reduce((all, [name, values]) => all.flatMap((o) => values.map((v) => (v === undefined ? o : { ...o, [name]: v }))), [{}]);
const few = ['en-US', 'de', 'fr', 'es', 'ja', 'ko', 'zh-TW', 'hu', 'bg'];

export default {
  'decimal': () => numbers(),
  'decimal, two digits': () => numbers({ minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  'decimal, significant digits': () => numbers({ minimumSignificantDigits: 2, maximumSignificantDigits: 3 }),
  'decimal, no groups': () => numbers({ useGrouping: false, minimumIntegerDigits: 5 }),
  'decimal, groups always': () => numbers({ useGrouping: 'always' }),
  'decimal, groups of two at least': () => numbers({ useGrouping: 'min2' }),
  'percent': () => numbers({ style: 'percent' }, [0, 0.256, -0.5, 12.3456, 0.005]),
  'percent with digits and plus': () => numbers({ style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' }, [0, 0.256, -0.5]),
  'signs': () => ['auto', 'never', 'always', 'exceptZero', 'negative'].map((signDisplay) => [-1, -0, 0, 1, -0.0001, NaN].map((n) => new Intl.NumberFormat('en', { signDisplay }).format(n)).join(' ')),
  'euros': () => numbers({ style: 'currency', currency: 'EUR' }, [0, 1, -1234.5, 1234567.891]),
  'dollars': () => numbers({ style: 'currency', currency: 'USD' }, [1, -1234.5]),
  'yen, narrow': () => numbers({ style: 'currency', currency: 'JPY', currencyDisplay: 'narrowSymbol' }, [1.5, -1234.5]),
  'francs': () => numbers({ style: 'currency', currency: 'CHF' }, [1, -1234.5]),
  'kronor, dinars, złoty, pounds, rupees': () => ['SEK', 'KWD', 'PLN', 'GBP', 'INR', 'BRL', 'MXN', 'CAD', 'KRW', 'CZK', 'HUF'].map((currency) => numbers({ style: 'currency', currency }, [1234.5])),
  'codes': () => numbers({ style: 'currency', currency: 'usd', currencyDisplay: 'code' }, [1, -1234.5]),
  'accounting': () => numbers({ style: 'currency', currency: 'EUR', currencySign: 'accounting', signDisplay: 'always' }, [1, -1234.5, 0]),
  'accounting with minus': () => numbers({ style: 'currency', currency: 'USD', currencySign: 'accounting' }, [-1234.5]),
  'currency digits': () => [{ minimumFractionDigits: 0 }, { maximumFractionDigits: 0 }, { maximumFractionDigits: 3 }, { maximumSignificantDigits: 2 }, { trailingZeroDisplay: 'stripIfInteger' }].map((o) => new Intl.NumberFormat('en-US', { style: 'currency', currency: 'EUR', ...o }).format(1234.5) + new Intl.NumberFormat('en-US', { style: 'currency', currency: 'EUR', ...o }).format(7)),
  'units': () => [['kilobyte', 'short'], ['second', 'long'], ['day', 'narrow'], ['kilometer', 'long'], ['celsius', 'short'], ['percent', 'narrow'], ['kilometer-per-hour', 'short']].map(([unit, unitDisplay]) => numbers({ style: 'unit', unit, unitDisplay }, [1, 2, 5, -1.5])),
  'unit parts': () => few.map((l) => parts(new Intl.NumberFormat(l, { style: 'unit', unit: 'kilometer', unitDisplay: 'long' }).formatToParts(-1234.5))),
  'number parts': () => each((l) => parts(new Intl.NumberFormat(l, { style: 'currency', currency: 'EUR' }).formatToParts(-1234567.5)) + parts(new Intl.NumberFormat(l, { style: 'percent' }).formatToParts(-0.5)) + parts(new Intl.NumberFormat(l).formatToParts(NaN))),
  'large numbers': () => [new Intl.NumberFormat('de').format(12345678901234567890n), new Intl.NumberFormat('en').format('0.1234567890123456789'), new Intl.NumberFormat('en', { maximumFractionDigits: 20 }).format('0.12345678901234567890'), new Intl.NumberFormat('en').format(1e21), new Intl.NumberFormat('en', { maximumSignificantDigits: 21 }).format(1 / 3), new Intl.NumberFormat('en', { maximumFractionDigits: 100 }).format(5e-324).length, new Intl.NumberFormat('en').format('x'), new Intl.NumberFormat('en').format(undefined), new Intl.NumberFormat('en').format(null)],
  'rounding': () => [1.005, 1.015, 2.5, 0.5, 1.45, -1.005, 8.345, 1.255].map((n) => new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(n) + ' ' + new Intl.NumberFormat('en', { maximumFractionDigits: 0 }).format(n)),
  'toLocaleString of numbers': () => [(1234.5).toLocaleString(), (1234.5).toLocaleString('de-DE'), (0.5).toLocaleString('fr', { style: 'percent' }), (123n).toLocaleString('en', { minimumFractionDigits: 1 }), [1234.5, null, 'x', new Date(0)].toLocaleString('de', { timeZone: 'UTC' }), new Float64Array([1234.5, 2]).toLocaleString('de-DE'), Object(5).toLocaleString('en')],
  'what is an error of numbers': () => [() => new Intl.NumberFormat('en', { style: 'currency' }), () => new Intl.NumberFormat('en', { style: 'x' }), () => new Intl.NumberFormat('en', { minimumFractionDigits: 101 }), () => new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 2 }), () => new Intl.NumberFormat('en_US'), () => new Intl.NumberFormat('en', { style: 'currency', currency: 'EURO' }), () => new Intl.NumberFormat('en', { style: 'unit' }), () => new Intl.NumberFormat(null), () => (1).toLocaleString('en', null), () => new Intl.NumberFormat([1])].map(errorOf),
  'resolved numbers': () => [new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'eur' }).resolvedOptions(), new Intl.NumberFormat('en', { style: 'unit', unit: 'liter', maximumSignificantDigits: 3 }).resolvedOptions(), new Intl.NumberFormat().resolvedOptions().locale],
  'locales': () => [['de-XX', 'en'], ['de-Latn-DE'], ['en-u-nu-latn'], ['EN-gb'], ['zh-Hans-CN'], ['nb-NO'], 'en-US-u-hc-h23'].map((l) => new Intl.NumberFormat(l).resolvedOptions().locale),
  'supportedLocalesOf': () => [Intl.NumberFormat.supportedLocalesOf(['en-US', 'de']), Intl.DateTimeFormat.supportedLocalesOf('fr')],
  'format is bound': () => [[1, 2].map(new Intl.NumberFormat('en', { minimumFractionDigits: 1 }).format), Intl.NumberFormat('de').format(1.5), Object.prototype.toString.call(new Intl.NumberFormat()), String(Intl)],

  'dates': () => dates({}),
  'dateStyle': () => ['full', 'long', 'medium', 'short'].map((dateStyle) => dates({ dateStyle })),
  'timeStyle': () => ['full', 'long', 'medium', 'short'].map((timeStyle) => dates({ timeStyle })),
  'dateStyle and timeStyle': () => ['full', 'long', 'medium', 'short'].flatMap((dateStyle) => ['full', 'short'].map((timeStyle) => dates({ dateStyle, timeStyle }, [time]))),
  'timeStyle with hour12': () => [dates({ timeStyle: 'short', hour12: true }), dates({ timeStyle: 'medium', hour12: false }), dates({ timeStyle: 'short', hourCycle: 'h23' })],
  'weekday and month': () => dates({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' }),
  'months': () => ['long', 'short', 'narrow', 'numeric', '2-digit'].map((month) => dates({ month })),
  'month and day': () => ['long', 'short', '2-digit'].map((month) => dates({ month, day: 'numeric' })),
  'weekdays': () => ['long', 'short', 'narrow'].map((weekday) => dates({ weekday })),
  'two digits': () => dates({ year: '2-digit', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  'hours and minutes': () => [dates({ hour: 'numeric', minute: 'numeric' }), dates({ hour: '2-digit', minute: '2-digit', hour12: false }), dates({ hour: 'numeric', hour12: true }), dates({ minute: '2-digit', second: '2-digit' }), dates({ hour: 'numeric' })],
  'parts of a second': () => dates({ second: 'numeric', minute: 'numeric', fractionalSecondDigits: 3 }),
  'a weekday and a time': () => [dates({ weekday: 'short', hour: 'numeric', minute: '2-digit' }), dates({ weekday: 'long', hour: '2-digit', hour12: false })],
  'all combinations of some locales': () => few.map((l) => grid({ weekday: [undefined, 'long'], year: [undefined, 'numeric', '2-digit'], month: [undefined, 'numeric', '2-digit', 'short', 'long', 'narrow'], day: [undefined, 'numeric'], hour: [undefined, 'numeric', '2-digit'] }).map((o) => new Intl.DateTimeFormat(l, { timeZone: 'UTC', ...o }).format(time)).join('|')),
  'time zones': () => ['America/New_York', 'europe/berlin', 'Asia/Tokyo', 'Asia/Calcutta', 'Australia/Lord_Howe', '+05:30', 'UTC', 'Etc/GMT+5', 'America/St_Johns', 'Pacific/Apia'].map((timeZone) => { const f = new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'short', timeStyle: 'medium' }); return `${f.resolvedOptions().timeZone} ${f.format(time)} ${f.format(early)}`; }),
  'names of time zones': () => ['en-US', 'en-GB', 'de', 'fr', 'ja', 'pt-BR', 'es-MX'].flatMap((l) => ['America/New_York', 'Europe/Berlin', 'Europe/London', 'Asia/Tokyo', 'Asia/Calcutta', 'UTC', 'America/St_Johns', 'Australia/Sydney', 'Europe/Dublin'].map((timeZone) => ['short', 'long', 'shortOffset', 'longOffset'].flatMap((timeZoneName) => [time, early].map((d) => new Intl.DateTimeFormat(l, { timeZone, timeZoneName, hour: 'numeric' }).format(d))).join('|'))),
  'date parts': () => each((l) => parts(new Intl.DateTimeFormat(l, { timeZone: 'UTC', weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: 'numeric', hour12: true }).formatToParts(time))),
  'hour cycles': () => ['h11', 'h12', 'h23', 'h24'].map((hourCycle) => ['2024-01-01T00:05Z', '2024-01-01T12:05Z'].map((d) => new Intl.DateTimeFormat('en', { timeZone: 'UTC', hour: 'numeric', minute: 'numeric', hourCycle }).format(new Date(d))).join()),
  'old and far dates': () => [-62198755200000, -1e14, 8.64e15, -1, 0, -2208988800000].map((ms) => new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'long', timeStyle: 'medium' }).format(ms)),
  'toLocaleString of dates': () => [time.toLocaleString('en-US', { timeZone: 'UTC' }), time.toLocaleDateString('en-GB', { timeZone: 'UTC' }), time.toLocaleTimeString('de-DE', { timeZone: 'America/New_York' }), time.toLocaleDateString(undefined, { month: 'short', timeZone: 'UTC' }), time.toLocaleTimeString('en-US', { hour: 'numeric', timeZone: 'UTC' }), time.toLocaleDateString('en-US', { hour: 'numeric', timeZone: 'UTC' }), time.toLocaleTimeString('en-US', { day: 'numeric', timeZone: 'UTC' }), new Date(NaN).toLocaleString('en'), time.toLocaleString('de-DE', { dateStyle: 'medium', timeZone: 'UTC' }), time.toLocaleString() === time.toLocaleString('en-US', { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone })],
  'what is an error of dates': () => [() => new Intl.DateTimeFormat('en', { timeZone: 'Mars/Base' }), () => new Intl.DateTimeFormat('en', { month: 'big' }), () => new Intl.DateTimeFormat('en', { dateStyle: 'short', month: 'long' }), () => new Intl.DateTimeFormat('en').format(NaN), () => time.toLocaleDateString('en', { timeStyle: 'short' }), () => time.toLocaleTimeString('en', { dateStyle: 'short' }), () => time.toLocaleString('en_US'), () => new Intl.DateTimeFormat('en', { fractionalSecondDigits: 4 }), () => new Intl.DateTimeFormat('en', { timeZone: '' })].map(errorOf),
  'resolved dates': () => [new Intl.DateTimeFormat('en-US', { timeZone: 'utc' }).resolvedOptions(), new Intl.DateTimeFormat('de', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Berlin' }).resolvedOptions(), new Intl.DateTimeFormat('en-GB-u-hc-h12', { hour: 'numeric', timeZone: 'UTC' }).resolvedOptions().hourCycle].map((o) => JSON.stringify(o)),

  'plurals': () => each((l) => { const rules = new Intl.PluralRules(l); return [...Array(25).keys(), 101, 111, 1000, 1000000, 2000000, 1000001, 0.5, 1.5, 1.1, 2.21, -1].map((n) => rules.select(n)[0]).join(''); }),
  'ordinals': () => each((l) => { const rules = new Intl.PluralRules(l, { type: 'ordinal' }); return [...Array(25).keys(), 80, 93, 101, 111, 112, 1000].map((n) => rules.select(n)[0]).join(''); }),
  'plurals with digits': () => ['en', 'de', 'cs', 'lt', 'pl'].map((l) => new Intl.PluralRules(l, { minimumFractionDigits: 1 }).select(1)),
  'categories of plurals': () => ['en', 'de', 'cs', 'ja', 'ru', 'fr'].map((l) => new Intl.PluralRules(l).resolvedOptions().pluralCategories.sort().join()),
  'lists': () => each((l) => ['conjunction', 'disjunction', 'unit'].flatMap((type) => (l === 'he' && type !== 'unit' ? [] : ['long', 'short', 'narrow'].map((style) => { const f = new Intl.ListFormat(l, { type, style }); return [[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']].map((x) => f.format(x)).join('|'); })))),
  'lists in Spanish': () => [['padre', 'hijo'], ['agua', 'hielo'], ['a', 'Irene'], ['x', 'y']].map((x) => new Intl.ListFormat('es').format(x)).concat([['uno', 'otro'], ['siete', 'ocho'], ['7', '8'], ['10', '11'], ['a', 'hora']].map((x) => new Intl.ListFormat('es', { type: 'disjunction' }).format(x))),
  'list parts': () => parts(new Intl.ListFormat('en').formatToParts(['a', 'b', 'c'])),
  'list of numbers': () => new Intl.ListFormat('en').format([1]),
  'distances in time': () => each((l) => [['minutes', 'long'], ['day', 'long'], ['month', 'short'], ['year', 'narrow']].map(([unit, style]) => { const [f, auto] = ['always', 'auto'].map((numeric) => new Intl.RelativeTimeFormat(l, { style, numeric })); return [...[-2, -0, 1, 5, 1.5, -1234].map((n) => f.format(n, unit)), ...[-1, 0, 1].map((n) => auto.format(n, unit))].join('|'); })),
  'distances of no unit': () => new Intl.RelativeTimeFormat('en').format(1, 'moment'),
  'distance parts': () => parts(new Intl.RelativeTimeFormat('en').formatToParts(-1234, 'day')),

  'order of words': () => each((l) => ['z', 'a', 'Z', 'ä', 'A', 'b', 'é', 'e', 'E', 'å', 'ö', 'o', 'ø', 'ñ', 'n', 'č', 'c', 'd', 'ch', 'h', 'i', 'ı', 'ss', 'ß', '1', '10', '2', '_', '-', ' ', '', 'co-op', 'coop', 'co op', 'x'].sort(new Intl.Collator(l).compare).join(',')),
  'order of numbers': () => ['a10', 'a2', 'a1', 'b', '10', '9', '1.5', '1.10', '007'].sort(new Intl.Collator('en', { numeric: true }).compare),
  'sensitivity': () => ['base', 'accent', 'variant'].map((sensitivity) => [['a', 'A'], ['a', 'á'], ['a', 'b'], ['A', 'a'], ['résumé', 'resume'], ['a', 'a']].map(([a, b]) => new Intl.Collator('en', { sensitivity }).compare(a, b)).join()),
  'localeCompare': () => ['a'.localeCompare('b'), 'b'.localeCompare('a'), 'a'.localeCompare('a'), 'a'.localeCompare('A'), 'a10'.localeCompare('a2', undefined, { numeric: true }), 'a'.localeCompare('Á', 'en', { sensitivity: 'base' }), 'ä'.localeCompare('z', 'de'), 'ä'.localeCompare('z', 'sv'), 'e\u0301'.localeCompare('é'), ['Zeta', 'alpha', 'Äpfel', 'beta'].sort((a, b) => a.localeCompare(b))],
  'collator resolved': () => JSON.stringify(new Intl.Collator('en-u-kn-true').resolvedOptions().numeric),
  'cases': () => ['i'.toLocaleUpperCase('tr'), 'I'.toLocaleLowerCase('tr'), 'ß'.toLocaleUpperCase(), 'İ'.toLocaleLowerCase('en').length, 'ΑΣ'.toLocaleLowerCase(), 'άέ'.toLocaleUpperCase('el'), 'i'.toLocaleUpperCase('en-US'), 'ı'.toLocaleUpperCase(['tr-TR'])],
};
