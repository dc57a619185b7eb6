// Node.js runs this before Playwright's driver. A driver reports every frame of every WebSocket and every
// request of a page, even when nobody listens. This script suppresses these reports until a script gets the
// session's objects: then the session asks for the cookies of the address below, and its context is reported in
// full. In the same way a session asks what the browser calls its context. The script also batches what the
// driver writes, since each write wakes the reader, and keeps the order of keys where playwright-go loses it.
// The functions pack and unpack are those of packing.js, which follows this file, then responses.js and a call
// of sayEnds.
//
// It changes internals of one version of Playwright. With any other version it changes nothing.
'use strict';

const everything = 'https://everything.liveload.invalid/';
const context = 'https://context.liveload.invalid/';
const ordered = 'liveload:in order'; // the only key of an object that has data in order
const version = '1.57.0';
const path = require('node:path');

// timeout(1) and others send SIGTERM to the whole process group. liveload handles it and lets iterations finish; the
// driver ends when liveload closes its pipe. The driver itself ignores SIGINT in the same way.
process.on('SIGTERM', () => {});

// A call to a page that closes meanwhile fails. Where Playwright waits for no answer, such as when it dismisses a dialog, that would
// end the driver, with the sessions of everybody.
process.on('unhandledRejection', (problem) => {
  if (problem?.type !== 'closed' && problem?.type !== 'crashed')
    throw problem;
});

// The driver loads its own modules, in its own order, before the next tick.
process.nextTick(() => {
  try {
    const known = internals(path.dirname(process.argv[1]));
    hush(known);
    keepOrder(known);
    gather(known);
    boundResponses(known);
  } catch (problem) {
    console.error('liveload: this driver reports everything: ' + problem.message.split('\n')[0]);
  }
});

// internals finds what is changed, and fails when anything is missing.
function internals(folder) {
  const found = require(path.join(folder, 'package.json')).version;
  if (found !== version)
    throw new Error(`it is version ${found}, and what is known is ${version}`);
  const load = (name) => require(path.join(folder, 'lib', 'server', name));
  const { BrowserContextDispatcher } = load('dispatchers/browserContextDispatcher.js');
  const { PageDispatcher } = load('dispatchers/pageDispatcher.js');
  const { FrameDispatcher } = load('dispatchers/frameDispatcher.js');
  const { RequestDispatcher, APIRequestContextDispatcher } = load('dispatchers/networkDispatchers.js');
  const { CDPSessionDispatcher } = load('dispatchers/cdpSessionDispatcher.js');
  const { PipeTransport: ClientPipe } = load('utils/pipeTransport.js');
  const { PipeTransport: BrowserPipe } = load('pipeTransport.js');
  const { Page } = load('page.js');
  const { BrowserContext } = load('browserContext.js');
  const { WebSocket: socket } = Page?.Events ?? {};
  const { Request: request, RequestFailed: failed } = BrowserContext?.Events ?? {};
  const { InternalNavigation: navigated } = load('frames.js').Frame?.Events ?? {};
  const { CDPSession, CRSession } = load('chromium/crConnection.js');
  const { Event: told } = CDPSession?.Events ?? {};
  const { APIRequestContext } = load('fetch.js');
  const { Response } = load('network.js');
  const events = { socket, request, failed, navigated, told };
  const methods = [
    [BrowserContextDispatcher, 'cookies'], [BrowserContextDispatcher, '_shouldDispatchNetworkEvent'],
    [BrowserContextDispatcher, 'addObjectListener'], [RequestDispatcher, '_dispatchEvent'],
    [PageDispatcher, 'addObjectListener'], [PageDispatcher, 'parentScope'],
    [FrameDispatcher, 'goto'], [FrameDispatcher, 'addObjectListener'], [ClientPipe, 'send'], [BrowserPipe, 'send'],
    [Page, 'exposeBinding'], [BrowserContext, 'exposeBinding'],
    [CDPSessionDispatcher, 'send'], [CDPSessionDispatcher, 'addObjectListener'], [CRSession, 'send'],
    [APIRequestContext, '_sendRequest'], [APIRequestContext, '_storeResponseBody'], [APIRequestContext, 'disposeResponse'],
    [Response, 'body'], [APIRequestContext, '_disposeImpl'], [APIRequestContextDispatcher, 'fetchResponseBody'],
  ];
  const missing = methods.find(([owner, name]) => typeof owner?.prototype?.[name] !== 'function');
  if (missing)
    throw new Error(`it has no ${missing[1]}`);
  const nameless = Object.keys(events).find((name) => !events[name]);
  if (nameless || typeof RequestDispatcher.from !== 'function')
    throw new Error(`it has no ${nameless ? `event '${nameless}'` : 'RequestDispatcher.from'}`);
  const dispatchers = { BrowserContextDispatcher, PageDispatcher, FrameDispatcher, RequestDispatcher, CDPSessionDispatcher };
  return { ...dispatchers, APIRequestContextDispatcher, APIRequestContext, CRSession, Response, ClientPipe, BrowserPipe, Page, BrowserContext, events };
}

const asked = new WeakSet(); // contexts that are reported in full
let anyAsked = false;

