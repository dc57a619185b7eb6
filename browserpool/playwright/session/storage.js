// Reads and writes the storage of the page's origin. It returns a function of the name of an operation
// and its argument as JSON, whose promise is JSON.
(async ([operation, argument]) => {
  const entries = (storage) => Array.from({ length: storage.length }, (_, i) => storage.key(i)).map((name) => ({ name, value: storage.getItem(name) }));
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('a page has the database open'));
  });

  // What a database may hold and JSON does not is written as { $: kind, v: value }.
  const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(''));
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const all = (values, seen) => Promise.all(values.map((value) => encode(value, seen)));
  const encode = async (value, seen) => {
    switch (typeof value) {
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: 'number', v: Object.is(value, -0) ? '-0' : String(value) };
      case 'bigint': return { $: 'bigint', v: String(value) };
      case 'undefined': return { $: 'undefined' };
      case 'object': break;
      default: return value;
    }
    if (value === null) return null;
    if (seen.includes(value)) throw new Error('IndexedDB holds an object that contains itself');
    seen = [...seen, value];
    if (Array.isArray(value)) return all(value, seen);
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (kind === 'Date') return { $: 'date', v: value.getTime() };
    if (kind === 'RegExp') return { $: 'regexp', v: [value.source, value.flags] };
    if (kind === 'Map') return { $: 'map', v: await all([...value].flat(), seen) };
    if (kind === 'Set') return { $: 'set', v: await all([...value], seen) };
    if (kind === 'ArrayBuffer') return { $: 'buffer', v: base64(value) };
    if (ArrayBuffer.isView(value)) return { $: 'view', v: [kind, base64(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength))] };
    if (kind === 'Blob' || kind === 'File') return { $: 'blob', v: [value.type, base64(await value.arrayBuffer()), value.name ?? null] };
    if (kind !== 'Object') throw new Error('IndexedDB holds a ' + kind + ', which cannot be kept in a snapshot');
    const keys = Object.keys(value);
    const values = await all(keys.map((key) => value[key]), seen);
    const object = Object.fromEntries(keys.map((key, i) => [key, values[i]]));
    return '$' in value ? { $: 'object', v: object } : object;
  };
  const decodeAll = (object) => Object.fromEntries(Object.entries(object).map(([key, v]) => [key, decode(v)]));
  const decode = (value) => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(decode);
    const { v } = value;
    switch (value.$) {
      case undefined: return decodeAll(value);
      case 'object': return decodeAll(v);
      case 'number': return Number(v);
      case 'bigint': return BigInt(v);
      case 'undefined': return undefined;
      case 'date': return new Date(v);
      case 'regexp': return new RegExp(...v);
      case 'map': return new Map(v.flatMap((_, i) => (i % 2 ? [] : [[decode(v[i]), decode(v[i + 1])]])));
      case 'set': return new Set(v.map(decode));
      case 'buffer': return bytes(v).buffer;
      case 'view': return new globalThis[v[0]](bytes(v[1]).buffer);
      case 'blob': return v[2] === null ? new Blob([bytes(v[1])], { type: v[0] }) : new File([bytes(v[1])], v[2], { type: v[0] });
    }
    throw new Error('an unknown kind of value: ' + value.$);
  };

  const readStore = async (store) => ({
    name: store.name,
    keyPath: store.keyPath,
    autoIncrement: store.autoIncrement,
    indexes: Array.from(store.indexNames, (name) => {
      const { keyPath, unique, multiEntry } = store.index(name);
      return { name, keyPath, unique, multiEntry };
    }),
    records: await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]),
  });
  const readDatabase = async ({ name }) => {
    const db = await settled(indexedDB.open(name));
    try {
      const names = Array.from(db.objectStoreNames);
      const transaction = names.length > 0 && db.transaction(names);
      const stores = await Promise.all(names.map((store) => readStore(transaction.objectStore(store))));
      for (const store of stores) {
        const [keys, values] = await all(store.records, []);
        store.records = keys.map((key, i) => (store.keyPath === null ? { key, value: values[i] } : { value: values[i] }));
      }
      return { name, version: db.version, stores };
    } finally {
      db.close();
    }
  };
  const createStores = (db, stores) => {
    for (const { name, keyPath, autoIncrement, indexes } of stores) {
      const store = db.createObjectStore(name, { keyPath, autoIncrement });
      for (const index of indexes) store.createIndex(index.name, index.keyPath, index);
    }
  };
  const writeDatabase = async ({ name, version, stores }) => {
    if (stores.some(({ keyPathArray, indexes, records }) => keyPathArray || indexes.some((i) => i.keyPathArray) || records.some((r) => r.keyEncoded || r.valueEncoded)))
      throw new Error('its IndexedDB is written as Playwright does: take it with storageSnapshot()');
    await settled(indexedDB.deleteDatabase(name));
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => createStores(opening.result, stores);
    const db = await settled(opening);
    try {
      for (const store of stores.filter(({ records }) => records.length > 0)) {
        const transaction = db.transaction(store.name, 'readwrite');
        const into = transaction.objectStore(store.name);
        for (const { key, value } of store.records) into.put(decode(value), key === undefined ? undefined : decode(key));
        await new Promise((resolve, reject) => {
          transaction.oncomplete = resolve;
          transaction.onerror = transaction.onabort = () => reject(transaction.error);
        });
      }
    } finally {
      db.close();
    }
  };

  const operations = {
    async read() {
      return {
        localStorage: entries(localStorage),
        sessionStorage: entries(sessionStorage),
        indexedDB: await Promise.all((await indexedDB.databases()).map(readDatabase)),
      };
    },
    async write({ localStorage: local, sessionStorage: session, indexedDB: databases }) {
      for (const { name, value } of local ?? []) localStorage.setItem(name, value);
      for (const { name, value } of session ?? []) sessionStorage.setItem(name, value);
      for (const database of databases ?? []) await writeDatabase(database);
    },
  };
  return JSON.stringify((await operations[operation](JSON.parse(argument))) ?? null);
})
