// playwright-go carries objects as maps and so loses the order of their keys. As lists they keep it: a list of data
// begins with 0, an object is a list of 1, a key, its value, the next key, and so on; a number that playwright-go
// cannot carry out of a page is a list of 2 and its digits, null on its way in, which it makes undefined, a list of 3,
// bytes on their way in a list of 4 and base64, and what the driver has as JSON a list of 5 and its text.
const unpack = (v) => {
  if (!Array.isArray(v)) return v;
  if (v[0] === 0) return v.slice(1).map(unpack);
  if (v[0] === 3) return null;
  if (v[0] === 4) return Uint8Array.from(atob(v[1]), (c) => c.charCodeAt(0));
  const pairs = [];
  for (let i = 1; i < v.length; i += 2) pairs.push([v[i], unpack(v[i + 1])]);
  return Object.fromEntries(pairs);
};
const pack = (v, left = 100) => {
  if (left === 0) throw new Error('the function gave a value that contains itself, or is nested more than 100 deep');
  if (typeof v === 'number') return Number.isInteger(v) && Math.abs(v) > 2 ** 53 ? [2, String(v)] : v;
  if (v === null || typeof v !== 'object') return v;
  if (Array.isArray(v)) {
    const list = [0];
    for (let i = 0; i < v.length; i++) list.push(pack(v[i], left - 1));
    return list;
  }
  if (typeof v.toJSON === 'function') return pack(v.toJSON(), left - 1);
  if (Object.prototype.toString.call(v) !== '[object Object]') return v;
  const list = [1];
  for (const key of Object.keys(v)) if (v[key] !== undefined && typeof v[key] !== 'function') list.push(key, pack(v[key], left - 1));
  return list;
};
