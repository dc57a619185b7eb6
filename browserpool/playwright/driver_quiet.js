// Node.js runs this before Playwright's driver. A driver tells its client of every frame of every
// WebSocket and of every request of a page, whether anybody listens or not. Here it keeps quiet about
// them, until the session's objects are given to a script: then session asks for the cookies of the
// address below, and its context is told everything as ever.
//
// It changes internals of one version of Playwright. Where they are not what it knows, it changes nothing.
'use strict';

const everything = 'https://everything.liveload.invalid/';
const version = '1.57.0';
const path = require('node:path');

// The driver's own modules are loaded by the driver itself, in its order, before the next tick.
process.nextTick(() => {
  try {
    hush(internals(path.dirname(process.argv[1])));
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
  const { RequestDispatcher } = load('dispatchers/networkDispatchers.js');
  const socketEvent = load('page.js').Page?.Events?.WebSocket;
  const methods = [
    [BrowserContextDispatcher, 'cookies'], [BrowserContextDispatcher, '_shouldDispatchEvent'],
    [BrowserContextDispatcher, '_dispatchEvent'], [RequestDispatcher, '_dispatchEvent'],
    [PageDispatcher, 'addObjectListener'], [PageDispatcher, 'parentScope'],
  ];
  const missing = methods.find(([owner, name]) => typeof owner?.prototype?.[name] !== 'function');
  if (missing || !socketEvent)
    throw new Error(`it has no ${missing ? missing[1] : 'event of WebSockets'}`);
  return { BrowserContextDispatcher, PageDispatcher, RequestDispatcher, socketEvent };
}

function hush({ BrowserContextDispatcher, PageDispatcher, RequestDispatcher, socketEvent }) {
  const asked = new WeakSet(); // contexts that are told everything

  around(BrowserContextDispatcher, 'cookies', async function (cookies, params, ...rest) {
    if (!params.urls?.includes(everything))
      return cookies.call(this, params, ...rest);
    asked.add(this);
    return { cookies: [] };
  });

  // A socket of which its page does not tell tells nothing itself, neither now nor later.
  around(PageDispatcher, 'addObjectListener', function (listen, event, tell) {
    const heed = (socket) => { if (asked.has(this.parentScope())) tell(socket); };
    return listen.call(this, event, event === socketEvent ? heed : tell);
  });

  // Of navigations the driver tells unasked. Their Request and Response are still there for goto, and
  // that they failed or finished is still told.
  around(BrowserContextDispatcher, '_dispatchEvent', function (dispatch, event, params) {
    const quiet = (event === 'request' || event === 'response') && !asked.has(this) &&
      !this._shouldDispatchEvent(params.page?._object, event);
    if (!quiet)
      dispatch.call(this, event, params);
  });

  // playwright-go does not know the only event of a request.
  around(RequestDispatcher, '_dispatchEvent', () => {});
}

// around has fn called in the place of a method, with the method first.
function around(owner, name, fn) {
  const method = owner.prototype[name];
  owner.prototype[name] = function (...args) { return fn.call(this, method, ...args); };
}
