package data

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/jsmodules/types"
)

// A rig is one process: a script with files beside it, and its VMs.
type rig struct {
	modules js.Modules
	program *program.Program

	mu    sync.Mutex
	taken map[string]int64 // numbers, by sequence
	gone  error            // why no number can be taken
}

func (r *rig) Next(_ context.Context, sequence string) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.taken[sequence]
	r.taken[sequence]++
	return n, r.gone
}

var someFiles = map[string]string{
	"users.csv":        "\uFEFFname, email\r\nanna,anna@x\r\n\"O\"\"Neil, Jo\",\"two\nlines\"\r\n\r\nÖzil,\r\n",
	"data/semi.csv":    "a;b\n1;2\n",
	"products.json":    `[{"id": 1, "name": "tea", "tags": ["hot", "new"], "price": {"eur": 2.5}}, {"name": "pot", "id": 2}]`,
	"settings.json":    `{"zeta": 1, "alpha": [1, null, true], "zeta": 3}`,
	"empty.csv":        "",
	"header.csv":       "a,b\n",
	"short.csv":        "a,b\n1,2\n3\n",
	"quotes.csv":       "a,b\n1,x\"y\n",
	"open.csv":         "a,b\n1,\"x\n2,y\n",
	"nameless.csv":     "a,,c\n",
	"twice.csv":        "a,b, a\n",
	"latin.csv":        "a\nk\xf6ln\n",
	"utf16.csv":        "\xff\xfea\x00",
	"broken.json":      "{\n  \"a\": 1,\n}\n",
	"more.json":        "[1] [2]",
	"none.json":        "[]",
	"number.json":      "7",
	"folder/inner.csv": "a\n1\n",
}

func newRig(t testing.TB, files map[string]string, script string) *rig {
	t.Helper()
	script = "import { csv, json, shared } from 'liveload/data';\nconst is = (got, want) => { if (got !== want) throw new Error(`${got}, want ${want}`) };\n" + script
	written := []string{"scripts/a.js", script, "outside.csv", "a\n1\n"}
	for name, content := range files {
		written = append(written, "scripts/"+name, content)
	}
	jstest.Write(t, written...)
	for link, to := range map[string]string{"link.csv": "../outside.csv", "up": "..", "inner.csv": "folder/inner.csv"} {
		if err := os.Symlink(to, filepath.Join("scripts", link)); err != nil {
			t.Fatal(err)
		}
	}
	all := js.Modules{"liveload/data": &Module{}}
	program, err := bundle.Script("scripts/a.js", all.Exports())
	if err != nil {
		t.Fatal(err)
	}
	return &rig{modules: all, program: program, taken: map[string]int64{}}
}

func (r *rig) user(t testing.TB) (*liveload.User, error) {
	vm, err := js.NewVM(t.Context(), r.program, js.VMOptions{Modules: r.modules, Logger: slog.New(slog.DiscardHandler), Random: func() float64 { return 0.999 }})
	if err != nil {
		return nil, err
	}
	return liveload.NewUser(vm, liveload.Options{Sequences: r})
}

func (r *rig) iterate(t testing.TB) error {
	u, err := r.user(t)
	if err != nil {
		return err
	}
	_, err = u.RunIteration(t.Context(), nil, 1)
	return err
}

