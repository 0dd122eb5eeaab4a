import type { ComponentChildren } from 'preact';
import type { Connection } from './live.ts';

/** Why a view has nothing to show, and what to do about it. */
export function Notice(props: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="notice">
      <h1>{props.title}</h1>
      {props.children}
    </section>
  );
}

/** Says so while nothing comes in from others. */
export function ConnectionNotice(props: { readonly connection: Connection }) {
  return (
    <div class="connection" role="status" aria-label="Connection">
      {props.connection === 'lost' && (
        <p>
          <strong>{navigator.onLine ? 'Not connected.' : 'You are offline.'}</strong> What you see may be out
          of date. As soon as the server answers, this page goes on by itself and sends what is not saved.
        </p>
      )}
    </div>
  );
}
