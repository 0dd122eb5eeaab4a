import { useEffect, useState } from 'preact/hooks';
import type { Connection, Live } from './live.ts';

/** How the live connection stands now. */
export function useConnection(live: Live): Connection {
  const [connection, setConnection] = useState(live.connection);
  useEffect(() => {
    setConnection(live.connection());
    return live.onConnection(setConnection);
  }, [live]);
  return connection;
}
