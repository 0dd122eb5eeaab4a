import type { ApolloServerPlugin, GraphQLServerListener } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';

const link =
  '<p style="position:fixed;bottom:0;right:0;margin:0;padding:.5em;background:#fff;font-family:sans-serif">' +
  '<a href="/graphiql">GraphiQL, which works without the internet</a></p>';

/** Apollo Sandbox for a browser at the API's address, with a link to what works offline. */
export function landingPage(): ApolloServerPlugin {
  const { serverWillStart } = ApolloServerPluginLandingPageLocalDefault();
  return {
    serverWillStart: async (service) => {
      const listener = (await serverWillStart?.(service)) as GraphQLServerListener | undefined;
      const render = listener?.renderLandingPage;
      if (render === undefined) return;
      return {
        renderLandingPage: async () => {
          const { html } = await render();
          const page = typeof html === 'string' ? html : await html();
          return { html: page.replace('</body>', `${link}</body>`) };
        },
      };
    },
  };
}
