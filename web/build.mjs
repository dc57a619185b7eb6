// Makes dist/page.js, dist/comparison.js and dist/page.css of src/, and dist/.sources: the SHA-256 of each file that they are
// made of, with which a Go test finds pages that are older than their sources.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist/.sources', { force: true });
const { metafile } = await build({
  entryPoints: ['src/page.ts', 'src/comparison.ts', 'src/page.css'],
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'warning',
  metafile: true,
});

const own = Object.keys(metafile.inputs).filter((path) => path.startsWith('src/'));
const lines = ['build.mjs', 'package-lock.json', 'tsconfig.json', ...own].sort().map((path) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${path}\n`);
writeFileSync('dist/.sources', lines.join(''));
