import { defineConfig } from 'vite';

/** The oldest browsers that the sheet is built for and tested with. */
const browserBaseline = ['safari16.0', 'chrome109', 'firefox115'];

/** Builds the sheet into `dist/sheet`: one page and its hashed assets, none of them inline. */
export default defineConfig({
  build: {
    outDir: '../../dist/sheet',
    emptyOutDir: true,
    target: browserBaseline,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
});
