import { accessSync, constants, mkdirSync } from 'node:fs';
import { constants as system } from 'node:os';
import { nativeAddon, open, type RootDatabase } from 'lmdb';
import { UnusableStoreError } from '../errors.ts';
import { checkDataFile } from './data-file.ts';

declare module 'lmdb' {
  /** lmdb exports its binding, which its types leave out. */
  const nativeAddon: { readonly Txn: new (env: unknown, flags: number) => { readonly abort: () => void } };
  interface RootDatabase {
    readonly env: unknown;
  }
}

/**
 * Opens LMDB in a folder, which is made where there is none. Throws `UnusableStoreError` if the folder cannot be
 * written, if its data file is none of LMDB or cut off, or if no more process may open it.
 */
export async function openFolder(folder: string): Promise<RootDatabase> {
  const root = await opened(folder);
  try {
    takeReaderSlot(root);
    return root;
  } catch (cause) {
    await root.close();
    throw new UnusableStoreError(`The folder ${folder} of the embedded store ${reasonOfNoSlot(cause)}.`, {
      cause,
    });
  }
}

async function opened(folder: string): Promise<RootDatabase> {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK);
    await checkDataFile(folder);
    // By itself lmdb takes a name with a dot for a file.
    return open({ path: folder, overlappingSync: false, noSubdir: false });
  } catch (cause) {
    if (cause instanceof UnusableStoreError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableStoreError(`The folder ${folder} of the embedded store cannot be written: ${reason}`, {
      cause,
    });
  }
}

const readOnly = 0x2_0000;

/**
 * Reads for the first time, by which LMDB locks the byte at this process' id in its lock file until the process
 * ends, however it ends. Two processes of one id, each in a PID namespace of its own, cannot both have it; lmdb's
 * own reads try for 10 s then and break (lmdb 3.5.6, `renewReadTxn`), so this one comes before them.
 */
function takeReaderSlot(root: RootDatabase): void {
  new nativeAddon.Txn(root.env, readOnly).abort();
}

/** LMDB's code for a table of readers without a free slot. */
const readersFull = -30_790;
/** Codes of `fcntl` for a lock that another process has. */
const locked: readonly unknown[] = [system.errno.EAGAIN, system.errno.EACCES];

function reasonOfNoSlot(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (locked.includes(code)) {
    return (
      `is open in a process of another container (or PID namespace) that has the id ${process.pid} there too: ` +
      'expected one container, in which every other command runs as well'
    );
  }
  if (code === readersFull)
    return 'has no place for one more reader: expected fewer processes to have it open';
  return `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
}
