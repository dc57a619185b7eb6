// Lists what Node.js has by name: globals, what they have, and what their prototypes have. What only Node.js has of its own is left out.
const skipped = /^(constructor|length|name|prototype|arguments|caller|_.*|Console|profile|profileEnd|timeStamp|context|createTask|supports|getPublicKey|\w+capsulate\w+|\$.|input|last\w+|leftContext|rightContext)$/;
const names = [];
for (const name of Object.getOwnPropertyNames(globalThis).sort()) {
  if (/^(globalThis|undefined|NaN|Infinity|GLOBAL|root|Performance.*|Readable(ByteStream|StreamBYOB|StreamDefault)\w+|Writable\w+er|Transform\w+er|\w+QueuingStrategy|Message(Event|Port)|CloseEvent|BroadcastChannel|Navigator|Crypto|global|clearImmediate)$/.test(name)) continue;
  names.push(name);
  const value = Reflect.get(globalThis, name);
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || value === globalThis) continue;
  const own = (object, path) => {
    for (const key of Object.getOwnPropertyNames(object)) if (key === '$1' || !skipped.test(key)) names.push(`${path}.${key}`);
  };
  own(value, name);
  if (typeof value === 'function' && value.prototype) own(value.prototype, `${name}.prototype`);
}
process.stdout.write(JSON.stringify(names).replaceAll(',', ',\n') + '\n');
