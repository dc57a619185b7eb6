package web_test

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/js/jstest"
)

// TestWebGlobals: an expression and what it gives.
func TestWebGlobals(t *testing.T) {
	for body, want := range map[string]string{
		`new URL('../b?x=1&x=2#f', 'http://h:8/a/c').href`:                                                                                                      "http://h:8/b?x=1&x=2#f",
		`new URL('http://h/?a=1').searchParams.get('a')`:                                                                                                        "1",
		`String(new URLSearchParams({ a: 'b c', d: 'é' }))`:                                                                                                     "a=b+c&d=%C3%A9",
		`[...new TextEncoder().encode('é€😀\ud800')].join()`:                                                                                                     "195,169,226,130,172,240,159,152,128,239,191,189",
		`new TextEncoder().encode() instanceof Uint8Array`:                                                                                                      "true",
		`new TextDecoder().decode(new Uint8Array([0xEF,0xBB,0xBF,195,169,255]))`:                                                                                "é\uFFFD",
		`new TextDecoder().decode(new Uint8Array([255, 255, 65, 0xE2, 0x82, 66, 0xF0, 0x9F]))`:                                                                  "\uFFFD\uFFFDA\uFFFDB\uFFFD",
		`new TextDecoder('UTF8', { ignoreBOM: true }).decode(new Uint8Array([0xEF,0xBB,0xBF]).buffer)`:                                                          "\uFEFF",
		`try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255])) } catch (e) { return e.name }`:                                           "TypeError",
		`try { new TextDecoder('latin1') } catch (e) { return e.name }`:                                                                                         "RangeError",
		`const d = new TextDecoder(), b = new TextEncoder().encode('a😀b'); return d.decode(b.subarray(0, 3), { stream: true }) + '|' + d.decode(b.subarray(3))`: "a|😀b",
		`new TextDecoder().decode(new DataView(new Uint8Array([65, 66, 67]).buffer, 1, 2))`:                                                                     "BC",
		`btoa('a\xff')`:    "Yf8=",
		`atob(' Yf8 \n=')`: "aÿ",
		`atob('YQ')`:       "a",
		`try { btoa('€') } catch (e) { return e.name }`:                                                                                  "InvalidCharacterError",
		`try { atob('a=b') } catch (e) { return e.name }`:                                                                                "InvalidCharacterError",
		`/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())`:                              "true",
		`const a = new Uint32Array(8), v = a.subarray(4); crypto.getRandomValues(v); return a.slice(0, 4).join() + v.some((n) => n > 0)`: "0,0,0,0true",
		`try { crypto.getRandomValues({ buffer: new ArrayBuffer(1), byteOffset: 5, byteLength: 5 }) } catch (e) { return e.name }`:       "TypeError",
		`try { crypto.getRandomValues({ buffer: new ArrayBuffer(1) }) } catch (e) { return e.name }`:                                     "TypeError",
		`try { crypto.getRandomValues([1]) } catch (e) { return e.name }`:                                                                "TypeError",
		`const t = performance.now(); return t >= 0 && t < 60000 && Math.abs(performance.timeOrigin + t - Date.now()) < 1000`:            "true",
		`const a = { d: new Date(3), m: new Map([['k', new Set([1])]]), r: /x/gi, n: [1, , 3], u: undefined, b: new Uint8Array([1, 2]).subarray(1) };
		 a.self = a;
		 const c = structuredClone(a);
		 a.m.get('k').add(2); a.b[0] = 9;
		 return [c !== a && c.self === c, c.d.getTime(), c.m.get('k').size, String(c.r), c.n.length, 1 in c.n, 'u' in c, c.b[0]].join()`: "true,3,1,/x/gi,3,false,true,2",
		`const e = structuredClone(new RangeError('m', { cause: { a: 1 } })); return [e instanceof RangeError, e.message, e.cause.a].join()`: "true,m,1",
		`try { structuredClone({ f() {} }) } catch (e) { return e.name + ': ' + e.message }`:                                                 "DataCloneError: a function cannot be cloned",
		`try { structuredClone(Promise.resolve()) } catch (e) { return e.name }`:                                                             "DataCloneError",
		`const c = new AbortController(), heard = [];
		 c.signal.onabort = (e) => heard.push(e.type); c.signal.addEventListener('abort', () => heard.push('b'), { once: true });
		 const gone = () => heard.push('c'); c.signal.addEventListener('abort', gone); c.signal.removeEventListener('abort', gone);
		 const any = AbortSignal.any([c.signal]);
		 c.abort(); c.abort('again');
		 try { any.throwIfAborted() } catch (e) { heard.push(e.name) }
		 return heard.join() + c.signal.aborted`: "abort,b,AbortErrortrue",
		`AbortSignal.abort('why').reason`: "why",
		`const long = new AbortController().signal, short = new AbortController(), heard = [];
		 long.removeEventListener = (type) => heard.push('lets go of ' + type);
		 const any = AbortSignal.any([long, short.signal]);
		 any.onabort = () => heard.push(any.reason);
		 short.abort('over');
		 return heard.join()`: "lets go of abort,over",
		`const s = AbortSignal.timeout(1); return new Promise((r) => { s.onabort = () => r(s.reason.name) })`: "TimeoutError",
		`const t = new EventTarget(), e = new Event('x'); let name;
		 t.addEventListener('x', () => { try { t.dispatchEvent(e) } catch (error) { name = error.name } });
		 t.dispatchEvent(e); return name`: "InvalidStateError",
		`try { structuredClone(new EventTarget()) } catch (e) { return e.name }`:                                 "DataCloneError",
		`try { new AbortSignal() } catch (e) { return e.name }`:                                                  "TypeError",
		`typeof URL + typeof fetch + typeof globalThis.atob + ('URL' in globalThis) + ('nothing' in globalThis)`: "functionundefinedfunctiontruefalse",
		`globalThis.URL = 5; return [URL, Object.prototype.hasOwnProperty.call(globalThis, 'Array')].join()`:     "5,true",
		`TextEncoder === TextEncoder && new TextEncoder() instanceof TextEncoder && TextEncoder.name`:            "TextEncoder",
		`typeof hasOwnProperty + String(globalThis)`:                                                             "function[object global]",
	} {
		t.Run(body, func(t *testing.T) {
			vm := jstest.Body(t, webBody(body))
			v, err := jstest.Call(t.Context(), vm)
			if err != nil {
				t.Fatal(err)
			}
			if got := v.String(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// webBody makes a body of an expression; one with statements returns by itself.
func webBody(text string) string {
	if strings.Contains(text, "return ") {
		return text
	}
	return "return " + text
}
