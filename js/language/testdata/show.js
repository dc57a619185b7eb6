// run calls every case, and lists what each gave, one line a case.
export async function run(cases) {
  const lines = [];
  for (const [name, body] of Object.entries(cases)) {
    let shown;
    try {
      shown = show(await body());
    } catch (error) {
      shown = `throws ${error?.name ?? error}`;
    }
    lines.push(`${name}: ${shown}\n`);
  }
  return lines.join('');
}

function show(value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v)) ?? String(value);
  return text.replace(/[\n\u00a0\u061c\u200e\u200f\u2009\u202f\ud800-\udfff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