func TestReading(t *testing.T) {
	tests := []struct{ name, top, body string }{
		{"cells", `const d = csv('users.csv');`, `is(d.length, 3); is(d[0].name, 'anna'); is(d[1].name, 'O"Neil, Jo'); is(d[1].email, 'two\nlines'); is(d[2].name, 'Özil'); is(d[2].email, '')`},
		{"what is not there", `const d = csv('users.csv');`, `is(d[3], undefined); is(d[-1], undefined); is(d[0].age, undefined); is('age' in d[0], false); is('name' in d[0], true)`},
		{"a delimiter", `const d = csv('data/semi.csv', { delimiter: ';' }), one = csv('./data/semi.csv');`, `is(JSON.stringify(d), '[{"a":"1","b":"2"}]'); is(Object.keys(one[0])[0], 'a;b')`},
		{"a link within the folder", `const d = csv('inner.csv');`, `is(d[0].a, '1')`},
		{"rows as objects", `const d = csv('users.csv');`, `const { name, ...rest } = d[0]; is(name, 'anna'); is(JSON.stringify(rest), '{"email":"anna@x"}'); is(Object.keys(d[0]).join(), 'name,email'); is(d[0] === d[0], true); is({ ...d[0], name: 'x' }.name, 'x')`},
		{"rows as an array", `const d = csv('users.csv');`, `is(Array.isArray(d), true); is(d.map(r => r.name.length).join(), '4,10,4'); is(d.filter(r => r.email).length, 2); is([...d].length, 3); let n = 0; for (const r of d) n += r.name.length; is(n, 18); is(d.find(r => r.name === 'Özil').email, ''); is(d.at(-1).name, 'Özil'); is(Object.keys(d).join(), '0,1,2'); is(d.slice(1).length, 2)`},
		{"JSON", `const d = json('products.json');`, `is(d[0].tags[1], 'new'); is(d[0].price.eur, 2.5); is(d[0].tags.length, 2); is(JSON.stringify(d[1]), '{"name":"pot","id":2}'); is(d[0].tags.next, undefined); is(structuredClone(d[0].price).eur, 2.5)`},
		{"JSON that is no array", `const d = json('settings.json');`, `is(JSON.stringify(d), '{"zeta":3,"alpha":[1,null,true]}'); is(d.random, undefined)`},
		{"JSON that is a number", `const d = json('number.json');`, `is(d, 7)`},
		{"shared", `const d = shared('x', () => ({ when: new Date(0), list: [1, undefined, { a: 'ä' }], no() {} }));`, `is(JSON.stringify(d), '{"when":"1970-01-01T00:00:00.000Z","list":[1,null,{"a":"ä"}]}')`},
		{"shared rows", `const d = shared('x', () => [1, 2]), e = shared('y', () => [[3]]);`, `is(d.random(), 2); is(d.next(), 1); is(e.next()[0], 3)`},
		{"shared from a file", `const d = shared('x', () => csv('users.csv').map(({ name }) => ({ name })));`, `is(d.unique().name, 'anna')`},
		{"frozen", `const d = csv('users.csv');`, `is(Object.isFrozen(d), true); is(Object.freeze(d[0]), d[0]); is(Object.isFrozen(d[0]), true)`},
		{"order", `const d = csv('users.csv');`, `is([1, 2, 3, 4].map(() => d.next().name[0]).join(), 'a,O,Ö,a'); is(d.unique().name, 'anna'); is(d.random().name, 'Özil')`},
		{"random at the top", `const d = csv('users.csv').random();`, `is(d.name, 'Özil')`},
		{"kept in assigns", `const d = csv('users.csv');`, `user.assigns.row ??= d.unique(); is(user.assigns.row.name, 'anna'); await user.assign('again', d[0]); is(user.assigns.again.email, 'anna@x')`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, someFiles, test.top+"\nexport default async function (user) {"+test.body+"}")
			if err := r.iterate(t); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct{ top, body, want string }{
		{`csv('gone.csv')`, ``, `a.js:3:1: csv: there is no file "gone.csv" next to the script`},
		{`csv('')`, ``, `csv: the path must be a text that is not empty, not ""`},
		{`csv('folder')`, ``, `csv: "folder" is a folder`},
		{`csv('../outside.csv')`, ``, `csv: "../outside.csv" is outside of the script's folder: put the file into that folder, or below it`},
		{`csv('link.csv')`, ``, `csv: "link.csv" is outside of the script's folder`},
		{`csv('up/outside.csv')`, ``, `csv: "up/outside.csv" is outside of the script's folder`},
		{`csv('/etc/passwd')`, ``, `csv: "/etc/passwd" is outside of the script's folder`},
		{`csv('empty.csv')`, ``, `csv: empty.csv is empty: its first line must name the columns`},
		{`csv('header.csv')`, ``, `a.js:3:1: csv: header.csv has no rows: below its first line, which names the columns, it needs at least one`},
		{`csv('short.csv')`, ``, `csv: short.csv:3: has 1 fields, but the first line names 2 columns`},
		{`csv('quotes.csv')`, ``, `csv: quotes.csv:2:4: bare " in non-quoted`},
		{`csv('open.csv')`, ``, `(in a row that begins in line 2)`},
		{`csv('nameless.csv')`, ``, `csv: nameless.csv:1: column 2 has no name`},
		{`csv('twice.csv')`, ``, `csv: twice.csv:1: two columns are called "a"`},
		{`csv('latin.csv')`, ``, `csv: latin.csv:2:2: the byte 0xF6 is no UTF-8`},
		{`csv('utf16.csv')`, ``, `csv: utf16.csv is UTF-16: save it as UTF-8`},
		{`csv('users.csv', ';')`, ``, `csv: options must be an object such as { delimiter: ';' }, not ";"`},
		{`csv('users.csv', { delimiter: 'ab' })`, ``, `csv: option delimiter must be one character, such as ';' or '\t', not "ab"`},
		{`csv('users.csv', { delimeter: ';' })`, ``, `csv: option delimeter does not exist: there is delimiter`},
		{`json('broken.json')`, ``, `json: broken.json:3:1: invalid character '}'`},
		{`json('more.json')`, ``, `json: more.json:1:5: invalid character '['`},
		{`json('empty.csv')`, ``, `json: empty.csv:1:1: unexpected end of JSON input`},
		{`shared('x')`, ``, `shared("x"): the second argument must be the function that makes the data, not undefined`},
		{`shared(1, () => 1)`, ``, `shared: the name must be a text that is not empty, not 1`},
		{`shared('x', () => {})`, ``, `shared("x"): its function must return data: an array or an object, not undefined`},
		{`shared('x', () => () => 1)`, ``, `not a function`},
		{`shared('x', async () => [])`, ``, `it gave a promise, which cannot be awaited at the top level`},
		{`shared('x', () => { throw new Error('no data') })`, ``, `a.js:3:27: Error: no data`},
		{`const f = () => shared('x', f); f()`, ``, `shared("x"): its function asks for the same data`},
		{`csv('users.csv').next()`, ``, `next: there is no user here who could take a row`},
		{`csv('users.csv').unique()`, ``, `unique: there is no user here who could take a row`},
		{``, `csv('users.csv')`, `csv: "users.csv" must be loaded when the script is: at its top level`},
		{``, `shared('x', () => [])`, `shared: "x" must be loaded when the script is`},
		{`const d = json('none.json')`, `d.unique()`, `unique: none.json has no rows`},
		{`const { next } = csv('users.csv')`, `next()`, `next was called without its rows: call it as rows.next()`},
		{`const d = csv('users.csv')`, `d.next.call([])`, `next was called without its rows`},
		{`const d = csv('users.csv')`, `d[0].name = 'x'`, `TypeError: data is shared by all users and cannot be changed: change a copy`},
		{`const d = csv('users.csv')`, `delete d[0].name`, `cannot be changed`},
		{`const d = csv('users.csv')`, `d[0] = 1`, `cannot be changed`},
		{`const d = csv('users.csv')`, `d.push(1)`, `cannot be changed`},
		{`const d = csv('users.csv')`, `d.length = 0`, `cannot be changed`},
		{`const d = csv('users.csv')`, `d.sort((a, b) => a.name < b.name ? 1 : -1)`, `cannot be changed`},
		{`const d = json('settings.json')`, `d.alpha[0] = 2`, `cannot be changed`},
		{`const d = csv('users.csv')`, `for (;;) d.unique()`, `a.js:4:51: unique: all 3 rows of users.csv are taken: give it more rows, run fewer users or iterations, or call next(), which begins again at the first row`},
	}
	for _, test := range tests {
		err := newRig(t, someFiles, test.top+"\nexport default async function (user) { "+test.body+" }").iterate(t)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "a.js:") {
			t.Errorf("%s %s: %v, want %s", test.top, test.body, err, test.want)
		}
	}
}

