// Preloaded into a server, it writes every span that ends as a line of JSON, as an SDK would send it elsewhere.
import { AsyncLocalStorage } from 'node:async_hooks';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

const active = new AsyncLocalStorage();
const contextManager = {
  active: () => active.getStore() ?? ROOT_CONTEXT,
  with: (given, run, that, ...args) => active.run(given, () => run.apply(that, args)),
  bind: (_given, target) => target,
  enable: () => contextManager,
  disable: () => contextManager,
};
const exporter = {
  export: (spans, done) => {
    for (const { name, attributes, status, parentSpanContext } of spans) {
      const parent = parentSpanContext !== undefined;
      process.stdout.write(`${JSON.stringify({ span: name, attributes, status: status.code, parent })}\n`);
    }
    done({ code: 0 });
  },
  shutdown: async () => {},
};

context.setGlobalContextManager(contextManager);
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);