function hush({ BrowserContextDispatcher, PageDispatcher, FrameDispatcher, RequestDispatcher, events }) {
  around(BrowserContextDispatcher.prototype, 'cookies', async function (cookies, params, ...rest) {
    if (params.urls?.includes(context))
      return { cookies: [nameOf(this._context)] };
    if (!params.urls?.includes(everything))
      return cookies.call(this, params, ...rest);
    asked.add(this);
    anyAsked = true;
    return { cookies: [] };
  });

  // A socket that its page does not report reports nothing itself, now or later.
  around(PageDispatcher.prototype, 'addObjectListener', function (listen, event, tell) {
    const heed = (socket) => { if (asked.has(this.parentScope())) tell(socket); };
    return listen.call(this, event, event === events.socket ? heed : tell);
  });

  // The driver always reports navigations. It reports nothing later about a request that it did not report, except
  // that a navigation failed: sessions listen to that.
  around(BrowserContextDispatcher.prototype, 'addObjectListener', function (listen, event, tell) {
    const heed = {
      [events.request]: (request) => {
        if (asked.has(this) || this._shouldDispatchNetworkEvent(request, 'request'))
          tell(request);
      },
      [events.failed]: (request) => {
        if (request.isNavigationRequest())
          RequestDispatcher.from(this, request);
        tell(request);
      },
    };
    return listen.call(this, event, heed[event] ?? tell);
  });
  around(FrameDispatcher.prototype, 'addObjectListener', function (listen, event, tell) {
    const heed = (moved) => {
      const quiet = moved.newDocument && !asked.has(this._browserContextDispatcher);
      tell(quiet ? { ...moved, newDocument: { ...moved.newDocument, request: undefined } } : moved);
    };
    return listen.call(this, event, event === events.navigated ? heed : tell);
  });
  around(FrameDispatcher.prototype, 'goto', async function (go, params, progress) {
    if (asked.has(this._browserContextDispatcher))
      return go.call(this, params, progress);
    await this._frame.goto(progress, params.url, params);
    return {}; // no response
  });

  // playwright-go does not know the only event of a request.
  around(RequestDispatcher.prototype, '_dispatchEvent', () => {});
}

// nameOf is what the browser calls a context, as a cookie.
function nameOf({ _browserContextId: value }) {
  return { name: 'browserContextId', value, domain: new URL(context).host, path: '/', expires: -1, httpOnly: true, secure: true, sameSite: 'Strict' };
}

// keepOrder carries what scripts and pages exchange with its keys in order.
function keepOrder({ Page, BrowserContext, CDPSessionDispatcher, events }) {
  const inOrder = (value) => (value && Object.hasOwn(value, ordered) ? unpack(value[ordered]) : value);
  const carried = (arg) => (typeof arg === 'string' ? arg : { [ordered]: pack(arg) }); // such as the batches of telemetry

  for (const { prototype } of [Page, BrowserContext])
    around(prototype, 'exposeBinding', function (expose, progress, name, needsHandle, fn, ...rest) {
      const called = async (source, ...args) => inOrder(await fn(source, ...args.map(carried)));
      return expose.call(this, progress, name, needsHandle, needsHandle ? fn : called, ...rest);
    });

  // What a session tells after it was first asked in order.
  around(CDPSessionDispatcher.prototype, 'send', async function (send, params, progress) {
    const given = inOrder(params.params);
    if (given === params.params)
      return send.call(this, params, progress);
    this._inOrder = true;
    const { result } = await send.call(this, { ...params, params: given }, progress);
    return { result: { [ordered]: [5, JSON.stringify(result ?? null)] } };
  });
  around(CDPSessionDispatcher.prototype, 'addObjectListener', function (listen, event, tell) {
    const heed = ({ method, params }) => tell({ method, params: this._inOrder ? { [ordered]: [5, JSON.stringify(params ?? {})] } : params });
    return listen.call(this, event, event === events.told ? heed : tell);
  });
}

// gather sends all messages of one turn of the driver in one write. Messages that only say how far a page has loaded
// wait for the next message, or for a moment. A message to the browser is sent at once, in one write with its end.
function gather({ ClientPipe, BrowserPipe }) {
  const moment = 20; // ms
  const unhurried = (message) =>
    !anyAsked && message.length < 200 && message.includes('"method":"loadstate"') && !message.includes('"add":"load"');

  let soon, later;
  around(ClientPipe.prototype, 'send', function (send, message) {
    const pipe = this._pipeWrite;
    const leave = () => {
      clearImmediate(soon);
      clearTimeout(later);
      soon = later = undefined;
      pipe.uncork();
    };
    if (!soon && !later)
      pipe.cork();
    send.call(this, message);
    if (unhurried(message))
      later ??= setTimeout(leave, moment);
    else
      soon ??= setImmediate(leave);
  });
  around(BrowserPipe.prototype, 'send', function (send, message) {
    this._pipeWrite.cork();
    try {
      send.call(this, message);
    } finally {
      this._pipeWrite.uncork();
    }
  });
}

// sayEnds says how each process has ended that the driver starts, after a mark that nobody else knows.
function sayEnds(mark) {
  const processes = require('node:child_process');
  around(processes, 'spawn', function (spawn, ...args) {
    const child = spawn.apply(this, args);
    // Not writeSync: it throws when liveload is behind with reading, and would end the driver.
    child.once('exit', (code, signal) => process.stderr.write(`${mark} ${child.pid} ${signal ?? 'exit code ' + code}\n`));
    return child;
  });
}

// around replaces a method by fn, which gets the method first.
function around(owner, name, fn) {
  const method = owner[name];
  owner[name] = function (...args) { return fn.call(this, method, ...args); };
}
