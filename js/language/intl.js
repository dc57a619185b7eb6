// Intl, and the methods of texts, numbers and dates that know locales. Go does the formatting.
(function (define, native) {
  'use strict';

  const own = new WeakMap();
  const of = (object, kind) => {
    const state = own.get(object);
    if (state?.kind !== kind) throw new TypeError(`Method called on incompatible receiver ${String(object)}, which is no Intl.${kind}`);
    return state;
  };

  function tags(locales) {
    if (locales === undefined) return [];
    if (locales === null) throw new TypeError('Incorrect locale information provided');
    const list = typeof locales === 'string' ? [locales] : Array.from(Object(locales));
    for (const tag of list) {
      if (typeof tag !== 'string' && (typeof tag !== 'object' || tag === null)) throw new TypeError('Incorrect locale information provided');
    }
    return [...new Set(list.map(String))];
  }

  // reader reads options as the standard does.
  function reader(options, kind) {
    const given = options === undefined ? Object.create(null) : Object(options);
    if (options === null) throw new TypeError('Cannot convert undefined or null to object');
    const read = {
      text(name, allowed, fallback) {
        const value = given[name];
        if (value === undefined) return fallback;
        const text = String(value);
        if (allowed && !allowed.includes(text)) throw new RangeError(`Value ${text} out of range for Intl.${kind} options property ${name}`);
        return text;
      },
      boolean: (name) => (given[name] === undefined ? undefined : Boolean(given[name])),
      number(name, least, most, fallback) { return read.between(name, given[name], least, most, fallback); },
      between(name, value, least, most, fallback) {
        if (value === undefined) return fallback;
        const number = Number(value);
        if (!(number >= least && number <= most)) throw new RangeError(`${name} value is out of range.`);
        return Math.floor(number);
      },
      raw: (name) => given[name],
      // refuse names an option that only Intl elsewhere has, unless it has the value that changes nothing.
      refuse(name, harmless, instead) {
        const value = given[name];
        if (value !== undefined && String(value) !== harmless) native.gap(`the option ${name} of Intl.${kind} is not known to scenarios${instead ? `: ${instead}` : ''}`);
      },
    };
    return read;
  }

  function locale(locales, read) {
    read.text('localeMatcher', ['lookup', 'best fit']);
    const found = native.locale(tags(locales));
    for (const [key, harmless] of [['ca', 'gregory'], ['nu', 'latn'], ['co', ''], ['kf', ''], ['va', 'posix']]) {
      if (found.extension[key] !== undefined && found.extension[key] !== harmless) native.gap(`-u-${key}-${found.extension[key]} of a locale is not known to scenarios: they know the calendar gregory and the numbers latn`);
    }
    read.refuse('numberingSystem', 'latn', 'they know latn');
    return found;
  }

  // shown is a locale with those words of its extension that the format knows.
  function shown({ locale: tag, extension }, ...keys) {
    const words = keys.filter((key) => extension[key] !== undefined).map((key) => (extension[key] ? `-${key}-${extension[key]}` : `-${key}`));
    return words.length > 0 ? `${tag}-u${words.join('')}` : tag;
  }

  function digits(read, least, most, compactly) {
    const raw = ['minimumFractionDigits', 'maximumFractionDigits', 'minimumSignificantDigits', 'maximumSignificantDigits'].map(read.raw);
    const result = { MinInteger: read.number('minimumIntegerDigits', 1, 21, 1), MinFraction: 0, MaxFraction: 0, MinSignificant: 0, MaxSignificant: 0, StripIfInteger: false };
    read.refuse('roundingIncrement', '1');
    read.refuse('roundingMode', 'halfExpand', 'round the number before');
    read.refuse('roundingPriority', 'auto');
    result.StripIfInteger = read.text('trailingZeroDisplay', ['auto', 'stripIfInteger'], 'auto') === 'stripIfInteger';
    if (raw[2] !== undefined || raw[3] !== undefined) {
      result.MinSignificant = read.between('minimumSignificantDigits', raw[2], 1, 21, 1);
      result.MaxSignificant = read.between('maximumSignificantDigits', raw[3], result.MinSignificant, 21, 21);
      return result;
    }
    let low = read.between('minimumFractionDigits', raw[0], 0, 100, undefined);
    let high = read.between('maximumFractionDigits', raw[1], 0, 100, undefined);
    if (low === undefined) low = Math.min(least, high ?? least);
    else if (high === undefined) high = Math.max(most, low);
    else if (low > high) throw new RangeError('maximumFractionDigits value is out of range.');
    return { ...result, MinFraction: low, MaxFraction: high ?? Math.max(most, low) };
  }

  const shownDigits = (d) => ({
    minimumIntegerDigits: d.MinInteger,
    ...(d.MaxSignificant ? { minimumSignificantDigits: d.MinSignificant, maximumSignificantDigits: d.MaxSignificant } : { minimumFractionDigits: d.MinFraction, maximumFractionDigits: d.MaxFraction }),
  });

  const rounding = (d) => ({ roundingIncrement: 1, roundingMode: 'halfExpand', roundingPriority: 'auto', trailingZeroDisplay: d.StripIfInteger ? 'stripIfInteger' : 'auto' });

  function grouping(value) {
    if (value === undefined) return 'auto';
    if (value === true || value === 'always') return 'always';
    if (value === false || value === null || value === 0 || value === '') return 'false';
    const text = String(value);
    if (text === 'true' || text === 'false') return 'auto';
    if (!['auto', 'min2'].includes(text)) throw new RangeError(`Value ${text} out of range for Intl.NumberFormat options property useGrouping`);
    return text;
  }

  function numberFormat(locales, options) {
    const read = reader(options, 'NumberFormat');
    const found = locale(locales, read);
    const style = read.text('style', ['decimal', 'percent', 'currency', 'unit'], 'decimal');
    const currency = read.text('currency');
    if (currency !== undefined && !/^[a-z]{3}$/i.test(currency)) throw new RangeError(`Invalid currency code : ${currency}`);
    if (style === 'currency' && currency === undefined) throw new TypeError('Currency code is required with currency style.');
    const display = read.text('currencyDisplay', ['code', 'symbol', 'narrowSymbol', 'name'], 'symbol');
    if (style === 'currency' && display === 'name') native.gap("currencyDisplay: 'name' is not known to scenarios: use symbol, narrowSymbol or code");
    const currencySign = read.text('currencySign', ['standard', 'accounting'], 'standard');
    const unit = read.text('unit');
    if (style === 'unit' && unit === undefined) throw new TypeError('Unit is required with unit style.');
    const unitDisplay = read.text('unitDisplay', ['short', 'narrow', 'long'], 'short');
    const notation = read.text('notation', ['standard', 'scientific', 'engineering', 'compact'], 'standard');
    if (notation !== 'standard') native.gap(`the notation ${notation} is not known to scenarios: divide the number, and write the rest yourself`);
    const cents = style === 'currency' ? native.currencyDigits(currency.toUpperCase()) : 0;
    const d = style === 'currency' ? digits(read, cents, cents) : digits(read, 0, style === 'percent' ? 0 : 3);
    const settings = {
      Locale: found.locale, Style: style, Currency: style === 'currency' ? currency.toUpperCase() : '', CurrencyDisplay: display, CurrencySign: currencySign,
      Unit: style === 'unit' ? unit : '', UnitDisplay: unitDisplay, Grouping: grouping(read.raw('useGrouping')),
      SignDisplay: read.text('signDisplay', ['auto', 'never', 'always', 'exceptZero', 'negative'], 'auto'), Digits: d,
    };
    return { kind: 'NumberFormat', settings, locale: shown(found, 'nu'), handle: native.numberFormat(settings) };
  }

  // exact is a number as Go reads it: a text keeps all its digits.
  function exact(value) {
    const primitive = typeof value === 'object' && value !== null ? value.valueOf() : value;
    if (typeof primitive === 'bigint') return String(primitive);
    if (typeof primitive === 'string' && /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(primitive)) return primitive.trim();
    return Number(primitive);
  }

  const names = ['weekday', 'year', 'month', 'day', 'hour', 'minute', 'second'];
  const widths = { weekday: ['narrow', 'short', 'long'], month: ['2-digit', 'numeric', 'narrow', 'short', 'long'] };

  function dateTimeFormat(locales, options, required, defaults) {
    const read = reader(options, 'DateTimeFormat');
    const found = locale(locales, read);
    read.refuse('calendar', 'gregory', 'they know gregory');
    const hour12 = read.boolean('hour12');
    let cycle = read.text('hourCycle', ['h11', 'h12', 'h23', 'h24']);
    const zone = native.zone(read.text('timeZone'));
    const parts = {};
    for (const name of names) parts[name] = read.text(name, widths[name] ?? ['2-digit', 'numeric']);
    const fraction = read.number('fractionalSecondDigits', 1, 3, undefined);
    const zoneName = read.text('timeZoneName', ['short', 'long', 'shortOffset', 'longOffset', 'shortGeneric', 'longGeneric']);
    if (zoneName?.endsWith('Generic')) native.gap(`timeZoneName: '${zoneName}' is not known to scenarios: use short, long, shortOffset or longOffset`);
    read.refuse('era', undefined);
    read.refuse('dayPeriod', undefined);
    read.text('formatMatcher', ['basic', 'best fit']);
    const [dateStyle, timeStyle] = ['dateStyle', 'timeStyle'].map((name) => read.text(name, ['full', 'long', 'medium', 'short']));
    const some = (...list) => list.some((name) => parts[name] !== undefined);
    if (dateStyle || timeStyle) {
      if (some(...names) || fraction !== undefined || zoneName) throw new TypeError("Can't set options for parts when dateStyle or timeStyle is used");
      if ((required === 'date' && timeStyle) || (required === 'time' && dateStyle)) throw new TypeError(`Invalid option : ${required === 'date' ? 'timeStyle' : 'dateStyle'}`);
    } else {
      const asked = (required !== 'time' && some('weekday', 'year', 'month', 'day')) || (required !== 'date' && (some('hour', 'minute', 'second') || fraction !== undefined));
      if (!asked && defaults !== 'time') parts.year = parts.month = parts.day = 'numeric';
      if (!asked && defaults !== 'date') parts.hour = parts.minute = parts.second = 'numeric';
    }
    if (hour12 !== undefined) cycle = native.hourCycle(found.locale, hour12);
    else cycle ??= ['h11', 'h12', 'h23', 'h24'].includes(found.extension.hc) ? found.extension.hc : native.hourCycle(found.locale, undefined);
    const settings = {
      Locale: found.locale, HourCycle: cycle, DateStyle: dateStyle ?? '', TimeStyle: timeStyle ?? '', FractionDigits: fraction ?? 0, ZoneName: zoneName ?? '',
      ...Object.fromEntries(names.map((name) => [name[0].toUpperCase() + name.slice(1), parts[name] ?? ''])),
    };
    const hc = hour12 === undefined && found.extension.hc === cycle ? ['hc'] : [];
    return { kind: 'DateTimeFormat', settings, locale: shown(found, 'ca', ...hc, 'nu'), parts, zone, dateStyle, timeStyle, zoneName, fraction, handle: native.dateTimeFormat(settings, zone) };
  }

  function instant(value) {
    const ms = value === undefined ? Date.now() : Number(value);
    if (!(Math.abs(ms) <= 8.64e15)) throw new RangeError('Invalid time value');
    return Math.trunc(ms) + 0;
  }

  function resolvedDate({ settings, locale: tag, parts, zone, dateStyle, timeStyle, zoneName, fraction }) {
    const hours = parts.hour !== undefined || timeStyle !== undefined;
    const result = {
      locale: tag, calendar: 'gregory', numberingSystem: 'latn', timeZone: zone,
      ...(hours ? { hourCycle: settings.HourCycle, hour12: settings.HourCycle === 'h11' || settings.HourCycle === 'h12' } : {}),
    };
    for (const name of names) if (parts[name] !== undefined) result[name] = parts[name];
    if (hours && parts.hour && parts.minute) result.minute = '2-digit';
    if (parts.minute && parts.second) result.second = '2-digit';
    for (const [name, value] of Object.entries({ fractionalSecondDigits: fraction, timeZoneName: zoneName, dateStyle, timeStyle })) if (value !== undefined) result[name] = value;
    return result;
  }

  // service makes a constructor of Intl. make gives its state, methods take the state first.
  function service(kind, make, methods, bound) {
    const Service = { [kind](locales, options) {} }[kind];
    const Constructor = function (locales = undefined, options = undefined) {
      if (new.target === undefined && kind !== 'NumberFormat' && kind !== 'DateTimeFormat' && kind !== 'Collator') throw new TypeError(`Constructor Intl.${kind} requires 'new'`);
      const object = new.target === undefined ? Object.create(Constructor.prototype) : this;
      own.set(object, make(locales, options));
      return object;
    };
    Object.defineProperty(Constructor, 'name', { value: Service.name, configurable: true });
    Object.defineProperty(Constructor, 'length', { value: 0, configurable: true });
    define(Constructor, {
      supportedLocalesOf(locales, options) {
        reader(options, kind).text('localeMatcher', ['lookup', 'best fit']);
        return native.supported(tags(locales));
      },
    });
    for (const [name, method] of Object.entries(methods)) {
      define(Constructor.prototype, { [name]: { [name](...args) { return method(of(this, kind), ...args); } }[name] });
    }
    if (bound) {
      const [name, method] = bound;
      Object.defineProperty(Constructor.prototype, name, {
        get() {
          const state = of(this, kind);
          return state.bound ??= (...args) => method(state, ...args);
        },
        configurable: true,
      });
    }
    Object.defineProperty(Constructor.prototype, Symbol.toStringTag, { value: `Intl.${kind}`, configurable: true });
    return Constructor;
  }

  const noRange = (kind) => () => native.gap(`ranges of Intl.${kind} are not known to scenarios: format both ends`);

  const NumberFormat = service('NumberFormat', numberFormat, {
    formatToParts: ({ handle }, value) => native.numberParts(handle, exact(value)),
    formatRange: noRange('NumberFormat'),
    formatRangeToParts: noRange('NumberFormat'),
    resolvedOptions({ settings: s, locale: tag }) {
      return {
        locale: tag, numberingSystem: 'latn', style: s.Style,
        ...(s.Style === 'currency' ? { currency: s.Currency, currencyDisplay: s.CurrencyDisplay, currencySign: s.CurrencySign } : {}),
        ...(s.Style === 'unit' ? { unit: s.Unit, unitDisplay: s.UnitDisplay } : {}),
        ...shownDigits(s.Digits), useGrouping: s.Grouping === 'false' ? false : s.Grouping, notation: 'standard', signDisplay: s.SignDisplay, ...rounding(s.Digits),
      };
    },
  }, ['format', ({ handle }, value) => native.number(handle, exact(value))]);

  const DateTimeFormat = service('DateTimeFormat', (l, o) => dateTimeFormat(l, o, 'any', 'date'), {
    formatToParts: ({ handle }, value) => native.dateParts(handle, instant(value)),
    formatRange: noRange('DateTimeFormat'),
    formatRangeToParts: noRange('DateTimeFormat'),
    resolvedOptions: resolvedDate,
  }, ['format', ({ handle }, value) => native.date(handle, instant(value))]);

  const PluralRules = service('PluralRules', (locales, options) => {
    const read = reader(options, 'PluralRules');
    const found = locale(locales, read);
    const type = read.text('type', ['cardinal', 'ordinal'], 'cardinal');
    read.refuse('notation', 'standard');
    return { kind: 'PluralRules', type, settings: { Locale: found.locale, Ordinal: type === 'ordinal', Digits: digits(read, 0, 3) } };
  }, {
    select: ({ settings }, value) => native.plural(settings, Number(value)),
    selectRange: noRange('PluralRules'),
    resolvedOptions: ({ settings, type }) => ({ locale: settings.Locale, type, ...shownDigits(settings.Digits), pluralCategories: native.categories(settings), ...rounding(settings.Digits) }),
  });

  const ListFormat = service('ListFormat', (locales, options) => {
    const read = reader(options, 'ListFormat');
    const found = locale(locales, read);
    const settings = { Locale: found.locale, Type: read.text('type', ['conjunction', 'disjunction', 'unit'], 'conjunction'), Style: read.text('style', ['long', 'short', 'narrow'], 'long') };
    native.checkList(settings);
    return { kind: 'ListFormat', settings };
  }, {
    format: ({ settings }, list) => native.list(settings, texts(list)).map((part) => part.value).join(''),
    formatToParts: ({ settings }, list) => native.list(settings, texts(list)),
    resolvedOptions: ({ settings: s }) => ({ locale: s.Locale, type: s.Type, style: s.Style }),
  });

  function texts(list) {
    const all = list === undefined ? [] : [...list];
    for (const text of all) if (typeof text !== 'string') throw new TypeError('Iterable yielded a value which is not a string');
    return all;
  }

  const RelativeTimeFormat = service('RelativeTimeFormat', (locales, options) => {
    const read = reader(options, 'RelativeTimeFormat');
    const found = locale(locales, read);
    const numeric = read.text('numeric', ['always', 'auto'], 'always');
    return { kind: 'RelativeTimeFormat', numeric, settings: { Locale: found.locale, Style: read.text('style', ['long', 'short', 'narrow'], 'long'), Auto: numeric === 'auto' } };
  }, {
    format: ({ settings }, value, unit) => native.relative(settings, finite(value), `${unit}`).map((part) => part.value).join(''),
    formatToParts: ({ settings }, value, unit) => native.relative(settings, finite(value), `${unit}`),
    resolvedOptions: ({ settings: s, numeric }) => ({ locale: s.Locale, style: s.Style, numeric, numberingSystem: 'latn' }),
  });

  function finite(value) {
    const number = Number(value);
    if (!Number.isFinite(number)) throw new RangeError('The value must be finite');
    return number;
  }

  function collator(locales, options) {
    const read = reader(options, 'Collator');
    const found = native.locale(tags(locales));
    const usage = read.text('usage', ['sort', 'search'], 'sort');
    if (usage === 'search') native.gap("usage: 'search' of Intl.Collator is not known to scenarios: use sort with a sensitivity");
    read.refuse('collation', 'default');
    read.refuse('caseFirst', 'false');
    const sensitivity = read.text('sensitivity', ['base', 'accent', 'case', 'variant'], 'variant');
    read.refuse('ignorePunctuation', 'false');
    const numeric = read.boolean('numeric') ?? ['', 'true'].includes(found.extension.kn);
    return { kind: 'Collator', locale: found.locale, sensitivity, numeric, handle: native.collator(found.locale, sensitivity, numeric) };
  }

  const Collator = service('Collator', collator, {
    resolvedOptions: (s) => ({ locale: s.locale, usage: 'sort', sensitivity: s.sensitivity, ignorePunctuation: false, collation: 'default', numeric: s.numeric, caseFirst: 'false' }),
  }, ['compare', ({ handle }, a, b) => native.compare(handle, String(a), String(b))]);

  const missing = (kind, instead) => ({ [kind]: class { constructor() { native.gap(`Intl.${kind} is not known to scenarios: ${instead}`); } } })[kind];
  const Intl = {
    Collator, DateTimeFormat, ListFormat, NumberFormat, PluralRules, RelativeTimeFormat,
    DisplayNames: missing('DisplayNames', 'write the names yourself'),
    DurationFormat: missing('DurationFormat', 'format the parts with Intl.NumberFormat'),
    Locale: missing('Locale', 'use the tag as a text'),
    Segmenter: missing('Segmenter', 'iterate over the text, or use the package grapheme-splitter'),
  };
  const space = {};
  define(space, {
    ...Intl,
    getCanonicalLocales: () => native.gap('Intl.getCanonicalLocales is not known to scenarios: write tags as en-US'),
    supportedValuesOf: () => native.gap('Intl.supportedValuesOf is not known to scenarios: list the values'),
  });
  Object.defineProperty(space, Symbol.toStringTag, { value: 'Intl', configurable: true });

  function dateMethod(required, defaults) {
    return function (locales, options) {
      const time = Date.prototype.getTime.call(this);
      if (Number.isNaN(time)) return 'Invalid Date';
      return native.date(dateTimeFormat(locales, options, required, defaults).handle, time);
    };
  }
  const textOf = (value) => {
    if (value === undefined || value === null) throw new TypeError('String.prototype method called on null or undefined');
    return String(value);
  };
  const caseTag = (locales) => native.locale(tags(locales).slice(0, 1)).locale;
  const numberMethod = (valueOf) => function (locales, options) { return native.number(numberFormat(locales, options).handle, exact(valueOf.call(this))); };
  return {
    Intl: space,
    'Number toLocaleString': numberMethod(Number.prototype.valueOf),
    'BigInt toLocaleString': numberMethod(BigInt.prototype.valueOf),
    'Date toLocaleString': dateMethod('any', 'all'),
    'Date toLocaleDateString': dateMethod('date', 'date'),
    'Date toLocaleTimeString': dateMethod('time', 'time'),
    'Array toLocaleString': function (locales, options) { return Array.prototype.map.call(this, (item) => (item === undefined || item === null ? '' : String(item.toLocaleString(locales, options)))).join(','); },
    'String localeCompare': function (other, locales, options) { return native.compare(collator(locales, options).handle, textOf(this), String(other)); },
    'String toLocaleUpperCase': function (locales) { return native.upper(caseTag(locales), textOf(this)); },
    'String toLocaleLowerCase': function (locales) { return native.lower(caseTag(locales), textOf(this)); },
  };
})
