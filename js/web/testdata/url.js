String.raw`
// One expression, or statements with return, in each line.
const u = new URL('http://h/'); u.searchParams.set('q', 'tea'); return u.href
new URL('x', 'http://h/a/b/').href
['http://h/a/', 'http://h/a//b//', 'http://h//', 'http://h', 'http://h?', 'http://h#', 'http://h/?#'].map((a) => new URL(a).href)
new URL('http://h/a b/é?q=é ü&r="<>\'#f é').href
new URL('//other/x?y', 'https://h/a').href
new URL('http://ex%41mple.com:80/%7Efoo/../%2e%2E/bar').href
new URL('http://user:pa ss@münchen.example:8080/x').href
new URL('http://[::1]:80/').host + new URL('http://0x7f.1/').hostname
new URL('relative')
new URL('http://')
new URL()
URL('http://h')
new URL(new URL('http://h/a?b'), 'http://other').href
const seen = []; new URLSearchParams('a=1&b=2').forEach((v, k, all) => seen.push(v, k, all instanceof URLSearchParams)); return seen
new URLSearchParams({ email: 'me+test@h.example', a: 'b c', 'é': '~*-._!\'()' }).toString()
new URLSearchParams('email=me%2Btest%40h&x=a+b&%=1&%zz=%f&y').toString()
[...new URLSearchParams('?a=1&a=2&b')]
new URLSearchParams([['a', 1], ['b', null], ['c', undefined]]).toString()
new URLSearchParams(new Map([['a', 'b']])).toString()
new URLSearchParams(new URLSearchParams('z=1&a=2')).toString()
new URLSearchParams([['a']])
new URLSearchParams(5).toString() + new URLSearchParams(undefined).toString() + new URLSearchParams('').toString()
const p = new URLSearchParams('a=1&b=2&a=3'); p.set('a', 'x'); p.append('c', 'y'); p.delete('b'); return [String(p), p.get('a'), p.getAll('a'), p.get('nope'), p.has('c'), p.size]
const p = new URLSearchParams('a=1&a=2'); return [p.has('a', '2'), p.has('a', '3'), p.has('a', undefined), (p.delete('a', '1'), String(p))]
const p = new URLSearchParams('ﬃ=1&🌈=2&z=3&a=4&a=3'); p.sort(); return String(p)
const u = new URL('http://h/?x=1#f'), p = u.searchParams; u.search = '?y=2'; return [p.get('y'), p.has('x'), u.searchParams === p, u.href]
const u = new URL('http://h/?x=1#f'); u.searchParams.delete('x'); return u.href
const u = new URL('http://h/?x=1'), p = u.searchParams; u.href = 'http://i/?z=9'; return [String(p), u.host]
const u = new URL('http://h/?a=b%20~'); u.searchParams.append('c', ' '); return u.search
const u = new URL('http://h/?a b~'); return [u.search, String(u.searchParams)]
const u = new URL('http://h/p'); u.pathname = 'a b/ü?#'; u.hash = 'x y'; u.port = '8080abc'; u.protocol = 'https'; u.username = 'me@'; u.password = ':'; return u.href
const u = new URL('http://h:81/'); u.host = 'i:82'; u.hostname = 'j'; u.port = ''; return u.href
const u = new URL('http://h/'); try { u.href = 'nope' } catch (e) { return [e.name, e.code, u.href] }
'use strict'; const u = new URL('http://h/'); try { u.origin = 'x' } catch (e) { return [e.name, u.origin] }
['http://h:80/x', 'https://h:8443', 'file:///x', 'blob:https://h/1', 'data:,x', 'mailto:me@h'].map((a) => new URL(a).origin)
JSON.stringify({ at: new URL('http://h/é') })
[URL.canParse('x'), URL.canParse('x', 'http://h'), URL.name, URL.length, URLSearchParams.name]
Object.prototype.toString.call(new URL('http://h')) + Object.prototype.toString.call(new URLSearchParams())
const keys = []; for (const key in new URL('http://h')) keys.push(key); return keys.sort()
class Mine extends URL { get twice() { return this.href + this.href } } return new Mine('http://h').twice
new URLSearchParams('a=%F0%9F&b=%E9&c=%00').getAll('a').concat(new URLSearchParams('b=%E9x').get('b'))
const p = new URLSearchParams('a=1'); return [p[Symbol.iterator] === p.entries, [...p.keys()], [...p.values()], typeof p.entries().next]
'http://h/' + new URLSearchParams({ q: '\ud800x' })
new URL('http://h/\ud800').href
const { searchParams } = new URL('http://h/?redirect=http%3A%2F%2Fi%2F%3Fa%3Db%26c'); return searchParams.get('redirect')
`
