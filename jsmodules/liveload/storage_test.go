package liveload

import (
	"context"
	"testing"

	"github.com/liveload/liveload/browserpool"
)

func TestStorageOperations(t *testing.T) {
	fake := newFake()
	fake.answer = func(_ context.Context, call string) (any, error) {
		if call != "StorageSnapshot" {
			return nil, nil
		}
		return &browserpool.Storage{
			Cookies: []browserpool.Cookie{{Name: "id", Value: "1", Domain: "app", Path: "/", Expires: -1}},
			Origins: []browserpool.OriginStorage{{Origin: "http://app", LocalStorage: []browserpool.StorageItem{{Name: "a", Value: "b"}}}},
		}, nil
	}
	body := `
		const s = JSON.parse(JSON.stringify(await user.storageSnapshot({ as: 'login' })));
		if (user.assigns.login.cookies[0].value !== '1') throw new Error('not kept');
		await user.restoreStorage(u => u.assigns.login).resetStorage();
		for (const [bad, why] of [
			[undefined, 'it must be an object'], [7, 'it must be an object'], [{}, 'cookies must be an array'],
			[{ cookies: [] }, 'origins must be an array'], [{ ...s, more: 1 }, 'unknown field "more"'],
			[{ ...s, cookies: [{ value: '1' }] }, 'cookies[0] must have a name'],
			[{ ...s, cookies: [{ name: 'a', domain: 'b', sameSite: 'x' }] }, 'cookies[0] has sameSite "x"'],
			[{ ...s, cookies: [{ name: 'a', domain: 'b', expires: -5 }] }, 'cookies[0] has expires below 0'],
			[{ ...s, cookies: [{ name: 5 }] }, 'cookies.name cannot be a number'],
			[{ ...s, origins: [{ origin: 'app' }] }, 'origins[0].origin must be like https://example.com, not "app"'],
			[{ ...s, origins: [{ origin: 'http://app/' }] }, 'origins[0].origin'],
		]) {
			const message = await user.restoreStorage(bad).then(() => 'accepted', e => e.message);
			if (!message.includes('this is no snapshot of storageSnapshot(): ') || !message.includes(why)) throw new Error(why + ': ' + message);
		}`
	if _, err := newUser(t, "a.js", iterate(body), Options{}).RunIteration(t.Context(), fake, 1); err != nil {
		t.Fatal(err)
	}
	want := "StorageSnapshot; RestoreStorage {[{id 1 app / -1 false false   <nil>}] [{http://app [{a b}] [] []}]}; ResetStorage"
	if got := fake.log(); got != want {
		t.Errorf("calls %s\nwant  %s", got, want)
	}
}
