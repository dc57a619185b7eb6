// Makes dist/page.js and dist/page.css of src/.
import { build } from 'esbuild';

await build({
  entryPoints: ['src/page.ts', 'src/comparison.ts', 'src/page.css'],
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'warning',
});
