package page_test

// diskScripts try to read and write files of the machine in every way that Playwright's API has.
var diskScripts = map[string]string{
	"files of the machine are not read": refused + `
	  const secret = '/etc/passwd', tools = await context.newCDPSession(page);
	  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#file')]);
	  const { root } = await tools.send('DOM.getDocument', {});
	  const { nodeId } = await tools.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#file' });
	  await refused("outside of the script's folder", {
	    page: () => page.setInputFiles('#file', secret),
	    up: () => page.setInputFiles('#file', '../../../../../../etc/passwd'),
	    environment: () => page.setInputFiles('#file', '/proc/self/environ'),
	    frame: () => page.mainFrame().setInputFiles('#file', [secret]),
	    locator: () => page.locator('#file').setInputFiles(secret),
	    element: async () => (await page.$('#file')).setInputFiles(secret),
	    chooser: () => chooser.setFiles([folder + '/up.txt', secret]),
	    script: () => page.addScriptTag({ path: secret }),
	    style: () => page.mainFrame().addStyleTag({ path: secret }),
	    init: () => page.addInitScript({ path: secret }),
	    initOfAll: () => context.addInitScript({ path: secret }),
	    protocol: () => tools.send('DOM.setFileInputFiles', { nodeId, files: [secret] }),
	    drag: () => tools.send('Input.dispatchDragEvent', { type: 'dragEnter', x: 1, y: 1, data: { items: [], files: [secret], dragOperationsMask: 1 } }),
	  });
	  await page.route('**/leak', async (route) => {
	    await refused("outside of the script's folder", { fulfill: () => route.fulfill({ path: secret }) });
	    await route.fulfill({ path: folder + '/up.txt' });
	  });
	  same(await page.evaluate(() => fetch('/leak').then(async (r) => [await r.text(), r.headers.get('content-type')])), ['up', 'text/plain; charset=utf-8'], 'what is allowed');
	  await tools.send('DOM.setFileInputFiles', { nodeId, files: [folder + '/up.txt'] });
	  same(await page.evaluate(() => document.querySelector('#file').files[0].text()), 'up', 'what is allowed');
	  await refused('is not available in a load test', {
	    everywhere: () => tools.send('Page.setDownloadBehavior', { behavior: 'allow', downloadPath: '/' }),
	    byBrowser: () => tools.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: '/' }),
	    end: () => tools.send('Browser.close'),
	    target: () => tools.send('Target.createTarget', { url: 'file:///etc/passwd' }),
	    har: () => page.routeFromHAR('/etc/passwd'),
	  });`,
	"files are written to the results": refused + `
	  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
	  for (const path of ['/tmp/liveload-outside.png', '../outside.png', folder + '/x.png']) {
	    await refused("outside of the run's results", {
	      page: () => page.screenshot({ path }),
	      locator: () => page.locator('#file').screenshot({ path }),
	      element: async () => (await page.$('#file')).screenshot({ path }),
	      pdf: () => page.pdf({ path }),
	      storage: () => context.storageState({ path }),
	      request: () => page.request.storageState({ path }),
	      download: () => download.saveAs(path),
	    });
	  }
	  const taken = await page.screenshot({ path: 'shots/a.jpg' });
	  await page.pdf({ path: 'a.pdf' });
	  await context.storageState({ path: 'state.json' });
	  await refused('must end in .png, .jpg or .jpeg', { gif: () => page.screenshot({ path: 'a.gif' }) });
	  const kept = async (path) => {
	    await page.setInputFiles('#file', path);
	    return page.evaluate(async () => { const f = document.querySelector('#file').files[0]; return [f.size, (await f.text()).slice(0, 12)]; });
	  };
	  same((await kept('shots/a.jpg'))[0], taken.length, 'picture');
	  same([taken[0], taken[1]], [255, 216], 'JPEG');
	  same((await kept('a.pdf'))[1].slice(0, 5), '%PDF-', 'PDF');
	  same((await kept('state.json'))[1], '{"cookies":[', 'storage');`,
}

// refused is a function that wants each of several calls to fail with a text.
const refused = `
	  const refused = async (want, calls) => {
	    for (const [what, call] of Object.entries(calls)) {
	      let message = 'nothing';
	      try { await call(); } catch (e) { message = e.message; }
	      if (!message.includes(want)) throw new Error(what + ' gives ' + message + ', not ' + want);
	    }
	  };`
