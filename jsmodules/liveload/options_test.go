package liveload

import (
	"slices"
	"testing"

	"github.com/liveload/liveload/statuses"
)

// TestOptions: what operations take beside a selector, and what they refuse.
func TestOptions(t *testing.T) {
	for _, test := range []struct{ name, body, calls, err string }{
		{name: "options of a click", body: `await user.click('#a', { button: 'right', clickCount: 2, delay: '1s', force: true, modifiers: ['Alt', 'ControlOrMeta'], noWaitAfter: true, position: { x: 1.5, y: -2 }, strict: true, timeout: 9, trial: false }).hover('#a', {})`,
			calls: `Click #a {"Button":"right","Clicks":2,"Delay":1000000000,"Force":true,"Modifiers":["Alt","ControlOrMeta"],"Position":{"x":1.5,"y":-2},"Strict":true}; Hover #a`},
		{name: "options of a drag", body: `await user.dragAndDrop('#a', '#b', { sourcePosition: { x: 1, y: 2 }, targetPosition: { x: 3, y: 4 }, steps: 5 })`,
			calls: `DragAndDrop #a #b {"Position":{"x":1,"y":2},"Steps":5,"Target":{"x":3,"y":4}}`},
		{name: "options of navigations", body: `await user.navigate('http://a/', { waitUntil: 'commit', referer: 'http://b/' }).reload({ waitUntil: 'networkidle' }).goBack().waitForURL('**', { waitUntil: 'load' })`,
			calls: `Navigate http://a/ {"Referer":"http://b/","WaitUntil":"commit"}; Reload {"WaitUntil":"networkidle"}; GoBack; WaitForURL ** {"WaitUntil":"load"}`},
		{name: "a wrong state of a page", body: `await user.navigate('http://a/', { waitUntil: 'networkidle0' })`, err: `option waitUntil must be one of load, domcontentloaded, networkidle, commit, not "networkidle0"`},
		{name: "options of a function", body: `await user.waitForFunction('1', null, { polling: 250 }).waitForFunction('1', null, { polling: 'raf' })`,
			calls: `WaitForFunction 1 <nil> {"Polling":250000000}; WaitForFunction 1 <nil>`},
		{name: "options of a screenshot", body: `await user.screenshot('a', { fullPage: true, clip: { x: 1, y: 2, width: 3, height: 4 }, mask: ['#a', '#b'], maskColor: 'red', omitBackground: true, animations: 'disabled', caret: 'initial', scale: 'css', style: 'p {}' })`,
			calls: `Screenshot {"Animations":"disabled","Caret":"initial","Clip":{"X":1,"Y":2,"Width":3,"Height":4},"FullPage":true,"Mask":["#a","#b"],"MaskColor":"red","OmitBackground":true,"Scale":"css","Style":"p {}"}`},
		{name: "a wrong clip", body: `await user.screenshot('a', { clip: { x: 1 } })`, err: "option clip must be { x, y, width, height } in pixels, not an object"},
		{name: "a mask that is no selector", body: `await user.screenshot('a', { mask: [3] })`, err: "option mask item 0 must be a selector, not 3"},
		{name: "strict reading", body: `await user.innerText('#a', { strict: true, as: 'x' })`, calls: `InnerText #a {"Strict":true}`},
		{name: "a wrong position", body: `await user.click('#a', { position: [1, 2] })`, err: "option position must be { x, y } in pixels from the element's top left corner, not an array"},
		{name: "half a position", body: `await user.click('#a', { position: { x: 1 } })`, err: "option position must be { x, y }"},
		{name: "a position that is nowhere", body: `await user.click('#a', { position: { x: NaN, y: 1 } })`, err: "option position must be { x, y }"},
		{name: "a wrong button", body: `await user.click('#a', { button: 'Left' })`, err: `option button must be one of left, right, middle, not "Left"`},
		{name: "a wrong modifier", body: `await user.click('#a', { modifiers: ['Shift', 'Ctrl'] })`, err: `option modifiers item 1 must be one of Alt, Control, ControlOrMeta, Meta, Shift, not "Ctrl"`},
		{name: "a modifier that is no list", body: `await user.click('#a', { modifiers: 'Shift' })`, err: `option modifiers must be an array such as ['Shift'], not "Shift"`},
		{name: "no clicks", body: `await user.click('#a', { clickCount: 0 })`, err: "option clickCount must be a whole number from 1 to 1000, not 0"},
		{name: "forced by a text", body: `await user.click('#a', { force: 'yes' })`, err: `option force must be true or false, not "yes"`},
		{name: "ticks", body: `await user.check('#a').uncheck('#b').setChecked('#c', u => u.id > 3).setChecked('#d', false)`, calls: "SetChecked #a true; SetChecked #b false; SetChecked #c true; SetChecked #d false"},
		{name: "ticked by a text", body: `await user.setChecked('#a', 'on')`, err: `setChecked("#a", "on"): checked must be true or false, not "on"`},
		{name: "options of a select", body: `await user.selectOption('#s', { label: 'x' }).selectOption('#s', ['a', { value: 'b', index: 2 }]).selectOption('#s', null).selectOption('#s', [], { force: true })`,
			calls: `SelectOptions #s [{"label":"x"}]; SelectOptions #s [{"any":"a"},{"value":"b","index":2}]; SelectOptions #s null; SelectOptions #s null {"Force":true}`},
		{name: "an option of a select by what it has not", body: `await user.selectOption('#s', { text: 'x' })`, err: `value has a text of "x": there are { value }, { label } and { index }, two texts and a whole number`},
		{name: "an option of a select by nothing", body: `await user.selectOption('#s', {})`, err: "value must be a text, { value }, { label } or { index }, not an object"},
		{name: "an option of a select that is no text", body: `await user.selectOption('#s', ['a', true])`, err: "value item 1 must be a text, { value }, { label } or { index }, not true"},
		{name: "files that are content", body: `await user.setInputFiles('#f', [{ name: 'a.txt', mimeType: 'text/plain', buffer: 'é' }, { name: 'b', buffer: new Uint8Array([104, 105]) }, { name: 'c', buffer: new Uint8Array([1, 111, 107]).buffer.slice(1) }])`,
			calls: `SetInputFiles #f a.txt text/plain "é" b  "hi" c  "ok"`},
		{name: "no files", body: `await user.setInputFiles('#f', [])`, calls: "SetInputFiles #f"},
		{name: "a file without a name", body: `await user.setInputFiles('#f', { buffer: 'x' })`, err: "files has no name: a file is its name, or { name, mimeType, buffer }"},
		{name: "a file without content", body: `await user.setInputFiles('#f', { name: 'x' })`, err: "files needs a buffer: bytes or a text, not undefined"},
		{name: "a file with something else", body: `await user.setInputFiles('#f', { name: 'x', content: 'y' })`, err: "files has no content: a file is its name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake := newFake()
			_, err := newUser(t, "shop.js", iterate(test.body), Options{ID: 4, Keep: func(name string, _, _ int, _ []byte) (string, error) { return name, nil }}).RunIteration(t.Context(), fake, 1)
			if got := fake.log(); got != test.calls {
				t.Errorf("calls\n got %s\nwant %s", got, test.calls)
			}
			checkError(t, err, test.err)
		})
	}
}

// TestAllowedStatuses: a session knows which errors of the server a navigation allows, for what comes after it.
func TestAllowedStatuses(t *testing.T) {
	for body, want := range map[string]statuses.Set{
		`await user.navigate('http://a')`:                                                       {"404"},
		`await user.navigate('http://a', { allowStatus: '5xx', waitUntil: 'commit' })`:          {"5xx"},
		`await user.navigate('http://a').reload({ allowStatus: [500, 502] }).click('#x')`:       {"500", "502"},
		`await user.navigate('http://a', { allowStatus: true }).goBack({ allowStatus: false })`: {},
	} {
		fake := newFake()
		_, err := newUser(t, "a.js", iterate(body), Options{AcceptStatus: statuses.Set{"404"}}).RunIteration(t.Context(), fake, 1)
		if err != nil || !slices.Equal(fake.allowed, want) {
			t.Errorf("%s allows %v, %v, want %v", body, fake.allowed, err, want)
		}
	}
}