// TestUsersShareRows: many users at once get each unique row once, and all rows in order; a file is read
// once, and a shared function called once.
func TestUsersShareRows(t *testing.T) {
	var file strings.Builder
	file.WriteString("id\n")
	for i := range 1000 {
		fmt.Fprintf(&file, "%d\n", i)
	}
	r := newRig(t, map[string]string{"rows.csv": file.String()}, `
const rows = csv('rows.csv'), made = shared('made', () => [Math.random()]);
const mine = [];
export default function (user) {
  for (let i = 0; i < 10; i++) mine.push(rows.unique().id + ',' + rows.next().id + ',' + made[0]);
  user.assigns.mine = mine.join(';');
  throw new Error(user.assigns.mine);
}`)
	if _, err := r.user(t); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(r.program.Folder(), "rows.csv")); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	unique, next, made := map[string]int{}, map[string]int{}, map[string]int{}
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			err := r.iterate(t)
			var script *scripterr.Error
			if !errors.As(err, &script) {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			for _, row := range strings.Split(script.Message, ";") {
				cells := strings.Split(row, ",")
				unique[cells[0]]++
				next[cells[1]]++
				made[cells[2]]++
			}
		})
	}
	all.Wait()
	if len(unique) != 1000 || len(next) != 1000 || len(made) != 1 {
		t.Errorf("%d unique rows, %d rows in order, %d shared values; want 1000, 1000, 1", len(unique), len(next), len(made))
	}
	var spent *SpentError
	err := r.iterate(t)
	if !errors.As(err, &spent) || spent.Rows != 1000 {
		t.Errorf("the 101st user gets %v", err)
	}
	var failed *scripterr.Error
	if !errors.As(err, &failed) || failed.FailureClass() != "no unique rows left" {
		t.Errorf("its failure is %v", err)
	}
}

