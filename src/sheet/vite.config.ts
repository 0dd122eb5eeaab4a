import { defineConfig } from 'vite';

/** Builds the sheet into `dist/sheet`: one page and its hashed assets, none of them inline. */
export default defineConfig({
  build: {
    outDir: '../../dist/sheet',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
});
