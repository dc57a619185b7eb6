// What page.request, context.request and route.fetch get from a server is kept whole by the driver, in memory that all users share. So are
// documents that pages print, and responses of pages that the browser no longer has. Here all of that is bounded.

const most = 64 << 20; // bytes of one response, as of an answer of a page: see answer.go
const mostKept = 64 << 20; // bytes of responses that a session can still read, beside the last one
const mostOfAll = 512 << 20; // bytes of all sessions
const small = 1 << 20; // bytes of a response that is never refused for what others take
const mostResponses = 1000; // that a session can still read
const mostHeaders = 16 << 10; // bytes of a response without a body

const instead = 'use liveload/http, whose bodies count among the memory of scripts';
const bound = Symbol('bound');
let held = 0; // bytes that come, and that are kept

function boundResponses({ APIRequestContext, APIRequestContextDispatcher, CRSession, Response }) {
  for (const protocol of ['http', 'https'])
    around(require(`node:${protocol}`), 'request', function (request, ...args) {
      const [url, options, arrived] = args;
      const account = options?.[bound];
      if (!account)
        return request.apply(this, args);
      const asked = request.call(this, url, options, (response) => {
        const end = (problem) => {
          account.refuse(new Error(problem));
          asked.destroy();
        };
        if (count(response, asked.method, account, end))
          arrived(response);
      });
      return asked;
    });

  around(APIRequestContext.prototype, '_sendRequest', function (send, progress, url, options, body) {
    return new Promise((fulfil, refuse) => {
      const account = { refuse, size: 0 };
      const release = () => { held -= account.size; };
      send.call(this, progress, url, { ...options, [bound]: account }, body).then(fulfil, refuse).finally(release);
    });
  });
  keepFew(APIRequestContext, APIRequestContextDispatcher);
  boundStreams(CRSession);
  missBodies(Response);
}

// count ends a response that is too large, as it comes or when it is decompressed. It returns whether the response is to be read.
function count(response, method, account, end) {
  const says = Number(response.headers['content-length']);
  if (says > most && method !== 'HEAD' && response.statusCode !== 304) {
    end(`the response has ${says} bytes, more than ${most >> 20} MB: ${instead}`);
    return false;
  }
  follow(response, 0);
  return true;

  function follow(stream, depth) {
    let size = 0;
    around(stream, 'push', function (push, chunk, ...rest) {
      const more = chunk?.length ?? 0;
      size += more;
      account.size += more;
      held += more;
      if (size > most)
        stop(`the response has more than ${most >> 20} MB${depth ? ' when it is decompressed' : ''}: ${instead}`);
      else if (held > mostOfAll && size > small)
        stop(`the responses that all users have asked for take more than ${mostOfAll >> 20} MB: ${instead}`);
      else
        return push.call(this, chunk, ...rest);
      return false;
    });
    around(stream, 'pipe', function (pipe, to, ...rest) {
      follow(to, depth + 1);
      return pipe.call(this, to, ...rest);
    });
    const stop = (problem) => {
      end(problem);
      stream.destroy();
    };
  }
}

// keepFew drops the oldest responses of a session, which are otherwise kept until the session ends.
function keepFew(APIRequestContext, APIRequestContextDispatcher) {
  const sizes = new WeakMap(); // bytes of each session's responses
  const drop = (session, uid) => {
    const size = session.fetchResponses.get(uid)?.byteLength ?? 0;
    sizes.set(session, (sizes.get(session) ?? 0) - size);
    held -= size;
  };
  around(APIRequestContext.prototype, 'disposeResponse', function (dispose, uid) {
    drop(this, uid);
    return dispose.call(this, uid);
  });
  around(APIRequestContext.prototype, '_disposeImpl', function (dispose) {
    held -= sizes.get(this) ?? 0;
    sizes.delete(this);
    return dispose.call(this);
  });
  around(APIRequestContext.prototype, '_storeResponseBody', function (store, body) {
    const kept = this.fetchResponses;
    const size = (sizes.get(this) ?? 0) + body.byteLength;
    sizes.set(this, size);
    held += body.byteLength;
    while (kept.size > 0 && (sizes.get(this) > mostKept || held > mostOfAll || kept.size >= mostResponses))
      this.disposeResponse(kept.keys().next().value);
    return store.call(this, body);
  });
  around(APIRequestContextDispatcher.prototype, 'fetchResponseBody', function (fetch, params, ...rest) {
    if (!this._object.fetchResponses.has(params.fetchUid))
      throw new Error(`the response was disposed of, or dropped: a session keeps its last ${mostResponses} of at most ${mostKept >> 20} MB together`);
    return fetch.call(this, params, ...rest);
  });
}

// boundStreams ends what the browser gives piece by piece, such as a printed document.
function boundStreams(CRSession) {
  const sizes = new WeakMap(); // of each session, by stream
  around(CRSession.prototype, 'send', async function (send, method, params) {
    if (method !== 'IO.read')
      return send.call(this, method, params);
    const read = sizes.get(this) ?? new Map();
    sizes.set(this, read);
    const piece = await send.call(this, method, params);
    const size = (read.get(params.handle) ?? 0) + piece.data.length * (piece.base64Encoded ? 0.75 : 1);
    read.set(params.handle, size);
    if (piece.eof || size > most)
      read.delete(params.handle);
    if (size <= most)
      return piece;
    await send.call(this, 'IO.close', { handle: params.handle }).catch(() => {});
    throw new Error(`it has more than ${most >> 20} MB`);
  });
}

// missBodies fails where the browser says that a body is empty since it was too large to be kept.
function missBodies(Response) {
  around(Response.prototype, 'body', async function (read) {
    const body = await read.call(this);
    const came = body.length ? 0 : await Promise.race([this._transferSizePromise, new Promise((done) => setImmediate(done, 0))]);
    if (came > mostHeaders && this.request().method() !== 'HEAD')
      throw new Error(`the browser has not kept the body, of which ${came} bytes came: ${instead}`);
    return body;
  });
}
