import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { GraphError } from '../graph-error.ts';

/** A file under a temporary name, beside the place where it will be. */
export interface NewFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Ends writing; the file keeps its temporary name. */
  close(): Promise<void>;
  /** Gives the closed file its name, in place of an older one. */
  publish(): Promise<void>;
  /** Removes what is still under the temporary name. */
  discard(): Promise<void>;
}

/** @throws {GraphError} `UNWRITABLE_FILE`, as do the file's methods: no room, no permission. */
export async function createNewFile(path: string): Promise<NewFile> {
  const temporary = `${path}.${randomUUID()}.part`;
  const handle = await writing(path, open(temporary, 'w'));
  return {
    append: (bytes) => writing(path, handle.appendFile(bytes)),
    close: () => writing(path, handle.close()),
    publish: () => writing(path, rename(temporary, path)),
    async discard() {
      await handle.close().catch(() => {});
      await rm(temporary, { force: true });
    },
  };
}

/** The operation's result, or the error for a file that cannot be written. */
export async function writing<Result>(path: string, operation: Promise<Result>): Promise<Result> {
  return operation.catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GraphError('UNWRITABLE_FILE', `Expected to write ${path}: ${reason}.`, {
      subject: path,
      cause,
    });
  });
}
