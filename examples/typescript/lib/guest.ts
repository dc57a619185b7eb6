export interface Guest {
  email: string;
  date: string;
}

/** Reads the form's answer: lines of id=value. */
export function readResult(text: string): Guest {
  const values = new Map(text.split(/\s+/).map((line): [string, string] => {
    const [id, value = ''] = line.split('=');
    return [id, value];
  }));
  return { email: values.get('email') ?? '', date: values.get('date') ?? '' };
}