// TestTheControllerIsGone: the process that counts the rows may be elsewhere.
func TestTheControllerIsGone(t *testing.T) {
	for _, method := range []string{"next", "unique"} {
		r := newRig(t, someFiles, "const d = csv('users.csv');\nexport default function () { d."+method+"() }")
		r.gone = errors.New("the controller does not answer")
		want := "a.js:4:32: " + method + ": take a row of users.csv: the controller does not answer"
		if err := r.iterate(t); !errors.Is(err, r.gone) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestSequencesHaveTheSameNamesEverywhere: nodes ask for the same numbers wherever the script lies.
func TestSequencesHaveTheSameNamesEverywhere(t *testing.T) {
	r := newRig(t, someFiles, `const a = csv('./users.csv'), b = csv('data/semi.csv', { delimiter: ';' }), c = json('products.json'), d = shared('x', () => [1]);
		export default function () { a.next(); b.unique(); c.next(); c.unique(); d.next() }`)
	if err := r.iterate(t); err != nil {
		t.Error(err)
	}
	folder := filepath.ToSlash(r.program.Folder())
	for _, want := range []string{
		"next of csv " + folder + "/users.csv ','", "unique of csv " + folder + "/data/semi.csv ';'",
		"next of json " + folder + "/products.json", "unique of json " + folder + "/products.json",
		"next of shared data x of " + r.program.Name(),
	} {
		if r.taken[want] != 1 {
			t.Errorf("%q is not among %v", want, r.taken)
		}
	}
}

func TestEveryExportIsDeclared(t *testing.T) {
	for _, name := range (&Module{}).Names() {
		if !strings.Contains(types.Data, "export function "+name+"<") {
			t.Errorf("data.d.ts does not declare %s", name)
		}
	}
	for _, name := range []string{"next", "random", "unique"} {
		if !strings.Contains(types.Data, "\n    "+name+"(): T;") {
			t.Errorf("data.d.ts does not declare %s", name)
		}
	}
}
