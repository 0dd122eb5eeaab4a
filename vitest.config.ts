import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What takes long at any size is for `npm run test:long` alone.
    exclude: process.env['SIZE'] === undefined ? ['test/**/*.long.test.ts'] : [],
    globalSetup: ['test/build.ts'],
    // The build is loaded by Node itself, as in production.
    server: { deps: { external: [/\/dist\//] } },
    // The AWS SDK announces in every process that its releases of 2027 need Node 22.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Most tests wait for engines, processes and time-outs: three files at a time, also on two cores.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // A worker loads the modules once for all its files, which saves a third of the processor time.
    isolate: false,
    // For machines that are slow or busy: no test waits so long by itself.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
