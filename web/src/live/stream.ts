// Server-sent events, as far as the dashboard sends them. EventSource cannot send the secret.

export interface Event {
  kind: string;
  data: string;
}

/** events reads a stream until it ends. It calls heard for each piece, of which a large event has many. */
export async function* events(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<Event> {
  let event: Event = { kind: '', data: '' };
  for await (const line of lines(body, heard)) {
    if (line.startsWith('event: ')) event.kind = line.slice('event: '.length);
    else if (line.startsWith('data: ')) event.data = line.slice('data: '.length);
    else if (line === '') {
      yield event;
      event = { kind: '', data: '' };
    }
  }
}

/** lines joins the pieces of each line once, however long it is. */
async function* lines(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let pieces: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const parts = value.split('\n');
    for (const part of parts.slice(0, -1)) {
      yield pieces.join('') + part;
      pieces = [];
    }
    pieces.push(parts.at(-1) ?? '');
  }
}
