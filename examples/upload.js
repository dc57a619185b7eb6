// Uploads files: LiveView sends them in pieces over its socket and shows the progress.
//
//   liveload examples/upload.js --users 5 --duration 1m

// Nodes on other machines get these files with the script.
/** @type {import('liveload').ScriptOptions} */
export const options = { files: ['files/*.txt', 'upload.js'] };

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/upload`).waitForLiveView()
    // Relative names start from this script's folder.
    .setInputFiles('#phx-upload-files', ['files/notes.txt', 'upload.js']).waitForSelector('#cancel-1')
    .click('#cancel-1').waitForSelector('#entry-1', { state: 'detached' })
    .submitForm('#upload-form')
    .waitForText('#stored', 'notes.txt');
  await user.screenshot('stored');
}
