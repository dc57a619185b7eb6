// Node.js runs this before Playwright's driver. A driver tells its client of every frame of every
// WebSocket and of the requests of a page, whether anybody listens or not. Here it keeps quiet about
// them, until the session's objects are given to a script: then session asks for the cookies of the
// address below, and its context is told everything as ever. What it does tell leaves in fewer writes,
// since each wakes its reader.
//
// It changes internals of one version of Playwright. Where they are not what it knows, it changes nothing.
'use strict';

const everything = 'https://everything.liveload.invalid/';
const version = '1.57.0';
const path = require('node:path');

// timeout(1) and others send SIGTERM to the whole process group. That is liveload's to answer, which lets iterations finish; the
// driver ends when liveload closes its pipe. It takes SIGINT the same way by itself.
process.on('SIGTERM', () => {});

// The driver's own modules are loaded by the driver itself, in its order, before the next tick.
process.nextTick(() => {
  try {
    const known = internals(path.dirname(process.argv[1]));
    hush(known);
    gather(known);
  } catch (problem) {
    console.error('liveload: this driver tells of everything: ' + problem.message.split('\n')[0]);
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
  const { RequestDispatcher } = load('dispatchers/networkDispatchers.js');
  const { PipeTransport: ClientPipe } = load('utils/pipeTransport.js');
  const { PipeTransport: BrowserPipe } = load('pipeTransport.js');
  const { WebSocket: socket } = load('page.js').Page?.Events ?? {};
  const { Request: request, RequestFailed: failed } = load('browserContext.js').BrowserContext?.Events ?? {};
  const { InternalNavigation: navigated } = load('frames.js').Frame?.Events ?? {};
  const events = { socket, request, failed, navigated };
  const methods = [
    [BrowserContextDispatcher, 'cookies'], [BrowserContextDispatcher, '_shouldDispatchNetworkEvent'],
    [BrowserContextDispatcher, 'addObjectListener'], [RequestDispatcher, '_dispatchEvent'],
    [PageDispatcher, 'addObjectListener'], [PageDispatcher, 'parentScope'],
    [FrameDispatcher, 'goto'], [FrameDispatcher, 'addObjectListener'], [ClientPipe, 'send'], [BrowserPipe, 'send'],
  ];
  const missing = methods.find(([owner, name]) => typeof owner?.prototype?.[name] !== 'function');
  if (missing)
    throw new Error(`it has no ${missing[1]}`);
  const nameless = Object.keys(events).find((name) => !events[name]);
  if (nameless || typeof RequestDispatcher.from !== 'function')
    throw new Error(`it has no ${nameless ? `event '${nameless}'` : 'RequestDispatcher.from'}`);
  return { BrowserContextDispatcher, PageDispatcher, FrameDispatcher, RequestDispatcher, ClientPipe, BrowserPipe, events };
}

const asked = new WeakSet(); // contexts that are told everything
let anyAsked = false;

function hush({ BrowserContextDispatcher, PageDispatcher, FrameDispatcher, RequestDispatcher, events }) {
  around(BrowserContextDispatcher.prototype, 'cookies', async function (cookies, params, ...rest) {
    if (!params.urls?.includes(everything))
      return cookies.call(this, params, ...rest);
    asked.add(this);
    anyAsked = true;
    return { cookies: [] };
  });

  // A socket of which its page does not tell tells nothing itself, neither now nor later.
  around(PageDispatcher.prototype, 'addObjectListener', function (listen, event, tell) {
    const heed = (socket) => { if (asked.has(this.parentScope())) tell(socket); };
    return listen.call(this, event, event === events.socket ? heed : tell);
  });

  // Of navigations the driver tells unasked. Of a request of which it has not told it tells nothing later, but
  // that a navigation came to nothing: a session listens to that.
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

// gather has all messages of one turn of the driver leave in one write. What only says how far a page has
// loaded waits for the next message, or for a moment. A message to the browser leaves at once, but whole:
// its end would be a write of its own.
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

// around has fn called in the place of a method, with the method first.
function around(owner, name, fn) {
  const method = owner[name];
  owner[name] = function (...args) { return fn.call(this, method, ...args); };
}
