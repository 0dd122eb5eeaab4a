// Builds the sheet into `dist/sheet` where its source is newer than what is there: its page, its assets, each also
// compressed, and the manifest of its operations, which the server reads.
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const source = fileURLToPath(new URL('./', import.meta.url));
const built = fileURLToPath(new URL('../../dist/sheet/index.html', import.meta.url));
const lock = fileURLToPath(new URL('../../package-lock.json', import.meta.url));

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).map((name) => `${source}${name}`);
const newest = Math.max(...[...files, lock].map((file) => statSync(file).mtimeMs));
if (!existsSync(built) || statSync(built).mtimeMs < newest) {
  // Tests build it too, and their own NODE_ENV would give a page with checks for its developers.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ root: source, configFile: `${source}vite.config.ts`, logLevel: 'warn' });
  const assets = fileURLToPath(new URL('../../dist/sheet/assets/', import.meta.url));
  for (const name of readdirSync(assets)) {
    const content = readFileSync(assets + name);
    writeFileSync(`${assets}${name}.br`, brotliCompressSync(content));
    writeFileSync(`${assets}${name}.gz`, gzipSync(content, { level: 9 }));
  }
  const manifest = 'generated/trusted-documents.json';
  cpSync(source + manifest, fileURLToPath(new URL(`../../dist/sheet/${manifest}`, import.meta.url)));
}
