import type { Readable } from 'node:stream';
import type { Decoder, LoadOptions } from '@beltline/node';

/** Where the command writes to. */
export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  /** Size of the terminal; 0 or undefined if it is not known. */
  readonly columns?: number;
  readonly rows?: number;
}

/** Where a prompt can come from. */
export interface Input extends Readable {
  readonly isTTY?: boolean;
}

/** All that the command needs from the world around it. */
export interface Environment {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts with the `CliError` to end with. */
  readonly signal: AbortSignal;
  readonly loadDecoder: (model: string | undefined, options: LoadOptions) => Promise<Decoder>;
}
